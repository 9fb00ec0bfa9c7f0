//! The receiving end.

use super::r#async::{EndOf, RecvFut, RecvStream};
use super::{IntoIter, Iter, RECV, TryIter};
use crate::registry::Side;
use crate::tracked::end::ChannelEnd;
use crate::tracked::operation::{Pending, What};
use flume::{Drain, RecvError, RecvTimeoutError, TryRecvError};
use std::fmt;
use std::mem;
use std::panic::Location;
use std::time::{Duration, Instant};

/// A receiving end: flume's [`Receiver`](::flume::Receiver).
pub struct Receiver<T> {
    // Empty once it is taken out.
    inner: Option<::flume::Receiver<T>>,
    end: ChannelEnd,
}

/// A receiver is only without its inner one after a method that consumes it.
#[cold]
fn gone() -> ! {
    unreachable!("a receiver was used after it was taken apart")
}

has_end!(Receiver);

impl<T> Receiver<T> {
    pub(super) fn new(inner: ::flume::Receiver<T>, end: ChannelEnd) -> Self {
        Receiver { inner: Some(inner), end }
    }

    #[inline]
    fn inner(&self) -> &::flume::Receiver<T> {
        match &self.inner {
            Some(inner) => inner,
            None => gone(),
        }
    }

    fn take_apart(mut self) -> (::flume::Receiver<T>, ChannelEnd) {
        let Some(inner) = self.inner.take() else { gone() };
        (inner, mem::replace(&mut self.end, ChannelEnd::none()))
    }

    /// As flume's `recv`.
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
        match self.inner().try_recv() {
            Ok(message) => Ok(message),
            Err(TryRecvError::Disconnected) => Err(RecvError::Disconnected),
            Err(TryRecvError::Empty) => {
                let what = What::on(&RECV, self.end.resource(), location);
                Pending::during(what, || self.inner().recv())
            }
        }
    }

    /// As flume's `try_recv`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is empty.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.end.touch(self);
        self.inner().try_recv()
    }

    /// As flume's `recv_timeout`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over, or the channel is empty and all senders have gone.
    pub fn recv_timeout(&self, dur: Duration) -> Result<T, RecvTimeoutError> {
        self.end.touch(self);
        self.inner().recv_timeout(dur)
    }

    /// As flume's `recv_deadline`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over, or the channel is empty and all senders have gone.
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.end.touch(self);
        self.inner().recv_deadline(deadline)
    }

    /// As flume's `recv_async`.
    #[track_caller]
    pub fn recv_async(&self) -> RecvFut<'_, T> {
        RecvFut::new(self.inner().recv_async(), EndOf::Lent(&self.end), Location::caller())
    }

    /// As flume's `into_recv_async`.
    #[track_caller]
    pub fn into_recv_async<'a>(self) -> RecvFut<'a, T> {
        let (inner, end) = self.take_apart();
        RecvFut::new(inner.into_recv_async(), EndOf::Own(end), Location::caller())
    }

    /// As flume's `stream`.
    #[track_caller]
    pub fn stream(&self) -> RecvStream<'_, T> {
        RecvStream::new(self.inner().stream(), EndOf::Lent(&self.end), Location::caller())
    }

    /// As flume's `into_stream`.
    #[track_caller]
    pub fn into_stream<'a>(self) -> RecvStream<'a, T> {
        let (inner, end) = self.take_apart();
        RecvStream::new(inner.into_stream(), EndOf::Own(end), Location::caller())
    }

    /// As flume's `iter`.
    #[track_caller]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter::new(self, Location::caller())
    }

    /// As flume's `try_iter`.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter::new(self)
    }

    /// As flume's `drain`.
    pub fn drain(&self) -> Drain<'_, T> {
        self.end.touch(self);
        self.inner().drain()
    }

    /// As flume's `is_disconnected`.
    pub fn is_disconnected(&self) -> bool {
        self.inner().is_disconnected()
    }

    /// As flume's `is_empty`.
    pub fn is_empty(&self) -> bool {
        self.inner().is_empty()
    }

    /// As flume's `is_full`.
    pub fn is_full(&self) -> bool {
        self.inner().is_full()
    }

    /// As flume's `len`.
    pub fn len(&self) -> usize {
        self.inner().len()
    }

    /// As flume's `capacity`.
    pub fn capacity(&self) -> Option<usize> {
        self.inner().capacity()
    }

    /// As flume's `sender_count`.
    pub fn sender_count(&self) -> usize {
        self.inner().sender_count()
    }

    /// As flume's `receiver_count`.
    pub fn receiver_count(&self) -> usize {
        self.inner().receiver_count()
    }

    /// As flume's `same_channel`.
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        self.inner().same_channel(other.inner())
    }

    /// Flume's own receiver. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::flume::Receiver<T> {
        self.end.escape();
        self.take_apart().0
    }

    /// What is selected on, and what a wait of it would be for.
    pub(super) fn operation(&self) -> (&::flume::Receiver<T>, What) {
        self.end.touch(self);
        (self.inner(), What::on(&RECV, self.end.resource(), Location::caller()))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if let Some(inner) = &self.inner {
            leave(&self.end, inner.len());
        }
    }
}

/// Notes that a receiving end goes, while so many messages are in the channel.
pub(super) fn leave(end: &ChannelEnd, messages: usize) {
    if end.last_receiver() && messages > 0 {
        end.unread(messages);
    }
}

impl<T> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let end = self.end.another(Side::Receiver, Location::caller());
        Receiver::new(self.inner().clone(), end)
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner().fmt(f)
    }
}

impl<T> From<::flume::Receiver<T>> for Receiver<T> {
    /// A receiver of a channel that is not tracked.
    fn from(inner: ::flume::Receiver<T>) -> Self {
        Receiver::new(inner, ChannelEnd::none())
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
