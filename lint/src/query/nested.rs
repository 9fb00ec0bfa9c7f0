//! Locks that a body waits for, itself and behind its calls: all, or those under a guard.

use super::BodyCx;
use super::guard::Guard;
use super::operation::{GuardKind, Wait, locks_a_part};
use super::sink::Site;
use super::site::CallSite;
use super::summary::{Locking, Spot, SpotRoot};
use crate::catalogue::{Kind, Mode as Sharing};
use crate::flow::fate::What;
use crate::flow::origin::{Origin, Source};
use crate::flow::same::Identity;
use crate::model::Span;
use crate::model::body::{Callee, Mode, Operand, Point};

/// A lock that is waited for.
#[derive(Clone, Debug)]
pub struct Nested<'a> {
    /// Which.
    pub lock: Identity,
    /// What messages call it, in back quotes; none when it has no name.
    pub words: Option<String>,
    /// Others may hold it at the same time.
    pub shared: bool,
    /// It never waits for those that wait: see [`FnFact::recursive`](crate::catalogue::FnFact).
    pub recursive: bool,
    /// It is awaited.
    pub is_async: bool,
    /// The expression of this body that takes it, or that calls what takes it.
    pub span: Span,
    /// Where.
    pub point: Point,
    /// The call behind which it is taken, and where there.
    pub through: Option<(CallSite<'a>, Site)>,
}

