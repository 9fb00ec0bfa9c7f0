//! Waiting for one of several operations.

use super::{Receiver, Sender};
use crate::tracked::operation::{Pending, What};
use flume::{RecvError, SendError};
use std::cell::RefCell;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::time::{Duration, Instant};

#[doc(no_inline)]
pub use ::flume::select::SelectError;

/// Several operations, of which one will be done: flume's [`Selector`](::flume::Selector).
///
/// # Examples
///
/// ```
/// use linger::flume::{self, Selector};
///
/// let ((tx, numbers), (_words, words)) = (flume::unbounded(), flume::unbounded::<&str>());
/// tx.send(1).unwrap();
/// let got = Selector::new()
///     .recv(&numbers, |number| number.map(|number| number.to_string()))
///     .recv(&words, |word| word.map(str::to_owned))
///     .wait();
/// assert_eq!(got.as_deref(), Ok("1"));
/// ```
pub struct Selector<'a, T> {
    inner: ::flume::Selector<'a, T>,
    /// What each operation would wait for.
    waits: Vec<What>,
    /// The records of the waits. They end before the closure of an operation runs, which is the
    /// program's own code.
    pending: Rc<RefCell<Vec<Pending>>>,
}

impl<'a, T: 'a> Selector<'a, T> {
    /// As flume's `new`.
    pub fn new() -> Self {
        Selector { inner: ::flume::Selector::new(), waits: Vec::new(), pending: Rc::default() }
    }

    /// As flume's `send`.
    #[track_caller]
    pub fn send<U, F: FnMut(Result<(), SendError<U>>) -> T + 'a>(
        mut self,
        sender: &'a Sender<U>,
        msg: U,
        mut mapper: F,
    ) -> Self {
        let (inner, what) = sender.operation();
        let (location, pending) = (what.location, Rc::clone(&self.pending));
        self.waits.push(what);
        self.inner = self.inner.send(inner, msg, move |result| {
            pending.borrow_mut().clear();
            sender.note(result.is_err(), location);
            mapper(result)
        });
        self
    }

    /// As flume's `recv`.
    #[track_caller]
    pub fn recv<U, F: FnMut(Result<U, RecvError>) -> T + 'a>(
        mut self,
        receiver: &'a Receiver<U>,
        mut mapper: F,
    ) -> Self {
        let (inner, what) = receiver.operation();
        let pending = Rc::clone(&self.pending);
        self.waits.push(what);
        self.inner = self.inner.recv(inner, move |result| {
            pending.borrow_mut().clear();
            mapper(result)
        });
        self
    }

    /// As flume's `wait`.
    #[track_caller]
    pub fn wait(self) -> T {
        let location = Location::caller();
        let waits = self.waits.iter().map(|what| Pending::blocking(What { location, ..*what }));
        self.pending.borrow_mut().extend(waits);
        self.inner.wait()
    }

    /// As flume's `wait_timeout`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over.
    pub fn wait_timeout(self, dur: Duration) -> Result<T, SelectError> {
        self.inner.wait_timeout(dur)
    }

    /// As flume's `wait_deadline`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over.
    pub fn wait_deadline(self, deadline: Instant) -> Result<T, SelectError> {
        self.inner.wait_deadline(deadline)
    }
}

impl<'a, T: 'a> Default for Selector<'a, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a, T: 'a> fmt::Debug for Selector<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
