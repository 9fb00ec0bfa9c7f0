//! From records to findings: what of a scope is left, and what happened in it.

use super::explain::Explain;
use crate::context::Current;
use crate::finding::{Certainty, Finding, Kind};
use crate::options::Limits;
use crate::registry::{ActorKind, Key, Slot, event, order, scopes};
use crate::snapshot::{ActorView, EndView, HoldView, View};
use crate::system::Thread;
use crate::verdict::{self, Asker, Verdict};
use std::collections::HashSet;

/// Who asks what is left of a scope.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) scope: u64,
    /// Who asks: it is not left behind itself.
    pub(crate) checker: Current,
    /// How many tasks the runtime has, where all of them are of this scope.
    pub(crate) alive: usize,
    /// The threads of the system that nobody told of.
    pub(crate) threads: &'a [Thread],
    /// Whoever asks has nothing left to do.
    pub(crate) done: bool,
    pub(crate) limits: Limits,
}

/// What is wrong in a scope.
pub(crate) fn find(question: Question<'_>) -> Vec<Finding> {
    let Question { scope, checker, alive, threads, done, limits } = question;
    let asking = checker.actor.map(Slot::key).or_else(crate::context::actor);
    let wanted = |id: u64| scopes::within(id, scope);
    let mut explain = Explain::new(scope);
    let known = View::tasks(wanted);
    if View::anything(asking, wanted) {
        let view = View::take();
        let outside = done || checker.scope == 0 || !wanted(checker.scope);
        let strangers = alive > known;
        let asker = Asker { actor: asking, outside, done, strangers, scope };
        let left = Left { view: &view, asker };
        left.report(wanted, &mut explain);
    }
    if alive > known {
        explain.unknown(alive - known);
    }
    for thread in threads {
        explain.thread(thread);
    }
    for circle in order::collect(wanted) {
        explain.circle(&circle);
    }
    for (event, tally) in event::collect(wanted) {
        if !limits.let_pass(event.kind, tally.most) {
            explain.event(event, tally);
        }
    }
    explain.findings()
}

/// How a test stands that has not ended yet.
pub(crate) enum Stand {
    /// Something of it runs, or may.
    Moves,
    /// It is proved that its body waits for ever.
    Stuck(Vec<Finding>),
    /// Nothing of it runs. Whether anybody else will end its wait, nobody knows.
    Still(Vec<Finding>),
}

/// How a test stands whose body `actor` runs, in a runtime of so many tasks.
pub(crate) fn stand(scope: u64, actor: Key, alive: usize) -> Stand {
    let wanted = |id: u64| scopes::within(id, scope);
    let strangers = alive > View::tasks(wanted);
    let asker = Asker { actor: None, outside: true, done: true, strangers, scope };
    let view = View::take();
    let verdict = Verdict::of(&view, asker);
    let proved = verdict.stuck(actor).is_some_and(|one| one.certainty == Certainty::Proved);
    if !proved && !verdict::still(&view, asker) {
        return Stand::Moves;
    }
    let mut explain = Explain::new(scope);
    let left = Left { view: &view, asker };
    left.report_waiting(&verdict, actor, wanted, &mut explain);
    let findings = explain.findings();
    if proved { Stand::Stuck(findings) } else { Stand::Still(findings) }
}

/// The knots of the whole process that are proved.
pub(crate) fn knots() -> Vec<Finding> {
    let asker = Asker { actor: None, outside: false, done: false, strangers: false, scope: 0 };
    let view = View::take();
    let verdict = Verdict::of(&view, asker);
    let mut explain = Explain::new(0);
    for knot in verdict.knots().iter().filter(|knot| knot.certainty == Certainty::Proved) {
        explain.knot(&view, knot);
    }
    explain.findings()
}

/// What is left of a scope.
struct Left<'a> {
    view: &'a View,
    asker: Asker,
}

