//! The runtime: `block_on` and `spawn` of a [`Runtime`] and of its [`Handle`].

mod builder;
mod handle;
mod local;

#[doc(no_inline)]
pub use ::tokio::runtime::*;
pub use builder::Builder;
pub use handle::Handle;
pub use local::LocalRuntime;

use super::task::{JoinHandle, tracked, tracked_blocking};
use crate::registry::ActorKind;
use crate::registry::runtimes::{self, Alive};
use crate::system;
use crate::tracked::actor::{Life, Tracked};
use std::future::Future;
use std::io;
use std::panic::Location;
use std::time::Duration;

/// A future that `block_on` runs: it is no leak, but others may wait for it, and it for others.
#[track_caller]
pub(crate) fn root<F: Future>(future: F) -> Tracked<F> {
    let life = Life::spawned(ActorKind::Root, Location::caller(), size_of::<F>());
    life.no_handle();
    Tracked::new(future, life)
}

/// Tokio's [`Runtime`](::tokio::runtime::Runtime), with a record of each task.
#[derive(Debug)]
pub struct Runtime {
    // Before the runtime, so that it goes first.
    alive: Option<Alive>,
    inner: ::tokio::runtime::Runtime,
    handle: Handle,
}

impl Runtime {
    /// As tokio's `new`: a runtime with many threads and all drivers.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses a thread or a driver.
    pub fn new() -> io::Result<Runtime> {
        Builder::new_multi_thread().enable_all().build()
    }

    pub(crate) fn known(inner: ::tokio::runtime::Runtime, alive: Alive) -> Self {
        Runtime { alive: Some(alive), ..Runtime::from(inner) }
    }

    /// This thread waits in the runtime, or runs its tasks, for as long as the value lives.
    pub(crate) fn driven_here(&self) -> Driven {
        let number = self.alive.as_ref().map_or(0, Alive::number);
        Driven { before: runtimes::set_here(number), _accounted: system::accounted() }
    }

    /// As tokio's `handle`.
    pub fn handle(&self) -> &Handle {
        &self.handle
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
        let _driven = self.driven_here();
        self.inner.block_on(root(future))
    }

    /// As tokio's `enter`.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.inner.enter()
    }

    /// As tokio's `shutdown_timeout`.
    pub fn shutdown_timeout(self, duration: Duration) {
        drop(self.alive);
        self.inner.shutdown_timeout(duration);
    }

    /// As tokio's `shutdown_background`.
    pub fn shutdown_background(self) {
        drop(self.alive);
        self.inner.shutdown_background();
    }

    delegate! { inner:
        fn metrics() -> RuntimeMetrics;
    }

    pub(crate) fn inner(&self) -> &::tokio::runtime::Runtime {
        &self.inner
    }

    /// Tokio's own runtime.
    pub fn into_inner(self) -> ::tokio::runtime::Runtime {
        self.inner
    }
}

impl From<::tokio::runtime::Runtime> for Runtime {
    fn from(inner: ::tokio::runtime::Runtime) -> Self {
        let handle = inner.handle().clone().into();
        Runtime { alive: None, inner, handle }
    }
}

/// A thread that is in a runtime.
pub(crate) struct Driven {
    before: u32,
    _accounted: system::Accounted,
}

impl Drop for Driven {
    fn drop(&mut self) {
        runtimes::set_here(self.before);
    }
}
