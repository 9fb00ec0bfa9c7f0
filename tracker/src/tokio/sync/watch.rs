//! Channels that keep the last value only.

use crate::registry::{Side, Term, Wants};
use crate::tracked::end::{ChannelEnd, HasEnd};
use crate::tracked::operation::{Operation, What};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use tokio::sync::watch::error::{RecvError, SendError};
#[doc(no_inline)]
pub use tokio::sync::watch::{Ref, error};

static KIND: Term = Term::kind("watch channel");
static CHANGED: Term = Term::operation(
    "a change of a watch channel",
    Wants::Senders,
    "sending to it, or dropping every sender",
);
static CLOSED: Term = Term::operation(
    "the end of all receivers of a watch channel",
    Wants::Receivers,
    "dropping every receiver",
);

/// Makes a channel, as tokio's [`channel`](::tokio::sync::watch::channel) does, and keeps a record of
/// every end.
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::watch;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (tx, mut rx) = watch::channel(1);
/// tx.send(2).unwrap();
/// rx.changed().await.unwrap();
/// assert_eq!(*rx.borrow(), 2);
/// # }
/// ```
#[track_caller]
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = ::tokio::sync::watch::channel(init);
    let (sends, receives) = ChannelEnd::pair(&KIND, Location::caller());
    (Sender { inner: tx, end: sends }, Receiver { inner: rx, end: receives })
}

/// The sending end: tokio's [`Sender`](::tokio::sync::watch::Sender).
pub struct Sender<T> {
    inner: ::tokio::sync::watch::Sender<T>,
    end: ChannelEnd,
}

/// A receiving end: tokio's [`Receiver`](::tokio::sync::watch::Receiver).
pub struct Receiver<T> {
    inner: ::tokio::sync::watch::Receiver<T>,
    end: ChannelEnd,
}

impl<T> Sender<T> {
    /// As tokio's `new`.
    #[track_caller]
    pub fn new(init: T) -> Self {
        let inner = ::tokio::sync::watch::Sender::new(init);
        Sender { inner, end: ChannelEnd::single(&KIND, Side::Sender, Location::caller()) }
    }

    /// As tokio's `send`.
    ///
    /// # Errors
    ///
    /// Fails if there is no receiver.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        self.end.touch(self);
        self.end.passed::<T, _>(self);
        self.inner.send(value)
    }

    /// As tokio's `send_modify`.
    pub fn send_modify<F>(&self, modify: F)
    where
        F: FnOnce(&mut T),
    {
        self.end.touch(self);
        self.end.passed::<T, _>(self);
        self.inner.send_modify(modify);
    }

    /// As tokio's `send_if_modified`.
    pub fn send_if_modified<F>(&self, modify: F) -> bool
    where
        F: FnOnce(&mut T) -> bool,
    {
        self.end.touch(self);
        self.end.passed::<T, _>(self);
        self.inner.send_if_modified(modify)
    }

    /// As tokio's `send_replace`.
    pub fn send_replace(&self, value: T) -> T {
        self.end.touch(self);
        self.end.passed::<T, _>(self);
        self.inner.send_replace(value)
    }

    delegate! { inner:
        fn is_closed() -> bool;
        fn receiver_count() -> usize;
        fn sender_count() -> usize;
    }

    /// As tokio's `borrow`.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.inner.borrow()
    }

    /// As tokio's `closed`.
    #[track_caller]
    pub fn closed(&self) -> impl Future<Output = ()> {
        self.end.touch(self);
        let what = What::on(&CLOSED, self.end.resource(), Location::caller());
        Operation::new(self.inner.closed(), what)
    }

    /// As tokio's `subscribe`.
    #[track_caller]
    pub fn subscribe(&self) -> Receiver<T> {
        self.end.touch(self);
        let end = self.end.another(Side::Receiver, Location::caller());
        Receiver { inner: self.inner.subscribe(), end }
    }

    /// As tokio's `same_channel`.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }
}

impl<T> Receiver<T> {
    /// As tokio's `borrow`.
    pub fn borrow(&self) -> Ref<'_, T> {
        self.inner.borrow()
    }

    /// As tokio's `borrow_and_update`.
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        self.inner.borrow_and_update()
    }

    /// As tokio's `has_changed`.
    ///
    /// # Errors
    ///
    /// Fails if all senders have gone.
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        self.inner.has_changed()
    }

    delegate! { inner:
        fn is_closed() -> bool;
    }

    /// As tokio's `mark_changed`.
    pub fn mark_changed(&mut self) {
        self.inner.mark_changed();
    }

    /// As tokio's `mark_unchanged`.
    pub fn mark_unchanged(&mut self) {
        self.inner.mark_unchanged();
    }

    /// As tokio's `changed`.
    #[track_caller]
    pub fn changed(&mut self) -> impl Future<Output = Result<(), RecvError>> {
        let what = self.waits(Location::caller());
        Operation::new(self.inner.changed(), what)
    }

    /// As tokio's `wait_for`.
    #[track_caller]
    pub fn wait_for(
        &mut self,
        f: impl FnMut(&T) -> bool,
    ) -> impl Future<Output = Result<Ref<'_, T>, RecvError>> {
        let what = self.waits(Location::caller());
        Operation::new(self.inner.wait_for(f), what)
    }

    /// As tokio's `same_channel`.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    fn waits(&self, location: &'static Location<'static>) -> What {
        self.end.touch(self);
        What::on(&CHANGED, self.end.resource(), location)
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

impl<T> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        self.end.touch(self);
        let end = self.end.another(Side::Receiver, Location::caller());
        Receiver { inner: self.inner.clone(), end }
    }
}

impl<T: Default> Default for Sender<T> {
    #[track_caller]
    fn default() -> Self {
        Sender::new(T::default())
    }
}

macro_rules! end_of_channel {
    ($($name:ident)*) => {$(
        impl<T> $name<T> {
            /// Tokio's own end. What becomes of it is not seen any more.
            pub fn into_inner(self) -> ::tokio::sync::watch::$name<T> {
                self.end.escape();
                self.inner
            }
        }

        impl<T> HasEnd for $name<T> {
            #[expect(private_interfaces, reason = "a bound for the macros, not for use")]
            fn end(&self) -> &ChannelEnd {
                &self.end
            }
        }

        impl<T> From<::tokio::sync::watch::$name<T>> for $name<T> {
            /// An end of a channel that is not tracked.
            fn from(inner: ::tokio::sync::watch::$name<T>) -> Self {
                $name { inner, end: ChannelEnd::none() }
            }
        }

        impl<T: fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    )*};
}

end_of_channel! { Sender Receiver }
