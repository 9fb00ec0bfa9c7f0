//! Who can still be woken: a fixpoint over what waits for whom.
//!
//! A task is alive if it runs, if somebody untracked has its waker, or if one of those who could
//! end its wait is alive. What is left is stuck. Every doubt makes a task alive, so that doubt never
//! accuses; and what is certain about the stuck ones is only what could not have changed unseen.

mod knot;
mod sources;

pub(crate) use knot::Knot;

use crate::finding::Certainty;
use crate::registry::{ActorKind, Handle, Key, State, scopes};
use crate::snapshot::{ActorView, View, WaitView};
use crate::strangers;
use sources::{Index, Source, Trust};
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

/// Who asks, and what may be taken for granted of those who are not in the records.
#[derive(Clone, Copy)]
pub(crate) struct Asker {
    /// Whose wait the asking itself is, if it is a task's or a thread's.
    pub(crate) actor: Option<Key>,
    /// Whoever asks has left the scope, and what it made in there is no longer with it.
    pub(crate) outside: bool,
    /// The code that asks has nothing left to do: a test whose body is over, or that is stuck itself.
    pub(crate) done: bool,
    /// There are tasks that nobody keeps a record of.
    pub(crate) strangers: bool,
    /// The scope that is asked about; threads that are older have nothing to do with it.
    pub(crate) scope: u64,
}

/// The tasks and threads that nobody who is alive can wake.
#[derive(Default)]
pub(crate) struct Verdict {
    stuck: HashMap<Key, Stuck>,
    knots: Vec<Knot>,
}

/// How a stuck task is stuck.
#[derive(Clone, Copy)]
pub(crate) struct Stuck {
    pub(crate) certainty: Certainty,
    /// The knot that it is a part of, if it waits, over others or directly, for itself.
    knot: Option<usize>,
}

/// Among so many actors a guess is worth its work, which grows with their square.
const GUESSES: usize = 500;

type Sources = HashMap<Key, Vec<Source>>;

impl Verdict {
    pub(crate) fn stuck(&self, actor: Key) -> Option<Stuck> {
        self.stuck.get(&actor).copied()
    }

    /// Those who wait for each other.
    pub(crate) fn knots(&self) -> &[Knot] {
        &self.knots
    }

    /// The knot that an actor is a part of.
    pub(crate) fn knot_of(&self, actor: Key) -> Option<usize> {
        self.stuck(actor)?.knot
    }

    pub(crate) fn of(view: &View, asker: Asker) -> Self {
        let index = Index::of(view, asker);
        // An end that no living task is known to have may lie with anybody of its scope. That counts
        // only where it closes a knot that is there for other reasons too.
        let mut guessing: HashSet<Key> = HashSet::new();
        if view.actors.len() <= GUESSES {
            guessing.extend(view.actors.keys());
        }
        let (sources, stuck) = loop {
            let sources = sources(view, &index, &guessing);
            let stuck = least_alive(&view.actors, &sources);
            let knotted = knot::closed_by_more_than_guesses(&sources, &stuck);
            let kept: HashSet<Key> = guessing.intersection(&knotted).copied().collect();
            if kept.len() == guessing.len() {
                break (sources, stuck);
            }
            guessing = kept;
        };
        let doubt = Doubt::new(view, asker, &stuck);
        let certainties = stuck.iter().map(|&key| {
            let waiter = view.actors.get(&key);
            // Who has a handle to abort it may use it, and mostly will if it waits for nothing else.
            let left_alone = waiter.is_some_and(|one| {
                let waits = !index.waits_of(key).is_empty();
                one.abort_handles == 0 && (waits || one.handle != Handle::Held)
            });
            let sure = left_alone
                && sources.get(&key).into_iter().flatten().all(|source| match source.trust {
                    Trust::Sure => true,
                    Trust::Kept { untold } => waiter.is_some_and(|one| doubt.allows(one, untold)),
                    Trust::Touched | Trust::Guess => false,
                });
            let sure = sure && index.waits_of(key).iter().all(|wait| is_asleep(wait));
            (key, if sure { Certainty::Proved } else { Certainty::Likely })
        });
        let mut certainties: HashMap<Key, Certainty> = certainties.collect();
        if blocked_ones_moved(view, &index, &certainties) {
            certainties.values_mut().for_each(|certainty| *certainty = Certainty::Likely);
        }
        spread_doubt(&mut certainties, &sources);
        let knots = knot::knots(&sources, &certainties);
        let mut stuck: HashMap<Key, Stuck> = certainties
            .into_iter()
            .map(|(key, certainty)| (key, Stuck { certainty, knot: None }))
            .collect();
        for (number, knot) in knots.iter().enumerate() {
            for party in &knot.parties {
                if let Some(one) = stuck.get_mut(party) {
                    one.knot = Some(number);
                }
            }
        }
        Verdict { stuck, knots }
    }
}

