//! The locks that whoever runs on this thread has, in the order in which they were taken.
//!
//! A lock that is taken while no other is held costs an entry in a list of the thread. Only with a
//! second one is anything compared. A task that waits takes its entries along.

use crate::clock;
use crate::context::{self, Current};
use crate::finding::Kind;
use crate::registry::event::{self, Event};
use crate::registry::order::{self, Grip, Step};
use crate::registry::{self, Actor, Hold, Key, Resource, Slot};
use dashmap::DashMap;
use std::cell::Cell;
use std::panic::Location;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How a lock is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// At once or not at all: nobody waits, so that no order matters.
    Tried,
    /// By a call that would block the thread.
    Blocked,
    /// By a future that would let the rest of its task run on.
    Awaited,
}

/// A lock that is held, by the records that tell whether it still is.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) lock: &'static Slot<Resource>,
    /// The record of the guard, unless the lock's own names its only holder.
    pub(crate) part: Option<(&'static Slot<Hold>, Key)>,
}

/// What the records say of a lock that is held.
struct Held {
    actor: u64,
    site: u32,
    /// Others may have it as well.
    reads: bool,
    /// It keeps others out, but it is no lock, or may be with somebody else by now.
    gate: bool,
}

impl Taken {
    pub(crate) fn alone(lock: &'static Slot<Resource>) -> Self {
        Taken { lock, part: None }
    }

    /// The address of the record that is there for as long as it is held.
    #[inline]
    fn address(self) -> usize {
        match self.part {
            None => std::ptr::from_ref(self.lock) as usize,
            Some((hold, _)) => std::ptr::from_ref(hold) as usize,
        }
    }

    /// Nothing if the guard is gone.
    fn read(self) -> Option<Held> {
        let Some((hold, key)) = self.part else {
            let lock = &self.lock.fields.lock;
            let actor = lock.holder.load(Ordering::Relaxed);
            let site = lock.holder_place.get().map_or(0, |place| registry::site(place).index);
            let held = Held { actor, site, reads: false, gate: false };
            return (actor != 0).then_some(held);
        };
        let read = |now, hold: &Hold| {
            let moves = hold.moves.load(Ordering::Relaxed);
            let held = Held {
                actor: hold.actor.load(Ordering::Relaxed),
                site: hold.site.load(Ordering::Relaxed),
                reads: hold.reads.load(Ordering::Relaxed),
                gate: moves || hold.permits.load(Ordering::Relaxed) > 0,
            };
            (now == key).then_some(held)
        };
        hold.read(read).flatten()
    }
}

/// An entry of the list.
#[derive(Clone, Copy)]
struct Entry {
    taken: Taken,
    /// The task has had futures that wait beside each other, and nobody can tell which has the lock.
    astray: bool,
    /// Since when the task has waited with it, now and then; zero if it has not.
    since: u32,
}

/// So many locks at once are compared; who holds more is not looked at until it has none.
const DEPTH: usize = 16;

struct List {
    length: Cell<usize>,
    /// The only entry, not counted in the length, while it says nothing but the lock. It is so
    /// mostly, and a lock that is taken and given back alone then touches nothing else here.
    only: Cell<Option<&'static Slot<Resource>>>,
    entries: [Cell<Option<Entry>>; DEPTH],
    overflown: Cell<bool>,
}

thread_local! {
    static LIST: List = const {
        List {
            length: Cell::new(0),
            only: Cell::new(None),
            entries: [const { Cell::new(None) }; DEPTH],
            overflown: Cell::new(false),
        }
    };
}

/// What tasks hold that wait.
static AWAY: LazyLock<DashMap<u64, Vec<Entry>>> = LazyLock::new(DashMap::new);

impl List {
    #[inline]
    fn is_empty(&self) -> bool {
        self.length.get() == 0 && self.only.get().is_none()
    }

    /// Makes an entry like all others of the only one.
    fn settle(&self) {
        if let Some(lock) = self.only.take() {
            let entry = Entry { taken: Taken::alone(lock), astray: false, since: 0 };
            self.entries[0].set(Some(entry));
            self.length.set(1);
        }
    }

    fn push(&self, entry: Entry) {
        self.settle();
        let length = self.length.get();
        match self.entries.get(length) {
            Some(free) => {
                free.set(Some(entry));
                self.length.set(length + 1);
            }
            None => self.overflown.set(true),
        }
    }

