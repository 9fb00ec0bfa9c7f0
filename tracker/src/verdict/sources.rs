//! Who could end a wait, and how far that can be relied on.

use super::{Asker, GUESSES};
use crate::registry::{ActorKind, How, Key, Side, Wants, scopes};
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
    /// It lay inside of the actor's future when it was used last, or is a guard that may have left the
    /// actor since it was got.
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
            Wants::Anybody if guess => somebody(self.others(waiter))?,
            Wants::Anybody => return None,
            Wants::Members => self.members(wait)?,
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
            // Readers are not in each other's way: without a writer, the turn has come.
            Wants::Turn if !self.has_writer(waiter, resource) => None,
            Wants::Turn => {
                Some(self.queued(waiter, resource, self.holders(resource, Trust::Sure)?))
            }
            Wants::Permits => {
                // Where permits were never added, nobody is expected to do so now, but could.
                let holders = self.holders(resource, Trust::Kept { untold: true })?;
                Some(self.queued(waiter, resource, holders))
            }
            Wants::Members | Wants::Actor | Wants::Anybody | Wants::Nothing => None,
        }
    }

    /// The tasks of a set. One that is over may not have been told of yet, and is then missing.
    fn members(&self, wait: &WaitView) -> Option<Vec<Source>> {
        let (set, size) = (wait.resource?, wait.target?.raw());
        let members = self.members.get(&set)?;
        let all = !self.view.resources.get(&set)?.escaped && members.len() as u64 >= size;
        let sources = members.iter().map(|&actor| Source { actor, trust: Trust::Sure });
        all.then(|| sources.collect())
    }

    /// Whether there is a writer that has a lock, or is before somebody in the queue.
    fn has_writer(&self, waiter: Key, lock: Key) -> bool {
        let mut holds = self.holds.get(&lock).into_iter().flatten();
        let mut queue = self.queues.get(&lock).into_iter().flatten();
        holds.any(|hold| !hold.shares)
            || queue.any(|wait| {
                wait.actor != Some(waiter)
                    && wait.operation.is_some_and(|one| one.wants == Wants::Holders)
            })
    }

    fn ends(&self, waiter: Key, resource: Key, side: Side, guess: bool) -> Option<Vec<Source>> {
        let mut found = Vec::new();
        for end in self.ends.get(&(resource, side)).into_iter().flatten() {
            match self.owner(end) {
                // A guess takes work that grows with the square of the actors.
                Some(_) if end.how == How::Made && self.view.actors.len() > GUESSES => return None,
                Some((actor, _)) if end.how == How::Made => {
                    found.push(Source { actor, trust: Trust::Touched });
                    found.extend(self.others(waiter));
                }
                Some((actor, owner)) => {
                    found.push(Source { actor, trust: self.trust(actor, owner, end) });
                }
                None if guess => found.extend(somebody(self.others(waiter))?),
                None => return None,
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
        // As long as it is waited by this end, it stays where it is.
        let kind = end.resource.and_then(|key| self.view.resources.get(&key)?.kind);
        let shared = kind.is_some_and(|kind| kind.shared.is_some());
        let opposite = match end.side {
            Side::Sender => Wants::Receivers,
            Side::Receiver => Wants::Senders,
        };
        let by_it = self.waits_of(actor).iter().any(|wait| {
            // What is polled by hand can go elsewhere after that.
            (wait.borrows || end.told == owner.told)
                && wait.resource == end.resource
                && wait.operation.is_some_and(|operation| shared || operation.wants == opposite)
        });
        let alike = end.resource.and_then(|key| self.ends.get(&(key, end.side)));
        let own = alike.into_iter().flatten().filter(|end| end.owner == Some(actor));
        if by_it && own.count() == 1 {
            return Trust::Sure;
        }
        Trust::Kept { untold: end.told == owner.told && owner.told != u32::MAX }
    }

    fn holders(&self, resource: Key, trust: Trust) -> Option<Vec<Source>> {
        let stays = self.view.resources.get(&resource)?.stays;
        let holds = self.holds.get(&resource).into_iter().flatten();
        holds
            .map(|hold| {
                let actor = hold.actor?;
                let trust = if stays { trust } else { self.lent(hold, actor, trust) };
                Some(Source { actor, trust })
            })
            .collect()
    }

    /// How sure it is that a guard is still with who got it. One that borrows a lock which lives as
    /// long as the program can go anywhere, and one in a boxed future goes where that goes.
    fn lent(&self, hold: &HoldView, holder: Key, trust: Trust) -> Trust {
        let Some(holder) = self.view.actors.get(&holder) else { return trust };
        if hold.moves {
            return Trust::Touched;
        }
        // What a thread that nobody saw starting gives away is not counted.
        let counted = holder.kind != ActorKind::Foreign;
        if counted && holder.told != u32::MAX && hold.given == holder.given {
            return trust;
        }
        let told = |given: u64| given >> 32;
        let untold = told(hold.given) == told(holder.given) && holder.told != u32::MAX;
        Trust::Kept { untold: counted && untold }
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

    /// Everybody else of the waiter's scope: with any of them may be what nobody knows the place of.
    fn others(&self, waiter: Key) -> impl Iterator<Item = Source> {
        let scope = self.view.actors.get(&waiter).map(|actor| actor.scope);
        let others = self.view.actors.iter().filter(move |(key, actor)| {
            let akin = scope.is_some_and(|scope| scopes::within(actor.scope, scope));
            **key != waiter && akin && actor.kind.can_leak()
        });
        others.map(|(&actor, _)| Source { actor, trust: Trust::Guess })
    }
}

/// Nothing if there is nobody.
fn somebody(sources: impl Iterator<Item = Source>) -> Option<Vec<Source>> {
    let sources: Vec<Source> = sources.collect();
    (!sources.is_empty()).then_some(sources)
}
