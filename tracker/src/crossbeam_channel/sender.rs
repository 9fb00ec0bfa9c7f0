//! The sending end.

use super::SEND;
use crate::registry::Side;
use crate::tracked::end::ChannelEnd;
use crate::tracked::operation::{Pending, What};
use crossbeam_channel::{SendError, SendTimeoutError, TrySendError};
use std::fmt;
use std::panic::Location;
use std::time::{Duration, Instant};

/// A sending end: crossbeam's [`Sender`](::crossbeam_channel::Sender).
pub struct Sender<T> {
    inner: ::crossbeam_channel::Sender<T>,
    end: ChannelEnd,
}

has_end!(Sender);

impl<T> Sender<T> {
    pub(super) fn new(inner: ::crossbeam_channel::Sender<T>, end: ChannelEnd) -> Self {
        Sender { inner, end }
    }

    /// As crossbeam's `send`.
    ///
    /// # Errors
    ///
    /// Fails if all receivers have gone, and gives the message back.
    #[track_caller]
    pub fn send(&self, msg: T) -> Result<(), SendError<T>> {
        self.end.touch(self);
        let location = Location::caller();
        // Only who has to wait needs a record of it.
        let result = match self.inner.try_send(msg) {
            Ok(()) => Ok(()),
            Err(TrySendError::Disconnected(msg)) => Err(SendError(msg)),
            Err(TrySendError::Full(msg)) => {
                let what = What::on(&SEND, self.end.resource(), location);
                Pending::during(what, || self.inner.send(msg))
            }
        };
        self.note(result.is_err(), location);
        result
    }

    /// As crossbeam's `try_send`.
    ///
    /// # Errors
    ///
    /// Fails if there is no room, or all receivers have gone.
    #[track_caller]
    pub fn try_send(&self, msg: T) -> Result<(), TrySendError<T>> {
        self.end.touch(self);
        let result = self.inner.try_send(msg);
        self.note(matches!(result, Err(TrySendError::Disconnected(_))), Location::caller());
        result
    }

    /// As crossbeam's `send_timeout`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over, or all receivers have gone.
    #[track_caller]
    pub fn send_timeout(&self, msg: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.end.touch(self);
        let result = self.inner.send_timeout(msg, timeout);
        self.note(matches!(result, Err(SendTimeoutError::Disconnected(_))), Location::caller());
        result
    }

    /// As crossbeam's `send_deadline`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over, or all receivers have gone.
    #[track_caller]
    pub fn send_deadline(&self, msg: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.end.touch(self);
        let result = self.inner.send_deadline(msg, deadline);
        self.note(matches!(result, Err(SendTimeoutError::Disconnected(_))), Location::caller());
        result
    }

    delegate! { inner:
        fn is_empty() -> bool;
        fn is_full() -> bool;
        fn len() -> usize;
        fn capacity() -> Option<usize>;
    }

    /// As crossbeam's `same_channel`.
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Crossbeam's own sender. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::crossbeam_channel::Sender<T> {
        self.end.escape();
        self.inner
    }

    /// What is selected on, and what a wait of it would be for.
    pub(super) fn operation(&self) -> (&::crossbeam_channel::Sender<T>, What) {
        self.end.touch(self);
        (&self.inner, What::on(&SEND, self.end.resource(), Location::caller()))
    }

    /// Notes that a message was sent, and whether it found nobody.
    #[inline]
    pub(super) fn note(&self, closed: bool, location: &'static Location<'static>) {
        if closed {
            self.end.sent_after_close(location);
        }
        self.end.passed::<T, _>(self);
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let end = self.end.another(Side::Sender, Location::caller());
        Sender { inner: self.inner.clone(), end }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T> From<::crossbeam_channel::Sender<T>> for Sender<T> {
    /// A sender of a channel that is not tracked.
    fn from(inner: ::crossbeam_channel::Sender<T>) -> Self {
        Sender { inner, end: ChannelEnd::none() }
    }
}
