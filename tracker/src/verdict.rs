//! Who can still be woken: a fixpoint over what waits for whom.
//!
//! A task is alive if it runs, if somebody untracked has its waker, or if one of those who could
//! end its wait is alive. What is left is stuck. Every doubt makes a task alive, so that doubt never
//! accuses.

use crate::finding::Certainty;
use crate::registry::{ActorKind, How, Key, Side, State, Wants};
use crate::snapshot::{ActorView, View, WaitView};
use std::collections::{HashMap, HashSet};

/// The tasks and threads that nobody who is alive can wake.
#[derive(Default)]
pub(crate) struct Verdict {
    stuck: HashMap<Key, Stuck>,
}

/// How a stuck task is stuck.
#[derive(Clone, Copy)]
pub(crate) struct Stuck {
    pub(crate) certainty: Certainty,
    /// It waits, over others or directly, for itself.
    pub(crate) circular: bool,
}

/// Who could end a wait.
struct Source {
    actor: Key,
    /// Whether it is certain that this actor, and nobody else, has the end or the guard.
    certain: bool,
}

impl Verdict {
    pub(crate) fn stuck(&self, actor: Key) -> Option<Stuck> {
        self.stuck.get(&actor).copied()
    }

    pub(crate) fn of(view: &View) -> Self {
        let mut waits: HashMap<Key, Vec<&WaitView>> = HashMap::new();
        for wait in &view.waits {
            if let Some(actor) = wait.actor {
                waits.entry(actor).or_default().push(wait);
            }
        }
        // Who could wake each idle task; tasks with an unknown source are alive from the start.
        let mut sources: HashMap<Key, Vec<Source>> = HashMap::new();
        for (&key, actor) in &view.actors {
            let waits = waits.get(&key).map_or(&[][..], Vec::as_slice);
            if !idle(actor, waits) {
                continue;
            }
            let found: Option<Vec<Vec<Source>>> =
                waits.iter().map(|wait| sources_of(wait, view)).collect();
            if let Some(found) = found {
                sources.insert(key, found.into_iter().flatten().collect());
            }
        }
        let stuck = least_alive(&view.actors, &sources);
        let stuck = stuck.iter().map(|&key| {
            let certain = sources.get(&key).is_some_and(|all| all.iter().all(|one| one.certain));
            let certainty = if certain { Certainty::Proved } else { Certainty::Likely };
            (key, Stuck { certainty, circular: reaches(key, &sources) })
        });
        let mut stuck: HashMap<Key, Stuck> = stuck.collect();
        spread_doubt(&mut stuck, &sources);
        Verdict { stuck }
    }
}

/// Whether an actor waits, and the waits are all it could be woken by.
fn idle(actor: &ActorView, waits: &[&WaitView]) -> bool {
    match actor.kind {
        ActorKind::Task | ActorKind::Root => {
            actor.state == State::Idle && !actor.woken && actor.unattributed == 0
        }
        // A thread says what it waits for; in whatever else it does, it runs.
        ActorKind::Blocking | ActorKind::Thread | ActorKind::Foreign => !waits.is_empty(),
    }
}

/// Who could end a wait; nothing if that may be anybody.
fn sources_of(wait: &WaitView, view: &View) -> Option<Vec<Source>> {
    let wants = wait.operation?.wants;
    if wants == Wants::Actor {
        let target = wait.target?;
        return Some(vec![Source { actor: target, certain: true }]);
    }
    let resource = wait.resource?;
    if view.resources.get(&resource)?.escaped {
        return None;
    }
    let ends = |side: Side| {
        let ends =
            view.ends.iter().filter(|end| end.resource == Some(resource) && end.side == side);
        ends.map(|end| Some(Source { actor: end.owner?, certain: end.how == How::Inside }))
            .collect::<Option<Vec<Source>>>()
    };
    let found = match wants {
        Wants::Senders => ends(Side::Sender)?,
        Wants::Receivers => ends(Side::Receiver)?,
        Wants::Holders => {
            let holds = view.holds.iter().filter(|hold| hold.resource == Some(resource));
            holds
                .map(|hold| Some(Source { actor: hold.actor?, certain: true }))
                .collect::<Option<Vec<Source>>>()?
        }
        Wants::Anybody | Wants::Nothing | Wants::Actor => return None,
    };
    // Nobody at all: either the wait is about to end, or we miss somebody.
    (!found.is_empty()).then_some(found)
}

/// The idle actors of which no source is alive, over any number of steps.
fn least_alive(
    actors: &HashMap<Key, ActorView>,
    sources: &HashMap<Key, Vec<Source>>,
) -> HashSet<Key> {
    let mut woken_by: HashMap<Key, Vec<Key>> = HashMap::new();
    let mut alive: Vec<Key> =
        actors.keys().filter(|key| !sources.contains_key(key)).copied().collect();
    let mut stuck: HashSet<Key> = sources.keys().copied().collect();
    for (&waiter, all) in sources {
        for source in all {
            woken_by.entry(source.actor).or_default().push(waiter);
            if !actors.contains_key(&source.actor) {
                // Its owner is over, so that the end is somewhere we can't see.
                stuck.remove(&waiter);
            }
        }
    }
    alive.extend(sources.keys().filter(|key| !stuck.contains(key)));
    while let Some(key) = alive.pop() {
        for waiter in woken_by.remove(&key).unwrap_or_default() {
            if stuck.remove(&waiter) {
                alive.push(waiter);
            }
        }
    }
    stuck
}

/// Whether an actor waits for itself, over any number of steps.
fn reaches(from: Key, sources: &HashMap<Key, Vec<Source>>) -> bool {
    let mut seen = HashSet::new();
    let mut next = vec![from];
    while let Some(key) = next.pop() {
        for source in sources.get(&key).into_iter().flatten() {
            if source.actor == from {
                return true;
            }
            if seen.insert(source.actor) {
                next.push(source.actor);
            }
        }
    }
    false
}

/// Whoever waits for one that is only likely stuck is only likely stuck.
fn spread_doubt(stuck: &mut HashMap<Key, Stuck>, sources: &HashMap<Key, Vec<Source>>) {
    loop {
        let doubtful: Vec<Key> = stuck
            .iter()
            .filter(|(key, one)| {
                one.certainty == Certainty::Proved
                    && sources.get(key).into_iter().flatten().any(|source| {
                        stuck
                            .get(&source.actor)
                            .is_none_or(|other| other.certainty != Certainty::Proved)
                    })
            })
            .map(|(key, _)| *key)
            .collect();
        if doubtful.is_empty() {
            return;
        }
        for key in doubtful {
            if let Some(one) = stuck.get_mut(&key) {
                one.certainty = Certainty::Likely;
            }
        }
    }
}
