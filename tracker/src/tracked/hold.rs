//! Locks and semaphores, which need no record before somebody uses them, and what is held of them.

use super::end::{Made, write_channel};
use super::holding::{self, Taken, Way};
use crate::context;
use crate::registry::{Entry, Hold, Key, Resource, Slot, Term, order, site};
use std::panic::Location;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

/// The record of a lock, made at its first use, so that a lock can be a constant.
pub(crate) struct Lock {
    kind: &'static Term,
    made: &'static Location<'static>,
    /// What it guards could have an end of a channel inside.
    passes: bool,
    /// Its guards can't leave the thread or task that has them.
    stays: bool,
    entry: OnceLock<Entry<Resource>>,
}

impl Lock {
    pub(crate) const fn new(kind: &'static Term, made: &'static Location<'static>) -> Self {
        Lock { kind, made, passes: false, stays: false, entry: OnceLock::new() }
    }

    /// The same for what guards a value. What has nothing to drop can't have an end inside.
    pub(crate) const fn guarding<T>(kind: &'static Term, made: &'static Location<'static>) -> Self {
        let passes = std::mem::needs_drop::<T>();
        Lock { kind, made, passes, stays: false, entry: OnceLock::new() }
    }

    /// The same lock, whose guards can't leave the thread or task that has them. Others can, where
    /// the lock lives as long as the program.
    pub(crate) const fn whose_guards_stay(mut self) -> Self {
        self.stays = true;
        self
    }

    #[inline]
    fn taken(&self) {
        if self.passes {
            context::current().tells();
        }
    }

    #[inline]
    fn entry(&self) -> &Entry<Resource> {
        self.entry.get().unwrap_or_else(|| self.make_entry())
    }

    #[cold]
    fn make_entry(&self) -> &Entry<Resource> {
        self.entry.get_or_init(|| {
            Entry::new(|lock| {
                write_channel(lock, self.kind, Made::here(self.made), 0);
                lock.lock.stays.store(self.stays, Ordering::Relaxed);
            })
        })
    }

    /// The lock, as records store it.
    pub(crate) fn resource(&self) -> u64 {
        self.entry().raw()
    }

    pub(crate) fn record(&self) -> Option<&'static Resource> {
        self.entry().get()
    }

    /// Notes that permits are gone for good.
    pub(crate) fn forgot(&self, permits: usize, location: &'static Location<'static>) {
        if let Some(lock) = self.record() {
            let permits = u32::try_from(permits).unwrap_or(u32::MAX);
            lock.lock.forgotten.fetch_add(permits, Ordering::Relaxed);
            lock.lock.forgotten_at.store(site(location).index, Ordering::Relaxed);
        }
    }

    /// Notes that permits were added, which make up for forgotten ones.
    pub(crate) fn added(&self, permits: usize) {
        let Some(lock) = self.record() else { return };
        // Who adds permits once may do it again, and nobody knows who can.
        lock.escaped.store(true, Ordering::Relaxed);
        let permits = u32::try_from(permits).unwrap_or(u32::MAX);
        let _ =
            lock.lock.forgotten.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |forgotten| {
                (forgotten > 0).then(|| forgotten.saturating_sub(permits))
            });
    }

    /// Notes that nothing about it is certain any more.
    pub(crate) fn escapes(&self) {
        if let Some(lock) = self.record() {
            lock.escaped.store(true, Ordering::Relaxed);
        }
    }

    /// A record of what is held from now on by a guard that borrows the lock.
    pub(crate) fn hold(&self, part: Part, way: Way, location: &'static Location<'static>) -> Held {
        self.taken();
        Held::new(self.entry().slot(), part, way, location, false)
    }

    /// The same for a guard that owns what keeps the lock, and can go anywhere.
    pub(crate) fn hold_owned(
        &self,
        part: Part,
        way: Way,
        location: &'static Location<'static>,
    ) -> Held {
        self.taken();
        Held::new(self.entry().slot(), part, way, location, true)
    }
}

impl std::fmt::Debug for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Lock").field(&self.kind.text).finish()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let Some(slot) = self.entry.get().and_then(Entry::slot) else { return };
        let lock = &slot.fields.lock;
        if lock.ordered.load(Ordering::Relaxed) {
            order::forget_lock(slot.key().raw());
        }
        lock.end();
    }
}

