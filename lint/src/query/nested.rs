//! Locks that are taken while a guard is alive, in the body itself and behind its calls.

use super::BodyCx;
use super::guard::Guard;
use super::operation::{GuardKind, Wait};
use super::sink::Site;
use super::site::CallSite;
use super::summary::{Locking, Spot};
use crate::flow::fate::What;
use crate::flow::same::Identity;
use crate::model::Span;
use crate::model::body::{Mode, Operand, Point};

/// A lock that is waited for while a guard is alive.
#[derive(Clone, Debug)]
pub struct Nested<'a> {
    /// Which.
    pub lock: Identity,
    /// What messages call it, in back quotes; none when it has no name.
    pub words: Option<String>,
    /// Others may hold it at the same time.
    pub shared: bool,
    /// The expression of this body that takes it, or that calls what takes it.
    pub span: Span,
    /// Where.
    pub point: Point,
    /// The call behind which it is taken, and where there.
    pub through: Option<(CallSite<'a>, Site)>,
}

impl<'a> BodyCx<'a> {
    /// The locks that this body waits for while the guard is alive, those behind calls last.
    pub fn taken_under(&self, guard: &Guard) -> Vec<Nested<'a>> {
        let own = self.guards().iter().filter_map(|second| {
            let waits = second.how.kind == GuardKind::Lock && second.how.wait != Wait::Never;
            let nested = second.call != guard.call && guard.life.is_alive(second.call);
            Some(Nested {
                lock: second.lock.clone().filter(|_| waits && nested)?,
                words: second.lock_words.clone(),
                shared: second.how.shared,
                span: second.span,
                point: second.call,
                through: None,
            })
        });
        let mut found: Vec<Nested<'a>> = own.collect();
        for call in self.calls() {
            found.extend(self.taken_by(guard, &call));
        }
        found
    }

    /// The locks that a called function takes while the guard is alive.
    fn taken_by(&self, guard: &Guard, call: &CallSite<'a>) -> Vec<Nested<'a>> {
        let moved = || call.call.args.iter().any(|arg| moves(guard, call.point, arg));
        if call.point == guard.call || !guard.life.is_alive(call.point) || moved() {
            return Vec::new();
        }
        let Some(summary) = self.summary(call) else { return Vec::new() };
        if summary.amounts.is_some() || !self.runs_under(guard, call) {
            return Vec::new();
        }
        let nested = |taken: &Locking| {
            Some(Nested {
                lock: self.lock_at(call, &taken.lock)?,
                words: self.spot_words(call, &taken.lock),
                shared: taken.shared,
                span: call.span,
                point: call.point,
                through: Some((*call, taken.at)),
            })
        };
        summary.locks.iter().filter_map(nested).collect()
    }

    /// Whether the code of the called function runs while the guard is alive: that of an `async`
    /// function runs where its future is awaited.
    fn runs_under(&self, guard: &Guard, call: &CallSite<'_>) -> bool {
        let callee = self.callee(call).and_then(|id| self.model().function(id));
        if !callee.is_some_and(|callee| callee.is_async) {
            return true;
        }
        let fates = call.result().map_or(Vec::new(), |future| self.fate(future));
        fates.iter().any(|fate| fate.what == What::Awaited && guard.life.is_alive(fate.point))
    }

    /// A spot of a called function as a message names it: `self.state`, in back quotes.
    pub(super) fn spot_words(&self, call: &CallSite<'_>, spot: &Spot) -> Option<String> {
        let words = self.words(call.call.args.get(spot.arg)?)?;
        let fields: String = spot.fields.iter().map(|field| format!(".{field}")).collect();
        Some(format!("{}{fields}`", words.trim_end_matches('`')))
    }
}

/// Whether a call gets the guard itself, and may give it back first.
fn moves(guard: &Guard, at: Point, operand: &Operand) -> bool {
    match operand {
        Operand::Place(place, Mode::Move) => {
            place.local().is_some_and(|local| guard.life.holders(at).contains(&local))
        }
        _ => false,
    }
}
