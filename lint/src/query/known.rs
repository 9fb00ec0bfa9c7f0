//! Under which names several functions know one lock or channel.

use super::BodyCx;
use super::nested::Nested;
use super::task::{Runs, Spawn};
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::Name;
use crate::model::body::{Operand, Point, StmtKind, Value};

/// What is known of a lock or of an end of a channel.
#[derive(Clone, Debug)]
pub struct Known {
    identity: Identity,
    /// The struct that declares the field, and the field.
    field: Option<(Name, Name)>,
    /// The type of the workspace that is guarded or sent.
    content: Option<Name>,
}

impl Known {
    /// Whether both are surely one thing in one file, or very likely one in two functions: the
    /// same field of the same type, or fields and variables for the same type of the workspace.
    pub fn is_same(&self, other: &Known) -> bool {
        if self.identity == other.identity {
            return true;
        }
        match (&self.field, &other.field) {
            (Some((one, field)), Some((two, other))) if one == two => field == other,
            _ => self.has_same_content(other),
        }
    }

    /// Whether both lie in the same field of the same type.
    pub fn is_same_field(&self, other: &Known) -> bool {
        self.field.is_some() && self.field == other.field
    }

    /// Whether both guard or carry the same type of the workspace.
    pub fn has_same_content(&self, other: &Known) -> bool {
        self.content.is_some() && self.content == other.content
    }
}

impl<'a> BodyCx<'a> {
    /// What is known of a lock or of an end of a channel.
    pub fn known(&self, identity: &Identity) -> Known {
        let field = self.field_of(identity);
        let content = match identity.root {
            IdentityRoot::Local(body, local) => {
                let file = self.file.unit.id;
                self.model().meaning.content(file, body, local, &identity.fields)
            }
            IdentityRoot::Static(_) => None,
        };
        Known { identity: identity.clone(), field, content }
    }

    /// Whether a lock guards a map whose items are shared: they hold a lock or an atomic, so that
    /// one must not be put in the place of another.
    pub fn guards_shared_items(&self, lock: &Identity) -> bool {
        match lock.root {
            IdentityRoot::Local(body, local) => {
                let file = self.file.unit.id;
                self.model().meaning.items_are_shared(file, body, local, &lock.fields)
            }
            IdentityRoot::Static(_) => false,
        }
    }

    /// The struct that declares the field in which a lock or end lies, and the field; for a
    /// variable, the one that it is put into: `paused` of `Inner { paused, .. }`.
    pub fn field_of(&self, identity: &Identity) -> Option<(Name, Name)> {
        if let Some((field, way)) = identity.fields.split_last()
            && let Some(owner) = self.structure(identity, way)
        {
            return Some((owner, field.clone()));
        }
        let IdentityRoot::Local(body, _) = identity.root else { return None };
        let home = self.other(body)?;
        home.body().stmts().find_map(|(_, stmt)| {
            let StmtKind::Assign(dest, Value::Aggregate(made)) = &stmt.kind else { return None };
            made.path.as_ref()?;
            let is_part = |part: &Operand| home.identity(part).as_ref() == Some(identity);
            let (field, _) = made.fields.iter().find(|(_, part)| is_part(part))?;
            let owner =
                home.model().meaning.structure(self.file.unit.id, body, dest.whole()?, &[])?;
            Some((owner, field.clone()))
        })
    }

    /// The struct of the workspace that these fields lead to, from where an identity starts.
    pub fn structure(&self, from: &Identity, fields: &[Name]) -> Option<Name> {
        match from.root {
            IdentityRoot::Local(body, local) => {
                self.model().meaning.structure(self.file.unit.id, body, local, fields)
            }
            IdentityRoot::Static(_) => None,
        }
    }

    /// The locks that a task takes, as its own body or that which starts it knows them.
    pub fn locks_of_task(&self, spawn: &Spawn) -> Vec<(BodyCx<'a>, Nested<'a>)> {
        match &spawn.runs {
            Runs::Body(body) => {
                let Some(body) = self.other(*body) else { return Vec::new() };
                body.locks().into_iter().map(|lock| (body, lock)).collect()
            }
            Runs::Call(point) => {
                let call = self.call_at(*point);
                let locks = call.map_or(Vec::new(), |call| self.locks_behind(&call));
                locks.into_iter().map(|lock| (*self, lock)).collect()
            }
            Runs::Function(_) | Runs::Unknown => Vec::new(),
        }
    }

    /// The channel whose end this is, made in this file: the body that makes it, and the call.
    pub fn channel_of(&self, end: &Operand) -> Option<(BodyCx<'a>, Point)> {
        let identity = self.identity(end)?;
        let IdentityRoot::Local(body, _) = identity.root else { return None };
        let home = self.other(body)?;
        let channel = home.channels().iter().find(|channel| {
            let mut ends = [&channel.ends.first, &channel.ends.second].into_iter();
            ends.any(|end| {
                end.local.and_then(|end| home.identity_of(end)).as_ref() == Some(&identity)
            })
        })?;
        Some((home, channel.call))
    }
}
