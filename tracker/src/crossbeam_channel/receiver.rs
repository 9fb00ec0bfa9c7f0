//! The receiving end.

use super::{IntoIter, Iter, RECV, TryIter};
use crate::registry::{Side, Term};
use crate::tracked::end::ChannelEnd;
use crate::tracked::operation::{Pending, What};
use crossbeam_channel::{RecvError, RecvTimeoutError, TryRecvError};
use std::fmt;
use std::panic::Location;
use std::time::{Duration, Instant};

/// A receiving end: crossbeam's [`Receiver`](::crossbeam_channel::Receiver).
pub struct Receiver<T> {
    inner: ::crossbeam_channel::Receiver<T>,
    end: ChannelEnd,
    /// What comes: a message of a sender, a tick of the clock.
    awaits: &'static Term,
}

has_end!(Receiver);

impl<T> Receiver<T> {
    pub(super) const fn new(
        inner: ::crossbeam_channel::Receiver<T>,
        end: ChannelEnd,
        awaits: &'static Term,
    ) -> Self {
        Receiver { inner, end, awaits }
    }

    /// As crossbeam's `recv`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is empty and all senders have gone.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.receive(Location::caller())
    }

    pub(super) fn receive(&self, location: &'static Location<'static>) -> Result<T, RecvError> {
        self.end.touch(self);
        // Only who has to wait needs a record of it.
        match self.inner.try_recv() {
            Ok(message) => Ok(message),
            Err(TryRecvError::Disconnected) => Err(RecvError),
            Err(TryRecvError::Empty) => {
                let what = What::on(self.awaits, self.end.resource(), location);
                Pending::during(what, || self.inner.recv())
            }
        }
    }

    /// As crossbeam's `try_recv`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is empty.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.end.touch(self);
        self.inner.try_recv()
    }

    /// As crossbeam's `recv_timeout`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over, or the channel is empty and all senders have gone.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.end.touch(self);
        self.inner.recv_timeout(timeout)
    }

    /// As crossbeam's `recv_deadline`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over, or the channel is empty and all senders have gone.
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.end.touch(self);
        self.inner.recv_deadline(deadline)
    }

    delegate! { inner:
        fn is_empty() -> bool;
        fn is_full() -> bool;
        fn len() -> usize;
        fn capacity() -> Option<usize>;
    }

    /// As crossbeam's `iter`.
    #[track_caller]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(self, Location::caller())
    }

    /// As crossbeam's `try_iter`.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter::new(self)
    }

    /// As crossbeam's `same_channel`.
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Crossbeam's own receiver. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::crossbeam_channel::Receiver<T> {
        self.end.escape();
        self.inner.clone()
    }

    /// What is selected on, and what a wait of it would be for.
    pub(super) fn operation(&self) -> (&::crossbeam_channel::Receiver<T>, What) {
        self.end.touch(self);
        (&self.inner, What::on(self.awaits, self.end.resource(), Location::caller()))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if self.end.last_receiver() && !self.inner.is_empty() {
            self.end.unread(self.inner.len());
        }
    }
}

impl<T> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let end = self.end.another(Side::Receiver, Location::caller());
        Receiver { inner: self.inner.clone(), end, awaits: self.awaits }
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T> From<::crossbeam_channel::Receiver<T>> for Receiver<T> {
    /// A receiver of a channel that is not tracked.
    fn from(inner: ::crossbeam_channel::Receiver<T>) -> Self {
        Receiver { inner, end: ChannelEnd::none(), awaits: &RECV }
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    #[track_caller]
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    #[track_caller]
    fn into_iter(self) -> IntoIter<T> {
        IntoIter::new(self, Location::caller())
    }
}
