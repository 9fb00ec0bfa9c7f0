//! Channels from many senders to one receiver.

use crate::registry::{Side, Term, Wants};
use crate::tracked::end::ChannelEnd;
use crate::tracked::operation::{Pending, What};
use ::std::fmt;
use ::std::panic::Location;
#[doc(no_inline)]
pub use ::std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};
use ::std::time::Duration;

static KIND: Term = Term::kind("std mpsc channel");
static SYNC_KIND: Term = Term::kind("std sync channel");
static RECV: Term = Term::operation(
    "a message of a std channel",
    Wants::Senders,
    "sending to it, or dropping every sender",
);
static SEND: Term = Term::operation(
    "room in a std channel",
    Wants::Receivers,
    "receiving from it, or dropping the receiver",
);

/// Makes a channel without a limit, as [`std::sync::mpsc::channel`] does,
/// and keeps a record of both ends.
///
/// # Examples
///
/// ```
/// let (tx, rx) = linger::std::sync::mpsc::channel();
/// tx.send(1).unwrap();
/// assert_eq!(rx.recv(), Ok(1));
/// ```
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = ::std::sync::mpsc::channel();
    let (sends, receives) = ChannelEnd::pair(&KIND, Location::caller());
    (Sender { inner: tx, end: sends }, Receiver { inner: rx, end: receives, unlimited: true })
}

/// Makes a channel with room for `bound` messages, as
/// [`std::sync::mpsc::sync_channel`] does, and keeps a record of both
/// ends.
///
/// # Examples
///
/// ```
/// let (tx, rx) = linger::std::sync::mpsc::sync_channel(1);
/// tx.send(1).unwrap();
/// assert_eq!(rx.recv(), Ok(1));
/// ```
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let (tx, rx) = ::std::sync::mpsc::sync_channel(bound);
    let (sends, receives) = ChannelEnd::pair(&SYNC_KIND, Location::caller());
    (SyncSender { inner: tx, end: sends }, Receiver { inner: rx, end: receives, unlimited: false })
}

/// A sending end: [`std::sync::mpsc::Sender`].
pub struct Sender<T> {
    inner: ::std::sync::mpsc::Sender<T>,
    end: ChannelEnd,
}

/// A sending end of a channel with a limit:
/// [`std::sync::mpsc::SyncSender`].
pub struct SyncSender<T> {
    inner: ::std::sync::mpsc::SyncSender<T>,
    end: ChannelEnd,
}

/// The receiving end: [`std::sync::mpsc::Receiver`].
pub struct Receiver<T> {
    inner: ::std::sync::mpsc::Receiver<T>,
    end: ChannelEnd,
    unlimited: bool,
}

impl<T> Sender<T> {
    /// As std's `send`.
    ///
    /// # Errors
    ///
    /// Fails if the receiver has gone, and gives the message back.
    #[track_caller]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        self.end.touch(self);
        let result = self.inner.send(t);
        if result.is_err() {
            self.end.sent_after_close(Location::caller());
        }
        self.end.passed::<T, _>(self);
        result
    }
}

impl<T> SyncSender<T> {
    /// As std's `send`.
    ///
    /// # Errors
    ///
    /// Fails if the receiver has gone, and gives the message back.
    #[track_caller]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        self.end.touch(self);
        let location = Location::caller();
        let result = match self.inner.try_send(t) {
            Ok(()) => Ok(()),
            Err(TrySendError::Disconnected(t)) => Err(SendError(t)),
            Err(TrySendError::Full(t)) => {
                let what = What::on(&SEND, self.end.resource(), location);
                Pending::during(what, || self.inner.send(t))
            }
        };
        if result.is_err() {
            self.end.sent_after_close(location);
        }
        self.end.passed::<T, _>(self);
        result
    }

    /// As std's `try_send`.
    ///
    /// # Errors
    ///
    /// Fails if there is no room, or the receiver has gone.
    #[track_caller]
    pub fn try_send(&self, t: T) -> Result<(), TrySendError<T>> {
        self.end.touch(self);
        let result = self.inner.try_send(t);
        if let Err(TrySendError::Disconnected(_)) = result {
            self.end.sent_after_close(Location::caller());
        }
        self.end.passed::<T, _>(self);
        result
    }
}

impl<T> Receiver<T> {
    /// As std's `recv`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is empty and all senders have gone.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.receive(Location::caller())
    }

    fn receive(&self, location: &'static Location<'static>) -> Result<T, RecvError> {
        self.end.touch(self);
        match self.inner.try_recv() {
            Ok(message) => Ok(message),
            Err(TryRecvError::Disconnected) => Err(RecvError),
            Err(TryRecvError::Empty) => {
                let what = What::on(&RECV, self.end.resource(), location);
                Pending::during(what, || self.inner.recv())
            }
        }
    }

    /// As std's `try_recv`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is empty.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.end.touch(self);
        self.inner.try_recv()
    }

    /// As std's `recv_timeout`.
    ///
    /// # Errors
    ///
    /// Fails if the time is over, or the channel is empty and all senders have gone.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.end.touch(self);
        self.inner.recv_timeout(timeout)
    }

    /// As std's `iter`.
    #[track_caller]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { receiver: self, location: Location::caller() }
    }

    /// As std's `try_iter`.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter { receiver: self }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        // In a channel with a limit a sender may be waiting for room: to receive here would tell it
        // that its message arrived.
        if self.unlimited && self.inner.try_recv().is_ok() {
            self.end.unread(1);
        }
    }
}

/// As std's [`Iter`](::std::sync::mpsc::Iter).
#[derive(Debug)]
pub struct Iter<'a, T> {
    receiver: &'a Receiver<T>,
    location: &'static Location<'static>,
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.receive(self.location).ok()
    }
}

/// As std's [`TryIter`](::std::sync::mpsc::TryIter).
#[derive(Debug)]
pub struct TryIter<'a, T> {
    receiver: &'a Receiver<T>,
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.try_recv().ok()
    }
}

/// As std's [`IntoIter`](::std::sync::mpsc::IntoIter).
#[derive(Debug)]
pub struct IntoIter<T> {
    receiver: Receiver<T>,
    location: &'static Location<'static>,
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.receive(self.location).ok()
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
        IntoIter { receiver: self, location: Location::caller() }
    }
}

macro_rules! sender {
    ($($name:ident)*) => {$(
        impl<T> $name<T> {
            /// The standard library's own sender. What becomes of it is not seen any more.
            pub fn into_inner(self) -> ::std::sync::mpsc::$name<T> {
                self.end.escape();
                self.inner
            }
        }

        impl<T> Clone for $name<T> {
            #[track_caller]
            fn clone(&self) -> Self {
                let end = self.end.another(Side::Sender, Location::caller());
                $name { inner: self.inner.clone(), end }
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }

        impl<T> From<::std::sync::mpsc::$name<T>> for $name<T> {
            /// A sender of a channel that is not tracked.
            fn from(inner: ::std::sync::mpsc::$name<T>) -> Self {
                $name { inner, end: ChannelEnd::none() }
            }
        }
    )*};
}

sender! { Sender SyncSender }

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
