//! Threads for tasks that must stay where they start.

use crate::registry::ActorKind;
use crate::tokio::task::JoinHandle;
use crate::tracked::actor::{Life, Tracked, Watch};
use std::fmt;
use std::future::Future;
use std::panic::Location;

/// A pool of threads for tasks that are not `Send`: tokio-util's
/// [`LocalPoolHandle`](::tokio_util::task::LocalPoolHandle), with a record of each task.
#[derive(Clone)]
pub struct LocalPoolHandle {
    inner: ::tokio_util::task::LocalPoolHandle,
}

impl LocalPoolHandle {
    /// As tokio-util's `new`.
    ///
    /// # Panics
    ///
    /// Panics if the size is zero.
    #[track_caller]
    pub fn new(pool_size: usize) -> Self {
        ::tokio_util::task::LocalPoolHandle::new(pool_size).into()
    }

    delegate! { inner:
        fn num_threads() -> usize;
        fn get_task_loads_for_each_worker() -> Vec<usize>;
    }

    /// As tokio-util's `spawn_pinned`.
    #[track_caller]
    pub fn spawn_pinned<F, Fut>(&self, create_task: F) -> JoinHandle<Fut::Output>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future + 'static,
        Fut::Output: Send + 'static,
    {
        let (create_task, watch) = tracked_later(create_task);
        JoinHandle::new(self.inner.spawn_pinned(create_task), watch)
    }

    /// As tokio-util's `spawn_pinned_by_idx`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such thread.
    #[track_caller]
    pub fn spawn_pinned_by_idx<F, Fut>(&self, create_task: F, idx: usize) -> JoinHandle<Fut::Output>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future + 'static,
        Fut::Output: Send + 'static,
    {
        let (create_task, watch) = tracked_later(create_task);
        JoinHandle::new(self.inner.spawn_pinned_by_idx(create_task, idx), watch)
    }
}

/// The record is made here and now, the future on its thread.
#[track_caller]
fn tracked_later<Fut: Future>(
    create_task: impl FnOnce() -> Fut + Send + 'static,
) -> (impl FnOnce() -> Tracked<Fut> + Send + 'static, Watch) {
    let life = Life::spawned(ActorKind::Task, Location::caller(), size_of::<Fut>());
    let watch = life.watch();
    (move || Tracked::new(create_task(), life), watch)
}

impl From<::tokio_util::task::LocalPoolHandle> for LocalPoolHandle {
    fn from(inner: ::tokio_util::task::LocalPoolHandle) -> Self {
        LocalPoolHandle { inner }
    }
}

impl fmt::Debug for LocalPoolHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
