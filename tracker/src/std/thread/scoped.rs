//! Threads that end before their scope does.

use super::handle::joins;
use super::tracked;
use crate::registry::order;
use crate::tracked::actor::Watch;
use crate::tracked::operation::Pending;
use ::std::fmt;
use ::std::panic::Location;
use ::std::thread::{Result, Thread};

/// A scope for threads: [`std::thread::Scope`].
#[repr(transparent)]
#[derive(Debug)]
pub struct Scope<'scope, 'env>(::std::thread::Scope<'scope, 'env>);

/// The right to wait for a thread of a scope:
/// [`std::thread::ScopedJoinHandle`].
pub struct ScopedJoinHandle<'scope, T> {
    inner: ::std::thread::ScopedJoinHandle<'scope, T>,
    watch: Watch,
}

/// Makes a scope for threads, as [`std::thread::scope`] does.
///
/// # Panics
///
/// Panics if a thread panicked that was not joined by hand.
///
/// # Examples
///
/// ```
/// let numbers = [1, 2, 3];
/// let sum = linger::std::thread::scope(|scope| {
///     scope.spawn(|| numbers.iter().sum::<i32>()).join().unwrap()
/// });
/// assert_eq!(sum, 6);
/// ```
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let value = ::std::thread::scope(|scope| f(Scope::of(scope)));
    order::learn();
    value
}

impl<'scope, 'env> Scope<'scope, 'env> {
    /// The standard library's scope, seen as ours. A value of our own could not live for `'scope`.
    fn of(inner: &'scope ::std::thread::Scope<'scope, 'env>) -> &'scope Self {
        let ours = ::std::ptr::from_ref(inner).cast::<Self>();
        // SAFETY: `Scope` is transparent, so that both have one layout; the lifetime is kept.
        #[allow(unsafe_code, reason = "there is no safe cast to a transparent wrapper")]
        unsafe {
            &*ours
        }
    }

    pub(super) fn inner(&'scope self) -> &'scope ::std::thread::Scope<'scope, 'env> {
        &self.0
    }

    /// As std's `spawn`.
    ///
    /// # Panics
    ///
    /// Panics if the operating system refuses a thread.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let (work, watch) = tracked(None, f);
        ScopedJoinHandle::new(self.0.spawn(work), watch)
    }
}

impl<'scope, T> ScopedJoinHandle<'scope, T> {
    pub(super) fn new(inner: ::std::thread::ScopedJoinHandle<'scope, T>, watch: Watch) -> Self {
        ScopedJoinHandle { inner, watch }
    }

    /// As std's `thread`.
    pub fn thread(&self) -> &Thread {
        self.inner.thread()
    }

    /// As std's `join`.
    ///
    /// # Errors
    ///
    /// Fails with the panic of the thread.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        Pending::during(joins(self.watch, Location::caller()), || self.inner.join())
    }

    /// As std's `is_finished`.
    pub fn is_finished(&self) -> bool {
        self.inner.is_finished()
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