/// Whether nothing of a scope can move: all wait, for tracked things only, and nobody is around of
/// whom there is no record. Who else could end their waits, nobody knows.
pub(crate) fn still(view: &View, asker: Asker) -> bool {
    let index = Index::of(view, asker);
    let akin = |actor: &ActorView| {
        let runs = actor.kind.can_leak() || actor.kind == ActorKind::Root;
        // What is in no scope might have to do with any.
        (runs && scopes::within(actor.scope, asker.scope))
            || (actor.kind.can_leak() && actor.scope == 0)
    };
    let waits = |key: Key, actor: &ActorView| waiting(actor, index.waits_of(key)).is_some();
    let all = view.actors.iter().filter(|(_, actor)| akin(actor));
    all.into_iter().all(|(&key, actor)| waits(key, actor))
        && !asker.strangers
        && !scopes::has_strangers(asker.scope, &runtimes_of(view, asker.scope))
}

/// The runtimes that have tasks of a scope.
fn runtimes_of(view: &View, scope: u64) -> HashSet<u32> {
    let actors = view.actors.values();
    let ours = actors.filter(|actor| actor.runtime != 0 && scopes::within(actor.scope, scope));
    ours.map(|actor| actor.runtime).collect()
}

/// Who could wake each idle task; tasks with an unknown source are alive from the start, and not in
/// here. For those in `guessing`, an end whose owner is unknown lies with anybody of its scope.
fn sources(view: &View, index: &Index<'_>, guessing: &HashSet<Key>) -> Sources {
    let mut sources = Sources::new();
    for (&key, actor) in &view.actors {
        let Some(waits) = waiting(actor, index.waits_of(key)) else { continue };
        if may_be_dropped(view, actor) && !waits.iter().any(|wait| wait.blocks) {
            continue;
        }
        let found: Option<Vec<Vec<Source>>> =
            waits.iter().map(|wait| index.sources(key, wait, guessing.contains(&key))).collect();
        if let Some(found) = found {
            sources.insert(key, found.into_iter().flatten().collect());
        }
    }
    sources
}

/// Whether a task is of a runtime that has ended, or of a set that aborts its tasks or is gone, which
/// does the same. It may be dropped at any time, and waits for nobody any more.
fn may_be_dropped(view: &View, actor: &ActorView) -> bool {
    let aborts = |set: Key| view.resources.get(&set).is_none_or(|set| set.escaped);
    let ended = actor.kind == ActorKind::Task
        && actor.runtime != 0
        && !view.runtimes.contains_key(&actor.runtime);
    ended || actor.set.is_some_and(aborts)
}

/// Whether the thread that a wait blocks is asleep, which it is not just before and after.
fn is_asleep(wait: &WaitView) -> bool {
    !wait.blocks || wait.thread == 0 || strangers::is_asleep(wait.thread)
}

/// Whether one of those who are proved to be stuck, and block their threads, has moved since the view
/// was taken, so that its thread may have been asleep in another wait.
fn blocked_ones_moved(
    view: &View,
    index: &Index<'_>,
    certainties: &HashMap<Key, Certainty>,
) -> bool {
    let proved = certainties.iter().filter(|(_, certainty)| **certainty == Certainty::Proved);
    let blocked: HashSet<Key> = proved
        .map(|(key, _)| *key)
        .filter(|key| index.waits_of(*key).iter().any(|wait| wait.blocks))
        .collect();
    !blocked.is_empty() && !view.still_holds(&blocked)
}

