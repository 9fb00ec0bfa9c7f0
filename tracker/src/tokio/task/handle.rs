//! The handles of a task, which know what became of them.

use crate::registry::{Handle, Term, Wants};
use crate::tracked::actor::Watch;
use crate::tracked::fate::Fate;
use crate::tracked::operation::{Pending, What, is_pending};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::task::{Id, JoinError};

static JOIN: Term = Term::operation(
    "the end of a task",
    Wants::Actor,
    "the end of the task that is awaited, or aborting it",
);

/// The right to await or abort a task: tokio's [`JoinHandle`](::tokio::task::JoinHandle), which also
/// notes whether anybody did.
pub struct JoinHandle<T> {
    inner: ::tokio::task::JoinHandle<T>,
    pending: Option<Pending>,
    fate: Fate,
}

impl<T> JoinHandle<T> {
    pub(crate) fn new(inner: ::tokio::task::JoinHandle<T>, watch: Watch) -> Self {
        JoinHandle { inner, pending: None, fate: Fate::new(watch) }
    }

    delegate! { inner:
        fn is_finished() -> bool;
        fn id() -> Id;
    }

    /// As tokio's `abort`: asks the task to stop at its next `.await`.
    pub fn abort(&self) {
        self.fate.watch().became(Handle::Aborted);
        self.inner.abort();
    }

    /// As tokio's `abort_handle`: a handle that can only abort.
    #[must_use = "abort handles do nothing unless `.abort` is called"]
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle::new(self.inner.abort_handle(), self.fate.watch())
    }

    /// Polls for the end of the task, which is waited for at `location`.
    pub(crate) fn poll_at(
        &mut self,
        cx: &mut Context<'_>,
        location: &'static Location<'static>,
    ) -> Poll<Result<T, JoinError>> {
        let poll = Pin::new(&mut self.inner).poll(cx);
        if poll.is_ready() {
            self.fate.joined();
        }
        let target = self.fate.watch().raw();
        let what = || What { term: &JOIN, resource: 0, target, location };
        is_pending(poll.is_pending(), &mut self.pending, cx, what);
        poll
    }

    /// Tokio's own handle. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::tokio::task::JoinHandle<T> {
        self.fate.release();
        self.inner
    }
}

impl<T> Unpin for JoinHandle<T> {}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    // The caller of `poll` is the `.await`.
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_at(cx, Location::caller())
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("id", &self.id()).finish()
    }
}

impl<T> From<::tokio::task::JoinHandle<T>> for JoinHandle<T> {
    /// The handle of a task that is not tracked.
    fn from(inner: ::tokio::task::JoinHandle<T>) -> Self {
        JoinHandle::new(inner, Watch::none())
    }
}

/// The right to abort a task: tokio's [`AbortHandle`](::tokio::task::AbortHandle).
pub struct AbortHandle {
    inner: ::tokio::task::AbortHandle,
    may_abort: MayAbort,
}

/// Counts as a handle of its task that anybody may have, and that can end its wait.
struct MayAbort(Watch);

impl MayAbort {
    fn new(watch: Watch) -> Self {
        watch.abort_handles(true);
        MayAbort(watch)
    }
}

impl Drop for MayAbort {
    fn drop(&mut self) {
        self.0.abort_handles(false);
    }
}

impl AbortHandle {
    pub(crate) fn new(inner: ::tokio::task::AbortHandle, watch: Watch) -> Self {
        AbortHandle { inner, may_abort: MayAbort::new(watch) }
    }

    delegate! { inner:
        fn is_finished() -> bool;
        fn id() -> Id;
    }

    /// As tokio's `abort`: asks the task to stop at its next `.await`.
    pub fn abort(&self) {
        self.may_abort.0.became(Handle::Aborted);
        self.inner.abort();
    }

    /// Tokio's own handle. Nobody sees any more whether there is one.
    pub fn into_inner(self) -> ::tokio::task::AbortHandle {
        std::mem::forget(self.may_abort);
        self.inner
    }
}

impl Clone for AbortHandle {
    fn clone(&self) -> Self {
        AbortHandle::new(self.inner.clone(), self.may_abort.0)
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl From<::tokio::task::AbortHandle> for AbortHandle {
    /// The handle of a task that is not tracked.
    fn from(inner: ::tokio::task::AbortHandle) -> Self {
        AbortHandle::new(inner, Watch::none())
    }
}
