//! What `linger::spawn!` expands to: it hands over the ends that the task captures.

use crate::registry::ActorKind;
use crate::tokio::task::JoinHandle;
use crate::tracked::actor::{Life, Tracked};
use crate::tracked::end::{EndRef, HasEnd};
use std::fmt;
use std::future::Future;
use std::panic::Location;

/// The end of a channel that a task captures, if the capture is one.
#[derive(Clone, Copy)]
pub struct CapturedEnd(Option<EndRef>);

impl fmt::Debug for CapturedEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CapturedEnd").finish_non_exhaustive()
    }
}

/// Asks a captured value whether it is the end of a channel.
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// The answer of ends. Found first, because it takes one reference less.
pub trait ProbeEnd {
    /// The end.
    fn end(&self) -> CapturedEnd;
}

impl<T: HasEnd> ProbeEnd for &Probe<'_, T> {
    fn end(&self) -> CapturedEnd {
        CapturedEnd(self.0.end().reference())
    }
}

/// The answer of everything else.
pub trait ProbeAny {
    /// No end.
    fn end(&self) -> CapturedEnd;
}

impl<T: ?Sized> ProbeAny for Probe<'_, T> {
    fn end(&self) -> CapturedEnd {
        CapturedEnd(None)
    }
}

/// Spawns a task with a name, which owns the ends.
#[track_caller]
pub fn spawn<F>(name: Option<&str>, future: F, ends: &[CapturedEnd]) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let life = Life::spawned(ActorKind::Task, Location::caller(), size_of::<F>());
    if let Some(name) = name {
        life.name(name);
    }
    let watch = life.watch();
    for end in ends.iter().filter_map(|end| end.0) {
        end.captured_by(watch);
    }
    JoinHandle::new(::tokio::spawn(Tracked::new(future, life)), watch)
}
