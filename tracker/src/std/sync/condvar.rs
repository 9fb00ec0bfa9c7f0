//! Waiting for a condition.

use super::{MutexGuard, wrap};
use crate::registry::{Term, Wants};
use crate::tracked::hold::Lock;
use crate::tracked::operation::{Pending, What};
use ::std::fmt;
use ::std::panic::Location;
use ::std::sync::{LockResult, WaitTimeoutResult};
use ::std::time::Duration;

static KIND: Term = Term::kind("Condvar");
static WAIT: Term = Term::operation("a Condvar", Wants::Anybody, "notify_one or notify_all");

/// A condition to wait for: [`std::sync::Condvar`].
///
/// # Examples
///
/// ```
/// use linger::std::sync::{Condvar, Mutex};
///
/// let (ready, changed) = (Mutex::new(true), Condvar::new());
/// let guard = changed.wait_while(ready.lock().unwrap(), |ready| !*ready).unwrap();
/// assert!(*guard);
/// ```
pub struct Condvar {
    record: Lock,
    inner: ::std::sync::Condvar,
}

impl Condvar {
    /// As std's `new`.
    #[track_caller]
    pub const fn new() -> Condvar {
        let record = Lock::new(&KIND, Location::caller());
        Condvar { record, inner: ::std::sync::Condvar::new() }
    }

    /// As std's `wait`.
    ///
    /// # Errors
    ///
    /// Fails if somebody panicked with the lock; the guard is in the error.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let location = Location::caller();
        let (guard, mutex) = guard.take_apart();
        let result = Pending::during(self.waits(location), || self.inner.wait(guard));
        wrap(result, |guard| MutexGuard::put_together(guard, mutex, location))
    }

    /// As std's `wait_while`.
    ///
    /// # Errors
    ///
    /// Fails if somebody panicked with the lock; the guard is in the error.
    #[track_caller]
    pub fn wait_while<'a, T, F>(
        &self,
        guard: MutexGuard<'a, T>,
        condition: F,
    ) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        let location = Location::caller();
        let (guard, mutex) = guard.take_apart();
        let result =
            Pending::during(self.waits(location), || self.inner.wait_while(guard, condition));
        wrap(result, |guard| MutexGuard::put_together(guard, mutex, location))
    }

    /// As std's `wait_timeout`.
    ///
    /// # Errors
    ///
    /// Fails if somebody panicked with the lock; the guard is in the error.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        dur: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let location = Location::caller();
        let (guard, mutex) = guard.take_apart();
        let result = self.inner.wait_timeout(guard, dur);
        wrap(result, |(guard, over)| (MutexGuard::put_together(guard, mutex, location), over))
    }

    /// As std's `wait_timeout_while`.
    ///
    /// # Errors
    ///
    /// Fails if somebody panicked with the lock; the guard is in the error.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F>(
        &self,
        guard: MutexGuard<'a, T>,
        dur: Duration,
        condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)>
    where
        F: FnMut(&mut T) -> bool,
    {
        let location = Location::caller();
        let (guard, mutex) = guard.take_apart();
        let result = self.inner.wait_timeout_while(guard, dur, condition);
        wrap(result, |(guard, over)| (MutexGuard::put_together(guard, mutex, location), over))
    }

    /// As std's `notify_one`.
    pub fn notify_one(&self) {
        self.inner.notify_one();
    }

    /// As std's `notify_all`.
    pub fn notify_all(&self) {
        self.inner.notify_all();
    }

    fn waits(&self, location: &'static Location<'static>) -> What {
        What::on(&WAIT, self.record.resource(), location)
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