impl Left<'_> {
    fn report(&self, wanted: impl Fn(u64) -> bool, explain: &mut Explain) {
        let verdict = Verdict::of(self.view, self.asker);
        let mut leaked: Vec<(Key, &ActorView)> = (self.view.actors.iter())
            .filter(|(key, actor)| {
                Some(**key) != self.asker.actor && actor.kind.can_leak() && wanted(actor.scope)
            })
            .map(|(key, actor)| (*key, actor))
            .collect();
        leaked.sort_by_key(|(key, _)| *key);
        self.actors(&leaked, &verdict, explain, |key, actor| self.kind(key, actor, &verdict));
        if !leaked.is_empty() {
            // An end or guard whose owner we can't tell may be with one of them.
            return;
        }
        for end in self.view.ends.iter().filter(|end| wanted(end.scope) && self.lost(end)) {
            explain.end(self.view, end);
        }
        for hold in self.view.holds.iter().filter(|hold| wanted(hold.scope) && self.kept(hold)) {
            explain.hold(self.view, hold);
        }
    }

    /// Reports each, and each knot once.
    fn actors(
        &self,
        actors: &[(Key, &ActorView)],
        verdict: &Verdict,
        explain: &mut Explain,
        kind: impl Fn(Key, &ActorView) -> (Kind, Certainty),
    ) {
        let mut told = HashSet::new();
        for &(key, actor) in actors {
            match verdict.knot_of(key) {
                Some(number) if !told.insert(number) => {}
                Some(number) => explain.knot(self.view, &verdict.knots()[number]),
                None => {
                    let (kind, certainty) = kind(key, actor);
                    explain.actor(self.view, key, actor, kind, certainty);
                }
            }
        }
    }

    /// Reports the body of a test that waits for ever, and those of its scope that do too.
    fn report_waiting(
        &self,
        verdict: &Verdict,
        body: Key,
        wanted: impl Fn(u64) -> bool,
        explain: &mut Explain,
    ) {
        let others =
            self.view.actors.iter().filter(|(key, actor)| {
                **key != body && actor.kind.can_leak() && wanted(actor.scope)
            });
        let mut others: Vec<(Key, &ActorView)> = others.map(|(&key, actor)| (key, actor)).collect();
        others.sort_by_key(|(key, _)| *key);
        let first = self.view.actors.get(&body).map(|actor| (body, actor));
        let all: Vec<(Key, &ActorView)> = first.into_iter().chain(others).collect();
        self.actors(&all, verdict, explain, |key, _| {
            let stuck = verdict.stuck(key);
            (Kind::Blocked, stuck.map_or(Certainty::Likely, |stuck| stuck.certainty))
        });
    }

    fn kind(&self, key: Key, actor: &ActorView, verdict: &Verdict) -> (Kind, Certainty) {
        let waits = || self.view.waits.iter().any(|wait| wait.actor == Some(key));
        if let Some(stuck) = verdict.stuck(key) {
            if !waits() {
                // Pending, and nobody has its waker: there is nothing to say about a wait.
                return (Kind::LeakedTask, stuck.certainty);
            }
            return (Kind::Blocked, stuck.certainty);
        }
        let kind =
            if actor.kind == ActorKind::Thread { Kind::LeakedThread } else { Kind::LeakedTask };
        (kind, Certainty::Outlived)
    }

    /// Whether no live task has the end, which keeps the other end waiting.
    fn lost(&self, end: &EndView) -> bool {
        let channel = end.resource.and_then(|key| self.view.resources.get(&key));
        let kind = channel.and_then(|channel| channel.kind);
        kind.is_none_or(|kind| kind.shared.is_none()) && self.gone(end.owner)
    }

    /// Whether the holder of a guard or of permits is over, and they are still held.
    fn kept(&self, hold: &HoldView) -> bool {
        self.gone(hold.actor)
    }

    fn gone(&self, owner: Option<Key>) -> bool {
        let Some(owner) = owner else { return true };
        if Some(owner) == self.asker.actor {
            // Whoever is in the scope itself may keep what it has.
            return self.asker.outside;
        }
        !self.view.actors.contains_key(&owner)
    }
}