    /// Keeps the entries that `keep` picks, in their order.
    #[cold]
    fn retain(&self, mut keep: impl FnMut(Entry) -> bool) {
        self.settle();
        let mut kept = 0;
        for place in 0..self.length.get() {
            let entry = self.entries[place].get();
            if entry.is_some_and(&mut keep) {
                self.entries[kept].set(entry);
                kept += 1;
            }
        }
        self.shrink(kept);
    }

    fn shrink(&self, length: usize) {
        self.length.set(length);
        if length == 0 {
            self.overflown.set(false);
        }
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        self.entries[..self.length.get()].iter().filter_map(Cell::get)
    }
}

/// Notes that whoever runs has taken a lock for one, and holds no other. False if that is not so,
/// and nothing is noted.
#[inline]
pub(crate) fn take_only(lock: &'static Slot<Resource>) -> bool {
    let only = |list: &List| {
        let none = list.is_empty();
        if none {
            list.only.set(Some(lock));
        }
        none
    };
    LIST.try_with(only).unwrap_or(false)
}

/// Notes that whoever runs has taken a lock.
#[inline(never)]
pub(crate) fn take(taken: Taken, reads: bool, way: Way, place: &'static Location<'static>) {
    let current = context::current();
    if nobody_knows(way, &current) {
        return;
    }
    let _ending = LIST.try_with(|list| {
        list.settle();
        if list.length.get() > 0 && way != Way::Tried {
            compare(list, taken, Target { reads, way, site: registry::site(place).index }, current);
        }
        list.push(Entry { taken, astray: false, since: 0 });
    });
}

/// Of a task that nobody tracks only the thread is known, which runs many of them.
#[inline]
pub(crate) fn nobody_knows(way: Way, current: &Current) -> bool {
    way == Way::Awaited && current.waker == 0
}

/// Notes that the only guard of a lock goes.
#[inline]
pub(crate) fn give(lock: &'static Slot<Resource>) {
    let only = |list: &List| {
        let only = list.only.get().is_some_and(|only| std::ptr::eq(only, lock));
        if only {
            list.only.set(None);
        }
        only
    };
    if !LIST.try_with(only).unwrap_or(true) {
        forget(std::ptr::from_ref(lock) as usize);
    }
}

/// Notes that a guard goes which has a record of its own.
#[inline]
pub(crate) fn give_part(hold: &'static Slot<Hold>) {
    forget(std::ptr::from_ref(hold) as usize);
}

/// A guard that went to another task is not in the list here.
#[inline(never)]
fn forget(address: usize) {
    let _ending = LIST.try_with(|list| {
        list.settle();
        let Some(last) = list.length.get().checked_sub(1) else { return };
        let Some(entry) = list.entries[last].get() else { return };
        if entry.since == 0 && entry.taken.address() == address {
            list.shrink(last);
        } else {
            list.retain(|entry| {
                let other = entry.taken.address() != address;
                if !other && entry.since != 0 {
                    held_across(entry);
                }
                other
            });
        }
    });
}

/// Notes that a guard goes which its task had while it waited.
#[cold]
fn held_across(entry: Entry) {
    let (time, current) = (clock::since(entry.since), context::current());
    if let (true, Some(slot), Some(held)) = (time >= LONG, current.actor, entry.taken.read()) {
        // Permits and owned guards are made to be kept while something is done.
        if !held.gate {
            let event = Event {
                scope: current.scope,
                kind: Kind::LockHeldAcrossAwait,
                at: held.site,
                other: slot.fields.last.load(Ordering::Relaxed),
                task: slot.fields.site.load(Ordering::Relaxed),
            };
            event::measure(event, time.as_millis() as u64);
        }
    }
}

/// The shortest time that is worth a second look.
const LONG: Duration = Duration::from_millis(20);

