//! Raw locks for one.
#![allow(
    unsafe_code,
    reason = "the traits of lock_api are unsafe; all is passed on to parking_lot"
)]

use super::record::Record;
use crate::registry::{Term, Wants};
use crate::tracked::holding::Way;
use parking_lot::lock_api;
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::time::{Duration, Instant};

/// A raw lock around parking_lot's own. That one lies in a whole `Mutex`, because parking_lot's
/// `Condvar` takes nothing less.
macro_rules! raw_mutex {
    (
        $(#[$doc:meta])*
        $name:ident, $mutex:ident, $kind:ident: $noun:literal, $lock:ident: $wait:literal
    ) => {
        static $kind: Term = Term::kind($noun);
        static $lock: Term = Term::operation($wait, Wants::Holders, "dropping the guard");

        $(#[$doc])*
        pub struct $name {
            record: Record,
            inner: ::parking_lot::$mutex<()>,
        }

        impl $name {
            #[inline]
            fn raw(&self) -> &::parking_lot::$name {
                // SAFETY: whoever locks or unlocks it here does so for the lock around this one.
                unsafe { self.inner.raw() }
            }
        }

        // As parking_lot's: what the record keeps is whole after a panic, too.
        impl ::std::panic::RefUnwindSafe for $name {}

        // SAFETY: parking_lot's own lock does all of the work.
        unsafe impl lock_api::RawMutex for $name {
            #[allow(clippy::declare_interior_mutable_const, reason = "lock_api wants it so")]
            const INIT: Self =
                $name { record: Record::new(|| &$kind), inner: ::parking_lot::$mutex::new(()) };

            type GuardMarker = <::parking_lot::$name as lock_api::RawMutex>::GuardMarker;

            #[inline]
            #[track_caller]
            fn lock(&self) {
                let place = Location::caller();
                if !self.raw().try_lock() {
                    self.record.wait(&$lock, place, || self.raw().lock());
                }
                self.record.take(Way::Blocked, place);
            }

            #[inline]
            #[track_caller]
            fn try_lock(&self) -> bool {
                let locked = self.raw().try_lock();
                if locked {
                    self.record.take(Way::Tried, Location::caller());
                }
                locked
            }

            #[inline]
            unsafe fn unlock(&self) {
                self.record.free();
                // SAFETY: as the caller promises.
                unsafe { self.raw().unlock() };
            }

            #[inline]
            fn is_locked(&self) -> bool {
                self.raw().is_locked()
            }
        }

        // SAFETY: as above.
        unsafe impl lock_api::RawMutexFair for $name {
            unsafe fn unlock_fair(&self) {
                self.record.free();
                // SAFETY: as the caller promises.
                unsafe { self.raw().unlock_fair() };
            }

            #[track_caller]
            unsafe fn bump(&self) {
                self.record.free();
                // SAFETY: as the caller promises.
                unsafe { self.raw().bump() };
                self.record.take(Way::Blocked, Location::caller());
            }
        }

        // SAFETY: as above.
        unsafe impl lock_api::RawMutexTimed for $name {
            type Duration = Duration;
            type Instant = Instant;

            #[track_caller]
            fn try_lock_for(&self, timeout: Duration) -> bool {
                let locked = self.raw().try_lock_for(timeout);
                if locked {
                    self.record.take(Way::Tried, Location::caller());
                }
                locked
            }

            #[track_caller]
            fn try_lock_until(&self, timeout: Instant) -> bool {
                let locked = self.raw().try_lock_until(timeout);
                if locked {
                    self.record.take(Way::Tried, Location::caller());
                }
                locked
            }
        }
    };
}

raw_mutex! {
    /// parking_lot's [`RawMutex`](::parking_lot::RawMutex), which knows who holds it.
    RawMutex, Mutex, KIND: "parking_lot Mutex", LOCK: "a parking_lot Mutex"
}
raw_mutex! {
    /// parking_lot's [`RawFairMutex`](::parking_lot::RawFairMutex), which knows who holds it.
    RawFairMutex, FairMutex,
    FAIR_KIND: "parking_lot FairMutex", FAIR_LOCK: "a parking_lot FairMutex"
}

impl RawMutex {
    /// Gives the lock away in `wait`, and has it again afterwards.
    ///
    /// # Safety
    ///
    /// The caller has the lock.
    pub(super) unsafe fn without<R>(
        &self,
        place: &'static Location<'static>,
        wait: impl FnOnce(&mut ::parking_lot::MutexGuard<'_, ()>) -> R,
    ) -> R {
        /// Notes that the lock is back, also if the wait panics.
        struct Back<'a>(&'a RawMutex, &'static Location<'static>);

        impl Drop for Back<'_> {
            fn drop(&mut self) {
                self.0.record.take(Way::Blocked, self.1);
            }
        }

        self.record.free();
        let _back = Back(self, place);
        // SAFETY: as the caller promises; the guard is never dropped, as the lock stays the caller's.
        let mut guard = ManuallyDrop::new(unsafe { self.inner.make_guard_unchecked() });
        wait(&mut guard)
    }
}
