//! What a value is computed from: operators and calls between it and the calls it goes back to.

use super::BodyCx;
use super::site::CallSite;
use crate::flow::operands;
use crate::flow::uses::How;
use crate::model::body::{LocalId, LocalKind, Operand, Point, Value};

/// One call that a value goes back to.
#[derive(Clone, Copy, Debug)]
pub struct Computed<'a> {
    /// The call.
    pub call: CallSite<'a>,
    /// An operator, another call or a choice stands between: the value is not merely passed on.
    pub changed: bool,
    /// Nothing else uses what is on its way, but to compare, show or return it as it was: it goes
    /// nowhere but into the value.
    pub only: bool,
}

/// Longer computations are not followed.
const LIMIT: usize = 64;

impl<'a> BodyCx<'a> {
    /// The calls that a value goes back to through moves, casts, operators and the arguments of
    /// calls, the nearest first.
    pub fn computed_from(&self, operand: &Operand) -> Vec<Computed<'a>> {
        let mut found = Vec::new();
        let mut todo: Vec<Way> =
            operand.local().into_iter().map(|local| self.way(local, false, None)).collect();
        let mut next = 0;
        while let Some(way) = todo.get(next).copied() {
            next += 1;
            let chosen = self.uses().definitions(way.local).count() > 1;
            let way = Way { changed: way.changed || chosen, ..way };
            for point in self.uses().definitions(way.local) {
                self.step(point, way, &mut found, &mut todo);
            }
            if todo.len() > LIMIT {
                break;
            }
        }
        found
    }

    fn way(&self, local: LocalId, changed: bool, before: Option<Way>) -> Way {
        let reads = self.uses().of(local).filter(|found| matches!(found.how, How::Read { .. }));
        let uses = reads.filter(|found| !self.only_looks(found.point, changed));
        Way { local, changed, only: before.is_none_or(|before| before.only) && uses.count() <= 1 }
    }

    /// Whether a read compares or shows a value, or returns it, where it is `old`: from before the
    /// change.
    fn only_looks(&self, point: Point, old: bool) -> bool {
        match operands::assign_at(self.body(), point) {
            Some((_, Value::Op(operator, _))) => {
                matches!(operator.as_str(), "==" | "!=" | "<" | "<=" | ">" | ">=")
            }
            Some((_, Value::Macro(_))) => true,
            Some((dest, Value::Use(_))) => {
                let kind = dest.whole().and_then(|dest| self.local(dest)).map(|found| found.kind);
                old && kind == Some(LocalKind::Return)
            }
            _ => false,
        }
    }

    fn step(&self, point: Point, way: Way, found: &mut Vec<Computed<'a>>, todo: &mut Vec<Way>) {
        let Some((_, value)) = operands::assign_at(self.body(), point) else { return };
        if let Some(call) = self.call_at(point) {
            found.push(Computed { call, changed: way.changed, only: way.only });
        }
        let changed = way.changed || matches!(value, Value::Call(_) | Value::Op(..));
        operands::of_value(value, |_, operand| {
            let Some(local) = operand.local() else { return };
            let next = self.way(local, changed, Some(way));
            if !todo.contains(&next) {
                todo.push(next);
            }
        });
    }
}

/// A local on the way from a value back to where it comes from.
#[derive(Clone, Copy, PartialEq)]
struct Way {
    local: LocalId,
    changed: bool,
    only: bool,
}
