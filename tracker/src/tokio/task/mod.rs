//! Tasks: `spawn` and its relatives, and the handles they return.

mod handle;
mod join_set;
mod local;

#[doc(no_inline)]
pub use ::tokio::task::*;
pub use handle::{AbortHandle, JoinHandle};
pub use join_set::JoinSet;
pub use local::{LocalSet, spawn_local};

use crate::context;
use crate::registry::ActorKind;
use crate::tracked::actor::{Life, Tracked, Watch};
use std::future::Future;
use std::panic::Location;

/// A future that is tracked from now on, and what its handle keeps of it.
#[track_caller]
pub(crate) fn tracked<F: Future>(future: F) -> (Tracked<F>, Watch) {
    let life = Life::spawned(ActorKind::Task, Location::caller(), size_of::<F>());
    let watch = life.watch();
    (Tracked::new(future, life), watch)
}

/// The same for a future that stays on its thread.
#[track_caller]
pub(crate) fn tracked_local<F: Future>(future: F) -> (Tracked<F>, Watch) {
    let (future, watch) = tracked(future);
    watch.stays_local();
    (future, watch)
}

/// A closure that is tracked from now on, and what its handle keeps of it.
#[track_caller]
pub(crate) fn tracked_blocking<R>(
    work: impl FnOnce() -> R + Send + 'static,
) -> (impl FnOnce() -> R + Send + 'static, Watch) {
    let life = Life::spawned(ActorKind::Blocking, Location::caller(), 0);
    let watch = life.watch();
    (move || life.run(work), watch)
}

/// Spawns a task, as `tokio::spawn` does, and keeps a record of it.
///
/// # Panics
///
/// Panics outside of a runtime.
///
/// # Examples
///
/// ```
/// use linger::tokio;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let handle = tokio::spawn(async { "done" });
/// assert_eq!(handle.await.unwrap(), "done");
/// # }
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (future, watch) = tracked(future);
    JoinHandle::new(::tokio::spawn(future), watch)
}

/// Runs a closure that blocks, as [`block_in_place`](::tokio::task::block_in_place) does.
///
/// # Panics
///
/// Panics on a runtime of one thread.
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    context::blocks_in_place();
    ::tokio::task::block_in_place(f)
}

/// Runs a closure on the pool for blocking work, as
/// [`spawn_blocking`](::tokio::task::spawn_blocking) does, and keeps a record of it.
///
/// # Panics
///
/// Panics outside of a runtime.
///
/// # Examples
///
/// ```
/// use linger::tokio;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let sum = tokio::task::spawn_blocking(|| (1..=4).sum::<i32>());
/// assert_eq!(sum.await.unwrap(), 10);
/// # }
/// ```
#[track_caller]
pub fn spawn_blocking<F, R>(work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let (work, watch) = tracked_blocking(work);
    JoinHandle::new(::tokio::task::spawn_blocking(work), watch)
}
