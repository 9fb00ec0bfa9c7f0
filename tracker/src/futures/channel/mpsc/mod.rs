//! Channels from many senders to one receiver.

/// What both senders have in common.
macro_rules! sender {
    ($sender:ident, $receiver:ident) => {
        impl<T> $sender<T> {
            delegate! { inner:
                fn is_closed() -> bool;
            }

            /// As futures' `disconnect`.
            pub fn disconnect(&mut self) {
                self.inner.disconnect();
                self.end = ChannelEnd::none();
            }

            /// As futures' `same_receiver`.
            pub fn same_receiver(&self, other: &Self) -> bool {
                self.inner.same_receiver(&other.inner)
            }

            /// As futures' `is_connected_to`.
            pub fn is_connected_to(&self, receiver: &$receiver<T>) -> bool {
                self.inner.is_connected_to(receiver.inner())
            }

            /// As futures' `hash_receiver`.
            pub fn hash_receiver<H: Hasher>(&self, hasher: &mut H) {
                self.inner.hash_receiver(hasher);
            }

            /// Futures' own sender. What becomes of it is not seen any more.
            pub fn into_inner(self) -> ::futures::channel::mpsc::$sender<T> {
                self.end.escape();
                self.inner
            }

            /// Notes that a message was sent, and whether it found nobody.
            fn note(&self, closed: bool, location: &'static Location<'static>) {
                self.end.touch(self);
                if closed {
                    self.end.sent_after_close(location);
                }
                self.end.passed::<T, _>(self);
            }
        }

        impl<T> Clone for $sender<T> {
            #[track_caller]
            fn clone(&self) -> Self {
                let end = self.end.another(Side::Sender, Location::caller());
                $sender::new(self.inner.clone(), end)
            }
        }

        impl<T> fmt::Debug for $sender<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }

        impl<T> From<::futures::channel::mpsc::$sender<T>> for $sender<T> {
            /// A sender of a channel that is not tracked.
            fn from(inner: ::futures::channel::mpsc::$sender<T>) -> Self {
                $sender::new(inner, ChannelEnd::none())
            }
        }
    };
}

/// What both receivers have in common.
macro_rules! receiver {
    ($receiver:ident) => {
        impl<T> $receiver<T> {
            pub(super) fn new(
                inner: ::futures::channel::mpsc::$receiver<T>,
                end: ChannelEnd,
                place: &'static Location<'static>,
            ) -> Self {
                $receiver { inner: Some(inner), pending: None, end, place }
            }

            pub(super) fn inner(&self) -> &::futures::channel::mpsc::$receiver<T> {
                match &self.inner {
                    Some(inner) => inner,
                    None => gone(),
                }
            }

            fn inner_mut(&mut self) -> &mut ::futures::channel::mpsc::$receiver<T> {
                match &mut self.inner {
                    Some(inner) => inner,
                    None => gone(),
                }
            }

            /// As futures' `recv`.
            #[track_caller]
            pub fn recv(&mut self) -> Recv<'_, Self> {
                self.place = Location::caller();
                Recv::new(self)
            }

            /// As futures' `try_recv`.
            ///
            /// # Errors
            ///
            /// Fails if the channel is empty.
            pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
                self.end.touch(self);
                self.inner_mut().try_recv()
            }

            /// As futures' `try_next`.
            ///
            /// # Errors
            ///
            /// Fails if the channel is empty, and not closed.
            #[deprecated(note = "please use `try_recv` instead")]
            pub fn try_next(&mut self) -> Result<Option<T>, TryRecvError> {
                self.end.touch(self);
                #[allow(deprecated, reason = "it is as deprecated as this one")]
                self.inner_mut().try_next()
            }

            /// As futures' `close`. To close a channel twice is noted.
            #[track_caller]
            pub fn close(&mut self) {
                self.end.close(Location::caller());
                self.inner_mut().close();
            }

            /// Futures' own receiver. What becomes of it is not seen any more.
            pub fn into_inner(mut self) -> ::futures::channel::mpsc::$receiver<T> {
                self.end.escape();
                match self.inner.take() {
                    Some(inner) => inner,
                    None => gone(),
                }
            }
        }

        impl<T> Unpin for $receiver<T> {}

        impl<T> Stream for $receiver<T> {
            type Item = T;

            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
                let this = &mut *self;
                this.end.touch(this);
                let poll = Pin::new(this.inner_mut()).poll_next(cx);
                let (resource, place) = (this.end.resource(), this.place);
                polled(poll, &mut this.pending, cx, || What::on(&RECV, resource, place))
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.inner().size_hint()
            }
        }

        impl<T> FusedStream for $receiver<T> {
            fn is_terminated(&self) -> bool {
                self.inner().is_terminated()
            }
        }

        impl<T> Drop for $receiver<T> {
            fn drop(&mut self) {
                // As a stream it knows how many messages it has at least.
                let left = self.inner.as_ref().map_or(0, |inner| inner.size_hint().0);
                if left > 0 {
                    self.end.unread(left);
                }
            }
        }

        impl<T> fmt::Debug for $receiver<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner().fmt(f)
            }
        }

        impl<T> From<::futures::channel::mpsc::$receiver<T>> for $receiver<T> {
            /// A receiver of a channel that is not tracked.
            #[track_caller]
            fn from(inner: ::futures::channel::mpsc::$receiver<T>) -> Self {
                $receiver::new(inner, ChannelEnd::none(), Location::caller())
            }
        }
    };
}

mod bounded;
mod recv;
mod unbounded;

pub use ::futures::channel::mpsc::{RecvError, SendError, TryRecvError, TrySendError};
pub use bounded::{Receiver, Sender, channel};
pub use recv::Recv;
pub use unbounded::{UnboundedReceiver, UnboundedSender, unbounded};

use crate::registry::{Term, Wants};

static RECV: Term = Term::operation(
    "a message of a futures channel",
    Wants::Senders,
    "sending to it, or dropping every sender",
);
static SEND: Term = Term::operation(
    "room in a futures channel",
    Wants::Receivers,
    "receiving from it, or closing or dropping the receiver",
);

/// A receiver is only without its inner one after `into_inner`, which consumes it.
#[cold]
fn gone() -> ! {
    unreachable!("a receiver was used after it was taken apart")
}
