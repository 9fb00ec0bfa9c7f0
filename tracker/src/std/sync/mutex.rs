//! A lock for one.

use super::{now_or, try_wrap, wrap};
use crate::registry::{Term, Wants};
use crate::tracked::hold::{Alone, Lock};
use crate::tracked::holding::Way;
use crate::tracked::operation::{Pending, What};
use ::std::fmt;
use ::std::ops::{Deref, DerefMut};
use ::std::panic::Location;
use ::std::sync::{LockResult, TryLockResult};

static KIND: Term = Term::kind("std Mutex");
static LOCK: Term = Term::operation("a std Mutex", Wants::Holders, "dropping the guard");

/// A lock: [`std::sync::Mutex`], which knows who holds it.
///
/// # Examples
///
/// ```
/// use linger::std::sync::Mutex;
///
/// let count = Mutex::new(1);
/// *count.lock().unwrap() += 1;
/// assert_eq!(count.into_inner().unwrap(), 2);
/// ```
pub struct Mutex<T: ?Sized> {
    record: Lock,
    inner: ::std::sync::Mutex<T>,
}

/// The right to the value of a [`Mutex`].
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized> {
    // Before the guard, so that it goes first.
    held: Alone,
    inner: ::std::sync::MutexGuard<'a, T>,
    mutex: &'a Mutex<T>,
}

impl<T> Mutex<T> {
    /// As std's `new`.
    #[track_caller]
    pub const fn new(t: T) -> Mutex<T> {
        let inner = ::std::sync::Mutex::new(t);
        let record = Lock::guarding::<T>(&KIND, Location::caller()).whose_guards_stay();
        Mutex { record, inner }
    }

    /// As std's `into_inner`.
    ///
    /// # Errors
    ///
    /// Fails if somebody panicked with the lock; the value is in the error.
    pub fn into_inner(self) -> LockResult<T> {
        self.inner.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// As std's `lock`.
    ///
    /// # Errors
    ///
    /// Fails if somebody panicked with the lock; the guard is in the error.
    #[inline]
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let location = Location::caller();
        // What comes mostly, and as little of it as can be.
        if let Ok(guard) = self.inner.try_lock() {
            return Ok(self.guard(guard, Way::Blocked, location));
        }
        self.lock_otherwise(location)
    }

    /// Locks what was not free, or is poisoned.
    #[cold]
    fn lock_otherwise(
        &self,
        location: &'static Location<'static>,
    ) -> LockResult<MutexGuard<'_, T>> {
        let guard = now_or(self.inner.try_lock(), || {
            let what = What::on(&LOCK, self.record.resource(), location);
            Pending::during(what, || self.inner.lock())
        });
        wrap(guard, |guard| self.guard(guard, Way::Blocked, location))
    }

    /// As std's `try_lock`.
    ///
    /// # Errors
    ///
    /// Fails if somebody holds the lock, or panicked with it.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let location = Location::caller();
        try_wrap(self.inner.try_lock(), |guard| self.guard(guard, Way::Tried, location))
    }

    /// As std's `is_poisoned`.
    pub fn is_poisoned(&self) -> bool {
        self.inner.is_poisoned()
    }

    /// As std's `clear_poison`.
    pub fn clear_poison(&self) {
        self.inner.clear_poison();
    }

    /// As std's `get_mut`.
    ///
    /// # Errors
    ///
    /// Fails if somebody panicked with the lock; the value is in the error.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.inner.get_mut()
    }

    #[inline(always)]
    fn guard<'a>(
        &'a self,
        inner: ::std::sync::MutexGuard<'a, T>,
        way: Way,
        location: &'static Location<'static>,
    ) -> MutexGuard<'a, T> {
        MutexGuard { held: self.record.alone(way, location), inner, mutex: self }
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// The standard library's guard, and what it takes to make ours of it again. Nobody holds the
    /// lock meanwhile, as far as the record says.
    pub(super) fn take_apart(self) -> (::std::sync::MutexGuard<'a, T>, &'a Mutex<T>) {
        let MutexGuard { held, inner, mutex } = self;
        drop(held);
        (inner, mutex)
    }

    pub(super) fn put_together(
        inner: ::std::sync::MutexGuard<'a, T>,
        mutex: &'a Mutex<T>,
        location: &'static Location<'static>,
    ) -> Self {
        mutex.guard(inner, Way::Blocked, location)
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(t: T) -> Self {
        Mutex::new(t)
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Mutex<T> {
        Mutex::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
