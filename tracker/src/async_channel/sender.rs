//! The sending end.

use super::SEND;
use super::futures::{Closed, Send, sent};
use crate::registry::Side;
use crate::tracked::end::{ChannelEnd, WeakEnd};
use crate::tracked::operation::{Pending, What};
use async_channel::{SendError, TrySendError};
use std::fmt;
use std::panic::Location;

/// A sending end: async-channel's [`Sender`](::async_channel::Sender).
pub struct Sender<T> {
    inner: ::async_channel::Sender<T>,
    end: ChannelEnd,
}

has_end!(Sender);

impl<T> Sender<T> {
    pub(super) fn new(inner: ::async_channel::Sender<T>, end: ChannelEnd) -> Self {
        Sender { inner, end }
    }

    /// As async-channel's `send`.
    #[track_caller]
    pub fn send(&self, msg: T) -> Send<'_, T> {
        Send::new(self.inner.send(msg), &self.end, Location::caller())
    }

    /// As async-channel's `send_blocking`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is closed, and gives the message back.
    #[cfg(not(target_family = "wasm"))]
    #[track_caller]
    pub fn send_blocking(&self, msg: T) -> Result<(), SendError<T>> {
        self.end.touch(&self.end);
        let location = Location::caller();
        // Only who has to wait needs a record of it.
        let result = match self.inner.try_send(msg) {
            Ok(()) => Ok(()),
            Err(TrySendError::Closed(msg)) => Err(SendError(msg)),
            Err(TrySendError::Full(msg)) => {
                let what = What::on(&SEND, self.end.resource(), location);
                Pending::during(what, || self.inner.send_blocking(msg))
            }
        };
        sent(&self.end, location, &result);
        result
    }

    /// As async-channel's `try_send`.
    ///
    /// # Errors
    ///
    /// Fails if there is no room, or the channel is closed.
    #[track_caller]
    pub fn try_send(&self, msg: T) -> Result<(), TrySendError<T>> {
        self.end.touch(&self.end);
        let result = self.inner.try_send(msg);
        if let Err(TrySendError::Closed(_)) = result {
            self.end.sent_after_close(Location::caller());
        }
        self.end.passed::<T, _>(&self.end);
        result
    }

    /// As async-channel's `force_send`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is closed, and gives the message back.
    #[track_caller]
    pub fn force_send(&self, msg: T) -> Result<Option<T>, SendError<T>> {
        self.end.touch(&self.end);
        let result = self.inner.force_send(msg);
        if result.is_err() {
            self.end.sent_after_close(Location::caller());
        }
        self.end.passed::<T, _>(&self.end);
        result
    }

    /// As async-channel's `closed`.
    #[track_caller]
    pub fn closed(&self) -> Closed<'_, T> {
        Closed::new(self.inner.closed(), &self.end, Location::caller())
    }

    /// As async-channel's `close`. To close a channel twice is in order here, and not noted.
    #[track_caller]
    pub fn close(&self) -> bool {
        let closes = self.inner.close();
        if closes {
            self.end.close(Location::caller());
        }
        closes
    }

    delegate! { inner:
        fn is_closed() -> bool;
        fn is_empty() -> bool;
        fn is_full() -> bool;
        fn len() -> usize;
        fn capacity() -> Option<usize>;
        fn receiver_count() -> usize;
        fn sender_count() -> usize;
    }

    /// As async-channel's `downgrade`.
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender { inner: self.inner.downgrade(), end: self.end.downgrade() }
    }

    /// As async-channel's `same_channel`.
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Async-channel's own sender. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::async_channel::Sender<T> {
        self.end.escape();
        self.inner
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

impl<T> From<::async_channel::Sender<T>> for Sender<T> {
    /// A sender of a channel that is not tracked.
    fn from(inner: ::async_channel::Sender<T>) -> Self {
        Sender { inner, end: ChannelEnd::none() }
    }
}

/// A sender that does not keep the channel open: async-channel's
/// [`WeakSender`](::async_channel::WeakSender).
pub struct WeakSender<T> {
    inner: ::async_channel::WeakSender<T>,
    end: WeakEnd,
}

impl<T> WeakSender<T> {
    /// As async-channel's `upgrade`.
    #[track_caller]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        let inner = self.inner.upgrade()?;
        Some(Sender { inner, end: self.end.upgrade(Side::Sender, Location::caller()) })
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        WeakSender { inner: self.inner.clone(), end: self.end }
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
