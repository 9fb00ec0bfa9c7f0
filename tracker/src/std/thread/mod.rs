//! Threads: `spawn`, `Builder` and `scope`, and the handles they return.

mod builder;
mod handle;
mod scoped;

#[doc(no_inline)]
pub use ::std::thread::*;
pub use builder::Builder;
pub use handle::JoinHandle;
pub use scoped::{Scope, ScopedJoinHandle, scope};

use crate::registry::{ActorKind, Term, Wants};
use crate::tracked::actor::{Life, Watch};
use crate::tracked::operation::{Pending, What};
use ::std::panic::Location;
use ::std::time::Duration;

static PARK: Term = Term::operation("an unpark", Wants::Anybody, "unpark of this thread");
static JOIN: Term =
    Term::operation("the end of a thread", Wants::Actor, "the end of the thread that is joined");

/// A closure that is tracked from now on, and what its handle keeps of it.
#[track_caller]
fn tracked<'a, T>(
    name: Option<&str>,
    work: impl FnOnce() -> T + Send + 'a,
) -> (impl FnOnce() -> T + Send + 'a, Watch) {
    let life = Life::spawned(ActorKind::Thread, Location::caller(), 0);
    if let Some(name) = name {
        life.name(name);
    }
    let watch = life.watch();
    (move || life.run(work), watch)
}

/// Starts a thread, as [`std::thread::spawn`] does, and keeps a record of it.
///
/// # Panics
///
/// Panics if the operating system refuses a thread.
///
/// # Examples
///
/// ```
/// let sum = linger::std::thread::spawn(|| (1..=4).sum::<i32>());
/// assert_eq!(sum.join().unwrap(), 10);
/// ```
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let (work, watch) = tracked(None, f);
    JoinHandle::new(::std::thread::spawn(work), watch)
}

/// Blocks until the thread is unparked, as [`std::thread::park`] does.
#[track_caller]
pub fn park() {
    Pending::during(What::on(&PARK, 0, Location::caller()), ::std::thread::park);
}

/// Blocks until the thread is unparked or the time is over, as
/// [`std::thread::park_timeout`] does.
pub fn park_timeout(dur: Duration) {
    ::std::thread::park_timeout(dur);
}
