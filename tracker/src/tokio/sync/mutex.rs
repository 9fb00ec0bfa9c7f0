//! A lock that may be held over an `.await`.

use super::lifetime;
use crate::registry::{Term, Wants};
use crate::tracked::hold::{Alone, Held, Lock, Part};
use crate::tracked::holding::Way;
use crate::tracked::operation::{Operation, Pending, What};
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use tokio::sync::TryLockError;

static KIND: Term = Term::kind("tokio Mutex");
static LOCK: Term = Term::operation("a tokio Mutex", Wants::Holders, "dropping the guard");

/// Tokio's [`Mutex`](::tokio::sync::Mutex), which knows who holds it.
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::Mutex;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let count = Mutex::new(1);
/// *count.lock().await += 1;
/// assert_eq!(count.into_inner(), 2);
/// # }
/// ```
pub struct Mutex<T: ?Sized> {
    record: Lock,
    inner: ::tokio::sync::Mutex<T>,
}

/// The right to the value of a [`Mutex`].
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized> {
    // Before the guard, so that it goes first.
    held: Alone,
    inner: ::tokio::sync::MutexGuard<'a, T>,
    mutex: &'a Mutex<T>,
}

/// As [`MutexGuard`], with the `Arc` that the lock is in.
pub struct OwnedMutexGuard<T: ?Sized + 'static> {
    // Before the guard, so that it goes first.
    held: Held,
    inner: ::tokio::sync::MutexGuard<'static, T>,
    mutex: Arc<Mutex<T>>,
}

/// The right to a part of the value of a [`Mutex`].
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MappedMutexGuard<'a, T: ?Sized> {
    // Before the guard, so that it goes first.
    held: Alone,
    inner: ::tokio::sync::MappedMutexGuard<'a, T>,
}

/// As [`MappedMutexGuard`], with the `Arc` that the lock is in.
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct OwnedMappedMutexGuard<T: ?Sized + 'static, U: ?Sized + 'static = T> {
    // Before the guard, so that it goes first.
    held: Held,
    inner: ::tokio::sync::MappedMutexGuard<'static, U>,
    mutex: Arc<Mutex<T>>,
    // Tokio's is `Sync` only if the whole value is.
    whole: PhantomData<T>,
}

guard!(mut ['a, T: ?Sized] MutexGuard<'a, T> => T);
guard!(mut [T: ?Sized + 'static] OwnedMutexGuard<T> => T);
guard!(mut ['a, T: ?Sized] MappedMutexGuard<'a, T> => T);
guard!(mut [T: ?Sized + 'static, U: ?Sized + 'static] OwnedMappedMutexGuard<T, U> => U);

impl<T: ?Sized> Mutex<T> {
    /// As tokio's `new`.
    #[track_caller]
    pub fn new(t: T) -> Self
    where
        T: Sized,
    {
        let record = Lock::guarding::<T>(&KIND, Location::caller());
        Mutex { record, inner: ::tokio::sync::Mutex::new(t) }
    }

    /// As tokio's `const_new`.
    #[track_caller]
    pub const fn const_new(t: T) -> Self
    where
        T: Sized,
    {
        let inner = ::tokio::sync::Mutex::const_new(t);
        Mutex { record: Lock::guarding::<T>(&KIND, Location::caller()), inner }
    }

    /// As tokio's `lock`.
    #[track_caller]
    pub fn lock(&self) -> impl Future<Output = MutexGuard<'_, T>> {
        let location = Location::caller();
        let lock = self.inner.lock();
        Operation::on(lock, self, location, Self::waits, |mutex, location, inner| MutexGuard {
            inner,
            held: mutex.record.alone(Way::Awaited, location),
            mutex,
        })
    }

    /// As tokio's `blocking_lock`.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context.
    #[track_caller]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        let location = Location::caller();
        let wait = Pending::blocking(self.waits(location));
        let inner = self.inner.blocking_lock();
        drop(wait);
        MutexGuard { inner, held: self.record.alone(Way::Blocked, location), mutex: self }
    }

    /// As tokio's `blocking_lock_owned`.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context.
    #[track_caller]
    pub fn blocking_lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T>
    where
        T: 'static,
    {
        let location = Location::caller();
        let wait = Pending::blocking(self.waits(location));
        let guard = self.inner.blocking_lock();
        drop(wait);
        // SAFETY: `owned` keeps `self` after the guard.
        #[allow(unsafe_code, reason = "see the module lifetime")]
        let guard = unsafe { lifetime::mutex(guard) };
        self.owned(guard, Way::Blocked, location)
    }

    /// As tokio's `lock_owned`.
    #[track_caller]
    pub fn lock_owned(self: Arc<Self>) -> impl Future<Output = OwnedMutexGuard<T>>
    where
        T: 'static,
    {
        let location = Location::caller();
        async move {
            let guard = Operation::new(self.inner.lock(), self.waits(location)).await;
            // SAFETY: `owned` keeps `self` after the guard.
            #[allow(unsafe_code, reason = "see the module lifetime")]
            let guard = unsafe { lifetime::mutex(guard) };
            self.owned(guard, Way::Awaited, location)
        }
    }

    /// As tokio's `try_lock`.
    ///
    /// # Errors
    ///
    /// Fails if somebody holds the lock.
    #[track_caller]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        let inner = self.inner.try_lock()?;
        let held = self.record.alone(Way::Tried, Location::caller());
        Ok(MutexGuard { inner, held, mutex: self })
    }

    /// As tokio's `try_lock_owned`.
    ///
    /// # Errors
    ///
    /// Fails if somebody holds the lock.
    #[track_caller]
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError>
    where
        T: 'static,
    {
        let guard = self.inner.try_lock()?;
        // SAFETY: `owned` keeps `self` after the guard.
        #[allow(unsafe_code, reason = "see the module lifetime")]
        let guard = unsafe { lifetime::mutex(guard) };
        Ok(self.owned(guard, Way::Tried, Location::caller()))
    }

    /// As tokio's `get_mut`.
    pub fn get_mut(&mut self) -> &mut T {
        self.inner.get_mut()
    }

    /// As tokio's `into_inner`: the value.
    pub fn into_inner(self) -> T
    where
        T: Sized,
    {
        self.inner.into_inner()
    }

    fn waits(&self, location: &'static Location<'static>) -> What {
        What::on(&LOCK, self.record.resource(), location)
    }

    fn owned(
        self: Arc<Self>,
        inner: ::tokio::sync::MutexGuard<'static, T>,
        way: Way,
        location: &'static Location<'static>,
    ) -> OwnedMutexGuard<T>
    where
        T: 'static,
    {
        let held = self.record.hold_owned(Part::Write, way, location);
        OwnedMutexGuard { inner, held, mutex: self }
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// As tokio's `map`.
    pub fn map<U, F>(this: Self, f: F) -> MappedMutexGuard<'a, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        let inner = ::tokio::sync::MutexGuard::map(this.inner, f);
        MappedMutexGuard { inner, held: this.held }
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<U, F>(this: Self, f: F) -> Result<MappedMutexGuard<'a, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let MutexGuard { inner, held, mutex } = this;
        match ::tokio::sync::MutexGuard::try_map(inner, f) {
            Ok(inner) => Ok(MappedMutexGuard { inner, held }),
            Err(inner) => Err(MutexGuard { inner, held, mutex }),
        }
    }

    /// As tokio's `mutex`.
    pub fn mutex(this: &Self) -> &'a Mutex<T> {
        this.mutex
    }
}

