//! In which order locks are taken, over the whole run, and where that goes round in a circle.
//!
//! What counts are locks, not places: that two places lock in two orders means nothing as long as
//! they lock different ones. A circle is told only if those who go round it are different tasks or
//! threads, if no further lock keeps them apart, and if what each holds keeps the next one out.

use super::{Actor, ActorKind, Resource, Slot};
use crate::context;
use dashmap::DashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// A lock that somebody takes or has, and where it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grip {
    pub(crate) lock: u64,
    /// What the lock is, and where it was made.
    pub(crate) kind: u32,
    pub(crate) made: u32,
    /// Where it was taken.
    pub(crate) site: u32,
    /// Others may have it as well, to read.
    pub(crate) reads: bool,
}

impl Grip {
    pub(crate) fn of(lock: &Slot<Resource>, site: u32, reads: bool) -> Self {
        Grip {
            lock: lock.key().raw(),
            kind: lock.fields.kind.load(Ordering::Relaxed),
            made: lock.fields.site.load(Ordering::Relaxed),
            site,
            reads,
        }
    }

    /// Whether who has this keeps out who has, or wants, the other.
    fn keeps_out(&self, other: &Grip) -> bool {
        self.lock == other.lock && !(self.reads && other.reads)
    }
}

/// Somebody took a lock while it had another one.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) slot: &'static Slot<Actor>,
    pub(crate) actor: u64,
    pub(crate) kind: ActorKind,
    pub(crate) spawned: u32,
    pub(crate) scope: u64,
    /// The number of this step, or of the last one before it was done again.
    pub(crate) at: u32,
    /// Steps up to this number came before it, because the actor was started or has waited for
    /// somebody afterwards.
    pub(crate) knows: u32,
    pub(crate) held: Grip,
    pub(crate) taken: Grip,
    /// All that it had then.
    pub(crate) guards: Vec<Grip>,
}

impl Step {
    /// `actor`, which runs, takes a lock while it has another one.
    pub(crate) fn of(slot: &'static Slot<Actor>, scope: u64, held: Grip, taken: Grip) -> Self {
        let actor = &slot.fields;
        Step {
            slot,
            actor: slot.key().raw(),
            kind: ActorKind::from_raw(actor.kind.load(Ordering::Relaxed)),
            spawned: actor.site.load(Ordering::Relaxed),
            scope,
            at: 0,
            knows: actor.knows.load(Ordering::Relaxed),
            held,
            taken,
            guards: Vec::new(),
        }
    }

    /// Whether it is the same step, maybe of another actor.
    fn is_like(&self, other: &Step) -> bool {
        (self.held, self.taken, &self.guards, self.scope)
            == (other.held, other.taken, &other.guards, other.scope)
    }

    /// Whether nothing that the two hold keeps one of them out while the other does this.
    fn goes_with(&self, other: &Step) -> bool {
        let apart = |one: &Grip| other.guards.iter().any(|other| one.keeps_out(other));
        self.actor != other.actor && !self.guards.iter().any(apart)
    }

    /// Whether the two could have come at the same time, for all that is known.
    fn meets(&self, other: &Step) -> bool {
        let (early, late) = if self.at < other.at { (self, other) } else { (other, self) };
        let over = early.slot.key().raw() != early.actor;
        // A thread that is not tracked may have waited for the other one's end.
        let joined = over && late.kind == ActorKind::Foreign;
        late.knows < early.at && !joined
    }
}

/// A circle: each step takes what the next one holds.
#[derive(Clone)]
pub(crate) struct Circle {
    pub(crate) steps: Vec<Step>,
    /// The steps could have come at the same time. Else one of those who go round was started by, or
    /// has waited for, another that had done so.
    pub(crate) meets: bool,
}

/// What was done while one lock was held: another one was taken, by some.
struct After {
    lock: &'static Slot<Resource>,
    taken: u64,
    steps: Vec<Step>,
}

/// By the lock that was held. What a lock has here goes with it.
static AFTER: LazyLock<DashMap<u64, Vec<After>>> = LazyLock::new(DashMap::new);
static FOUND: Mutex<Vec<Circle>> = Mutex::new(Vec::new());
/// Some circle was found of which the steps did not meet; they still may.
static APART: AtomicBool = AtomicBool::new(false);
/// How many steps were noted.
static NOTED: AtomicU32 = AtomicU32::new(0);

/// So many locks are remembered to have been taken while one was held,
const LOCKS: usize = 64;
/// and so many steps for each pair.
const STEPS: usize = 4;
/// So long a circle is looked for, and so many steps are tried for it.
const LONGEST: usize = 5;
const TRIED: usize = 2_000;
/// So many circles are kept.
const CIRCLES: usize = 128;

/// How many steps have been noted so far.
#[inline]
pub(crate) fn noted() -> u32 {
    NOTED.load(Ordering::Relaxed)
}

/// Which steps came before all that an actor does which `parent`, or this thread, starts now.
#[inline]
pub(crate) fn known(parent: Option<&'static Slot<Actor>>) -> u32 {
    if noted() == 0 {
        return 0;
    }
    let parent = parent.or_else(context::known_thread);
    parent.map_or(0, |parent| parent.fields.knows.load(Ordering::Relaxed))
}

