//! A handle to a runtime.

use super::root;
use crate::system;
use crate::tokio::task::{JoinHandle, tracked, tracked_blocking};
use std::future::Future;
use std::ops::Deref;
use tokio::runtime::{EnterGuard, TryCurrentError};

/// Tokio's [`Handle`](::tokio::runtime::Handle), with a record of each task. What is not tracked is
/// tokio's own, by `Deref`.
#[derive(Clone, Debug)]
pub struct Handle {
    inner: ::tokio::runtime::Handle,
}

impl Handle {
    /// As tokio's `current`.
    ///
    /// # Panics
    ///
    /// Panics outside of a runtime.
    #[track_caller]
    pub fn current() -> Self {
        ::tokio::runtime::Handle::current().into()
    }

    /// As tokio's `try_current`.
    ///
    /// # Errors
    ///
    /// Fails outside of a runtime.
    pub fn try_current() -> Result<Self, TryCurrentError> {
        ::tokio::runtime::Handle::try_current().map(Handle::from)
    }

    /// As tokio's `enter`.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.inner.enter()
    }

    /// As tokio's `spawn`.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (future, watch) = tracked(future);
        JoinHandle::new(self.inner.spawn(future), watch)
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

    pub(crate) fn inner(&self) -> &::tokio::runtime::Handle {
        &self.inner
    }

    /// Tokio's own handle.
    pub fn into_inner(self) -> ::tokio::runtime::Handle {
        self.inner
    }
}

impl Deref for Handle {
    type Target = ::tokio::runtime::Handle;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl From<::tokio::runtime::Handle> for Handle {
    fn from(inner: ::tokio::runtime::Handle) -> Self {
        Handle { inner }
    }
}
