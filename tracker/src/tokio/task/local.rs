//! Tasks that stay on their thread.

use super::{JoinHandle, tracked_local};
use crate::tokio::runtime::Runtime;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::task::LocalEnterGuard;

/// Spawns a task on the current [`LocalSet`], as [`spawn_local`](::tokio::task::spawn_local) does,
/// and keeps a record of it.
///
/// # Panics
///
/// Panics outside of a `LocalSet`.
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let (future, watch) = tracked_local(future);
    JoinHandle::new(::tokio::task::spawn_local(future), watch)
}

pin_project! {
    /// A set of tasks on one thread: tokio's [`LocalSet`](::tokio::task::LocalSet), with a record
    /// of each task.
    #[derive(Default)]
    pub struct LocalSet {
        #[pin]
        inner: ::tokio::task::LocalSet,
    }
}

impl LocalSet {
    /// As tokio's `new`: an empty set.
    pub fn new() -> Self {
        ::tokio::task::LocalSet::new().into()
    }

    delegate! { inner:
        fn enter() -> LocalEnterGuard;
        fn id() -> ::tokio::runtime::Id;
    }

    /// As tokio's `spawn_local`.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let (future, watch) = tracked_local(future);
        JoinHandle::new(self.inner.spawn_local(future), watch)
    }

    /// As tokio's `block_on`.
    #[track_caller]
    pub fn block_on<F: Future>(&self, rt: &Runtime, future: F) -> F::Output {
        rt.block_on(self.run_until(future))
    }

    /// As tokio's `run_until`.
    pub fn run_until<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        self.inner.run_until(future)
    }

    pub(crate) fn inner(&self) -> &::tokio::task::LocalSet {
        &self.inner
    }

    /// Tokio's own set. Its tasks stay tracked.
    pub fn into_inner(self) -> ::tokio::task::LocalSet {
        self.inner
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().inner.poll(cx)
    }
}

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl From<::tokio::task::LocalSet> for LocalSet {
    fn from(inner: ::tokio::task::LocalSet) -> Self {
        LocalSet { inner }
    }
}