/// Notes that whoever runs has waited for somebody's end or answer: what was done up to then came
/// before what follows. Some of it may have been done by others; that only acquits.
#[inline]
pub(crate) fn learn() {
    if noted() != 0 {
        let current = context::current().actor.or_else(context::known_thread);
        if let Some(current) = current {
            current.fields.knows.store(noted(), Ordering::Relaxed);
        }
    }
}

/// Notes a step, and looks whether it closes a circle.
pub(crate) fn note(mut step: Step, lock: &'static Slot<Resource>) {
    if !add(&mut step, lock) {
        return;
    }
    if AFTER.contains_key(&step.taken.lock) {
        let mut search = Search { steps: vec![step], best: None, left: TRIED };
        search.go_on();
        if let Some(circle) = search.best {
            keep(circle);
        }
    }
}

/// Whether the step says something new.
fn add(step: &mut Step, lock: &'static Slot<Resource>) -> bool {
    let mut all = AFTER.entry(step.held.lock).or_default();
    let place = match all.iter().position(|after| after.taken == step.taken.lock) {
        Some(place) => place,
        None => {
            if all.len() >= LOCKS {
                all.retain(|after| after.lock.key().raw() == after.taken);
            }
            if all.len() >= LOCKS {
                return false;
            }
            all.push(After { lock, taken: step.taken.lock, steps: Vec::new() });
            all.len() - 1
        }
    };
    let steps = &mut all[place].steps;
    if let Some(own) = steps.iter_mut().find(|own| own.actor == step.actor && own.is_like(step)) {
        // Nothing new but the time.
        (own.at, own.knows) = (noted(), step.knows);
        step.at = own.at;
        return APART.load(Ordering::Relaxed);
    }
    // With two who do the same, one of them is always another than who closes the circle.
    let like = steps.iter().filter(|other| other.is_like(step)).count();
    if like >= 2 && !APART.load(Ordering::Relaxed) {
        return false;
    }
    if steps.len() >= STEPS {
        steps.remove(0);
    }
    step.at = NOTED.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
    steps.push(step.clone());
    drop(all);
    step.slot.fields.knows.store(step.at, Ordering::Relaxed);
    true
}

/// A search for the way back, from the last lock taken to the first one held.
struct Search {
    steps: Vec<Step>,
    best: Option<Circle>,
    left: usize,
}

impl Search {
    fn go_on(&mut self) {
        let (Some(first), Some(last)) = (self.steps.first(), self.steps.last()) else { return };
        let (start, at) = (first.held, last.taken);
        // Copied, so that nothing is locked on the way.
        let next: Vec<Step> = AFTER.get(&at.lock).map_or_else(Vec::new, |all| {
            all.iter().flat_map(|after| after.steps.iter().cloned()).collect()
        });
        for step in next {
            let done = self.best.as_ref().is_some_and(|best| best.meets);
            if done || self.left == 0 {
                return;
            }
            self.left -= 1;
            let been = self.steps.iter().skip(1).any(|been| been.held.lock == step.taken.lock);
            let fits = !been
                && step.held.keeps_out(&at)
                && self.steps.iter().all(|other| step.goes_with(other));
            if !fits {
                continue;
            }
            let closes = step.taken.lock == start.lock;
            let shut = step.taken.keeps_out(&start);
            self.steps.push(step);
            if closes && shut {
                self.found();
            } else if !closes && self.steps.len() < LONGEST {
                self.go_on();
            }
            self.steps.pop();
        }
    }

    fn found(&mut self) {
        let pair = |(n, step): (usize, &Step)| {
            self.steps.iter().skip(n + 1).all(|other| step.meets(other))
        };
        let meets = self.steps.iter().enumerate().all(pair);
        if meets || self.best.is_none() {
            self.best = Some(Circle { steps: self.steps.clone(), meets });
        }
    }
}

impl Circle {
    /// The places that it is about, wherever it is entered.
    fn places(&self) -> Vec<(u64, u32, u32)> {
        let place = |step: &Step| (step.scope, step.held.site, step.taken.site);
        let mut places: Vec<_> = self.steps.iter().map(place).collect();
        places.sort_unstable();
        places
    }
}

fn circles() -> MutexGuard<'static, Vec<Circle>> {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep(circle: Circle) {
    let mut circles = circles();
    let places = circle.places();
    match circles.iter().position(|known| known.places() == places) {
        Some(known) if circle.meets => circles[known] = circle,
        Some(_) => {}
        None if circles.len() < CIRCLES => circles.push(circle),
        None => {}
    }
    watch(&circles);
}

fn watch(circles: &[Circle]) {
    APART.store(circles.iter().any(|circle| !circle.meets), Ordering::Relaxed);
}

/// The circles of which every step is in a scope that `wanted` picks.
pub(crate) fn collect(wanted: impl Fn(u64) -> bool) -> Vec<Circle> {
    let all = circles().clone();
    all.into_iter().filter(|one| one.steps.iter().all(|step| wanted(step.scope))).collect()
}

/// Forgets what a lock has to do with it, which is gone.
pub(crate) fn forget_lock(lock: u64) {
    AFTER.remove(&lock);
}

/// Forgets the circles of a scope that is gone.
pub(crate) fn forget(scope: u64) {
    let mut circles = circles();
    if !circles.is_empty() {
        circles.retain(|circle| circle.steps.iter().all(|step| step.scope != scope));
        watch(&circles);
    }
}
