//! Tasks whose results come in the order in which they were spawned.

use crate::registry::{Term, Wants};
use crate::tokio::runtime::Handle;
use crate::tokio::task::{AbortHandle, tracked, tracked_blocking, tracked_local};
use crate::tracked::hold::Lock;
use crate::tracked::operation::{Operation, Pending, What, polled};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::task::{Context, Poll};
use tokio::task::{Id, JoinError};

static JOIN_NEXT: Term = Term::operation(
    "the end of the first task of a JoinQueue",
    Wants::Anybody,
    "the end of its first task, or abort_all",
);

static KIND: Term = Term::kind("JoinQueue");

/// Tasks that are awaited in order: tokio-util's [`JoinQueue`](::tokio_util::task::JoinQueue), with a
/// record of each task.
pub struct JoinQueue<T> {
    // Before the record, so that its tasks are aborted before that goes.
    inner: ::tokio_util::task::JoinQueue<T>,
    pending: Option<Pending>,
    record: Lock,
}

fn wait(location: &'static Location<'static>) -> What {
    What::on(&JOIN_NEXT, 0, location)
}

impl<T> JoinQueue<T> {
    /// As tokio-util's `new`.
    #[track_caller]
    pub const fn new() -> Self {
        let inner = ::tokio_util::task::JoinQueue::new();
        JoinQueue { inner, pending: None, record: Lock::new(&KIND, Location::caller()) }
    }

    /// As tokio-util's `with_capacity`.
    #[track_caller]
    pub fn with_capacity(capacity: usize) -> Self {
        ::tokio_util::task::JoinQueue::with_capacity(capacity).into()
    }

    delegate! { inner:
        fn len() -> usize;
        fn is_empty() -> bool;
    }

    /// As tokio-util's `spawn`.
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        let (task, watch) = tracked(task);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn(task), watch)
    }

    /// As tokio-util's `spawn_on`.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        let (task, watch) = tracked(task);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn_on(task, handle.inner()), watch)
    }

    /// As tokio-util's `spawn_local`.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
        T: 'static,
    {
        let (task, watch) = tracked_local(task);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn_local(task), watch)
    }

    /// As tokio-util's `spawn_blocking`.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (work, watch) = tracked_blocking(f);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn_blocking(work), watch)
    }

    /// As tokio-util's `spawn_blocking_on`.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (work, watch) = tracked_blocking(f);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn_blocking_on(work, handle.inner()), watch)
    }

    /// As tokio-util's `join_next`.
    #[track_caller]
    pub fn join_next(&mut self) -> impl Future<Output = Option<Result<T, JoinError>>> {
        Operation::new(self.inner.join_next(), wait(Location::caller()))
    }

    /// As tokio-util's `join_next_with_id`.
    #[track_caller]
    pub fn join_next_with_id(
        &mut self,
    ) -> impl Future<Output = Option<Result<(Id, T), JoinError>>> {
        Operation::new(self.inner.join_next_with_id(), wait(Location::caller()))
    }

    /// As tokio-util's `try_join_next`.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.inner.try_join_next()
    }

    /// As tokio-util's `try_join_next_with_id`.
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.inner.try_join_next_with_id()
    }

    /// As tokio-util's `shutdown`: aborts all tasks and waits for their end.
    #[track_caller]
    pub fn shutdown(&mut self) -> impl Future<Output = ()> {
        self.record.escapes();
        Operation::new(self.inner.shutdown(), wait(Location::caller()))
    }

    /// As tokio-util's `join_all`.
    ///
    /// # Panics
    ///
    /// Panics if one of the tasks failed.
    #[track_caller]
    pub fn join_all(self) -> impl Future<Output = Vec<T>> {
        Operation::new(self.inner.join_all(), wait(Location::caller()))
    }

    /// As tokio-util's `abort_all`.
    pub fn abort_all(&mut self) {
        self.record.escapes();
        self.inner.abort_all();
    }

    /// As tokio-util's `detach_all`: the tasks run on, with nobody to stop them.
    pub fn detach_all(&mut self) {
        self.record.escapes();
        self.inner.detach_all();
    }

    /// As tokio-util's `poll_join_next`.
    #[track_caller]
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        let (poll, location) = (self.inner.poll_join_next(cx), Location::caller());
        polled(poll, &mut self.pending, cx, || wait(location))
    }

    /// As tokio-util's `poll_join_next_with_id`.
    #[track_caller]
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        let (poll, location) = (self.inner.poll_join_next_with_id(cx), Location::caller());
        polled(poll, &mut self.pending, cx, || wait(location))
    }

    /// Tokio-util's own queue. Its tasks stay tracked.
    pub fn into_inner(self) -> ::tokio_util::task::JoinQueue<T> {
        self.inner
    }
}

impl<T> From<::tokio_util::task::JoinQueue<T>> for JoinQueue<T> {
    #[track_caller]
    fn from(inner: ::tokio_util::task::JoinQueue<T>) -> Self {
        JoinQueue { inner, pending: None, record: Lock::new(&KIND, Location::caller()) }
    }
}

impl<T> fmt::Debug for JoinQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T> Default for JoinQueue<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T, F> FromIterator<F> for JoinQueue<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = F>>(tasks: I) -> Self {
        let mut queue = Self::new();
        for task in tasks {
            let _handle = queue.spawn(task);
        }
        queue
    }
}
