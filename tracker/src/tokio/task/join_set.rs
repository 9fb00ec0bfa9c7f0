//! A set of tasks that are awaited together.

use super::{AbortHandle, LocalSet, tracked, tracked_blocking, tracked_local};
use crate::registry::{Term, Wants};
use crate::tokio::runtime::Handle;
use crate::tracked::hold::Lock;
use crate::tracked::operation::{Operation, Pending, What, polled};
use std::fmt;
use std::future::Future;
use std::panic::{Location, resume_unwind};
use std::task::{Context, Poll};
use tokio::task::{Id, JoinError};

static JOIN_NEXT: Term = Term::operation(
    "the end of a task of a JoinSet",
    Wants::Members,
    "the end of one of its tasks, or abort_all",
);
/// Some of its tasks are nobody's.
static JOIN_ANY: Term = Term::operation(
    "the end of a task of a JoinSet",
    Wants::Anybody,
    "the end of one of its tasks, or abort_all",
);
static KIND: Term = Term::kind("JoinSet");

/// A set of tasks: tokio's [`JoinSet`](::tokio::task::JoinSet), with a record of each task.
pub struct JoinSet<T> {
    inner: ::tokio::task::JoinSet<T>,
    pending: Option<Pending>,
    record: Lock,
    /// All of its tasks are tracked.
    known: bool,
}

impl<T> JoinSet<T> {
    /// As tokio's `new`: an empty set.
    #[track_caller]
    pub fn new() -> Self {
        JoinSet::of(::tokio::task::JoinSet::new())
    }

    #[track_caller]
    fn of(inner: ::tokio::task::JoinSet<T>) -> Self {
        let (record, known) = (Lock::new(&KIND, Location::caller()), inner.is_empty());
        JoinSet { inner, pending: None, record, known }
    }

    fn waits(&self, location: &'static Location<'static>) -> What {
        let term = if self.known { &JOIN_NEXT } else { &JOIN_ANY };
        // Of a set the number of tasks is what is waited for: who are missing are over.
        let target = self.inner.len() as u64;
        What { term, resource: self.record.resource(), target, location }
    }

    delegate! { inner:
        fn len() -> usize;
        fn is_empty() -> bool;
    }
}

impl<T: 'static> JoinSet<T> {
    /// As tokio's `spawn`.
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let (task, watch) = tracked(task);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn(task), watch)
    }

    /// As tokio's `spawn_on`.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let (task, watch) = tracked(task);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn_on(task, handle.inner()), watch)
    }

    /// As tokio's `spawn_local`.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let (task, watch) = tracked_local(task);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn_local(task), watch)
    }

    /// As tokio's `spawn_local_on`.
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, task: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let (task, watch) = tracked_local(task);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn_local_on(task, local_set.inner()), watch)
    }

    /// As tokio's `spawn_blocking`.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        let (work, watch) = tracked_blocking(f);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn_blocking(work), watch)
    }

    /// As tokio's `spawn_blocking_on`.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        let (work, watch) = tracked_blocking(f);
        watch.joins(self.record.resource());
        AbortHandle::new(self.inner.spawn_blocking_on(work, handle.inner()), watch)
    }

    /// As tokio's `join_next`.
    #[track_caller]
    pub fn join_next(&mut self) -> impl Future<Output = Option<Result<T, JoinError>>> {
        let what = self.waits(Location::caller());
        Operation::new(self.inner.join_next(), what)
    }

    /// As tokio's `join_next_with_id`.
    #[track_caller]
    pub fn join_next_with_id(
        &mut self,
    ) -> impl Future<Output = Option<Result<(Id, T), JoinError>>> {
        let what = self.waits(Location::caller());
        Operation::new(self.inner.join_next_with_id(), what)
    }

    /// As tokio's `try_join_next`.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.inner.try_join_next()
    }

    /// As tokio's `try_join_next_with_id`.
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.inner.try_join_next_with_id()
    }

    /// As tokio's `shutdown`: aborts all tasks and waits for their end.
    #[track_caller]
    pub fn shutdown(&mut self) -> impl Future<Output = ()> {
        self.record.escapes();
        let what = self.waits(Location::caller());
        Operation::new(self.inner.shutdown(), what)
    }

    /// As tokio's `join_all`.
    ///
    /// # Panics
    ///
    /// Panics if one of the tasks failed.
    #[track_caller]
    pub fn join_all(mut self) -> impl Future<Output = Vec<T>> {
        let location = Location::caller();
        // One after the other, so that each wait says how many there are left.
        async move {
            let mut all = Vec::with_capacity(self.len());
            loop {
                let what = self.waits(location);
                match Operation::new(self.inner.join_next(), what).await {
                    Some(Ok(value)) => all.push(value),
                    Some(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
                    Some(Err(error)) => panic!("{error}"),
                    None => return all,
                }
            }
        }
    }

    /// As tokio's `abort_all`.
    pub fn abort_all(&mut self) {
        self.record.escapes();
        self.inner.abort_all();
    }

    /// As tokio's `detach_all`: the tasks run on, with nobody to stop them.
    pub fn detach_all(&mut self) {
        self.record.escapes();
        self.inner.detach_all();
    }

    /// As tokio's `poll_join_next`.
    #[track_caller]
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        let (poll, what) = (self.inner.poll_join_next(cx), self.waits(Location::caller()));
        polled(poll, &mut self.pending, cx, || what)
    }

    /// As tokio's `poll_join_next_with_id`.
    #[track_caller]
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        let (poll, what) = (self.inner.poll_join_next_with_id(cx), self.waits(Location::caller()));
        polled(poll, &mut self.pending, cx, || what)
    }

    /// Tokio's own set. Its tasks stay tracked.
    pub fn into_inner(self) -> ::tokio::task::JoinSet<T> {
        self.inner
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T> Default for JoinSet<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T> From<::tokio::task::JoinSet<T>> for JoinSet<T> {
    #[track_caller]
    fn from(inner: ::tokio::task::JoinSet<T>) -> Self {
        JoinSet::of(inner)
    }
}

impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    // Adapters of iterators hide who collects, so that the site may be in the standard library.
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = F>>(tasks: I) -> Self {
        let mut set = Self::new();
        set.extend(tasks);
        set
    }
}

impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    #[track_caller]
    fn extend<I: IntoIterator<Item = F>>(&mut self, tasks: I) {
        for task in tasks {
            let _handle = self.spawn(task);
        }
    }
}
