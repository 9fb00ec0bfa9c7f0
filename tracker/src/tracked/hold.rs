//! Locks and semaphores, which need no record before somebody uses them, and what is held of them.

use super::end::write_resource;
use crate::context;
use crate::registry::{Entry, Hold, Key, Resource, Slot, Term, site};
use std::panic::Location;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

/// The record of a lock, made at its first use, so that a lock can be a constant.
pub(crate) struct Lock {
    kind: &'static Term,
    made: &'static Location<'static>,
    /// What it guards could have an end of a channel inside.
    passes: bool,
    entry: OnceLock<Entry<Resource>>,
}

impl Lock {
    pub(crate) const fn new(kind: &'static Term, made: &'static Location<'static>) -> Self {
        Lock { kind, made, passes: false, entry: OnceLock::new() }
    }

    /// The same for what guards a value. What has nothing to drop can't have an end inside.
    pub(crate) const fn guarding<T>(kind: &'static Term, made: &'static Location<'static>) -> Self {
        Lock { kind, made, passes: std::mem::needs_drop::<T>(), entry: OnceLock::new() }
    }

    fn taken(&self) {
        if self.passes {
            context::current().tells();
        }
    }

    fn entry(&self) -> &Entry<Resource> {
        self.entry
            .get_or_init(|| Entry::new(|lock| write_resource(lock, self.kind, site(self.made), 0)))
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
            lock.forgotten.fetch_add(permits, Ordering::Relaxed);
            lock.forgotten_at.store(site(location).index, Ordering::Relaxed);
        }
    }

    /// Notes that permits were added, which make up for forgotten ones.
    pub(crate) fn added(&self, permits: usize) {
        let Some(lock) = self.record() else { return };
        // Who adds permits once may do it again, and nobody knows who can.
        lock.escaped.store(true, Ordering::Relaxed);
        let permits = u32::try_from(permits).unwrap_or(u32::MAX);
        let _ = lock.forgotten.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |forgotten| {
            (forgotten > 0).then(|| forgotten.saturating_sub(permits))
        });
    }

    /// A record of what is held from now on by a guard that borrows the lock.
    pub(crate) fn hold(&self, permits: usize, location: &'static Location<'static>) -> Held {
        self.taken();
        Held::new(self.resource(), permits, location, false)
    }

    /// The same for a guard that owns what keeps the lock, and can go anywhere.
    pub(crate) fn hold_owned(&self, permits: usize, location: &'static Location<'static>) -> Held {
        self.taken();
        Held::new(self.resource(), permits, location, true)
    }
}

impl std::fmt::Debug for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Lock").field(&self.kind.text).finish()
    }
}

/// Says for as long as it lives that a lock for one is held. It must go before the lock is free, or it
/// would take away the mark of the next holder.
#[derive(Debug)]
pub(crate) struct Alone(Option<&'static Resource>);

impl Lock {
    /// Notes who has the lock from now on, alone.
    #[inline]
    pub(crate) fn alone(&self, location: &'static Location<'static>) -> Alone {
        let Some(lock) = self.record() else { return Alone(None) };
        self.taken();
        let current = context::current();
        let actor = current.actor.map(Slot::key).or_else(context::actor);
        lock.holder_site.store(site(location).index, Ordering::Relaxed);
        lock.holder_scope.store(current.scope, Ordering::Relaxed);
        lock.holder.store(actor.map_or(0, Key::raw), Ordering::Relaxed);
        Alone(Some(lock))
    }
}

#[cfg(feature = "parking_lot")]
impl Lock {
    /// Notes that nobody has the lock alone any more, where the guard is not ours.
    #[inline]
    pub(crate) fn free(&self) {
        drop(Alone(self.record()));
    }
}

impl Drop for Alone {
    #[inline]
    fn drop(&mut self) {
        if let Some(lock) = self.0 {
            lock.holder.store(0, Ordering::Relaxed);
        }
    }
}

/// The record of a guard or of permits.
#[derive(Debug)]
pub(crate) struct Held(Entry<Hold>);

impl Held {
    fn new(
        resource: u64,
        permits: usize,
        location: &'static Location<'static>,
        moves: bool,
    ) -> Self {
        Held(Entry::new(|hold: &Hold| {
            hold.resource.store(resource, Ordering::Relaxed);
            hold.actor.store(context::actor().map_or(0, Key::raw), Ordering::Relaxed);
            hold.scope.store(context::current().scope, Ordering::Relaxed);
            hold.site.store(site(location).index, Ordering::Relaxed);
            hold.permits.store(u32::try_from(permits).unwrap_or(u32::MAX), Ordering::Relaxed);
            hold.moves.store(moves, Ordering::Relaxed);
        }))
    }

    /// Takes over or gives away permits.
    pub(crate) fn set_permits(&self, permits: usize) {
        if let Some(hold) = self.0.get() {
            hold.permits.store(u32::try_from(permits).unwrap_or(u32::MAX), Ordering::Relaxed);
        }
    }
}
