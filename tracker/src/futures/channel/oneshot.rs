//! Channels for one message.

use crate::registry::{Term, Wants};
use crate::tracked::end::ChannelEnd;
use crate::tracked::operation::{Pending, What, polled};
#[doc(no_inline)]
pub use ::futures::channel::oneshot::Canceled;
use futures_core::FusedFuture;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

static KIND: Term = Term::kind("futures oneshot channel");
static RECV: Term = Term::operation(
    "the message of a futures oneshot channel",
    Wants::Senders,
    "sending it, or dropping the sender",
);
static CANCELED: Term = Term::operation(
    "the close of a futures oneshot channel",
    Wants::Receivers,
    "closing or dropping the receiver",
);

/// Makes a channel, as futures' [`channel`](::futures::channel::oneshot::channel) does, and keeps a
/// record of both ends.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = ::futures::channel::oneshot::channel();
    let (sends, receives) = ChannelEnd::pair(&KIND, Location::caller());
    let sender = Sender { inner: Some(tx), pending: None, end: sends };
    (sender, Receiver { inner: rx, pending: None, end: receives })
}

/// The sending end: futures' [`Sender`](::futures::channel::oneshot::Sender).
pub struct Sender<T> {
    // Empty once it has sent.
    inner: Option<::futures::channel::oneshot::Sender<T>>,
    pending: Option<Pending>,
    end: ChannelEnd,
}

/// The receiving end: futures' [`Receiver`](::futures::channel::oneshot::Receiver).
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Receiver<T> {
    inner: ::futures::channel::oneshot::Receiver<T>,
    pending: Option<Pending>,
    end: ChannelEnd,
}

/// A sender is only without its inner one after a method that consumes it.
#[cold]
fn gone() -> ! {
    unreachable!("a oneshot sender was used after it had sent")
}

has_end!(Sender Receiver);

impl<T> Unpin for Sender<T> {}
impl<T> Unpin for Receiver<T> {}

impl<T> Sender<T> {
    /// As futures' `send`.
    ///
    /// # Errors
    ///
    /// Fails if the receiver has gone or was closed, and gives the value back.
    #[track_caller]
    pub fn send(mut self, t: T) -> Result<(), T> {
        let Some(inner) = self.inner.take() else { gone() };
        let result = inner.send(t);
        if result.is_err() {
            self.end.sent_after_close(Location::caller());
        }
        self.end.passed::<T, _>(&self);
        result
    }

    /// As futures' `poll_canceled`.
    #[track_caller]
    pub fn poll_canceled(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_at(cx, Location::caller())
    }

    /// As futures' `cancellation`.
    #[track_caller]
    pub fn cancellation(&mut self) -> Cancellation<'_, T> {
        Cancellation { sender: self, location: Location::caller() }
    }

    /// As futures' `is_canceled`.
    pub fn is_canceled(&self) -> bool {
        self.inner().is_canceled()
    }

    /// As futures' `is_connected_to`.
    pub fn is_connected_to(&self, receiver: &Receiver<T>) -> bool {
        self.inner().is_connected_to(&receiver.inner)
    }

    /// Futures' own sender. What becomes of it is not seen any more.
    pub fn into_inner(mut self) -> ::futures::channel::oneshot::Sender<T> {
        self.end.escape();
        let Some(inner) = self.inner.take() else { gone() };
        inner
    }

    fn inner(&self) -> &::futures::channel::oneshot::Sender<T> {
        match &self.inner {
            Some(inner) => inner,
            None => gone(),
        }
    }

    fn poll_at(&mut self, cx: &mut Context<'_>, location: &'static Location<'static>) -> Poll<()> {
        self.end.touch(self);
        let Some(inner) = &mut self.inner else { gone() };
        let poll = inner.poll_canceled(cx);
        let resource = self.end.resource();
        polled(poll, &mut self.pending, cx, || What::on(&CANCELED, resource, location))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if let Some(inner) = &self.inner {
            // Whoever closed the receiver, or dropped it, expects nothing any more. While
            // unwinding, the panic is the news.
            if !inner.is_canceled() && !std::thread::panicking() {
                self.end.unsent();
            }
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner().fmt(f)
    }
}

impl<T> From<::futures::channel::oneshot::Sender<T>> for Sender<T> {
    /// The sender of a channel that is not tracked.
    fn from(inner: ::futures::channel::oneshot::Sender<T>) -> Self {
        Sender { inner: Some(inner), pending: None, end: ChannelEnd::none() }
    }
}

/// Waits until the receiver has gone or was closed: futures'
/// [`Cancellation`](::futures::channel::oneshot::Cancellation).
#[must_use = "futures do nothing unless you `.await` or poll them"]
#[derive(Debug)]
pub struct Cancellation<'a, T> {
    sender: &'a mut Sender<T>,
    location: &'static Location<'static>,
}

impl<T> Future for Cancellation<'_, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let location = self.location;
        self.sender.poll_at(cx, location)
    }
}

impl<T> Receiver<T> {
    /// As futures' `close`. To close a channel twice is noted.
    #[track_caller]
    pub fn close(&mut self) {
        self.end.close(Location::caller());
        self.inner.close();
    }

    /// As futures' `try_recv`.
    ///
    /// # Errors
    ///
    /// Fails if the sender went without having sent.
    pub fn try_recv(&mut self) -> Result<Option<T>, Canceled> {
        self.end.touch(self);
        self.inner.try_recv()
    }

    /// Futures' own receiver. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::futures::channel::oneshot::Receiver<T> {
        self.end.escape();
        self.inner
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, Canceled>;

    // The caller of `poll` is the `.await`.
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        this.end.touch(this);
        let poll = Pin::new(&mut this.inner).poll(cx);
        let (resource, location) = (this.end.resource(), Location::caller());
        polled(poll, &mut this.pending, cx, || What::on(&RECV, resource, location))
    }
}

impl<T> FusedFuture for Receiver<T> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T> From<::futures::channel::oneshot::Receiver<T>> for Receiver<T> {
    /// The receiver of a channel that is not tracked.
    fn from(inner: ::futures::channel::oneshot::Receiver<T>) -> Self {
        Receiver { inner, pending: None, end: ChannelEnd::none() }
    }
}
