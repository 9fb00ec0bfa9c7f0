//! A channel with room for so many messages.

use super::{RECV, Recv, SEND, SendError, TryRecvError, TrySendError, gone};
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

static KIND: Term = Term::kind("bounded futures channel");

/// Makes a channel, as futures' [`channel`](::futures::channel::mpsc::channel) does, and keeps a
/// record of both ends. Each sender has room for one message more than `buffer`.
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = ::futures::channel::mpsc::channel(buffer);
    let location = Location::caller();
    let (sends, receives) = ChannelEnd::pair(&KIND, location);
    (Sender::new(tx, sends), Receiver::new(rx, receives, location))
}

/// A sending end: futures' [`Sender`](::futures::channel::mpsc::Sender).
pub struct Sender<T> {
    inner: ::futures::channel::mpsc::Sender<T>,
    pending: Option<Pending>,
    end: ChannelEnd,
    // Where it was made: who polls a sink is mostly a combinator of a library.
    made: &'static Location<'static>,
}

/// The receiving end: futures' [`Receiver`](::futures::channel::mpsc::Receiver).
pub struct Receiver<T> {
    // Empty once it is taken out.
    inner: Option<::futures::channel::mpsc::Receiver<T>>,
    pending: Option<Pending>,
    end: ChannelEnd,
    place: &'static Location<'static>,
}

has_end!(Sender Receiver);
sender!(Sender, Receiver);
receiver!(Receiver);

impl<T> Sender<T> {
    #[track_caller]
    fn new(inner: ::futures::channel::mpsc::Sender<T>, end: ChannelEnd) -> Self {
        Sender { inner, pending: None, end, made: Location::caller() }
    }

    /// As futures' `try_send`.
    ///
    /// # Errors
    ///
    /// Fails if there is no room, or the receiver has gone.
    #[track_caller]
    pub fn try_send(&mut self, msg: T) -> Result<(), TrySendError<T>> {
        let result = self.inner.try_send(msg);
        self.note(matches!(&result, Err(e) if e.is_disconnected()), Location::caller());
        result
    }

    /// As futures' `start_send`.
    ///
    /// # Errors
    ///
    /// Fails if there is no room, or the receiver has gone.
    #[track_caller]
    pub fn start_send(&mut self, msg: T) -> Result<(), SendError> {
        let result = self.inner.start_send(msg);
        self.note(matches!(&result, Err(e) if e.is_disconnected()), Location::caller());
        result
    }

    /// As futures' `poll_ready`.
    #[track_caller]
    pub fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        let poll = self.inner.poll_ready(cx);
        self.waits(poll, cx, Location::caller())
    }

    /// As futures' `close_channel`. To close a channel twice is noted.
    #[track_caller]
    pub fn close_channel(&mut self) {
        self.end.close(Location::caller());
        self.inner.close_channel();
    }

    /// Notes what a poll for room came to.
    fn waits(
        &mut self,
        poll: Poll<Result<(), SendError>>,
        cx: &Context<'_>,
        location: &'static Location<'static>,
    ) -> Poll<Result<(), SendError>> {
        // What is ready at once is followed by a send, which notes who uses the end.
        if poll.is_pending() {
            self.end.touch(self);
        }
        let resource = self.end.resource();
        polled(poll, &mut self.pending, cx, || What::on(&SEND, resource, location))
    }
}

impl<T> Sink<T> for Sender<T> {
    type Error = SendError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        let (poll, made) = (self.inner.poll_ready(cx), self.made);
        self.waits(poll, cx, made)
    }

    #[track_caller]
    fn start_send(mut self: Pin<&mut Self>, msg: T) -> Result<(), SendError> {
        Sender::start_send(&mut self, msg)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        let (poll, made) = (Pin::new(&mut self.inner).poll_flush(cx), self.made);
        self.waits(poll, cx, made)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        let poll = Pin::new(&mut self.inner).poll_close(cx);
        // It has let go of the channel.
        self.end = ChannelEnd::none();
        poll
    }
}
