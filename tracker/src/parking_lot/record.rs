//! The record of a raw lock: it is made without a place, and its guards are not ours, so that what
//! is held is noted at each lock and unlock.

use crate::context;
use crate::registry::Term;
use crate::tracked::hold::{Held, Lock, Part};
use crate::tracked::holding::Way;
use crate::tracked::operation::{Pending, What};
use parking_lot::lock_api;
use std::any::TypeId;
use std::cell::RefCell;
use std::panic::Location;
use std::sync::OnceLock;

/// Where somebody locks.
pub(super) type Place = &'static Location<'static>;

/// A record for a lock that can be a constant.
pub(super) struct Record {
    // Not the term itself: up to Rust 1.88 a constant may not refer to what can change.
    kind: fn() -> &'static Term,
    lock: OnceLock<Lock>,
}

/// What one thread shares of a lock with others.
struct Shared {
    lock: u64,
    actor: u64,
    _held: Held,
}

thread_local! {
    /// Guards don't leave their thread.
    static SHARED: RefCell<Vec<Shared>> = const { RefCell::new(Vec::new()) };
}

/// Whether a guard may go to another thread, so that nobody can tell who has it.
fn guards_move() -> bool {
    TypeId::of::<<parking_lot::RawMutex as lock_api::RawMutex>::GuardMarker>()
        == TypeId::of::<lock_api::GuardSend>()
}

impl Record {
    pub(super) const fn new(kind: fn() -> &'static Term) -> Self {
        Record { kind, lock: OnceLock::new() }
    }

    /// The record, for which the place of the first use stands.
    #[inline]
    fn at(&self, place: Place) -> &Lock {
        // What it guards is not known here, and could have anything inside. Where guards move, nobody
        // is noted to have one.
        self.lock
            .get_or_init(|| Lock::guarding::<Box<()>>((self.kind)(), place).whose_guards_stay())
    }

    /// Waits for the lock, with a record of the wait.
    #[cold]
    pub(super) fn wait(&self, term: &'static Term, place: Place, wait: impl FnOnce()) {
        Pending::during(What::on(term, self.at(place).resource(), place), wait);
    }

    /// Notes that whoever runs has the lock alone.
    #[inline]
    pub(super) fn take(&self, way: Way, place: Place) {
        if !guards_move() {
            // Until the unlock, which is told by `free`.
            std::mem::forget(self.at(place).alone(way, place));
        }
    }

    /// Notes that nobody has the lock alone any more. It must come before the unlock, or it would
    /// take away the mark of the next holder.
    #[inline]
    pub(super) fn free(&self) {
        if let Some(lock) = self.lock.get() {
            lock.free();
        }
    }

    /// Notes that whoever runs has the lock, maybe together with others.
    pub(super) fn share(&self, way: Way, place: Place) {
        if guards_move() || !crate::env::tracking() {
            return;
        }
        let lock = self.at(place);
        let shared = Shared {
            lock: lock.resource(),
            actor: context::actor_raw(),
            _held: lock.hold(Part::Read, way, place),
        };
        let noted =
            SHARED.try_with(|all| all.try_borrow_mut().map(|mut all| all.push(shared)).is_ok());
        if noted != Ok(true) {
            // The thread is ending.
            self.lose();
        }
    }

    /// Notes that one of those who share the lock gives it back.
    pub(super) fn unshare(&self) {
        let Some(lock) = self.lock.get().filter(|_| !guards_move()) else { return };
        let (lock, actor) = (lock.resource(), context::actor_raw());
        let found = SHARED.try_with(|all| {
            let mut all = all.try_borrow_mut().ok()?;
            let of_lock = |shared: &Shared| shared.lock == lock;
            let own = all.iter().rposition(|shared| of_lock(shared) && shared.actor == actor);
            let at = own.or_else(|| all.iter().rposition(of_lock))?;
            Some(all.swap_remove(at))
        });
        if !matches!(found, Ok(Some(_))) && crate::env::tracking() {
            // Unlocked by force from another thread: who has it now is anybody's guess.
            self.lose();
        }
    }

    /// Notes that who holds the lock is not known any more, so that nothing about it is certain.
    #[cold]
    fn lose(&self) {
        if let Some(lock) = self.lock.get() {
            lock.escapes();
        }
    }
}
