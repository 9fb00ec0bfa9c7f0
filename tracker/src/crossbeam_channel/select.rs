//! Waiting for one of several operations.

use super::{Receiver, Sender};
use crate::tracked::operation::{Pending, What};
use crossbeam_channel::{
    ReadyTimeoutError, RecvError, SelectTimeoutError, SendError, TryReadyError, TrySelectError,
};
use std::fmt;
use std::panic::Location;
use std::time::{Duration, Instant};

/// Several operations, of which one will be done: crossbeam's
/// [`Select`](::crossbeam_channel::Select).
///
/// # Examples
///
/// ```
/// use linger::crossbeam_channel::{Select, unbounded};
///
/// let (s, r) = unbounded();
/// s.send(1).unwrap();
/// let mut select = Select::new();
/// let first = select.recv(&r);
/// let operation = select.select();
/// assert_eq!(operation.index(), first);
/// assert_eq!(operation.recv(&r), Ok(1));
/// ```
#[derive(Clone)]
pub struct Select<'a> {
    inner: ::crossbeam_channel::Select<'a>,
    /// What each operation would wait for, by its index; nothing where it was removed.
    waits: Vec<Option<What>>,
}

impl<'a> Select<'a> {
    /// As crossbeam's `new`.
    pub fn new() -> Select<'a> {
        Select { inner: ::crossbeam_channel::Select::new(), waits: Vec::new() }
    }

    /// As crossbeam's `new_biased`.
    pub fn new_biased() -> Select<'a> {
        Select { inner: ::crossbeam_channel::Select::new_biased(), waits: Vec::new() }
    }

    /// As crossbeam's `send`.
    #[track_caller]
    pub fn send<T>(&mut self, s: &'a Sender<T>) -> usize {
        let (inner, what) = s.operation();
        self.waits.push(Some(what));
        self.inner.send(inner)
    }

    /// As crossbeam's `recv`.
    #[track_caller]
    pub fn recv<T>(&mut self, r: &'a Receiver<T>) -> usize {
        let (inner, what) = r.operation();
        self.waits.push(Some(what));
        self.inner.recv(inner)
    }

    /// As crossbeam's `remove`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such operation.
    pub fn remove(&mut self, index: usize) {
        self.inner.remove(index);
        if let Some(what) = self.waits.get_mut(index) {
            *what = None;
        }
    }

    /// As crossbeam's `try_select`.
    ///
    /// # Errors
    ///
    /// Fails if no operation can be done at once.
    pub fn try_select(&mut self) -> Result<SelectedOperation<'a>, TrySelectError> {
        self.inner.try_select().map(SelectedOperation)
    }

    /// As crossbeam's `select`.
    ///
    /// # Panics
    ///
    /// Panics if there is no operation.
    #[track_caller]
    pub fn select(&mut self) -> SelectedOperation<'a> {
        let selected = self.inner.try_select().unwrap_or_else({
            let location = Location::caller();
            let Select { inner, waits } = self;
            move |_| {
                let _waits = pending(waits, location);
                inner.select()
            }
        });
        SelectedOperation(selected)
    }

    /// As crossbeam's `select_timeout`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over.
    pub fn select_timeout(
        &mut self,
        timeout: Duration,
    ) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        self.inner.select_timeout(timeout).map(SelectedOperation)
    }

    /// As crossbeam's `select_deadline`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over.
    pub fn select_deadline(
        &mut self,
        deadline: Instant,
    ) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        self.inner.select_deadline(deadline).map(SelectedOperation)
    }

    /// As crossbeam's `try_ready`.
    ///
    /// # Errors
    ///
    /// Fails if no operation can be done at once.
    pub fn try_ready(&mut self) -> Result<usize, TryReadyError> {
        self.inner.try_ready()
    }

    /// As crossbeam's `ready`.
    ///
    /// # Panics
    ///
    /// Panics if there is no operation.
    #[track_caller]
    pub fn ready(&mut self) -> usize {
        let location = Location::caller();
        let Select { inner, waits } = self;
        inner.try_ready().unwrap_or_else(|_| {
            let _waits = pending(waits, location);
            inner.ready()
        })
    }

    /// As crossbeam's `ready_timeout`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over.
    pub fn ready_timeout(&mut self, timeout: Duration) -> Result<usize, ReadyTimeoutError> {
        self.inner.ready_timeout(timeout)
    }

    /// As crossbeam's `ready_deadline`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over.
    pub fn ready_deadline(&mut self, deadline: Instant) -> Result<usize, ReadyTimeoutError> {
        self.inner.ready_deadline(deadline)
    }
}

/// A record for each operation, all waiting at the same place.
fn pending(waits: &[Option<What>], location: &'static Location<'static>) -> Vec<Pending> {
    let waits = waits.iter().flatten();
    waits.map(|what| Pending::blocking(What { location, ..*what })).collect()
}

impl Default for Select<'_> {
    fn default() -> Self {
        Select::new()
    }
}

impl fmt::Debug for Select<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// The operation that was selected, and must now be done: crossbeam's
/// [`SelectedOperation`](::crossbeam_channel::SelectedOperation).
#[must_use]
pub struct SelectedOperation<'a>(::crossbeam_channel::SelectedOperation<'a>);

impl SelectedOperation<'_> {
    /// As crossbeam's `index`.
    pub fn index(&self) -> usize {
        self.0.index()
    }

    /// As crossbeam's `send`.
    ///
    /// # Errors
    ///
    /// Fails if all receivers have gone, and gives the message back.
    ///
    /// # Panics
    ///
    /// Panics if another operation was selected.
    #[track_caller]
    pub fn send<T>(self, s: &Sender<T>, msg: T) -> Result<(), SendError<T>> {
        let result = self.0.send(s.operation().0, msg);
        s.note(result.is_err(), Location::caller());
        result
    }

    /// As crossbeam's `recv`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is empty and all senders have gone.
    ///
    /// # Panics
    ///
    /// Panics if another operation was selected.
    pub fn recv<T>(self, r: &Receiver<T>) -> Result<T, RecvError> {
        self.0.recv(r.operation().0)
    }
}

impl fmt::Debug for SelectedOperation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