/// What an actor waits for, if that is all it could be woken by; nothing if it runs, or will.
fn waiting<'a>(actor: &ActorView, waits: &[&'a WaitView]) -> Option<Vec<&'a WaitView>> {
    let blocks: Vec<&WaitView> = waits.iter().filter(|wait| wait.blocks).copied().collect();
    if !blocks.is_empty() {
        // Whatever else it would wait for, it does not get there.
        return Some(blocks);
    }
    let is_task = matches!(actor.kind, ActorKind::Task | ActorKind::Root);
    let idle = is_task
        && actor.state == State::Idle
        && !actor.woken
        && actor.unattributed == 0
        && actor.handle != Handle::Aborted;
    idle.then(|| waits.to_vec())
}

/// The idle actors of which no source is alive, over any number of steps.
fn least_alive(actors: &HashMap<Key, ActorView>, sources: &Sources) -> HashSet<Key> {
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

/// Whoever waits for one that is only likely stuck is only likely stuck.
fn spread_doubt(certainties: &mut HashMap<Key, Certainty>, sources: &Sources) {
    let mut waiters: HashMap<Key, Vec<Key>> = HashMap::new();
    for (&waiter, all) in sources {
        for source in all {
            waiters.entry(source.actor).or_default().push(waiter);
        }
    }
    let mut doubtful: Vec<Key> = certainties
        .iter()
        .filter(|(_, certainty)| **certainty != Certainty::Proved)
        .map(|(key, _)| *key)
        .collect();
    while let Some(key) = doubtful.pop() {
        for waiter in waiters.remove(&key).unwrap_or_default() {
            if let Some(certainty @ Certainty::Proved) = certainties.get_mut(&waiter) {
                *certainty = Certainty::Likely;
                doubtful.push(waiter);
            }
        }
    }
}

/// Whether an end that was last seen inside of a stuck task may have got elsewhere since, by ways
/// that nobody sees: it was moved, and whoever has it now has not used it yet.
struct Doubt<'a> {
    view: &'a View,
    asker: Asker,
    stuck: &'a HashSet<Key>,
    /// The scopes of those who run, and could have got it.
    running: HashSet<u64>,
    /// Whether there may be threads or tasks that nobody keeps a record of.
    strangers: OnceCell<bool>,
}

impl<'a> Doubt<'a> {
    fn new(view: &'a View, asker: Asker, stuck: &'a HashSet<Key>) -> Self {
        // The main task of somebody else has nothing to do with a scope that it is not in.
        let has_to_do = |actor: &ActorView| match actor.kind {
            ActorKind::Root => scopes::within(actor.scope, asker.scope),
            kind => kind.can_leak(),
        };
        let running = view.actors.iter().filter(|(key, actor)| {
            has_to_do(actor) && Some(**key) != asker.actor && !stuck.contains(key)
        });
        let running = running.map(|(_, actor)| actor.scope).collect();
        Doubt { view, asker, stuck, running, strangers: OnceCell::new() }
    }

    /// Whether a runtime that has tasks of the scope may have some without a record.
    fn has_unknown_tasks(&self, runtimes: &HashSet<u32>) -> bool {
        let mut known: HashMap<u32, usize> = HashMap::new();
        for actor in self.view.actors.values().filter(|actor| actor.runtime != 0) {
            let counted = actor.kind == ActorKind::Task && !actor.local;
            *known.entry(actor.runtime).or_default() += usize::from(counted);
        }
        runtimes.iter().any(|runtime| self.view.runtimes.get(runtime) > known.get(runtime))
    }

    /// `untold`: since the end was used, its owner has passed nothing on by tracked ways.
    fn allows(&self, waiter: &ActorView, untold: bool) -> bool {
        let scope = waiter.scope;
        let akin = |other: u64| scopes::within(other, scope) || scopes::within(scope, other);
        let strangers = || {
            let runtimes = runtimes_of(self.view, self.asker.scope);
            self.asker.strangers
                || self.has_unknown_tasks(&runtimes)
                || scopes::has_strangers(self.asker.scope, &runtimes)
                // One of them may have been done before they were looked for.
                || !self.view.still_holds(self.stuck)
        };
        (self.asker.done || untold)
            && !self.running.iter().any(|&other| akin(other))
            && !*self.strangers.get_or_init(strangers)
    }
}