impl<T: ?Sized> OwnedMutexGuard<T> {
    /// As tokio's `map`.
    pub fn map<U, F>(this: Self, f: F) -> OwnedMappedMutexGuard<T, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        let inner = ::tokio::sync::MutexGuard::map(this.inner, f);
        OwnedMappedMutexGuard { inner, held: this.held, mutex: this.mutex, whole: PhantomData }
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<U, F>(this: Self, f: F) -> Result<OwnedMappedMutexGuard<T, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let OwnedMutexGuard { inner, held, mutex } = this;
        match ::tokio::sync::MutexGuard::try_map(inner, f) {
            Ok(inner) => Ok(OwnedMappedMutexGuard { inner, held, mutex, whole: PhantomData }),
            Err(inner) => Err(OwnedMutexGuard { inner, held, mutex }),
        }
    }

    /// As tokio's `mutex`.
    pub fn mutex(this: &Self) -> &Arc<Mutex<T>> {
        &this.mutex
    }
}

impl<'a, T: ?Sized> MappedMutexGuard<'a, T> {
    /// As tokio's `map`.
    pub fn map<U, F>(this: Self, f: F) -> MappedMutexGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let inner = ::tokio::sync::MappedMutexGuard::map(this.inner, f);
        MappedMutexGuard { inner, held: this.held }
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<U, F>(this: Self, f: F) -> Result<MappedMutexGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let MappedMutexGuard { inner, held } = this;
        match ::tokio::sync::MappedMutexGuard::try_map(inner, f) {
            Ok(inner) => Ok(MappedMutexGuard { inner, held }),
            Err(inner) => Err(MappedMutexGuard { inner, held }),
        }
    }
}

impl<T: ?Sized, U: ?Sized> OwnedMappedMutexGuard<T, U> {
    /// As tokio's `map`.
    pub fn map<S, F>(this: Self, f: F) -> OwnedMappedMutexGuard<T, S>
    where
        F: FnOnce(&mut U) -> &mut S,
    {
        let inner = ::tokio::sync::MappedMutexGuard::map(this.inner, f);
        OwnedMappedMutexGuard { inner, held: this.held, mutex: this.mutex, whole: PhantomData }
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<S, F>(this: Self, f: F) -> Result<OwnedMappedMutexGuard<T, S>, Self>
    where
        F: FnOnce(&mut U) -> Option<&mut S>,
    {
        let OwnedMappedMutexGuard { inner, held, mutex, whole } = this;
        match ::tokio::sync::MappedMutexGuard::try_map(inner, f) {
            Ok(inner) => Ok(OwnedMappedMutexGuard { inner, held, mutex, whole: PhantomData }),
            Err(inner) => Err(OwnedMappedMutexGuard { inner, held, mutex, whole }),
        }
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Mutex::new(value)
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
