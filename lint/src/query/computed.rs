//! What a value is computed from: operators and calls between it and the calls it goes back to.

use super::BodyCx;
use super::site::CallSite;
use crate::flow::operands;
use crate::model::body::{LocalId, Operand, Point, Value};

/// One call that a value goes back to.
#[derive(Clone, Copy, Debug)]
pub struct Computed<'a> {
    /// The call.
    pub call: CallSite<'a>,
    /// An operator or another call stands between: the value is not merely passed on.
    pub changed: bool,
}

/// Longer computations are not followed.
const LIMIT: usize = 64;

impl<'a> BodyCx<'a> {
    /// The calls that a value goes back to through moves, casts, operators and the arguments of
    /// calls, the nearest first.
    pub fn computed_from(&self, operand: &Operand) -> Vec<Computed<'a>> {
        let mut found = Vec::new();
        let mut todo: Vec<(LocalId, bool)> =
            operand.local().map(|local| (local, false)).into_iter().collect();
        let mut next = 0;
        while let Some(&(local, changed)) = todo.get(next) {
            next += 1;
            for point in self.uses().definitions(local) {
                self.step(point, changed, &mut found, &mut todo);
            }
            if todo.len() > LIMIT {
                break;
            }
        }
        found
    }

    fn step(
        &self,
        point: Point,
        changed: bool,
        found: &mut Vec<Computed<'a>>,
        todo: &mut Vec<(LocalId, bool)>,
    ) {
        let Some((_, value)) = operands::assign_at(self.body(), point) else { return };
        if let Some(call) = self.call_at(point) {
            found.push(Computed { call, changed });
        }
        let changed = changed || matches!(value, Value::Call(_) | Value::Op(..));
        operands::of_value(value, |_, operand| {
            let known = |local| {
                todo.iter().any(|(seen, as_changed)| *seen == local && *as_changed == changed)
            };
            if let Some(local) = operand.local().filter(|local| !known(*local)) {
                todo.push((local, changed));
            }
        });
    }
}
