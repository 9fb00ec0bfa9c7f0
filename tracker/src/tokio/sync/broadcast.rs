//! Channels in which every receiver sees every message.

use crate::registry::{Side, Term, Wants};
use crate::tracked::end::{ChannelEnd, HasEnd, WeakEnd};
use crate::tracked::operation::{Operation, Pending, What};
use std::fmt;
use std::future::Future;
use std::panic::Location;
#[doc(no_inline)]
pub use tokio::sync::broadcast::error;
use tokio::sync::broadcast::error::{RecvError, SendError, TryRecvError};

static KIND: Term = Term::kind("broadcast channel");
static RECV: Term = Term::operation(
    "a message of a broadcast channel",
    Wants::Senders,
    "sending to it, or dropping every sender",
);
static CLOSED: Term = Term::operation(
    "the end of all receivers of a broadcast channel",
    Wants::Receivers,
    "dropping every receiver",
);

/// Makes a channel, as tokio's [`channel`](::tokio::sync::broadcast::channel) does, and keeps a
/// record of every end.
///
/// # Panics
///
/// Panics if the capacity is 0, or too large.
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::broadcast;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (tx, mut rx) = broadcast::channel(4);
/// tx.send("news").unwrap();
/// assert_eq!(rx.recv().await, Ok("news"));
/// # }
/// ```
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = ::tokio::sync::broadcast::channel(capacity);
    let (sends, receives) = ChannelEnd::pair(&KIND, Location::caller());
    (Sender { inner: tx, end: sends }, Receiver { inner: rx, end: receives })
}

/// The sending end: tokio's [`Sender`](::tokio::sync::broadcast::Sender).
pub struct Sender<T> {
    inner: ::tokio::sync::broadcast::Sender<T>,
    end: ChannelEnd,
}

/// A receiving end: tokio's [`Receiver`](::tokio::sync::broadcast::Receiver).
pub struct Receiver<T> {
    inner: ::tokio::sync::broadcast::Receiver<T>,
    end: ChannelEnd,
}

/// A sender that does not keep the channel open: tokio's
/// [`WeakSender`](::tokio::sync::broadcast::WeakSender).
pub struct WeakSender<T> {
    inner: ::tokio::sync::broadcast::WeakSender<T>,
    end: WeakEnd,
}

impl<T> Sender<T> {
    /// As tokio's `new`.
    ///
    /// # Panics
    ///
    /// Panics if the capacity is 0, or too large.
    #[track_caller]
    pub fn new(capacity: usize) -> Self {
        let inner = ::tokio::sync::broadcast::Sender::new(capacity);
        Sender { inner, end: ChannelEnd::single(&KIND, Side::Sender, Location::caller()) }
    }

    delegate! { inner:
        fn len() -> usize;
        fn is_empty() -> bool;
        fn receiver_count() -> usize;
        fn strong_count() -> usize;
        fn weak_count() -> usize;
    }

    /// As tokio's `send`.
    ///
    /// # Errors
    ///
    /// Fails if there is no receiver.
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        self.end.touch(self);
        self.end.passed::<T, _>(self);
        self.inner.send(value)
    }

    /// As tokio's `subscribe`.
    #[track_caller]
    pub fn subscribe(&self) -> Receiver<T> {
        self.end.touch(self);
        let end = self.end.another(Side::Receiver, Location::caller());
        Receiver { inner: self.inner.subscribe(), end }
    }

    /// As tokio's `downgrade`.
    #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender { inner: self.inner.downgrade(), end: self.end.downgrade() }
    }

    /// As tokio's `same_channel`.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// As tokio's `closed`.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        self.end.touch(self);
        let what = What::on(&CLOSED, self.end.resource(), Location::caller());
        Operation::new(self.inner.closed(), what)
    }

    /// Tokio's own sender. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::tokio::sync::broadcast::Sender<T> {
        self.end.escape();
        self.inner
    }
}

impl<T> Receiver<T> {
    delegate! { inner:
        fn len() -> usize;
        fn is_empty() -> bool;
        fn is_closed() -> bool;
        fn sender_strong_count() -> usize;
        fn sender_weak_count() -> usize;
    }

    /// As tokio's `same_channel`.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Tokio's own receiver. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::tokio::sync::broadcast::Receiver<T> {
        self.end.escape();
        self.inner
    }
}

impl<T: Clone> Receiver<T> {
    /// As tokio's `resubscribe`.
    #[track_caller]
    pub fn resubscribe(&self) -> Self {
        self.end.touch(self);
        let end = self.end.another(Side::Receiver, Location::caller());
        Receiver { inner: self.inner.resubscribe(), end }
    }

    /// As tokio's `recv`.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Result<T, RecvError>> {
        let what = self.waits(Location::caller());
        Operation::new(self.inner.recv(), what)
    }

    /// As tokio's `try_recv`.
    ///
    /// # Errors
    ///
    /// Fails if there is no message, if messages were missed, or if all senders have gone.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.end.touch(self);
        self.inner.try_recv()
    }

    /// As tokio's `blocking_recv`.
    ///
    /// # Errors
    ///
    /// Fails if messages were missed, or if all senders have gone.
    ///
    /// # Panics
    ///
    /// Panics inside of an asynchronous context.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        let _wait = Pending::blocking(self.waits(Location::caller()));
        self.inner.blocking_recv()
    }

    fn waits(&self, location: &'static Location<'static>) -> What {
        self.end.touch(self);
        What::on(&RECV, self.end.resource(), location)
    }
}

impl<T> WeakSender<T> {
    delegate! { inner:
        fn strong_count() -> usize;
        fn weak_count() -> usize;
    }

    /// As tokio's `upgrade`.
    #[track_caller]
    #[must_use]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        let inner = self.inner.upgrade()?;
        Some(Sender { inner, end: self.end.upgrade(Side::Sender, Location::caller()) })
    }
}

impl<T> Clone for Sender<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        self.end.touch(self);
        let end = self.end.another(Side::Sender, Location::caller());
        Sender { inner: self.inner.clone(), end }
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        WeakSender { inner: self.inner.clone(), end: self.end }
    }
}

macro_rules! end_of_channel {
    ($($name:ident)*) => {$(
        impl<T> HasEnd for $name<T> {
            #[expect(private_interfaces, reason = "a bound for the macros, not for use")]
            fn end(&self) -> &ChannelEnd {
                &self.end
            }
        }

        impl<T> From<::tokio::sync::broadcast::$name<T>> for $name<T> {
            /// An end of a channel that is not tracked.
            fn from(inner: ::tokio::sync::broadcast::$name<T>) -> Self {
                $name { inner, end: ChannelEnd::none() }
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    )*};
}

end_of_channel! { Sender Receiver }

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
