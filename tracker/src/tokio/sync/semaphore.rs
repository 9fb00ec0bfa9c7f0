//! Permits that are taken and given back.

use crate::registry::{Term, Wants};
use crate::tracked::hold::{Held, Lock, Part};
use crate::tracked::holding::Way;
use crate::tracked::operation::{Operation, Pending, What};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use tokio::sync::{AcquireError, TryAcquireError};

static KIND: Term = Term::kind("tokio Semaphore");
static ACQUIRE: Term = Term::operation(
    "permits of a tokio Semaphore",
    Wants::Permits,
    "dropping permits, add_permits, or closing the semaphore",
);

/// Tokio's [`Semaphore`](::tokio::sync::Semaphore), which knows who has permits.
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::Semaphore;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let connections = Semaphore::new(2);
/// let permit = connections.acquire().await.unwrap();
/// assert_eq!(connections.available_permits(), 1);
/// drop(permit);
/// # }
/// ```
pub struct Semaphore {
    record: Lock,
    inner: ::tokio::sync::Semaphore,
}

/// Permits of a [`Semaphore`], given back when this is dropped.
#[must_use]
pub struct SemaphorePermit<'a> {
    inner: ::tokio::sync::SemaphorePermit<'a>,
    held: Held,
    semaphore: &'a Semaphore,
}

/// As [`SemaphorePermit`], with the `Arc` that the semaphore is in.
#[must_use]
pub struct OwnedSemaphorePermit {
    permits: usize,
    held: Held,
    semaphore: Arc<Semaphore>,
}

impl Semaphore {
    /// As tokio's `MAX_PERMITS`.
    pub const MAX_PERMITS: usize = ::tokio::sync::Semaphore::MAX_PERMITS;

    /// As tokio's `new`.
    ///
    /// # Panics
    ///
    /// Panics if there are more than [`MAX_PERMITS`](Semaphore::MAX_PERMITS).
    #[track_caller]
    pub fn new(permits: usize) -> Self {
        let record = Lock::new(&KIND, Location::caller());
        Semaphore { record, inner: ::tokio::sync::Semaphore::new(permits) }
    }

    /// As tokio's `const_new`.
    ///
    /// # Panics
    ///
    /// Panics if there are more than [`MAX_PERMITS`](Semaphore::MAX_PERMITS).
    #[track_caller]
    pub const fn const_new(permits: usize) -> Self {
        let inner = ::tokio::sync::Semaphore::const_new(permits);
        Semaphore { record: Lock::new(&KIND, Location::caller()), inner }
    }

    delegate! { inner:
        fn available_permits() -> usize;
        fn is_closed() -> bool;
        fn close();
    }

    /// As tokio's `add_permits`.
    ///
    /// # Panics
    ///
    /// Panics if there are more than [`MAX_PERMITS`](Semaphore::MAX_PERMITS) then.
    pub fn add_permits(&self, n: usize) {
        self.record.added(n);
        self.inner.add_permits(n);
    }

    /// As tokio's `forget_permits`.
    #[track_caller]
    pub fn forget_permits(&self, n: usize) -> usize {
        let forgotten = self.inner.forget_permits(n);
        self.record.forgot(forgotten, Location::caller());
        forgotten
    }

