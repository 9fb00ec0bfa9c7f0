//! Handles that values keep in their fields.

use super::model::ModelCx;
use super::sink::{FileId, Site};
use crate::flow::operands;
use crate::model::Name;
use crate::model::body::{Body, BodyId, Callee, Place, Proj, Root, StmtKind, Term, Value};

/// A field that keeps the handle of a task or thread, or several.
#[derive(Clone, Debug)]
pub struct KeptHandle {
    /// The canonical path of the type that has the field.
    pub owner: Name,
    /// The type's name, and that of the variant for an enum.
    pub name: String,
    /// The field's name.
    pub field: Name,
    /// The field as it is declared.
    pub at: Site,
    /// It is a thread's.
    pub is_thread: bool,
    /// Another field holds an end, token or guard whose drop may end the task.
    pub ends_by_drop: bool,
}

impl ModelCx<'_> {
    /// Whether anything in the workspace may take or look at the handle in a field: code that
    /// reads a field of that name of this type, or of a type that is not known.
    pub fn is_ever_read(&self, kept: &KeptHandle) -> bool {
        self.units.iter().any(|unit| {
            (0..).zip(&unit.model.bodies).any(|(id, body)| self.reads(unit.id, id, body, kept))
        })
    }

    fn reads(&self, file: FileId, id: BodyId, body: &Body, kept: &KeptHandle) -> bool {
        let leads =
            |place: Option<&Place>| place.is_some_and(|place| self.leads_to(file, id, place, kept));
        let in_value = |value: &Value| {
            let mut found = false;
            operands::of_value(value, |_, operand| found |= leads(operand.place()));
            match value {
                Value::Call(call) => match &call.callee {
                    Callee::Value(place) => found || leads(Some(place)),
                    Callee::Path(_) | Callee::Method(..) => found,
                },
                _ => found,
            }
        };
        body.blocks.iter().any(|block| {
            block.stmts.iter().any(|stmt| match &stmt.kind {
                StmtKind::Assign(_, value) => in_value(value),
                StmtKind::End(_) | StmtKind::Declare(_) => false,
            }) || match &block.term {
                Term::Branch(branch) => leads(branch.scrutinee.place()),
                Term::Select(select) => select.arms.iter().any(|arm| leads(arm.future.place())),
                Term::Goto(_) | Term::Return | Term::Diverge => false,
            }
        })
    }

    /// Whether a place is, or lies in, the field.
    fn leads_to(&self, file: FileId, id: BodyId, place: &Place, kept: &KeptHandle) -> bool {
        let mut before: Vec<Name> = Vec::new();
        for step in &place.proj {
            let Proj::Field(name) = step else { continue };
            if *name == kept.field {
                let owner = match place.root {
                    Root::Local(local) => self.meaning.structure(file, id, local, &before),
                    Root::Item(_) => None,
                };
                return owner.is_none_or(|owner| owner == kept.owner);
            }
            before.push(name.clone());
        }
        false
    }
}
