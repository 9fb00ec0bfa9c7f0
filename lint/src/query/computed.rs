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
        let Some(start) = operand.local() else { return Vec::new() };
        let mut found: Vec<(usize, bool, CallSite<'a>)> = Vec::new();
        let mut ways = vec![Way { local: start, changed: false, before: None }];
        let mut next = 0;
        while let Some(way) = ways.get(next).copied() {
            let chosen = self.uses().definitions(way.local).count() > 1;
            let from = Way { changed: way.changed || chosen, before: Some(next), ..way };
            for point in self.uses().definitions(way.local) {
                let call = self.step(point, from, &mut ways);
                found.extend(call.map(|call| (next, from.changed, call)));
            }
            if ways.len() > LIMIT {
                break;
            }
            next += 1;
        }
        let only: Vec<bool> = ways.iter().map(|way| self.goes_nowhere_else(way, &ways)).collect();
        let computed = |(end, changed, call): (usize, bool, CallSite<'a>)| {
            let up = |at: &usize| ways[*at].before;
            let mut all = std::iter::successors(Some(end), up);
            Computed { call, changed, only: all.all(|at| only[at]) }
        };
        found.into_iter().map(computed).collect()
    }

    /// Whether what a local holds is used for nothing but what the ways lead to.
    fn goes_nowhere_else(&self, way: &Way, ways: &[Way]) -> bool {
        let reads = self.uses().of(way.local).filter(|found| matches!(found.how, How::Read { .. }));
        let mut uses = reads.filter(|found| !self.only_looks(found.point, way.changed));
        if way.before.is_none() {
            return uses.count() <= 1;
        }
        uses.all(|found| {
            let made = operands::assign_at(self.body(), found.point);
            let made = made.and_then(|(dest, _)| dest.whole());
            made.is_some_and(|made| ways.iter().any(|way| way.local == made))
        })
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

    /// Follows one value a step back; gives the call that makes it.
    fn step(&self, point: Point, way: Way, ways: &mut Vec<Way>) -> Option<CallSite<'a>> {
        let (_, value) = operands::assign_at(self.body(), point)?;
        let changed = way.changed || matches!(value, Value::Call(_) | Value::Op(..));
        operands::of_value(value, |_, operand| {
            let Some(local) = operand.local() else { return };
            if !ways.iter().any(|known| known.local == local && known.changed == changed) {
                ways.push(Way { local, changed, ..way });
            }
        });
        self.call_at(point)
    }
}

/// A local on the way from a value back to where it comes from.
#[derive(Clone, Copy)]
struct Way {
    local: LocalId,
    changed: bool,
    /// The way that this one leads to; none for the value itself.
    before: Option<usize>,
}
