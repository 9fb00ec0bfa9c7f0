//! A channel with room for so many messages.

use super::permit::OwnedPermit;
use super::{CLOSED, RECV, SEND, gone, receiving};
use crate::registry::{Side, Term};
use crate::tracked::end::{ChannelEnd, WeakEnd};
use crate::tracked::gauge::Gauge;
use crate::tracked::operation::{Operation, Pending, What, polled};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc::error::{SendError, SendTimeoutError, TryRecvError, TrySendError};
use tokio::sync::mpsc::{Permit, PermitIterator};

static KIND: Term = Term::kind("bounded mpsc channel");

/// Makes a channel, as tokio's [`channel`](::tokio::sync::mpsc::channel) does, and keeps a record of
/// both ends.
///
/// # Panics
///
/// Panics if the capacity is 0, or too large.
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::mpsc;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (tx, mut rx) = mpsc::channel(4);
/// tx.send("hello").await.unwrap();
/// drop(tx);
/// assert_eq!(rx.recv().await, Some("hello"));
/// assert_eq!(rx.recv().await, None);
/// # }
/// ```
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = ::tokio::sync::mpsc::channel(buffer);
    let (sends, receives) = ChannelEnd::pair(&KIND, Location::caller());
    (Sender { inner: tx, end: sends }, Receiver::new(rx, receives))
}

/// The sending end: tokio's [`Sender`](::tokio::sync::mpsc::Sender).
pub struct Sender<T> {
    inner: ::tokio::sync::mpsc::Sender<T>,
    end: ChannelEnd,
}

/// The receiving end: tokio's [`Receiver`](::tokio::sync::mpsc::Receiver).
pub struct Receiver<T> {
    // Empty once it is taken out.
    inner: Option<::tokio::sync::mpsc::Receiver<T>>,
    pending: Option<Pending>,
    end: ChannelEnd,
    gauge: Gauge,
}

/// A sender that does not keep the channel open: tokio's
/// [`WeakSender`](::tokio::sync::mpsc::WeakSender).
pub struct WeakSender<T> {
    inner: ::tokio::sync::mpsc::WeakSender<T>,
    end: WeakEnd,
}

receiver!(Receiver, false);
sender!(Sender, WeakSender);

impl<T> Receiver<T> {
    /// As tokio's `capacity`.
    pub fn capacity(&self) -> usize {
        self.inner().capacity()
    }

    /// As tokio's `max_capacity`.
    pub fn max_capacity(&self) -> usize {
        self.inner().max_capacity()
    }
}

impl<T> Sender<T> {
    pub(super) fn new(inner: ::tokio::sync::mpsc::Sender<T>, end: ChannelEnd) -> Self {
        Sender { inner, end }
    }

    delegate! { inner:
        fn capacity() -> usize;
        fn max_capacity() -> usize;
    }

    /// As tokio's `send`.
    #[track_caller]
    pub fn send(&self, value: T) -> impl Future<Output = Result<(), SendError<T>>> {
        self.end.touch(self);
        let (sending, location) = (self.inner.send(value), Location::caller());
        Operation::on(sending, self, location, Self::wait, |sender, location, result| {
            if Result::is_err(&result) {
                sender.end.sent_after_close(location);
            }
            sender.end.passed::<T, _>(sender);
            result
        })
    }

    /// As tokio's `try_send`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is full or closed.
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        self.end.touch(self);
        let result = self.inner.try_send(message);
        if let Err(TrySendError::Closed(_)) = result {
            self.end.sent_after_close(Location::caller());
        }
        self.end.passed::<T, _>(self);
        result
    }

    /// As tokio's `send_timeout`.
    #[track_caller]
    pub fn send_timeout(
        &self,
        value: T,
        timeout: Duration,
    ) -> impl Future<Output = Result<(), SendTimeoutError<T>>> {
        self.end.touch(self);
        let (sending, location) = (self.inner.send_timeout(value, timeout), Location::caller());
        Operation::on(sending, self, location, Self::wait, |sender, location, result| {
            if let Err(SendTimeoutError::Closed(_)) = result {
                sender.end.sent_after_close(location);
            }
            sender.end.passed::<T, _>(sender);
            result
        })
    }

    /// As tokio's `blocking_send`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is closed.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context.
    #[track_caller]
    pub fn blocking_send(&self, value: T) -> Result<(), SendError<T>> {
        let location = Location::caller();
        let _wait = Pending::blocking(self.waits(location));
        let result = self.inner.blocking_send(value);
        if result.is_err() {
            self.end.sent_after_close(location);
        }
        self.end.passed::<T, _>(self);
        result
    }

    /// As tokio's `reserve`.
    #[track_caller]
    pub fn reserve(&self) -> impl Future<Output = Result<Permit<'_, T>, SendError<()>>> {
        self.end.lets_pass::<T>();
        Operation::new(self.inner.reserve(), self.waits(Location::caller()))
    }

    /// As tokio's `reserve_many`.
    #[track_caller]
    pub fn reserve_many(
        &self,
        n: usize,
    ) -> impl Future<Output = Result<PermitIterator<'_, T>, SendError<()>>> {
        self.end.lets_pass::<T>();
        Operation::new(self.inner.reserve_many(n), self.waits(Location::caller()))
    }

    /// As tokio's `reserve_owned`.
    #[track_caller]
    pub fn reserve_owned(self) -> impl Future<Output = Result<OwnedPermit<T>, SendError<()>>> {
        let reserving = Operation::new(self.inner.reserve_owned(), {
            self.end.touch(&self.end);
            self.end.lets_pass::<T>();
            What::on(&SEND, self.end.resource(), Location::caller())
        });
        let end = self.end;
        async move { Ok(OwnedPermit::new(reserving.await?, end)) }
    }

    /// As tokio's `try_reserve`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is full or closed.
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        self.end.touch(self);
        self.end.lets_pass::<T>();
        self.inner.try_reserve()
    }

    /// As tokio's `try_reserve_many`.
    ///
    /// # Errors
    ///
    /// Fails if the channel has not so much room, or is closed.
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        self.end.touch(self);
        self.end.lets_pass::<T>();
        self.inner.try_reserve_many(n)
    }

    /// As tokio's `try_reserve_owned`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is full or closed, and gives the sender back.
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        self.end.lets_pass::<T>();
        let Sender { inner, end } = self;
        match inner.try_reserve_owned() {
            Ok(permit) => Ok(OwnedPermit::new(permit, end)),
            Err(TrySendError::Full(inner)) => Err(TrySendError::Full(Sender { inner, end })),
            Err(TrySendError::Closed(inner)) => Err(TrySendError::Closed(Sender { inner, end })),
        }
    }

    /// Notes who sends, and says what a wait would be for.
    #[inline]
    fn waits(&self, location: &'static Location<'static>) -> What {
        self.end.touch(self);
        self.wait(location)
    }

    fn wait(&self, location: &'static Location<'static>) -> What {
        What::on(&SEND, self.end.resource(), location)
    }

    pub(super) fn inner(&self) -> &::tokio::sync::mpsc::Sender<T> {
        &self.inner
    }
}
