//! The raw lock for many readers or one writer.
#![allow(
    unsafe_code,
    reason = "the traits of lock_api are unsafe; all is passed on to parking_lot"
)]

use super::record::{Place, Record};
use crate::registry::{Term, Wants};
use crate::tracked::holding::Way;
use parking_lot::lock_api;
use std::panic::Location;
use std::time::{Duration, Instant};

static KIND: Term = Term::kind("parking_lot RwLock");
static READ: Term =
    Term::operation("a parking_lot RwLock, to read", Wants::Turn, "dropping the writer's guard");
static UPGRADABLE: Term = Term::operation(
    "a parking_lot RwLock, to read and maybe write",
    Wants::Turn,
    "dropping the guards of writers and upgradable readers",
);
static WRITE: Term = Term::operation(
    "a parking_lot RwLock, to write",
    Wants::Holders,
    "dropping the guards of all others",
);

/// parking_lot's [`RawRwLock`](::parking_lot::RawRwLock), which knows who holds it.
pub struct RawRwLock {
    record: Record,
    inner: ::parking_lot::RawRwLock,
}

impl RawRwLock {
    /// Notes a reader, if there is one more.
    fn shared(&self, locked: bool, place: Place) -> bool {
        if locked {
            self.record.share(Way::Tried, place);
        }
        locked
    }

    /// Notes a writer, if there is one.
    fn exclusive(&self, locked: bool, place: Place) -> bool {
        if locked {
            self.record.take(Way::Tried, place);
        }
        locked
    }

    /// Turns a reader into a writer, if `upgrade` does. It reads no longer while it waits: it would
    /// be in its own way.
    fn upgraded(&self, place: Place, upgrade: impl FnOnce() -> bool) -> bool {
        self.record.unshare();
        let upgraded = upgrade();
        if upgraded {
            self.record.take(Way::Tried, place);
        } else {
            self.record.share(Way::Tried, place);
        }
        upgraded
    }
}

// SAFETY, here and below: parking_lot's own lock does all of the work, and what its callers must
// promise is what ours promised.
unsafe impl lock_api::RawRwLock for RawRwLock {
    #[allow(clippy::declare_interior_mutable_const, reason = "lock_api wants it so")]
    const INIT: Self = RawRwLock {
        record: Record::new(|| &KIND),
        inner: <::parking_lot::RawRwLock as lock_api::RawRwLock>::INIT,
    };

    type GuardMarker = <::parking_lot::RawRwLock as lock_api::RawRwLock>::GuardMarker;

    #[track_caller]
    fn lock_shared(&self) {
        let place = Location::caller();
        if !self.inner.try_lock_shared() {
            self.record.wait(&READ, place, || self.inner.lock_shared());
        }
        self.record.share(Way::Blocked, place);
    }

    #[track_caller]
    fn try_lock_shared(&self) -> bool {
        self.shared(self.inner.try_lock_shared(), Location::caller())
    }

    unsafe fn unlock_shared(&self) {
        self.record.unshare();
        unsafe { self.inner.unlock_shared() };
    }

    #[track_caller]
    fn lock_exclusive(&self) {
        let place = Location::caller();
        if !self.inner.try_lock_exclusive() {
            self.record.wait(&WRITE, place, || self.inner.lock_exclusive());
        }
        self.record.take(Way::Blocked, place);
    }

    #[track_caller]
    fn try_lock_exclusive(&self) -> bool {
        self.exclusive(self.inner.try_lock_exclusive(), Location::caller())
    }

    unsafe fn unlock_exclusive(&self) {
        self.record.free();
        unsafe { self.inner.unlock_exclusive() };
    }

    fn is_locked(&self) -> bool {
        self.inner.is_locked()
    }

    fn is_locked_exclusive(&self) -> bool {
        self.inner.is_locked_exclusive()
    }
}

unsafe impl lock_api::RawRwLockFair for RawRwLock {
    unsafe fn unlock_shared_fair(&self) {
        self.record.unshare();
        unsafe { self.inner.unlock_shared_fair() };
    }

    unsafe fn unlock_exclusive_fair(&self) {
        self.record.free();
        unsafe { self.inner.unlock_exclusive_fair() };
    }

    #[track_caller]
    unsafe fn bump_shared(&self) {
        self.record.unshare();
        unsafe { self.inner.bump_shared() };
        self.record.share(Way::Blocked, Location::caller());
    }

    #[track_caller]
    unsafe fn bump_exclusive(&self) {
        self.record.free();
        unsafe { self.inner.bump_exclusive() };
        self.record.take(Way::Blocked, Location::caller());
    }
}

unsafe impl lock_api::RawRwLockDowngrade for RawRwLock {
    #[track_caller]
    unsafe fn downgrade(&self) {
        self.record.free();
        unsafe { self.inner.downgrade() };
        self.record.share(Way::Tried, Location::caller());
    }
}

