//! Channels for one message.

use crate::registry::{Term, Wants, order};
use crate::tracked::end::{ChannelEnd, HasEnd};
use crate::tracked::operation::{Operation, Pending, What, is_pending, polled};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
#[doc(no_inline)]
pub use tokio::sync::oneshot::error;
use tokio::sync::oneshot::error::{RecvError, TryRecvError};

static KIND: Term = Term::kind("oneshot channel");
static RECV: Term = Term::operation(
    "the message of a oneshot channel",
    Wants::Senders,
    "sending it, or dropping the sender",
);
static CLOSED: Term = Term::operation(
    "the close of a oneshot channel",
    Wants::Receivers,
    "closing or dropping the receiver",
);

/// Makes a channel, as tokio's [`channel`](::tokio::sync::oneshot::channel) does, and keeps a record
/// of both ends.
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::oneshot;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (tx, rx) = oneshot::channel();
/// tx.send(3).unwrap();
/// assert_eq!(rx.await, Ok(3));
/// # }
/// ```
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = ::tokio::sync::oneshot::channel();
    let (sends, receives) = ChannelEnd::pair(&KIND, Location::caller());
    let sender = Sender { inner: Some(tx), pending: None, end: sends };
    (sender, Receiver { inner: rx, pending: None, end: receives })
}

/// The sending end: tokio's [`Sender`](::tokio::sync::oneshot::Sender).
pub struct Sender<T> {
    // Empty once it has sent.
    inner: Option<::tokio::sync::oneshot::Sender<T>>,
    pending: Option<Pending>,
    end: ChannelEnd,
}

/// The receiving end: tokio's [`Receiver`](::tokio::sync::oneshot::Receiver).
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Receiver<T> {
    inner: ::tokio::sync::oneshot::Receiver<T>,
    pending: Option<Pending>,
    end: ChannelEnd,
}

/// A sender is only without its inner one after a method that consumes it.
#[cold]
fn gone() -> ! {
    unreachable!("a oneshot sender was used after it had sent")
}

impl<T> Sender<T> {
    /// As tokio's `send`.
    ///
    /// # Errors
    ///
    /// Fails if the receiver has gone or was closed, and gives the value back.
    #[track_caller]
    pub fn send(mut self, t: T) -> Result<(), T> {
        let Some(inner) = self.inner.take() else { gone() };
        let result = inner.send(t);
        self.end.passed::<T, _>(&self);
        if result.is_err() {
            self.end.sent_after_close(Location::caller());
        }
        result
    }

    /// As tokio's `closed`.
    #[track_caller]
    pub fn closed(&mut self) -> impl Future<Output = ()> {
        self.end.touch(self);
        let what = What::on(&CLOSED, self.end.resource(), Location::caller());
        Operation::new(self.inner_mut().closed(), what)
    }

    /// As tokio's `is_closed`.
    pub fn is_closed(&self) -> bool {
        self.inner().is_closed()
    }

    /// As tokio's `poll_closed`.
    #[track_caller]
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.end.touch(self);
        let (resource, location) = (self.end.resource(), Location::caller());
        let poll = self.inner_mut().poll_closed(cx);
        polled(poll, &mut self.pending, cx, || What::on(&CLOSED, resource, location))
    }

    /// Tokio's own sender. What becomes of it is not seen any more.
    pub fn into_inner(mut self) -> ::tokio::sync::oneshot::Sender<T> {
        self.end.escape();
        let Some(inner) = self.inner.take() else { gone() };
        inner
    }

    fn inner(&self) -> &::tokio::sync::oneshot::Sender<T> {
        match &self.inner {
            Some(inner) => inner,
            None => gone(),
        }
    }

    fn inner_mut(&mut self) -> &mut ::tokio::sync::oneshot::Sender<T> {
        match &mut self.inner {
            Some(inner) => inner,
            None => gone(),
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if let Some(inner) = &self.inner {
            // Whoever closed the receiver, or dropped it, expects nothing any more. While
            // unwinding, the panic is the news.
            if !inner.is_closed() && !std::thread::panicking() {
                self.end.unsent();
            }
        }
    }
}

impl<T> HasEnd for Sender<T> {
    #[expect(private_interfaces, reason = "a bound for the macros, not for use")]
    fn end(&self) -> &ChannelEnd {
        &self.end
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner().fmt(f)
    }
}

impl<T> From<::tokio::sync::oneshot::Sender<T>> for Sender<T> {
    /// The sender of a channel that is not tracked.
    fn from(inner: ::tokio::sync::oneshot::Sender<T>) -> Self {
        Sender { inner: Some(inner), pending: None, end: ChannelEnd::none() }
    }
}

impl<T> Receiver<T> {
    /// As tokio's `close`. To close a channel twice is noted.
    #[track_caller]
    pub fn close(&mut self) {
        self.end.close(Location::caller());
        self.inner.close();
    }

    delegate! { inner:
        fn is_terminated() -> bool;
        fn is_empty() -> bool;
    }

    /// As tokio's `try_recv`.
    ///
    /// # Errors
    ///
    /// Fails if the message is not there yet, or never will be.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.end.touch(self);
        self.inner.try_recv()
    }

    /// As tokio's `blocking_recv`.
    ///
    /// # Errors
    ///
    /// Fails if the sender goes without having sent.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context.
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
        self.end.touch(&self);
        let what = What::on(&RECV, self.end.resource(), Location::caller());
        let wait = Pending::blocking(what);
        let result = self.inner.blocking_recv();
        drop(wait);
        order::learn();
        result
    }

    /// Tokio's own receiver. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::tokio::sync::oneshot::Receiver<T> {
        self.end.escape();
        self.inner
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    // The caller of `poll` is the `.await`.
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let poll = Pin::new(&mut this.inner).poll(cx);
        if poll.is_pending() {
            // Once the message is there, it does not matter any more who has the end.
            this.end.touch(this);
        } else {
            order::learn();
        }
        let (end, location) = (&this.end, Location::caller());
        let what = || What::on(&RECV, end.resource(), location);
        is_pending(poll.is_pending(), &mut this.pending, cx, what);
        poll
    }
}

impl<T> HasEnd for Receiver<T> {
    #[expect(private_interfaces, reason = "a bound for the macros, not for use")]
    fn end(&self) -> &ChannelEnd {
        &self.end
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T> From<::tokio::sync::oneshot::Receiver<T>> for Receiver<T> {
    /// The receiver of a channel that is not tracked.
    fn from(inner: ::tokio::sync::oneshot::Receiver<T>) -> Self {
        Receiver { inner, pending: None, end: ChannelEnd::none() }
    }
}
