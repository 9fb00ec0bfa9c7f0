//! A channel with room for all messages.

use super::{CLOSED, RECV, gone, receiving};
use crate::registry::{Side, Term};
use crate::tracked::end::{ChannelEnd, WeakEnd};
use crate::tracked::gauge::Gauge;
use crate::tracked::operation::{Operation, Pending, What, polled};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::task::{Context, Poll};
use tokio::sync::mpsc::error::{SendError, TryRecvError};

static KIND: Term = Term::kind("unbounded mpsc channel");

/// Makes a channel, as tokio's [`unbounded_channel`](::tokio::sync::mpsc::unbounded_channel) does,
/// and keeps a record of both ends.
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::mpsc;
///
/// let (tx, mut rx) = mpsc::unbounded_channel();
/// tx.send(1).unwrap();
/// assert_eq!(rx.try_recv(), Ok(1));
/// ```
#[track_caller]
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let (tx, rx) = ::tokio::sync::mpsc::unbounded_channel();
    let (sends, receives) = ChannelEnd::pair(&KIND, Location::caller());
    (UnboundedSender { inner: tx, end: sends }, UnboundedReceiver::new(rx, receives))
}

/// The sending end: tokio's [`UnboundedSender`](::tokio::sync::mpsc::UnboundedSender).
pub struct UnboundedSender<T> {
    inner: ::tokio::sync::mpsc::UnboundedSender<T>,
    end: ChannelEnd,
}

/// The receiving end: tokio's [`UnboundedReceiver`](::tokio::sync::mpsc::UnboundedReceiver).
pub struct UnboundedReceiver<T> {
    // Empty once it is taken out.
    inner: Option<::tokio::sync::mpsc::UnboundedReceiver<T>>,
    pending: Option<Pending>,
    end: ChannelEnd,
    gauge: Gauge,
}

/// A sender that does not keep the channel open: tokio's
/// [`WeakUnboundedSender`](::tokio::sync::mpsc::WeakUnboundedSender).
pub struct WeakUnboundedSender<T> {
    inner: ::tokio::sync::mpsc::WeakUnboundedSender<T>,
    end: WeakEnd,
}

receiver!(UnboundedReceiver, true);
sender!(UnboundedSender, WeakUnboundedSender);

impl<T> UnboundedSender<T> {
    /// As tokio's `send`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is closed.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.end.touch(self);
        let result = self.inner.send(message);
        if result.is_err() {
            self.end.sent_after_close(Location::caller());
        }
        self.end.passed::<T, _>(self);
        result
    }
}