unsafe impl lock_api::RawRwLockTimed for RawRwLock {
    type Duration = Duration;
    type Instant = Instant;

    #[track_caller]
    fn try_lock_shared_for(&self, timeout: Duration) -> bool {
        self.shared(self.inner.try_lock_shared_for(timeout), Location::caller())
    }

    #[track_caller]
    fn try_lock_shared_until(&self, timeout: Instant) -> bool {
        self.shared(self.inner.try_lock_shared_until(timeout), Location::caller())
    }

    #[track_caller]
    fn try_lock_exclusive_for(&self, timeout: Duration) -> bool {
        self.exclusive(self.inner.try_lock_exclusive_for(timeout), Location::caller())
    }

    #[track_caller]
    fn try_lock_exclusive_until(&self, timeout: Instant) -> bool {
        self.exclusive(self.inner.try_lock_exclusive_until(timeout), Location::caller())
    }
}

unsafe impl lock_api::RawRwLockRecursive for RawRwLock {
    #[track_caller]
    fn lock_shared_recursive(&self) {
        let place = Location::caller();
        if !self.inner.try_lock_shared_recursive() {
            self.record.wait(&READ, place, || self.inner.lock_shared_recursive());
        }
        self.record.share(Way::Blocked, place);
    }

    #[track_caller]
    fn try_lock_shared_recursive(&self) -> bool {
        self.shared(self.inner.try_lock_shared_recursive(), Location::caller())
    }
}

unsafe impl lock_api::RawRwLockRecursiveTimed for RawRwLock {
    #[track_caller]
    fn try_lock_shared_recursive_for(&self, timeout: Duration) -> bool {
        self.shared(self.inner.try_lock_shared_recursive_for(timeout), Location::caller())
    }

    #[track_caller]
    fn try_lock_shared_recursive_until(&self, timeout: Instant) -> bool {
        self.shared(self.inner.try_lock_shared_recursive_until(timeout), Location::caller())
    }
}

unsafe impl lock_api::RawRwLockUpgrade for RawRwLock {
    #[track_caller]
    fn lock_upgradable(&self) {
        let place = Location::caller();
        if !self.inner.try_lock_upgradable() {
            self.record.wait(&UPGRADABLE, place, || self.inner.lock_upgradable());
        }
        self.record.share(Way::Blocked, place);
    }

    #[track_caller]
    fn try_lock_upgradable(&self) -> bool {
        self.shared(self.inner.try_lock_upgradable(), Location::caller())
    }

    unsafe fn unlock_upgradable(&self) {
        self.record.unshare();
        unsafe { self.inner.unlock_upgradable() };
    }

    #[track_caller]
    unsafe fn upgrade(&self) {
        let place = Location::caller();
        self.upgraded(place, || {
            if !unsafe { self.inner.try_upgrade() } {
                self.record.wait(&WRITE, place, || unsafe { self.inner.upgrade() });
            }
            true
        });
    }

    #[track_caller]
    unsafe fn try_upgrade(&self) -> bool {
        self.upgraded(Location::caller(), || unsafe { self.inner.try_upgrade() })
    }
}

unsafe impl lock_api::RawRwLockUpgradeFair for RawRwLock {
    unsafe fn unlock_upgradable_fair(&self) {
        self.record.unshare();
        unsafe { self.inner.unlock_upgradable_fair() };
    }

    #[track_caller]
    unsafe fn bump_upgradable(&self) {
        self.record.unshare();
        unsafe { self.inner.bump_upgradable() };
        self.record.share(Way::Blocked, Location::caller());
    }
}

unsafe impl lock_api::RawRwLockUpgradeDowngrade for RawRwLock {
    // To read it is, before and after.
    unsafe fn downgrade_upgradable(&self) {
        unsafe { self.inner.downgrade_upgradable() };
    }

    #[track_caller]
    unsafe fn downgrade_to_upgradable(&self) {
        self.record.free();
        unsafe { self.inner.downgrade_to_upgradable() };
        self.record.share(Way::Tried, Location::caller());
    }
}

unsafe impl lock_api::RawRwLockUpgradeTimed for RawRwLock {
    #[track_caller]
    fn try_lock_upgradable_for(&self, timeout: Duration) -> bool {
        self.shared(self.inner.try_lock_upgradable_for(timeout), Location::caller())
    }

    #[track_caller]
    fn try_lock_upgradable_until(&self, timeout: Instant) -> bool {
        self.shared(self.inner.try_lock_upgradable_until(timeout), Location::caller())
    }

    #[track_caller]
    unsafe fn try_upgrade_for(&self, timeout: Duration) -> bool {
        self.upgraded(Location::caller(), || unsafe { self.inner.try_upgrade_for(timeout) })
    }

    #[track_caller]
    unsafe fn try_upgrade_until(&self, timeout: Instant) -> bool {
        self.upgraded(Location::caller(), || unsafe { self.inner.try_upgrade_until(timeout) })
    }
}