/// Tells that each lock which is held was taken before this one.
#[cold]
fn compare(list: &List, taken: Taken, target: Target, current: Current) {
    let Some(slot) = current.actor.or_else(context::thread) else { return };
    let (actor, me) = (&slot.fields, slot.key().raw());
    let Target { reads, way, site } = target;
    // Futures that a task polls side by side don't wait for each other: the task goes on with one
    // while another is pending. Of the other somebody has a waker, or it has woken the task already.
    let beside = actor.woken.is_set() || actor.unattributed_now(0) > 0;
    if list.overflown.get() || (way == Way::Awaited && beside) {
        return;
    }
    let held = || list.entries().filter_map(|entry| Some((entry, entry.taken.read()?)));
    // Mostly this thread has done the same before.
    let mut digest = Digest(me ^ current.scope.rotate_left(32));
    digest.add(taken.lock, site, reads);
    for (entry, held) in held() {
        digest.add(entry.taken.lock, held.site, held.reads);
    }
    if RECENT.try_with(|recent| digest.is_in(recent)).unwrap_or(true) {
        return;
    }
    let grip = |(entry, held): (Entry, Held)| Grip::of(entry.taken.lock, held.site, held.reads);
    let guards: Vec<Grip> = held().map(grip).collect();
    let target = Grip::of(taken.lock, site, reads);
    if guards.iter().all(|guard| guard.lock != target.lock) {
        for (entry, held) in held() {
            // Who blocks its thread keeps all of its futures from going on.
            let beside = entry.astray && way == Way::Awaited;
            if held.actor != me || held.gate || beside {
                continue;
            }
            entry.taken.lock.fields.lock.ordered.store(true, Ordering::Relaxed);
            let step = Step::of(slot, current.scope, grip((entry, held)), target);
            order::note(Step { guards: guards.clone(), ..step }, taken.lock);
        }
    }
    let _ending = RECENT.try_with(|recent| digest.put(recent));
}

/// What is taken.
#[derive(Clone, Copy)]
struct Target {
    reads: bool,
    way: Way,
    site: u32,
}

/// A number that stands for who takes a lock, where, and after which others.
struct Digest(u64);

/// What this thread told last, and how many steps were noted then.
type Recent = [Cell<(u64, u32)>; 32];

thread_local! {
    static RECENT: Recent = const { [const { Cell::new((0, 0)) }; 32] };
}

impl Digest {
    fn add(&mut self, lock: &Slot<Resource>, site: u32, reads: bool) {
        for part in [lock.key().raw(), u64::from(site) << 1 | u64::from(reads)] {
            self.0 = (self.0.rotate_left(26) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn place(&self) -> usize {
        (self.0 >> 59) as usize
    }

    fn is_in(&self, recent: &Recent) -> bool {
        recent[self.place()].get() == (self.0, order::noted())
    }

    fn put(&self, recent: &Recent) {
        recent[self.place()].set((self.0, order::noted()));
    }
}

/// A poll of a task begins: what it holds is with this thread again.
#[inline]
pub(crate) fn resume(slot: &Slot<Actor>) {
    if slot.fields.holds.load(Ordering::Relaxed) {
        bring(slot);
    }
}

#[cold]
fn bring(slot: &Slot<Actor>) {
    slot.fields.holds.store(false, Ordering::Relaxed);
    let Some((_, entries)) = AWAY.remove(&slot.key().raw()) else { return };
    let _ending = LIST.try_with(|list| entries.into_iter().for_each(|entry| list.push(entry)));
}

/// A poll of a task ends, and so many wakers of it are somewhere: what it holds waits with it.
#[inline]
pub(crate) fn suspend(slot: &Slot<Actor>, wakers: u32) {
    let _ending = LIST.try_with(|list| {
        if !list.is_empty() {
            let entries = own(list, slot, wakers > 1);
            if !entries.is_empty() {
                AWAY.insert(slot.key().raw(), entries);
                slot.fields.holds.store(true, Ordering::Relaxed);
            }
        }
    });
}

/// A task is over. What it still holds, it has given to somebody, or forgotten.
#[inline]
pub(crate) fn end(slot: &Slot<Actor>) {
    let _ending = LIST.try_with(|list| {
        if !list.is_empty() {
            own(list, slot, false);
        }
    });
    if slot.fields.holds.load(Ordering::Relaxed) {
        slot.fields.holds.store(false, Ordering::Relaxed);
        AWAY.remove(&slot.key().raw());
    }
}

/// Takes what an actor holds out of the list.
#[cold]
fn own(list: &List, slot: &Slot<Actor>, astray: bool) -> Vec<Entry> {
    let me = slot.key().raw();
    let mut own = Vec::new();
    list.retain(|entry| match entry.taken.read() {
        Some(held) if held.actor == me => {
            let since = if entry.since == 0 { clock::now() } else { entry.since };
            own.push(Entry { astray: astray || entry.astray, since, ..entry });
            false
        }
        held => held.is_some(),
    });
    own
}
