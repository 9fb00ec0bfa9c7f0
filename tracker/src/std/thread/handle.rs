//! The handle of a thread.

use super::JOIN;
use crate::tracked::actor::Watch;
use crate::tracked::fate::Fate;
use crate::tracked::operation::{Pending, What};
use ::std::fmt;
use ::std::panic::Location;
use ::std::thread::{Result, Thread};

/// The right to wait for a thread: [`std::thread::JoinHandle`], which also
/// notes whether anybody did.
pub struct JoinHandle<T> {
    inner: ::std::thread::JoinHandle<T>,
    fate: Fate,
}

impl<T> JoinHandle<T> {
    pub(super) fn new(inner: ::std::thread::JoinHandle<T>, watch: Watch) -> Self {
        JoinHandle { inner, fate: Fate::new(watch) }
    }

    /// As std's `thread`.
    pub fn thread(&self) -> &Thread {
        self.inner.thread()
    }

    /// As std's `join`.
    ///
    /// # Errors
    ///
    /// Fails with the panic of the thread.
    #[track_caller]
    pub fn join(mut self) -> Result<T> {
        let what = joins(self.fate.watch(), Location::caller());
        self.fate.joined();
        Pending::during(what, || self.inner.join())
    }

    /// As std's `is_finished`.
    pub fn is_finished(&self) -> bool {
        self.inner.is_finished()
    }

    /// The standard library's own handle. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::std::thread::JoinHandle<T> {
        self.fate.release();
        self.inner
    }
}

pub(super) fn joins(thread: Watch, location: &'static Location<'static>) -> What {
    What { term: &JOIN, resource: 0, target: thread.raw(), location }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T> From<::std::thread::JoinHandle<T>> for JoinHandle<T> {
    /// The handle of a thread that is not tracked.
    fn from(inner: ::std::thread::JoinHandle<T>) -> Self {
        JoinHandle::new(inner, Watch::none())
    }
}
