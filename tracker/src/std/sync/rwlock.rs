//! A lock for many readers or one writer.

use super::{now_or, try_wrap, wrap};
use crate::registry::{Term, Wants};
use crate::tracked::hold::{Held, Lock, Part};
use crate::tracked::holding::Way;
use crate::tracked::operation::{Pending, What};
use ::std::fmt;
use ::std::ops::{Deref, DerefMut};
use ::std::panic::Location;
use ::std::sync::{LockResult, TryLockResult};

static KIND: Term = Term::kind("std RwLock");
static READ: Term =
    Term::operation("a std RwLock, to read", Wants::Turn, "dropping the writer's guard");
static WRITE: Term =
    Term::operation("a std RwLock, to write", Wants::Holders, "dropping the guards of all others");

/// A lock: [`std::sync::RwLock`], which knows who holds it.
///
/// # Examples
///
/// ```
/// use linger::std::sync::RwLock;
///
/// let settings = RwLock::new(1);
/// *settings.write().unwrap() = 2;
/// assert_eq!(*settings.read().unwrap(), 2);
/// ```
pub struct RwLock<T: ?Sized> {
    record: Lock,
    inner: ::std::sync::RwLock<T>,
}

impl<T> RwLock<T> {
    /// As std's `new`.
    #[track_caller]
    pub const fn new(t: T) -> RwLock<T> {
        let inner = ::std::sync::RwLock::new(t);
        let record = Lock::guarding::<T>(&KIND, Location::caller()).whose_guards_stay();
        RwLock { record, inner }
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

impl<T: ?Sized> RwLock<T> {
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
}

/// The guard and the ways to lock, for readers and for writers.
macro_rules! ways {
    ($guard:ident, $term:ident, $part:ident, $lock:ident, $try_lock:ident, $what:literal) => {
        #[doc = concat!("The right to ", $what, " the value of an [`RwLock`].")]
        #[must_use = "if unused the RwLock will immediately unlock"]
        pub struct $guard<'a, T: ?Sized> {
            inner: ::std::sync::$guard<'a, T>,
            _held: Held,
        }

        impl<T: ?Sized> RwLock<T> {
            #[doc = concat!("As std's `", stringify!($lock), "`.")]
            ///
            /// # Errors
            ///
            /// Fails if somebody panicked with the lock; the guard is in the error.
            #[track_caller]
            pub fn $lock(&self) -> LockResult<$guard<'_, T>> {
                let location = Location::caller();
                let guard = now_or(self.inner.$try_lock(), || {
                    let what = What::on(&$term, self.record.resource(), location);
                    Pending::during(what, || self.inner.$lock())
                });
                wrap(guard, |inner| {
                    let _held = self.record.hold(Part::$part, Way::Blocked, location);
                    $guard { inner, _held }
                })
            }

            #[doc = concat!("As std's `", stringify!($try_lock), "`.")]
            ///
            /// # Errors
            ///
            /// Fails if somebody is in the way, or panicked with the lock.
            #[track_caller]
            pub fn $try_lock(&self) -> TryLockResult<$guard<'_, T>> {
                let location = Location::caller();
                try_wrap(self.inner.$try_lock(), |inner| $guard {
                    inner,
                    _held: self.record.hold(Part::$part, Way::Tried, location),
                })
            }
        }

        impl<T: ?Sized> Deref for $guard<'_, T> {
            type Target = T;

            #[inline]
            fn deref(&self) -> &T {
                &self.inner
            }
        }

        impl<T: ?Sized + fmt::Debug> fmt::Debug for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: ?Sized + fmt::Display> fmt::Display for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}

ways!(RwLockReadGuard, READ, Read, read, try_read, "read");
ways!(RwLockWriteGuard, WRITE, Write, write, try_write, "write");

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(t: T) -> Self {
        RwLock::new(t)
    }
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> RwLock<T> {
        RwLock::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
