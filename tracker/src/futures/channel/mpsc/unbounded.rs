//! A channel with room for all messages.

use super::{RECV, Recv, SendError, TryRecvError, TrySendError, gone};
use crate::registry::{Side, Term};
use crate::tracked::end::ChannelEnd;
use crate::tracked::operation::{Pending, What, polled};
use futures_core::{FusedStream, Stream};
use futures_sink::Sink;
use std::fmt;
use std::hash::Hasher;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

static KIND: Term = Term::kind("unbounded futures channel");

/// Makes a channel, as futures' [`unbounded`](::futures::channel::mpsc::unbounded) does, and keeps a
/// record of both ends.
#[track_caller]
pub fn unbounded<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let (tx, rx) = ::futures::channel::mpsc::unbounded();
    let location = Location::caller();
    let (sends, receives) = ChannelEnd::pair(&KIND, location);
    (UnboundedSender::new(tx, sends), UnboundedReceiver::new(rx, receives, location))
}

/// A sending end: futures' [`UnboundedSender`](::futures::channel::mpsc::UnboundedSender).
pub struct UnboundedSender<T> {
    inner: ::futures::channel::mpsc::UnboundedSender<T>,
    end: ChannelEnd,
}

/// The receiving end: futures' [`UnboundedReceiver`](::futures::channel::mpsc::UnboundedReceiver).
pub struct UnboundedReceiver<T> {
    // Empty once it is taken out.
    inner: Option<::futures::channel::mpsc::UnboundedReceiver<T>>,
    pending: Option<Pending>,
    end: ChannelEnd,
    place: &'static Location<'static>,
}

has_end!(UnboundedSender UnboundedReceiver);
sender!(UnboundedSender, UnboundedReceiver);
receiver!(UnboundedReceiver);

impl<T> UnboundedSender<T> {
    fn new(inner: ::futures::channel::mpsc::UnboundedSender<T>, end: ChannelEnd) -> Self {
        UnboundedSender { inner, end }
    }

    delegate! { inner:
        fn is_empty() -> bool;
        fn len() -> usize;
    }

    /// As futures' `unbounded_send`.
    ///
    /// # Errors
    ///
    /// Fails if the receiver has gone, and gives the message back.
    #[track_caller]
    pub fn unbounded_send(&self, msg: T) -> Result<(), TrySendError<T>> {
        let result = self.inner.unbounded_send(msg);
        self.note(result.is_err(), Location::caller());
        result
    }

    /// As futures' `start_send`.
    ///
    /// # Errors
    ///
    /// Fails if the receiver has gone.
    #[track_caller]
    pub fn start_send(&mut self, msg: T) -> Result<(), SendError> {
        let result = self.inner.start_send(msg);
        self.note(result.is_err(), Location::caller());
        result
    }

    /// As futures' `poll_ready`.
    pub fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        // There is always room.
        self.inner.poll_ready(cx)
    }

    /// As futures' `close_channel`. To close a channel twice is noted.
    #[track_caller]
    pub fn close_channel(&self) {
        self.end.close(Location::caller());
        self.inner.close_channel();
    }
}

impl<T> Sink<T> for UnboundedSender<T> {
    type Error = SendError;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        UnboundedSender::poll_ready(&self, cx)
    }

    #[track_caller]
    fn start_send(mut self: Pin<&mut Self>, msg: T) -> Result<(), SendError> {
        UnboundedSender::start_send(&mut self, msg)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.disconnect();
        Poll::Ready(Ok(()))
    }
}

impl<T> Sink<T> for &UnboundedSender<T> {
    type Error = SendError;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        UnboundedSender::poll_ready(*self, cx)
    }

    #[track_caller]
    fn start_send(self: Pin<&mut Self>, msg: T) -> Result<(), SendError> {
        self.unbounded_send(msg).map_err(TrySendError::into_send_error)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Poll::Ready(Ok(()))
    }

    #[track_caller]
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.close_channel();
        Poll::Ready(Ok(()))
    }
}
