//! Channels from many senders to one receiver.

/// What both receivers have in common.
macro_rules! receiver {
    ($receiver:ident, $sampled:literal) => {
        impl<T> $receiver<T> {
            /// As tokio's `recv`.
            #[track_caller]
            pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
                self.end.touch(self);
                self.sample();
                let Some(inner) = &mut self.inner else { gone() };
                receiving(inner.recv(), &self.end, Location::caller())
            }

            /// As tokio's `recv_many`.
            #[track_caller]
            pub fn recv_many(
                &mut self,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> impl Future<Output = usize> {
                self.end.touch(self);
                self.sample();
                let Some(inner) = &mut self.inner else { gone() };
                receiving(inner.recv_many(buffer, limit), &self.end, Location::caller())
            }

            /// As tokio's `try_recv`.
            ///
            /// # Errors
            ///
            /// Fails if the channel is empty, or closed and empty.
            pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
                self.end.touch(self);
                self.sample();
                self.inner_mut().try_recv()
            }

            /// As tokio's `blocking_recv`.
            ///
            /// # Panics
            ///
            /// Panics inside of an asynchronous context.
            #[track_caller]
            pub fn blocking_recv(&mut self) -> Option<T> {
                let _wait = Pending::blocking(self.waits(Location::caller()));
                self.inner_mut().blocking_recv()
            }

            /// As tokio's `blocking_recv_many`.
            ///
            /// # Panics
            ///
            /// Panics inside of an asynchronous context.
            #[track_caller]
            pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                let _wait = Pending::blocking(self.waits(Location::caller()));
                self.inner_mut().blocking_recv_many(buffer, limit)
            }

            /// As tokio's `close`. To close a channel twice is noted.
            #[track_caller]
            pub fn close(&mut self) {
                self.end.close(Location::caller());
                self.inner_mut().close();
            }

            /// As tokio's `is_closed`.
            pub fn is_closed(&self) -> bool {
                self.inner().is_closed()
            }

            /// As tokio's `is_empty`.
            pub fn is_empty(&self) -> bool {
                self.inner().is_empty()
            }

            /// As tokio's `len`.
            pub fn len(&self) -> usize {
                self.inner().len()
            }

            /// As tokio's `poll_recv`.
            #[track_caller]
            pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
                let what = self.waits(Location::caller());
                let poll = self.inner_mut().poll_recv(cx);
                polled(poll, &mut self.pending, cx, || what)
            }

            /// As tokio's `poll_recv_many`.
            #[track_caller]
            pub fn poll_recv_many(
                &mut self,
                cx: &mut Context<'_>,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> Poll<usize> {
                let what = self.waits(Location::caller());
                let poll = self.inner_mut().poll_recv_many(cx, buffer, limit);
                polled(poll, &mut self.pending, cx, || what)
            }

            /// As tokio's `sender_strong_count`.
            pub fn sender_strong_count(&self) -> usize {
                self.inner().sender_strong_count()
            }

            /// As tokio's `sender_weak_count`.
            pub fn sender_weak_count(&self) -> usize {
                self.inner().sender_weak_count()
            }

            /// Tokio's own receiver. What becomes of it is not seen any more.
            pub fn into_inner(mut self) -> ::tokio::sync::mpsc::$receiver<T> {
                self.end.escape();
                match self.inner.take() {
                    Some(inner) => inner,
                    None => gone(),
                }
            }

            fn new(inner: ::tokio::sync::mpsc::$receiver<T>, end: ChannelEnd) -> Self {
                $receiver { inner: Some(inner), pending: None, end, gauge: Gauge::new() }
            }

            #[inline]
            fn inner(&self) -> &::tokio::sync::mpsc::$receiver<T> {
                match &self.inner {
                    Some(inner) => inner,
                    None => gone(),
                }
            }

            #[inline]
            fn inner_mut(&mut self) -> &mut ::tokio::sync::mpsc::$receiver<T> {
                match &mut self.inner {
                    Some(inner) => inner,
                    None => gone(),
                }
            }

            /// Looks now and then how many messages wait.
            #[inline]
            fn sample(&self) {
                if $sampled && self.gauge.is_due() {
                    self.end.queues(self.inner().len());
                }
            }

            /// Notes who receives, and says what a wait would be for.
            #[inline]
            fn waits(&self, location: &'static Location<'static>) -> What {
                self.end.touch(self);
                What::on(&RECV, self.end.resource(), location)
            }
        }

        impl<T> Drop for $receiver<T> {
            fn drop(&mut self) {
                if let Some(inner) = &self.inner {
                    if !inner.is_empty() {
                        self.end.unread(inner.len());
                    }
                }
            }
        }

        impl<T> Unpin for $receiver<T> {}

        impl<T> crate::tracked::end::HasEnd for $receiver<T> {
            #[expect(private_interfaces, reason = "a bound for the macros, not for use")]
            fn end(&self) -> &ChannelEnd {
                &self.end
            }
        }

        impl<T> fmt::Debug for $receiver<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner().fmt(f)
            }
        }

        impl<T> From<::tokio::sync::mpsc::$receiver<T>> for $receiver<T> {
            /// A receiver of a channel that is not tracked.
            fn from(inner: ::tokio::sync::mpsc::$receiver<T>) -> Self {
                $receiver::new(inner, ChannelEnd::none())
            }
        }
    };
}