    /// As tokio's `acquire`.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        self.acquire_many(1)
    }

    /// As tokio's `acquire_many`.
    #[track_caller]
    pub fn acquire_many(
        &self,
        n: u32,
    ) -> impl Future<Output = Result<SemaphorePermit<'_>, AcquireError>> {
        let (acquiring, location) = (self.inner.acquire_many(n), Location::caller());
        Operation::on(acquiring, self, location, Self::waits, |semaphore, location, permit| {
            Result::map(permit, |permit| semaphore.permit(permit, location))
        })
    }

    /// As tokio's `try_acquire`.
    ///
    /// # Errors
    ///
    /// Fails if no permit is left, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire(&self) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        Ok(self.permit(self.inner.try_acquire()?, Location::caller()))
    }

    /// As tokio's `try_acquire_many`.
    ///
    /// # Errors
    ///
    /// Fails if not so many permits are left, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, TryAcquireError> {
        Ok(self.permit(self.inner.try_acquire_many(n)?, Location::caller()))
    }

    /// As tokio's `blocking_acquire`.
    ///
    /// # Errors
    ///
    /// Fails if the semaphore is closed.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context.
    #[track_caller]
    pub fn blocking_acquire(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.blocking_acquire_many(1)
    }

    /// As tokio's `blocking_acquire_many`.
    ///
    /// # Errors
    ///
    /// Fails if the semaphore is closed.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context.
    #[track_caller]
    pub fn blocking_acquire_many(&self, n: u32) -> Result<SemaphorePermit<'_>, AcquireError> {
        let location = Location::caller();
        let wait = Pending::blocking(self.waits(location));
        let permit = self.inner.blocking_acquire_many(n)?;
        drop(wait);
        Ok(self.permit(permit, location))
    }

    /// As tokio's `acquire_owned`.
    #[track_caller]
    pub fn acquire_owned(
        self: Arc<Self>,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        self.acquire_many_owned(1)
    }

    /// As tokio's `acquire_many_owned`.
    #[track_caller]
    pub fn acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>> {
        let location = Location::caller();
        async move {
            let waits = self.waits(location);
            Operation::new(self.inner.acquire_many(n), waits).await?.forget();
            Ok(OwnedSemaphorePermit::new(self, n as usize, location))
        }
    }

    /// As tokio's `try_acquire_owned`.
    ///
    /// # Errors
    ///
    /// Fails if no permit is left, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.try_acquire_many_owned(1)
    }

    /// As tokio's `try_acquire_many_owned`.
    ///
    /// # Errors
    ///
    /// Fails if not so many permits are left, or the semaphore is closed.
    #[track_caller]
    pub fn try_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, TryAcquireError> {
        self.inner.try_acquire_many(n)?.forget();
        Ok(OwnedSemaphorePermit::new(self, n as usize, Location::caller()))
    }

    /// As tokio's `blocking_acquire_owned`.
    ///
    /// # Errors
    ///
    /// Fails if the semaphore is closed.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context.
    #[track_caller]
    pub fn blocking_acquire_owned(self: Arc<Self>) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.blocking_acquire_many_owned(1)
    }

    /// As tokio's `blocking_acquire_many_owned`.
    ///
    /// # Errors
    ///
    /// Fails if the semaphore is closed.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context.
    #[track_caller]
    pub fn blocking_acquire_many_owned(
        self: Arc<Self>,
        n: u32,
    ) -> Result<OwnedSemaphorePermit, AcquireError> {
        let location = Location::caller();
        let wait = Pending::blocking(self.waits(location));
        self.inner.blocking_acquire_many(n)?.forget();
        drop(wait);
        Ok(OwnedSemaphorePermit::new(self, n as usize, location))
    }

    fn waits(&self, location: &'static Location<'static>) -> What {
        What::on(&ACQUIRE, self.record.resource(), location)
    }

    fn part(&self, permits: usize) -> Part {
        Part::Permits(permits, self.inner.available_permits() == 0)
    }

    fn permit<'a>(
        &'a self,
        inner: ::tokio::sync::SemaphorePermit<'a>,
        location: &'static Location<'static>,
    ) -> SemaphorePermit<'a> {
        let held = self.record.hold(self.part(inner.num_permits()), Way::Tried, location);
        SemaphorePermit { inner, held, semaphore: self }
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<'a> SemaphorePermit<'a> {
    /// As tokio's `forget`: the permits are not given back.
    #[track_caller]
    pub fn forget(self) {
        self.semaphore.record.forgot(self.inner.num_permits(), Location::caller());
        self.inner.forget();
    }

    /// As tokio's `merge`.
    ///
    /// # Panics
    ///
    /// Panics if the permits are of different semaphores.
    #[track_caller]
    pub fn merge(&mut self, other: Self) {
        self.inner.merge(other.inner);
        self.held.set_permits(self.inner.num_permits());
    }

    /// As tokio's `split`.
    #[track_caller]
    pub fn split(&mut self, n: usize) -> Option<SemaphorePermit<'a>> {
        let part = self.inner.split(n)?;
        self.held.set_permits(self.inner.num_permits());
        Some(self.semaphore.permit(part, Location::caller()))
    }

    /// As tokio's `semaphore`.
    pub fn semaphore(&self) -> &Semaphore {
        self.semaphore
    }

    /// As tokio's `num_permits`.
    pub fn num_permits(&self) -> usize {
        self.inner.num_permits()
    }
}

impl fmt::Debug for SemaphorePermit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl OwnedSemaphorePermit {
    /// The permits are taken, and forgotten by tokio: they are given back here.
    fn new(
        semaphore: Arc<Semaphore>,
        permits: usize,
        location: &'static Location<'static>,
    ) -> Self {
        let held = semaphore.record.hold_owned(semaphore.part(permits), Way::Tried, location);
        OwnedSemaphorePermit { permits, held, semaphore }
    }

    /// As tokio's `forget`: the permits are not given back.
    #[track_caller]
    pub fn forget(mut self) {
        self.semaphore.record.forgot(self.permits, Location::caller());
        self.permits = 0;
    }

    /// As tokio's `merge`.
    ///
    /// # Panics
    ///
    /// Panics if the permits are of different semaphores.
    #[track_caller]
    pub fn merge(&mut self, mut other: Self) {
        assert!(
            Arc::ptr_eq(&self.semaphore, &other.semaphore),
            "merging permits from different semaphore instances"
        );
        self.permits = self.permits.saturating_add(std::mem::take(&mut other.permits));
        self.held.set_permits(self.permits);
    }

    /// As tokio's `split`.
    #[track_caller]
    pub fn split(&mut self, n: usize) -> Option<Self> {
        self.permits = self.permits.checked_sub(n)?;
        self.held.set_permits(self.permits);
        Some(OwnedSemaphorePermit::new(Arc::clone(&self.semaphore), n, Location::caller()))
    }

    /// As tokio's `semaphore`.
    pub fn semaphore(&self) -> &Arc<Semaphore> {
        &self.semaphore
    }

    /// As tokio's `num_permits`.
    pub fn num_permits(&self) -> usize {
        self.permits
    }
}

impl Drop for OwnedSemaphorePermit {
    fn drop(&mut self) {
        self.semaphore.inner.add_permits(self.permits);
    }
}

impl fmt::Debug for OwnedSemaphorePermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedSemaphorePermit")
            .field("sem", &self.semaphore)
            .field("permits", &self.permits)
            .finish()
    }
}
