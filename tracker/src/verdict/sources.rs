//! Who could end a wait, and how far that can be relied on.

use super::Asker;
use crate::registry::{How, Key, Side, Wants, scopes};
use crate::snapshot::{ActorView, EndView, HoldView, View, WaitView};
use std::collections::HashMap;

/// Who could end a wait.
#[derive(Clone, Copy)]
pub(super) struct Source {
    pub(super) actor: Key,
    pub(super) trust: Trust,
}

/// How sure it is that this actor, and nobody else, has the end, the guard or whatever it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// By its type it can't be elsewhere: an awaited task, a guard that borrows its lock, an end
    /// that a pending operation borrows.
    Sure,
    /// It lay inside of the actor's future when it was used last.
    Kept {
        /// Since then, the actor has passed nothing on that could have had it inside.
        untold: bool,
    },
    /// The actor made it, or used it from somewhere.
    Touched,
    /// Nobody is known to have it, and this one might.
    Guess,
}

/// What is where, by what it belongs to.
pub(super) struct Index<'a> {
    view: &'a View,
    asker: Asker,
    waits: HashMap<Key, Vec<&'a WaitView>>,
    queues: HashMap<Key, Vec<&'a WaitView>>,
    ends: HashMap<(Key, Side), Vec<&'a EndView>>,
    holds: HashMap<Key, Vec<&'a HoldView>>,
    members: HashMap<Key, Vec<Key>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(view: &'a View, asker: Asker) -> Self {
        let mut index = Index {
            view,
            asker,
            waits: HashMap::new(),
            queues: HashMap::new(),
            ends: HashMap::new(),
            holds: HashMap::new(),
            members: HashMap::new(),
        };
        for wait in &view.waits {
            if let Some(actor) = wait.actor {
                index.waits.entry(actor).or_default().push(wait);
            }
            if let Some(resource) = wait.resource {
                index.queues.entry(resource).or_default().push(wait);
            }
        }
        for end in &view.ends {
            if let Some(resource) = end.resource {
                index.ends.entry((resource, end.side)).or_default().push(end);
            }
        }
        for hold in &view.holds {
            if let Some(resource) = hold.resource {
                index.holds.entry(resource).or_default().push(hold);
            }
        }
        for (&key, actor) in &view.actors {
            if let Some(set) = actor.set {
                index.members.entry(set).or_default().push(key);
            }
        }
        index
    }

    pub(super) fn waits_of(&self, actor: Key) -> &[&'a WaitView] {
        self.waits.get(&actor).map_or(&[], Vec::as_slice)
    }

    /// Who could end a wait; nothing if that may be anybody.
    pub(super) fn sources(&self, waiter: Key, wait: &WaitView, guess: bool) -> Option<Vec<Source>> {
        let wants = wait.operation?.wants;
        let found = match wants {
            Wants::Nothing => return None,
            Wants::Actor => vec![Source { actor: wait.target?, trust: Trust::Sure }],
            Wants::Anybody => self.others(waiter, guess)?,
            _ => self.of_resource(waiter, wants, wait.resource?, guess)?,
        };
        // Nobody at all: either the wait is about to end, or we miss somebody.
        (!found.is_empty()).then_some(found)
    }

    fn of_resource(
        &self,
        waiter: Key,
        wants: Wants,
        resource: Key,
        guess: bool,
    ) -> Option<Vec<Source>> {
        if self.view.resources.get(&resource)?.escaped {
            return None;
        }
        match wants {
            Wants::Senders => self.ends(waiter, resource, Side::Sender, guess),
            Wants::Receivers => self.ends(waiter, resource, Side::Receiver, guess),
            Wants::Holders => self.holders(resource, Trust::Sure),
            Wants::Turn => {
                Some(self.queued(waiter, resource, self.holders(resource, Trust::Sure)?))
            }
            Wants::Permits => {
                // Whoever can reach the semaphore could add permits.
                let holders = self.holders(resource, Trust::Kept { untold: false })?;
                Some(self.queued(waiter, resource, holders))
            }
            Wants::Members => {
                let members = self.members.get(&resource)?.iter();
                Some(members.map(|&actor| Source { actor, trust: Trust::Sure }).collect())
            }
            Wants::Actor | Wants::Anybody | Wants::Nothing => None,
        }
    }

    fn ends(&self, waiter: Key, resource: Key, side: Side, guess: bool) -> Option<Vec<Source>> {
        let mut found = Vec::new();
        for end in self.ends.get(&(resource, side)).into_iter().flatten() {
            match self.owner(end) {
                Some((actor, owner)) => {
                    found.push(Source { actor, trust: self.trust(actor, owner, end) });
                }
                None => found.extend(self.others(waiter, guess)?),
            }
        }
        Some(found)
    }

    /// Who has an end, as far as anybody knows.
    fn owner(&self, end: &EndView) -> Option<(Key, &'a ActorView)> {
        let owner = end.owner?;
        let left = self.asker.outside && self.asker.actor == Some(owner);
        let known = self.view.actors.get(&owner)?;
        (!left).then_some((owner, known))
    }

    fn trust(&self, actor: Key, owner: &ActorView, end: &EndView) -> Trust {
        if end.how != How::Inside {
            return Trust::Touched;
        }
        // There is one receiver, and as long as it receives, it stays where it is.
        let receives = |wait: &&&WaitView| {
            wait.resource == end.resource
                && wait.operation.is_some_and(|operation| operation.wants == Wants::Senders)
        };
        let one = self.ends.get(&(end.resource.unwrap_or(actor), end.side)).map_or(0, Vec::len);
        if end.side == Side::Receiver
            && one == 1
            && self.waits_of(actor).iter().any(|w| receives(&w))
        {
            return Trust::Sure;
        }
        Trust::Kept { untold: end.told == owner.told && owner.told != u32::MAX }
    }

    fn holders(&self, resource: Key, trust: Trust) -> Option<Vec<Source>> {
        let holds = self.holds.get(&resource).into_iter().flatten();
        holds
            .map(|hold| {
                let trust = if hold.moves { Trust::Touched } else { trust };
                Some(Source { actor: hold.actor?, trust })
            })
            .collect()
    }

    /// The holders, and who else is in the queue.
    fn queued(&self, waiter: Key, resource: Key, mut holders: Vec<Source>) -> Vec<Source> {
        if !holders.is_empty() {
            let queue = self.queues.get(&resource).into_iter().flatten();
            let others = queue.filter_map(|wait| wait.actor).filter(|actor| *actor != waiter);
            holders.extend(others.map(|actor| Source { actor, trust: Trust::Sure }));
        }
        holders
    }

    /// Everybody else of the waiter's scope, if a guess is wanted and there is somebody.
    fn others(&self, waiter: Key, guess: bool) -> Option<Vec<Source>> {
        let scope = self.view.actors.get(&waiter).filter(|_| guess)?.scope;
        let others = self.view.actors.iter().filter(|(key, actor)| {
            **key != waiter && actor.kind.can_leak() && scopes::within(actor.scope, scope)
        });
        let others: Vec<Source> =
            others.map(|(&actor, _)| Source { actor, trust: Trust::Guess }).collect();
        (!others.is_empty()).then_some(others)
    }
}