/// Says for as long as it lives that a lock for one is held. It must go before the lock is free, or it
/// would take away the mark of the next holder.
#[derive(Debug)]
pub(crate) struct Alone(Option<&'static Slot<Resource>>);

impl Lock {
    /// Notes who has the lock from now on, alone.
    #[inline(always)]
    pub(crate) fn alone(&self, way: Way, location: &'static Location<'static>) -> Alone {
        // Mostly it is known, and so is who runs, who has no other lock.
        let current = context::current();
        let known = self.entry.get().and_then(Entry::slot);
        let actor = current.actor.or_else(context::known_thread);
        let (Some(slot), Some(actor)) = (known, actor) else { return self.first(way, location) };
        if !holding::nobody_knows(way, &current) && !holding::take_only(slot) {
            holding::take(Taken::alone(slot), false, way, location);
        }
        self.taken();
        let lock = &slot.fields.lock;
        lock.holder_place.set(location);
        // Mostly it is the same; and what is stored while a lock is held keeps back its unlock.
        if lock.holder_scope.load(Ordering::Relaxed) != current.scope {
            lock.holder_scope.store(current.scope, Ordering::Relaxed);
        }
        if !self.stays {
            lock.holder_given.store(actor.fields.given.get(), Ordering::Relaxed);
        }
        lock.holder.store(actor.key().raw(), Ordering::Relaxed);
        Alone(Some(slot))
    }

    /// The same where something is seen for the first time.
    #[cold]
    fn first(&self, way: Way, location: &'static Location<'static>) -> Alone {
        match (self.entry().slot(), context::actor()) {
            (Some(_), Some(_)) => self.alone(way, location),
            _ => Alone(None),
        }
    }
}

#[cfg(feature = "parking_lot")]
impl Lock {
    /// Notes that nobody has the lock alone any more, where the guard is not ours.
    #[inline]
    pub(crate) fn free(&self) {
        drop(Alone(self.entry().slot()));
    }
}

impl Drop for Alone {
    #[inline]
    fn drop(&mut self) {
        if let Some(slot) = self.0 {
            holding::give(slot);
            slot.fields.lock.holder.store(0, Ordering::Relaxed);
        }
    }
}

/// How much of a lock is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The right to read, together with others.
    Read,
    /// All of it.
    Write,
    /// So many permits of a semaphore, and whether none is left.
    Permits(usize, bool),
}

/// The record of a guard or of permits.
#[derive(Debug)]
pub(crate) struct Held(Entry<Hold>);

impl Held {
    fn new(
        lock: Option<&'static Slot<Resource>>,
        part: Part,
        way: Way,
        location: &'static Location<'static>,
        moves: bool,
    ) -> Self {
        let current = context::current();
        let actor = current.actor.or_else(context::thread).map(Slot::key);
        let (permits, reads) = match part {
            Part::Read => (0, true),
            Part::Write => (0, false),
            Part::Permits(permits, last) => (permits, !last),
        };
        let site = site(location);
        let held = Entry::new(|hold: &Hold| {
            hold.resource.store(lock.map_or(0, |lock| lock.key().raw()), Ordering::Relaxed);
            hold.actor.store(actor.map_or(0, Key::raw), Ordering::Relaxed);
            hold.scope.store(current.scope, Ordering::Relaxed);
            hold.site.store(site.index, Ordering::Relaxed);
            hold.permits.store(u32::try_from(permits).unwrap_or(u32::MAX), Ordering::Relaxed);
            hold.given.store(current.given(), Ordering::Relaxed);
            hold.moves.store(moves, Ordering::Relaxed);
            hold.reads.store(reads, Ordering::Relaxed);
        });
        if let (Some(lock), Some(hold)) = (lock, held.slot()) {
            let taken = Taken { lock, part: Some((hold, hold.key())) };
            holding::take(taken, reads, way, location);
        }
        Held(held)
    }

    /// Notes that who wrote only reads from now on.
    pub(crate) fn reads(self) -> Self {
        if let Some(hold) = self.0.get() {
            hold.reads.store(true, Ordering::Relaxed);
        }
        self
    }

    /// Takes over or gives away permits.
    pub(crate) fn set_permits(&self, permits: usize) {
        if let Some(hold) = self.0.get() {
            hold.permits.store(u32::try_from(permits).unwrap_or(u32::MAX), Ordering::Relaxed);
        }
    }
}

impl Drop for Held {
    #[inline]
    fn drop(&mut self) {
        if let Some(hold) = self.0.slot() {
            holding::give_part(hold);
        }
    }
}
