//! What is done anywhere in the workspace, for what several functions share: fields.

use super::model::ModelCx;
use super::sink::FileId;
use super::site::CallSite;
use crate::catalogue::FnFact;
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

fn methods<'a>(id: BodyId, body: &'a Body, wanted: &'a str) -> impl Iterator<Item = CallSite<'a>> {
    body.stmts().filter_map(move |(point, stmt)| match &stmt.kind {
        StmtKind::Assign(dest, Value::Call(call)) => match &call.callee {
            Callee::Method(name, _) if name == wanted => {
                Some(CallSite { body: id, point, call, dest, span: stmt.span })
            }
            _ => None,
        },
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