/// What both senders have in common.
macro_rules! sender {
    ($sender:ident, $weak:ident) => {
        impl<T> $sender<T> {
            delegate! { inner:
                fn is_closed() -> bool;
                fn strong_count() -> usize;
                fn weak_count() -> usize;
            }

            /// As tokio's `closed`.
            #[track_caller]
            pub fn closed(&self) -> impl Future<Output = ()> {
                self.end.touch(self);
                let what = What::on(&CLOSED, self.end.resource(), Location::caller());
                Operation::new(self.inner.closed(), what)
            }

            /// As tokio's `same_channel`.
            pub fn same_channel(&self, other: &Self) -> bool {
                self.inner.same_channel(&other.inner)
            }

            /// As tokio's `downgrade`.
            #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
            pub fn downgrade(&self) -> $weak<T> {
                $weak { inner: self.inner.downgrade(), end: self.end.downgrade() }
            }

            /// Tokio's own sender. What becomes of it is not seen any more.
            pub fn into_inner(self) -> ::tokio::sync::mpsc::$sender<T> {
                self.end.escape();
                self.inner
            }
        }

        impl<T> Clone for $sender<T> {
            #[track_caller]
            fn clone(&self) -> Self {
                self.end.touch(self);
                let end = self.end.another(Side::Sender, Location::caller());
                $sender { inner: self.inner.clone(), end }
            }
        }

        impl<T> crate::tracked::end::HasEnd for $sender<T> {
            #[expect(private_interfaces, reason = "a bound for the macros, not for use")]
            fn end(&self) -> &ChannelEnd {
                &self.end
            }
        }

        impl<T> fmt::Debug for $sender<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }

        impl<T> From<::tokio::sync::mpsc::$sender<T>> for $sender<T> {
            /// A sender of a channel that is not tracked.
            fn from(inner: ::tokio::sync::mpsc::$sender<T>) -> Self {
                $sender { inner, end: ChannelEnd::none() }
            }
        }

        impl<T> $weak<T> {
            delegate! { inner:
                fn strong_count() -> usize;
                fn weak_count() -> usize;
            }

            /// As tokio's `upgrade`.
            #[track_caller]
            pub fn upgrade(&self) -> Option<$sender<T>> {
                let inner = self.inner.upgrade()?;
                Some($sender { inner, end: self.end.upgrade(Side::Sender, Location::caller()) })
            }
        }

        impl<T> Clone for $weak<T> {
            fn clone(&self) -> Self {
                $weak { inner: self.inner.clone(), end: self.end }
            }
        }

        impl<T> fmt::Debug for $weak<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

mod bounded;
mod permit;
mod unbounded;

#[doc(no_inline)]
pub use ::tokio::sync::mpsc::*;
pub use bounded::{Receiver, Sender, WeakSender, channel};
pub use permit::OwnedPermit;
pub use unbounded::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender, unbounded_channel};

use crate::registry::{Term, Wants};
use crate::tracked::end::ChannelEnd;
use crate::tracked::operation::{Operation, What};
use std::future::Future;
use std::panic::Location;

static RECV: Term = Term::operation(
    "a message of an mpsc channel",
    Wants::Senders,
    "sending to it, or dropping every sender",
);
static SEND: Term = Term::operation(
    "room in an mpsc channel",
    Wants::Receivers,
    "receiving from it, or closing or dropping the receiver",
);
static CLOSED: Term = Term::operation(
    "the close of an mpsc channel",
    Wants::Receivers,
    "closing or dropping the receiver",
);

/// An operation of a receiver.
#[inline]
fn receiving<F: Future>(
    recv: F,
    end: &ChannelEnd,
    location: &'static Location<'static>,
) -> impl Future<Output = F::Output> {
    let what = |end: &ChannelEnd, location| What::on(&RECV, end.resource(), location);
    Operation::on(recv, end, location, what, |_, _, received| received)
}

/// A receiver is only without its inner one after `into_inner`, which consumes it.
#[cold]
fn gone() -> ! {
    unreachable!("a receiver was used after it was taken apart")
}
