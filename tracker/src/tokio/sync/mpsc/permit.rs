//! Room in a channel, taken in advance together with the sender.

use super::Sender;
use crate::tracked::end::ChannelEnd;
use std::fmt;

/// Room for one message, with the sender in it: tokio's
/// [`OwnedPermit`](::tokio::sync::mpsc::OwnedPermit).
pub struct OwnedPermit<T> {
    inner: ::tokio::sync::mpsc::OwnedPermit<T>,
    end: ChannelEnd,
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(inner: ::tokio::sync::mpsc::OwnedPermit<T>, end: ChannelEnd) -> Self {
        OwnedPermit { inner, end }
    }

    /// As tokio's `send`.
    pub fn send(self, value: T) -> Sender<T> {
        Sender::new(self.inner.send(value), self.end)
    }

    /// As tokio's `release`.
    pub fn release(self) -> Sender<T> {
        Sender::new(self.inner.release(), self.end)
    }

    /// As tokio's `same_channel`.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// As tokio's `same_channel_as_sender`.
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        self.inner.same_channel_as_sender(sender.inner())
    }
}

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
