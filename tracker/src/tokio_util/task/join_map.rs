//! Tasks by key.

use crate::registry::{Term, Wants};
use crate::tokio::runtime::Handle;
use crate::tokio::task::{LocalSet, tracked, tracked_blocking, tracked_local};
use crate::tracked::hold::Lock;
use crate::tracked::operation::{Operation, What};
use std::borrow::Borrow;
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, Hash, RandomState};
use std::panic::Location;
use tokio::task::{Id, JoinError};
use tokio_util::task::{self as real, JoinMapKeys};

static JOIN_NEXT: Term = Term::operation(
    "the end of a task of a JoinMap",
    Wants::Anybody,
    "the end of one of its tasks, or abort_all",
);

static KIND: Term = Term::kind("JoinMap");

/// Tasks by key: tokio-util's [`JoinMap`](::tokio_util::task::JoinMap), with a record of each task.
pub struct JoinMap<K, V, S = RandomState> {
    // Before the record, so that its tasks are aborted before that goes.
    inner: real::JoinMap<K, V, S>,
    record: Lock,
}

fn wait(location: &'static Location<'static>) -> What {
    What::on(&JOIN_NEXT, 0, location)
}

impl<K, V> JoinMap<K, V> {
    /// As tokio-util's `new`.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        real::JoinMap::new().into()
    }

    /// As tokio-util's `with_capacity`.
    #[must_use]
    #[track_caller]
    pub fn with_capacity(capacity: usize) -> Self {
        real::JoinMap::with_capacity(capacity).into()
    }
}

impl<K, V, S> JoinMap<K, V, S> {
    /// As tokio-util's `with_hasher`.
    #[must_use]
    #[track_caller]
    pub fn with_hasher(hash_builder: S) -> Self
    where
        S: Clone,
    {
        real::JoinMap::with_hasher(hash_builder).into()
    }

    /// As tokio-util's `with_capacity_and_hasher`.
    #[must_use]
    #[track_caller]
    pub fn with_capacity_and_hasher(capacity: usize, hash_builder: S) -> Self
    where
        S: Clone,
    {
        real::JoinMap::with_capacity_and_hasher(capacity, hash_builder).into()
    }

    delegate! { inner:
        fn len() -> usize;
        fn is_empty() -> bool;
        fn capacity() -> usize;
    }

    /// Tokio-util's own map. Its tasks stay tracked.
    pub fn into_inner(self) -> real::JoinMap<K, V, S> {
        self.inner
    }
}

impl<K, V, S> JoinMap<K, V, S>
where
    K: Hash + Eq,
    V: 'static,
    S: BuildHasher,
{
    /// As tokio-util's `spawn`.
    #[track_caller]
    pub fn spawn<F>(&mut self, key: K, task: F)
    where
        F: Future<Output = V> + Send + 'static,
        V: Send,
    {
        let (task, watch) = tracked(task);
        watch.joins(self.record.resource());
        self.inner.spawn(key, task);
    }

    /// As tokio-util's `spawn_on`.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, key: K, task: F, handle: &Handle)
    where
        F: Future<Output = V> + Send + 'static,
        V: Send,
    {
        let (task, watch) = tracked(task);
        watch.joins(self.record.resource());
        self.inner.spawn_on(key, task, handle.inner());
    }

    /// As tokio-util's `spawn_blocking`.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, key: K, f: F)
    where
        F: FnOnce() -> V + Send + 'static,
        V: Send,
    {
        let (work, watch) = tracked_blocking(f);
        watch.joins(self.record.resource());
        self.inner.spawn_blocking(key, work);
    }

    /// As tokio-util's `spawn_blocking_on`.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, key: K, f: F, handle: &Handle)
    where
        F: FnOnce() -> V + Send + 'static,
        V: Send,
    {
        let (work, watch) = tracked_blocking(f);
        watch.joins(self.record.resource());
        self.inner.spawn_blocking_on(key, work, handle.inner());
    }

    /// As tokio-util's `spawn_local`.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, key: K, task: F)
    where
        F: Future<Output = V> + 'static,
    {
        let (task, watch) = tracked_local(task);
        watch.joins(self.record.resource());
        self.inner.spawn_local(key, task);
    }

    /// As tokio-util's `spawn_local_on`.
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, key: K, task: F, local_set: &LocalSet)
    where
        F: Future<Output = V> + 'static,
    {
        let (task, watch) = tracked_local(task);
        watch.joins(self.record.resource());
        self.inner.spawn_local_on(key, task, local_set.inner());
    }

    /// As tokio-util's `join_next`.
    #[track_caller]
    pub fn join_next(&mut self) -> impl Future<Output = Option<(K, Result<V, JoinError>)>> {
        Operation::new(self.inner.join_next(), wait(Location::caller()))
    }

    /// As tokio-util's `try_join_next`.
    pub fn try_join_next(&mut self) -> Option<(K, Result<V, JoinError>)> {
        self.inner.try_join_next()
    }

    /// As tokio-util's `shutdown`: aborts all tasks and waits for their end.
    #[track_caller]
    pub fn shutdown(&mut self) -> impl Future<Output = ()> {
        self.record.escapes();
        Operation::new(self.inner.shutdown(), wait(Location::caller()))
    }

    /// As tokio-util's `abort`.
    pub fn abort<Q>(&mut self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq,
        K: Borrow<Q>,
    {
        self.record.escapes();
        self.inner.abort(key)
    }

    /// As tokio-util's `abort_matching`.
    pub fn abort_matching(&mut self, predicate: impl FnMut(&K) -> bool) {
        self.record.escapes();
        self.inner.abort_matching(predicate);
    }

    /// As tokio-util's `keys`.
    pub fn keys(&self) -> JoinMapKeys<'_, K, V> {
        self.inner.keys()
    }

    /// As tokio-util's `contains_key`.
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        Q: ?Sized + Hash + Eq,
        K: Borrow<Q>,
    {
        self.inner.contains_key(key)
    }

    /// As tokio-util's `contains_task`.
    pub fn contains_task(&self, task: &Id) -> bool {
        self.inner.contains_task(task)
    }

    /// As tokio-util's `reserve`.
    pub fn reserve(&mut self, additional: usize) {
        self.inner.reserve(additional);
    }

    /// As tokio-util's `shrink_to_fit`.
    pub fn shrink_to_fit(&mut self) {
        self.inner.shrink_to_fit();
    }

    /// As tokio-util's `shrink_to`.
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.inner.shrink_to(min_capacity);
    }
}

impl<K, V: 'static, S> JoinMap<K, V, S> {
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
}

impl<K, V, S> From<real::JoinMap<K, V, S>> for JoinMap<K, V, S> {
    #[track_caller]
    fn from(inner: real::JoinMap<K, V, S>) -> Self {
        JoinMap { inner, record: Lock::new(&KIND, Location::caller()) }
    }
}

impl<K: fmt::Debug, V, S> fmt::Debug for JoinMap<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<K, V> Default for JoinMap<K, V> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}