impl<'a> BodyCx<'a> {
    /// The locks that this body waits for, those behind calls last.
    pub fn locks(&self) -> Vec<Nested<'a>> {
        let own = self.guards().iter().filter_map(own_lock);
        let behind = self.calls().filter(|call| self.run(call).is_some());
        own.chain(behind.flat_map(|call| self.locks_behind(&call))).collect()
    }

    /// The locks that this body waits for while the guard is alive, those behind calls last.
    pub fn taken_under(&self, guard: &Guard) -> Vec<Nested<'a>> {
        let own = self
            .guards()
            .iter()
            .filter(|second| second.call != guard.call && guard.life.is_alive(second.call));
        let behind = self.calls().filter(|call| {
            let moved = || call.call.args.iter().any(|arg| self.moves(guard, call.point, arg));
            call.point != guard.call
                && guard.life.is_alive(call.point)
                && !moved()
                && self.run(call).is_some_and(|run| guard.life.is_alive(run))
        });
        own.filter_map(own_lock)
            .chain(behind.flat_map(|call| self.locks_behind(&call)))
            .chain(self.taken_in_closures(guard))
            .collect()
    }

    /// The locks that closures wait for which run in place while the guard is alive.
    pub fn taken_in_closures(&self, guard: &Guard) -> Vec<Nested<'a>> {
        let calls = self.calls().filter(|call| {
            let others = call.point != guard.call && call.point != guard.birth;
            others && guard.life.is_alive(call.point) && !self.falls_back(guard, call)
        });
        let taken = calls.flat_map(|call| {
            let closures = self.closures_in_place(&call);
            // A closure with a name stands elsewhere: the finding is where it is called.
            let is_named = matches!(call.call.callee, Callee::Value(_));
            closures.into_iter().flat_map(move |closure| {
                let locks = closure.locks().into_iter();
                locks.map(move |lock| {
                    let at = Site { file: self.file.unit.id, span: lock.span };
                    let span = if is_named { call.span } else { lock.span };
                    let through = is_named.then_some((call, at));
                    Nested { point: call.point, span, through, ..lock }
                })
            })
        });
        taken.collect()
    }

    /// Whether a call runs its closure only where an attempt gave no guard: `unwrap_or_else`.
    fn falls_back(&self, guard: &Guard, call: &CallSite<'_>) -> bool {
        let held = guard.life.holders(call.point);
        let asked = call.receiver().and_then(Operand::local);
        matches!(call.name(), "unwrap_or_else" | "or_else" | "ok_or_else")
            && asked.is_some_and(|local| held.contains(&local))
    }

    /// The closure that a call calls, or those that it is given and that run before it returns,
    /// or soon after, and those that run in them.
    fn closures_in_place(&self, call: &CallSite<'a>) -> Vec<BodyCx<'a>> {
        let closure = |origin: Origin| match origin.source {
            // Bodies nest later in the list than what they are written in.
            Source::Closure(body) if body > self.id => self.other(body),
            _ => None,
        };
        let given: Vec<BodyCx<'a>> = match &call.call.callee {
            Callee::Value(called) => closure(self.origin_of(called)).into_iter().collect(),
            _ if self.function(call).is_some_and(|fact| fact.in_place) => {
                let args = call.call.args.iter();
                args.filter_map(|arg| closure(self.origin(arg))).collect()
            }
            _ => return Vec::new(),
        };
        let nested = |closure: BodyCx<'a>| {
            let inner: Vec<_> =
                closure.calls().flat_map(|call| closure.closures_in_place(&call)).collect();
            std::iter::once(closure).chain(inner)
        };
        given.into_iter().flat_map(nested).collect()
    }

    /// The locks and permits that this body awaits, those behind calls last.
    pub fn awaited_locks(&self) -> Vec<Nested<'a>> {
        let own = self.guards().iter().filter(|guard| guard.how.wait == Wait::Async);
        let behind = self.calls().filter(|call| self.run(call).is_some());
        let behind = behind.flat_map(|call| self.locks_behind(&call)).filter(|lock| lock.is_async);
        own.filter_map(taken).chain(behind).collect()
    }

    /// The locks that the code of a called function takes, parts of maps not among them.
    pub fn locks_behind(&self, call: &CallSite<'a>) -> Vec<Nested<'a>> {
        self.behind(call, |taken| !taken.part)
    }

    /// The maps of which this body locks a part while the guard is alive, itself or behind a call.
    pub fn parts_taken_under(&self, guard: &Guard) -> Vec<Nested<'a>> {
        let calls = self.calls().filter(|call| {
            let moved = || call.call.args.iter().any(|arg| self.moves(guard, call.point, arg));
            let others = call.point != guard.call && call.point != guard.birth;
            others && guard.life.is_alive(call.point) && !moved()
        });
        let taken = calls.flat_map(|call| {
            let own = self.function(&call).filter(|fact| locks_a_part(fact) && !fact.is_try);
            let own = own.and_then(|fact| {
                let map = call.receiver()?;
                Some(Nested {
                    lock: self.identity(map)?,
                    words: self.words(map),
                    shared: fact.mode == Sharing::Shared,
                    recursive: false,
                    is_async: false,
                    span: call.span,
                    point: call.point,
                    through: None,
                })
            });
            let run = self.run(&call).filter(|run| guard.life.is_alive(*run));
            let behind = run.map_or(Vec::new(), |_| self.behind(&call, |taken| taken.part));
            own.into_iter().chain(behind)
        });
        taken.collect()
    }

    fn behind(&self, call: &CallSite<'a>, wanted: impl Fn(&Locking) -> bool) -> Vec<Nested<'a>> {
        let Some(summary) = self.summary(call).filter(|summary| summary.amounts.is_none()) else {
            return Vec::new();
        };
        let nested = |taken: &Locking| {
            Some(Nested {
                lock: self.spot_at(call, &taken.lock)?,
                words: self.spot_words(call, &taken.lock),
                shared: taken.shared,
                recursive: taken.recursive,
                is_async: taken.is_async,
                span: call.span,
                point: call.point,
                through: Some((*call, taken.at)),
            })
        };
        summary.locks.iter().filter(|taken| wanted(taken)).filter_map(nested).collect()
    }

    /// Whether a call gets the guard itself, and may give it back first; a field of what the lock
    /// guards is not the guard.
    fn moves(&self, guard: &Guard, at: Point, operand: &Operand) -> bool {
        let Operand::Place(place, Mode::Move) = operand else { return false };
        place.local().is_some_and(|local| {
            let is_guard = || self.type_of(local).is_some_and(|fact| fact.kind == Kind::Guard);
            guard.life.holders(at).contains(&local) && (place.whole().is_some() || !is_guard())
        })
    }

    /// Where the code of a called function runs: for an `async` function, where its future is
    /// awaited; nowhere in this body if that is given to others.
    fn run(&self, call: &CallSite<'_>) -> Option<Point> {
        let callee = self.model().function(self.callee(call)?)?;
        if !callee.is_async {
            return Some(call.point);
        }
        let fates = self.fate(call.result()?);
        fates.iter().find(|fate| fate.what == What::Awaited).map(|fate| fate.point)
    }

    /// A spot of a called function as a message names it: `self.state`, in back quotes.
    pub(super) fn spot_words(&self, call: &CallSite<'_>, spot: &Spot) -> Option<String> {
        let words = match &spot.root {
            SpotRoot::Argument(number) => self.words(call.call.args.get(*number)?)?,
            SpotRoot::Global(path) => format!("`{}`", path.rsplit("::").next()?),
        };
        let fields: String = spot.fields.iter().map(|field| format!(".{field}")).collect();
        Some(format!("{}{fields}`", words.trim_end_matches('`')))
    }
}

/// The lock that a guard waited for.
fn own_lock<'a>(guard: &Guard) -> Option<Nested<'a>> {
    let waits = guard.how.kind == GuardKind::Lock && guard.how.wait != Wait::Never;
    taken(guard).filter(|_| waits)
}

/// What a guard took.
fn taken<'a>(guard: &Guard) -> Option<Nested<'a>> {
    Some(Nested {
        lock: guard.lock.clone()?,
        words: guard.lock_words.clone(),
        shared: guard.how.shared,
        recursive: guard.how.recursive,
        is_async: guard.how.wait == Wait::Async,
        span: guard.span,
        point: guard.call,
        through: None,
    })
}
