//! The receiving end.

use super::r#async::{EndOf, RecvFut, RecvStream};
use super::{IntoIter, Iter, RECV, TryIter};
use crate::registry::{Side, Term};
use crate::tracked::end::ChannelEnd;
use crate::tracked::gauge::Gauge;
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
    gauge: Gauge,
}

/// A receiver is only without its inner one after a method that consumes it.
#[cold]
fn gone() -> ! {
    unreachable!("a receiver was used after it was taken apart")
}

has_end!(Receiver);
blocking_receiver!(flume, "flume", RecvError::Disconnected);

impl<T> Receiver<T> {
    pub(super) fn new(inner: ::flume::Receiver<T>, end: ChannelEnd) -> Self {
        Receiver { inner: Some(inner), end, gauge: Gauge::new() }
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

    fn awaits(&self) -> &'static Term {
        &RECV
    }

    /// As flume's `recv_async`.
    #[track_caller]
    pub fn recv_async(&self) -> RecvFut<'_, T> {
        self.sample();
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

    /// As flume's `drain`.
    pub fn drain(&self) -> Drain<'_, T> {
        self.used();
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

    /// Flume's own receiver. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::flume::Receiver<T> {
        self.end.escape();
        self.take_apart().0
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

impl<T> From<::flume::Receiver<T>> for Receiver<T> {
    /// A receiver of a channel that is not tracked.
    fn from(inner: ::flume::Receiver<T>) -> Self {
        Receiver::new(inner, ChannelEnd::none())
    }
}
