//! What is done anywhere in the workspace, for what several functions share: fields.

use super::body::BodyCx;
use super::model::ModelCx;
use super::sink::{FileId, Site};
use super::site::CallSite;
use crate::catalogue::FnFact;
use crate::flow::same::Identity;
use crate::model::Name;
use crate::model::body::{Body, BodyId, Callee, Operand, Proj, StmtKind, Value};

impl<'a> ModelCx<'a> {
    /// Every call in the workspace of a method of that name, with what the catalogue says of it.
    pub fn calls_of_method(
        &self,
        name: &'a str,
    ) -> impl Iterator<Item = (FileId, CallSite<'a>, Option<&'a FnFact>)> {
        self.units.iter().flat_map(move |unit| {
            let bodies = (0..).zip(&unit.model.bodies);
            let calls = bodies.flat_map(move |(id, body)| methods(id, body, name));
            calls.map(move |site| (unit.id, site, self.meaning.function(unit.id, &site)))
        })
    }
}

/// A call of a method on what is shared.
pub struct Shared<'a> {
    /// Where it stands.
    pub at: Site,
    /// What the catalogue says of the method.
    pub fact: &'a FnFact,
}

impl<'a> BodyCx<'a> {
    /// The calls of methods of the catalogue on one thing: in this file on the same variable or
    /// the same field, in the rest of the workspace on a field of that name.
    pub fn calls_on(&self, what: &'a Identity) -> impl Iterator<Item = Shared<'a>> + use<'a> {
        let here = self.file.unit.id;
        let field = what.fields.last();
        let near = self.file.bodies().flat_map(move |body| {
            body.calls().filter_map(move |call| {
                let on = body.identity(call.receiver()?)?;
                let is_same = on == *what || (field.is_some() && on.fields.last() == field);
                let fact = body.function(&call).filter(|_| is_same)?;
                Some(Shared { at: Site { file: here, span: call.span }, fact })
            })
        });
        let model = self.model();
        let others = model.units.iter().filter(move |unit| unit.id != here && field.is_some());
        let far = others.flat_map(move |unit| {
            let bodies = (0..).zip(&unit.model.bodies);
            bodies.flat_map(move |(id, body)| {
                calls(id, body).filter_map(move |call| {
                    call.receiver_field().filter(|on| Some(*on) == field)?;
                    let fact = model.meaning.function(unit.id, &call)?;
                    Some(Shared { at: Site { file: unit.id, span: call.span }, fact })
                })
            })
        });
        near.chain(far)
    }
}

fn methods<'a>(id: BodyId, body: &'a Body, wanted: &'a str) -> impl Iterator<Item = CallSite<'a>> {
    calls(id, body)
        .filter(move |site| matches!(&site.call.callee, Callee::Method(name, _) if name == wanted))
}

fn calls<'a>(id: BodyId, body: &'a Body) -> impl Iterator<Item = CallSite<'a>> {
    body.stmts().filter_map(move |(point, stmt)| match &stmt.kind {
        StmtKind::Assign(dest, Value::Call(call)) => {
            Some(CallSite { body: id, point, call, dest, span: stmt.span })
        }
        _ => None,
    })
}

impl<'a> CallSite<'a> {
    /// The field that a method is called on, as written: the `jobs` of `self.shared.jobs.close()`.
    pub fn receiver_field(&self) -> Option<&'a Name> {
        field(self.receiver()?)
    }
}

fn field(operand: &Operand) -> Option<&Name> {
    operand.place()?.proj.iter().rev().find_map(|step| match step {
        Proj::Field(name) => Some(name),
        Proj::Index | Proj::Deref | Proj::Variant(_) | Proj::Item => None,
    })
}
