//! Counts tasks, to wait until all are over.

use crate::registry::{Handle as Fate, Term, Wants, order};
use crate::tokio::runtime::Handle;
use crate::tokio::task::{JoinHandle, LocalSet, tracked, tracked_blocking, tracked_local};
use crate::tracked::hold::Lock;
use crate::tracked::operation::{Pending, What, polled};
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio_util::task::task_tracker as real;
#[doc(no_inline)]
pub use tokio_util::task::task_tracker::TrackedFuture;

static KIND: Term = Term::kind("TaskTracker");
static ENDS: Term = Term::operation(
    "the end of the tasks of a TaskTracker",
    Wants::Anybody,
    "the end of its tasks, by a token that they wait for besides their work",
);
// Forgetting to close it is what goes wrong most.
static CLOSE: Term = Term::operation(
    "the close of a TaskTracker",
    Wants::Anybody,
    "close(), without which wait() never ends, and the end of its tasks",
);

/// Counts tasks, to wait until all are over: tokio-util's
/// [`TaskTracker`](::tokio_util::task::TaskTracker). It answers for its tasks, so that nobody
/// needs to keep their handles.
///
/// # Examples
///
/// ```
/// use linger::tokio_util::task::TaskTracker;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let tracker = TaskTracker::new();
/// tracker.spawn(async { "work" });
/// tracker.close();
/// tracker.wait().await;
/// # }
/// ```
#[derive(Clone)]
pub struct TaskTracker {
    inner: real::TaskTracker,
    record: Arc<Lock>,
}

impl TaskTracker {
    /// As tokio-util's `new`.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        let record = Arc::new(Lock::new(&KIND, Location::caller()));
        TaskTracker { inner: real::TaskTracker::new(), record }
    }

    delegate! { inner:
        fn close() -> bool;
        fn reopen() -> bool;
        #[must_use]
        fn is_closed() -> bool;
        #[must_use]
        fn len() -> usize;
        #[must_use]
        fn is_empty() -> bool;
    }

    /// As tokio-util's `wait`: until the tracker is closed and has no task.
    #[track_caller]
    pub fn wait(&self) -> TaskTrackerWaitFuture<'_> {
        let location = Location::caller();
        TaskTrackerWaitFuture { inner: self.inner.wait(), tracker: self, pending: None, location }
    }

    /// As tokio-util's `spawn`.
    #[track_caller]
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (task, watch) = tracked(task);
        watch.became(Fate::Counted);
        JoinHandle::new(self.inner.spawn(task), watch)
    }

    /// As tokio-util's `spawn_on`.
    #[track_caller]
    pub fn spawn_on<F>(&self, task: F, handle: &Handle) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (task, watch) = tracked(task);
        watch.became(Fate::Counted);
        JoinHandle::new(self.inner.spawn_on(task, handle.inner()), watch)
    }

    /// As tokio-util's `spawn_local`.
    #[track_caller]
    pub fn spawn_local<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let (task, watch) = tracked_local(task);
        watch.became(Fate::Counted);
        JoinHandle::new(self.inner.spawn_local(task), watch)
    }

    /// As tokio-util's `spawn_local_on`.
    #[track_caller]
    pub fn spawn_local_on<F>(&self, task: F, local_set: &LocalSet) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let (task, watch) = tracked_local(task);
        watch.became(Fate::Counted);
        JoinHandle::new(self.inner.spawn_local_on(task, local_set.inner()), watch)
    }

    /// As tokio-util's `spawn_blocking`.
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, task: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (task, watch) = tracked_blocking(task);
        watch.became(Fate::Counted);
        JoinHandle::new(self.inner.spawn_blocking(task), watch)
    }

    /// As tokio-util's `spawn_blocking_on`.
    #[track_caller]
    pub fn spawn_blocking_on<F, T>(&self, task: F, handle: &Handle) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (task, watch) = tracked_blocking(task);
        watch.became(Fate::Counted);
        JoinHandle::new(self.inner.spawn_blocking_on(task, handle.inner()), watch)
    }

    /// As tokio-util's `track_future`.
    pub fn track_future<F: Future>(&self, future: F) -> TrackedFuture<F> {
        self.inner.track_future(future)
    }

    /// As tokio-util's `token`: counts as a task while it lives.
    pub fn token(&self) -> TaskTrackerToken {
        TaskTrackerToken { _inner: self.inner.token(), tracker: self.clone() }
    }

    /// As tokio-util's `ptr_eq`.
    #[must_use]
    pub fn ptr_eq(left: &TaskTracker, right: &TaskTracker) -> bool {
        real::TaskTracker::ptr_eq(&left.inner, &right.inner)
    }

    /// Tokio-util's own tracker. The tasks that it has stay tracked.
    pub fn into_inner(self) -> real::TaskTracker {
        self.inner
    }
}

impl From<real::TaskTracker> for TaskTracker {
    #[track_caller]
    fn from(inner: real::TaskTracker) -> Self {
        TaskTracker { inner, record: Arc::new(Lock::new(&KIND, Location::caller())) }
    }
}

impl Default for TaskTracker {
    #[track_caller]
    fn default() -> Self {
        TaskTracker::new()
    }
}

impl fmt::Debug for TaskTracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// Counts as a task of its tracker while it lives: tokio-util's
/// [`TaskTrackerToken`](::tokio_util::task::task_tracker::TaskTrackerToken).
#[must_use]
#[derive(Debug)]
pub struct TaskTrackerToken {
    _inner: real::TaskTrackerToken,
    tracker: TaskTracker,
}

impl TaskTrackerToken {
    /// As tokio-util's `task_tracker`.
    #[must_use]
    pub fn task_tracker(&self) -> &TaskTracker {
        &self.tracker
    }
}

impl Clone for TaskTrackerToken {
    fn clone(&self) -> Self {
        self.tracker.token()
    }
}

pin_project! {
    /// Waits for the tasks of a tracker: tokio-util's
    /// [`TaskTrackerWaitFuture`](::tokio_util::task::task_tracker::TaskTrackerWaitFuture).
    #[must_use = "futures do nothing unless polled"]
    pub struct TaskTrackerWaitFuture<'a> {
        #[pin]
        inner: real::TaskTrackerWaitFuture<'a>,
        tracker: &'a TaskTracker,
        pending: Option<Pending>,
        location: &'static Location<'static>,
    }
}

impl Future for TaskTrackerWaitFuture<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let tracker = *this.tracker;
        let poll = this.inner.poll(cx);
        if poll.is_ready() {
            order::learn();
        }
        polled(poll, this.pending, cx, || {
            let term = if tracker.is_closed() { &ENDS } else { &CLOSE };
            What::on(term, tracker.record.resource(), this.location)
        })
    }
}

impl fmt::Debug for TaskTrackerWaitFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
