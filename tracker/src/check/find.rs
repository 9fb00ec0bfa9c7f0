//! From records to findings: what of a scope is left, and what happened in it.

use super::explain::Explain;
use crate::context::Current;
use crate::finding::{Certainty, Finding, Kind};
use crate::registry::{ActorKind, Key, Slot, event, scopes};
use crate::snapshot::{ActorView, EndView, HoldView, View};
use crate::system::Thread;
use crate::verdict::Verdict;

/// What is wrong in a scope. `checker` is who asks: it is not left behind itself. `alive` tasks are in
/// the runtime, and the system has these `threads` that nobody told of.
pub(crate) fn find(scope: u64, checker: Current, alive: usize, threads: &[Thread]) -> Vec<Finding> {
    let asking = checker.actor.map(Slot::key).or_else(crate::context::actor);
    let wanted = |id: u64| scopes::within(id, scope);
    let mut explain = Explain::new(scope);
    if View::anything(asking, wanted) {
        let view = View::take();
        let left =
            Left { view: &view, asking, inside: checker.scope != 0 && wanted(checker.scope) };
        left.report(wanted, &mut explain);
    }
    let known = View::tasks(wanted);
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
    asking: Option<Key>,
    /// Whether who asks is itself in the scope, and may keep what it has.
    inside: bool,
}

impl Left<'_> {
    fn report(&self, wanted: impl Fn(u64) -> bool, explain: &mut Explain) {
        let verdict = Verdict::of(self.view);
        let mut leaked: Vec<(Key, &ActorView)> = (self.view.actors.iter())
            .filter(|(key, actor)| {
                Some(**key) != self.asking && actor.kind.can_leak() && wanted(actor.scope)
            })
            .map(|(key, actor)| (*key, actor))
            .collect();
        leaked.sort_by_key(|(key, _)| *key);
        for (key, actor) in &leaked {
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
            let proved = stuck.certainty == Certainty::Proved;
            let kind = if proved && stuck.circular { Kind::Deadlock } else { Kind::Blocked };
            return (kind, stuck.certainty);
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
        if Some(owner) == self.asking {
            return !self.inside;
        }
        !self.view.actors.contains_key(&owner)
    }
}
