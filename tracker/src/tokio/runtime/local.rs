//! A runtime on one thread, whose tasks need not be `Send`.

use super::{Handle, root};
use crate::system;
use crate::tokio::task::{JoinHandle, tracked, tracked_blocking};
use std::future::Future;
use std::io;
use std::time::Duration;
use tokio::runtime::{EnterGuard, RuntimeMetrics};

/// Tokio's [`LocalRuntime`](::tokio::runtime::LocalRuntime), with a record of each task.
#[derive(Debug)]
pub struct LocalRuntime {
    inner: ::tokio::runtime::LocalRuntime,
    handle: Handle,
}

impl LocalRuntime {
    /// As tokio's `new`.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses a driver.
    pub fn new() -> io::Result<LocalRuntime> {
        ::tokio::runtime::LocalRuntime::new().map(LocalRuntime::from)
    }

    /// As tokio's `handle`.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// As tokio's `spawn_local`.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let (future, watch) = tracked(future);
        JoinHandle::new(self.inner.spawn_local(future), watch)
    }

    /// As tokio's `spawn_blocking`.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let (work, watch) = tracked_blocking(func);
        JoinHandle::new(self.inner.spawn_blocking(work), watch)
    }

    /// As tokio's `block_on`.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _accounted = system::accounted();
        self.inner.block_on(root(future))
    }

    /// As tokio's `enter`.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.inner.enter()
    }

    /// As tokio's `shutdown_timeout`.
    pub fn shutdown_timeout(self, duration: Duration) {
        self.inner.shutdown_timeout(duration);
    }

    /// As tokio's `shutdown_background`.
    pub fn shutdown_background(self) {
        self.inner.shutdown_background();
    }

    delegate! { inner:
        fn metrics() -> RuntimeMetrics;
    }
}

impl From<::tokio::runtime::LocalRuntime> for LocalRuntime {
    fn from(inner: ::tokio::runtime::LocalRuntime) -> Self {
        let handle = inner.handle().clone().into();
        LocalRuntime { inner, handle }
    }
}
