//! A lock for many readers or one writer, that may be held over an `.await`.

mod owned;
mod read;
mod write;

pub use owned::{OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard};
pub use read::RwLockReadGuard;
pub use write::{RwLockMappedWriteGuard, RwLockWriteGuard};

use super::lifetime;
use crate::registry::{Term, Wants};
use crate::tracked::hold::{Held, Lock, Part};
use crate::tracked::holding::Way;
use crate::tracked::operation::{Operation, Pending, What};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use tokio::sync::TryLockError;

static KIND: Term = Term::kind("tokio RwLock");
static READ: Term =
    Term::operation("a tokio RwLock, to read", Wants::Turn, "dropping the writer's guard");
static WRITE: Term = Term::operation(
    "a tokio RwLock, to write",
    Wants::Holders,
    "dropping the guards of all others",
);

/// Tokio's [`RwLock`](::tokio::sync::RwLock), which knows who holds it.
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::RwLock;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let settings = RwLock::new(1);
/// *settings.write().await = 2;
/// assert_eq!(*settings.read().await, 2);
/// # }
/// ```
pub struct RwLock<T: ?Sized> {
    record: Lock,
    inner: ::tokio::sync::RwLock<T>,
}

impl<T: ?Sized> RwLock<T> {
    /// As tokio's `new`.
    #[track_caller]
    pub fn new(value: T) -> RwLock<T>
    where
        T: Sized,
    {
        let record = Lock::guarding::<T>(&KIND, Location::caller());
        RwLock { record, inner: ::tokio::sync::RwLock::new(value) }
    }

    /// As tokio's `with_max_readers`.
    ///
    /// # Panics
    ///
    /// Panics if there may be more than `u32::MAX >> 3` readers.
    #[track_caller]
    pub fn with_max_readers(value: T, max_reads: u32) -> RwLock<T>
    where
        T: Sized,
    {
        let record = Lock::guarding::<T>(&KIND, Location::caller());
        RwLock { record, inner: ::tokio::sync::RwLock::with_max_readers(value, max_reads) }
    }

    /// As tokio's `const_new`.
    #[track_caller]
    pub const fn const_new(value: T) -> RwLock<T>
    where
        T: Sized,
    {
        let record = Lock::guarding::<T>(&KIND, Location::caller());
        RwLock { record, inner: ::tokio::sync::RwLock::const_new(value) }
    }

    /// As tokio's `const_with_max_readers`.
    #[track_caller]
    pub const fn const_with_max_readers(value: T, max_reads: u32) -> RwLock<T>
    where
        T: Sized,
    {
        let record = Lock::guarding::<T>(&KIND, Location::caller());
        RwLock { record, inner: ::tokio::sync::RwLock::const_with_max_readers(value, max_reads) }
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

    fn waits(&self, term: &'static Term, location: &'static Location<'static>) -> What {
        What::on(term, self.record.resource(), location)
    }

    fn held(&self, part: Part, way: Way, location: &'static Location<'static>) -> Held {
        self.record.hold(part, way, location)
    }
}

/// The ways to lock, for readers and for writers.
macro_rules! ways {
    (
        $term:ident, $part:ident, $stretch:ident, $guard:ident, $owned:ident,
        $lock:ident, $blocking:ident, $try_lock:ident, $lock_owned:ident, $try_lock_owned:ident
    ) => {
        impl<T: ?Sized> RwLock<T> {
            #[doc = concat!("As tokio's `", stringify!($lock), "`.")]
            #[track_caller]
            pub fn $lock(&self) -> impl Future<Output = $guard<'_, T>> {
                Operation::on(
                    self.inner.$lock(),
                    self,
                    Location::caller(),
                    |lock, location| lock.waits(&$term, location),
                    |lock, location, inner| {
                        $guard::new(inner, lock.held(Part::$part, Way::Awaited, location))
                    },
                )
            }

            #[doc = concat!("As tokio's `", stringify!($blocking), "`.")]
            ///
            /// # Panics
            ///
            /// Panics inside of an asynchronous context.
            #[track_caller]
            pub fn $blocking(&self) -> $guard<'_, T> {
                let location = Location::caller();
                let wait = Pending::blocking(self.waits(&$term, location));
                let inner = self.inner.$blocking();
                drop(wait);
                $guard::new(inner, self.held(Part::$part, Way::Blocked, location))
            }

            #[doc = concat!("As tokio's `", stringify!($try_lock), "`.")]
            ///
            /// # Errors
            ///
            /// Fails if somebody is in the way.
            #[track_caller]
            pub fn $try_lock(&self) -> Result<$guard<'_, T>, TryLockError> {
                let inner = self.inner.$try_lock()?;
                Ok($guard::new(inner, self.held(Part::$part, Way::Tried, Location::caller())))
            }

            #[doc = concat!("As tokio's `", stringify!($lock_owned), "`.")]
            #[track_caller]
            pub fn $lock_owned(self: Arc<Self>) -> impl Future<Output = $owned<T>>
            where
                T: 'static,
            {
                let location = Location::caller();
                async move {
                    let what = self.waits(&$term, location);
                    let guard = Operation::new(self.inner.$lock(), what).await;
                    let held = self.record.hold_owned(Part::$part, Way::Awaited, location);
                    // SAFETY: the owned guard keeps `self` after the guard.
                    #[allow(unsafe_code, reason = "see the module lifetime")]
                    let guard = unsafe { lifetime::$stretch(guard) };
                    $owned::new(guard, held, self)
                }
            }

            #[doc = concat!("As tokio's `", stringify!($try_lock_owned), "`.")]
            ///
            /// # Errors
            ///
            /// Fails if somebody is in the way.
            #[track_caller]
            pub fn $try_lock_owned(self: Arc<Self>) -> Result<$owned<T>, TryLockError>
            where
                T: 'static,
            {
                let guard = self.inner.$try_lock()?;
                let location = Location::caller();
                let held = self.record.hold_owned(Part::$part, Way::Tried, location);
                // SAFETY: the owned guard keeps `self` after the guard.
                #[allow(unsafe_code, reason = "see the module lifetime")]
                let guard = unsafe { lifetime::$stretch(guard) };
                Ok($owned::new(guard, held, self))
            }
        }
    };
}

ways!(
    READ,
    Read,
    read,
    RwLockReadGuard,
    OwnedRwLockReadGuard,
    read,
    blocking_read,
    try_read,
    read_owned,
    try_read_owned
);
ways!(
    WRITE,
    Write,
    write,
    RwLockWriteGuard,
    OwnedRwLockWriteGuard,
    write,
    blocking_write,
    try_write,
    write_owned,
    try_write_owned
);

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        RwLock::new(value)
    }
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
