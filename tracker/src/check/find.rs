//! From records to findings: what of a scope is left, and what happened in it.

use super::explain::Explain;
use crate::context::Current;
use crate::finding::{Certainty, Finding, Kind};
use crate::registry::{ActorKind, Key, Slot, event, scopes};
use crate::snapshot::{ActorView, EndView, HoldView, View};
use crate::system::Thread;
use crate::verdict::{Asker, Verdict};
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
}

/// What is wrong in a scope.
pub(crate) fn find(question: Question<'_>) -> Vec<Finding> {
    let Question { scope, checker, alive, threads, done } = question;
    let asking = checker.actor.map(Slot::key).or_else(crate::context::actor);
    let wanted = |id: u64| scopes::within(id, scope);
    let mut explain = Explain::new(scope);
    let known = View::tasks(wanted);
    if View::anything(asking, wanted) {
        let view = View::take();
        let outside = done || checker.scope == 0 || !wanted(checker.scope);
        let asker = Asker { actor: asking, outside, done, strangers: alive > known };
        let left = Left { view: &view, asker };
        left.report(wanted, &mut explain);
    }
    if alive > known {
        explain.unknown(alive - known);
    }
    for thread in threads {
        explain.thread(thread);
    }
    for (event, count) in event::collect(wanted) {
        explain.event(event, count);
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
        let mut told = HashSet::new();
        for (key, actor) in &leaked {
            if let Some(number) = verdict.knot_of(*key) {
                if told.insert(number) {
                    explain.knot(self.view, &verdict.knots()[number]);
                }
                continue;
            }
            let (kind, certainty) = self.kind(*key, actor, &verdict);
            explain.actor(self.view, *key, actor, kind, certainty);
        }
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
