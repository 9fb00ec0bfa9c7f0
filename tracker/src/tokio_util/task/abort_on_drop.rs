//! Handles that abort their task when they go.

use crate::tokio::task::{AbortHandle, JoinHandle};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::task::JoinError;

/// A handle is only empty after `detach`, which consumes it.
#[cold]
fn gone() -> ! {
    unreachable!("a handle was used after it was detached")
}

/// Aborts its task when it is dropped: tokio-util's
/// [`AbortOnDropHandle`](::tokio_util::task::AbortOnDropHandle).
#[must_use = "Dropping the handle aborts the task immediately"]
pub struct AbortOnDropHandle<T>(Option<JoinHandle<T>>);

impl<T> AbortOnDropHandle<T> {
    /// As tokio-util's `new`.
    pub fn new(handle: JoinHandle<T>) -> Self {
        AbortOnDropHandle(Some(handle))
    }

    /// As tokio-util's `abort`.
    pub fn abort(&self) {
        self.as_ref().abort();
    }

    /// As tokio-util's `is_finished`.
    pub fn is_finished(&self) -> bool {
        self.as_ref().is_finished()
    }

    /// As tokio-util's `abort_handle`.
    pub fn abort_handle(&self) -> AbortHandle {
        self.as_ref().abort_handle()
    }

    /// As tokio-util's `detach`: the handle alone, whose drop does nothing.
    pub fn detach(mut self) -> JoinHandle<T> {
        self.0.take().unwrap_or_else(|| gone())
    }
}

impl<T> Drop for AbortOnDropHandle<T> {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            handle.abort();
        }
    }
}

impl<T> Future for AbortOnDropHandle<T> {
    type Output = Result<T, JoinError>;

    // The caller of `poll` is the `.await`.
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let location = Location::caller();
        match &mut self.0 {
            Some(handle) => handle.poll_at(cx, location),
            None => gone(),
        }
    }
}

impl<T> AsRef<JoinHandle<T>> for AbortOnDropHandle<T> {
    fn as_ref(&self) -> &JoinHandle<T> {
        self.0.as_ref().unwrap_or_else(|| gone())
    }
}

impl<T> fmt::Debug for AbortOnDropHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortOnDropHandle").field("id", &self.as_ref().id()).finish()
    }
}

/// Aborts its task when it is dropped: tokio-util's [`AbortOnDrop`](::tokio_util::task::AbortOnDrop).
#[must_use = "Dropping the handle aborts the task immediately"]
pub struct AbortOnDrop(Option<AbortHandle>);

impl AbortOnDrop {
    /// As tokio-util's `new`.
    pub fn new(handle: AbortHandle) -> Self {
        AbortOnDrop(Some(handle))
    }

    fn handle(&self) -> &AbortHandle {
        self.0.as_ref().unwrap_or_else(|| gone())
    }

    /// As tokio-util's `abort`.
    pub fn abort(&self) {
        self.handle().abort();
    }

    /// As tokio-util's `is_finished`.
    pub fn is_finished(&self) -> bool {
        self.handle().is_finished()
    }

    /// As tokio-util's `detach`.
    pub fn detach(mut self) -> AbortHandle {
        self.0.take().unwrap_or_else(|| gone())
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            handle.abort();
        }
    }
}

impl fmt::Debug for AbortOnDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortOnDrop").field("id", &self.handle().id()).finish()
    }
}
