//! Waiting for a condition.

use super::{Mutex, MutexGuard};
use crate::registry::{Term, Wants};
use crate::tracked::hold::Lock;
use crate::tracked::operation::{Pending, What};
use parking_lot::WaitTimeoutResult;
use std::fmt;
use std::panic::Location;
use std::time::{Duration, Instant};

static KIND: Term = Term::kind("parking_lot Condvar");
static WAIT: Term =
    Term::operation("a parking_lot Condvar", Wants::Anybody, "notify_one or notify_all");

/// A condition to wait for: parking_lot's [`Condvar`](::parking_lot::Condvar).
///
/// # Examples
///
/// ```
/// use linger::parking_lot::{Condvar, Mutex};
///
/// let (ready, changed) = (Mutex::new(true), Condvar::new());
/// let mut guard = ready.lock();
/// changed.wait_while(&mut guard, |ready| !*ready);
/// assert!(*guard);
/// ```
pub struct Condvar {
    record: Lock,
    inner: ::parking_lot::Condvar,
}

impl Condvar {
    /// As parking_lot's `new`.
    #[track_caller]
    pub const fn new() -> Condvar {
        let record = Lock::new(&KIND, Location::caller());
        Condvar { record, inner: ::parking_lot::Condvar::new() }
    }

    /// As parking_lot's `notify_one`.
    pub fn notify_one(&self) -> bool {
        self.inner.notify_one()
    }

    /// As parking_lot's `notify_all`.
    pub fn notify_all(&self) -> usize {
        self.inner.notify_all()
    }

    /// As parking_lot's `wait`.
    ///
    /// # Panics
    ///
    /// Panics if another thread waits with another lock.
    #[track_caller]
    pub fn wait<T: ?Sized>(&self, mutex_guard: &mut MutexGuard<'_, T>) {
        let location = Location::caller();
        let what = What::on(&WAIT, self.record.resource(), location);
        without(MutexGuard::mutex(mutex_guard), location, |guard| {
            Pending::during(what, || self.inner.wait(guard));
        });
    }

    /// As parking_lot's `wait_until`.
    ///
    /// # Panics
    ///
    /// Panics if another thread waits with another lock.
    #[track_caller]
    pub fn wait_until<T: ?Sized>(
        &self,
        mutex_guard: &mut MutexGuard<'_, T>,
        timeout: Instant,
    ) -> WaitTimeoutResult {
        let wait =
            |guard: &mut ::parking_lot::MutexGuard<'_, ()>| self.inner.wait_until(guard, timeout);
        without(MutexGuard::mutex(mutex_guard), Location::caller(), wait)
    }

    /// As parking_lot's `wait_for`.
    ///
    /// # Panics
    ///
    /// Panics if another thread waits with another lock.
    #[track_caller]
    pub fn wait_for<T: ?Sized>(
        &self,
        mutex_guard: &mut MutexGuard<'_, T>,
        timeout: Duration,
    ) -> WaitTimeoutResult {
        let wait =
            |guard: &mut ::parking_lot::MutexGuard<'_, ()>| self.inner.wait_for(guard, timeout);
        without(MutexGuard::mutex(mutex_guard), Location::caller(), wait)
    }

    /// As parking_lot's `wait_while`.
    ///
    /// # Panics
    ///
    /// Panics if another thread waits with another lock.
    #[track_caller]
    pub fn wait_while<T, F>(&self, mutex_guard: &mut MutexGuard<'_, T>, mut condition: F)
    where
        T: ?Sized,
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut **mutex_guard) {
            self.wait(mutex_guard);
        }
    }

    /// As parking_lot's `wait_while_until`.
    ///
    /// # Panics
    ///
    /// Panics if another thread waits with another lock.
    #[track_caller]
    pub fn wait_while_until<T, F>(
        &self,
        mutex_guard: &mut MutexGuard<'_, T>,
        mut condition: F,
        timeout: Instant,
    ) -> WaitTimeoutResult
    where
        T: ?Sized,
        F: FnMut(&mut T) -> bool,
    {
        let mutex = MutexGuard::mutex(mutex_guard);
        without(mutex, Location::caller(), |guard| {
            self.inner.wait_while_until(guard, |()| condition(&mut **mutex_guard), timeout)
        })
    }

    /// As parking_lot's `wait_while_for`.
    ///
    /// # Panics
    ///
    /// Panics if another thread waits with another lock.
    #[track_caller]
    pub fn wait_while_for<T: ?Sized, F>(
        &self,
        mutex_guard: &mut MutexGuard<'_, T>,
        mut condition: F,
        timeout: Duration,
    ) -> WaitTimeoutResult
    where
        F: FnMut(&mut T) -> bool,
    {
        let mutex = MutexGuard::mutex(mutex_guard);
        without(mutex, Location::caller(), |guard| {
            self.inner.wait_while_for(guard, |()| condition(&mut **mutex_guard), timeout)
        })
    }
}

/// Runs a wait of parking_lot with a guard of its own, while ours stays where it is.
fn without<T: ?Sized, R>(
    mutex: &Mutex<T>,
    location: &'static Location<'static>,
    wait: impl FnOnce(&mut ::parking_lot::MutexGuard<'_, ()>) -> R,
) -> R {
    // SAFETY: the callers have the guard, and the lock is theirs again when the wait is over.
    #[allow(unsafe_code, reason = "lock_api shows the raw lock in no other way")]
    unsafe {
        mutex.raw().without(location, wait)
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Condvar {
        Condvar::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
