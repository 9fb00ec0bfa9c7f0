//! The futures that channels return.

use super::{CLOSED, RECV, SEND};
use crate::tracked::end::ChannelEnd;
use crate::tracked::operation::{Pending, What, polled};
use async_channel::{RecvError, SendError};
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future around async-channel's own, with its record while it is pending.
macro_rules! future {
    ($(#[$doc:meta])* $name:ident -> $output:ty, $term:ident, $ended:expr) => {
        pin_project! {
            $(#[$doc])*
            #[must_use = "futures do nothing unless you `.await` or poll them"]
            pub struct $name<'a, T> {
                #[pin]
                inner: ::async_channel::$name<'a, T>,
                pending: Option<Pending>,
                end: &'a ChannelEnd,
                location: &'static Location<'static>,
            }
        }

        impl<'a, T> $name<'a, T> {
            pub(super) fn new(
                inner: ::async_channel::$name<'a, T>,
                end: &'a ChannelEnd,
                location: &'static Location<'static>,
            ) -> Self {
                $name { inner, pending: None, end, location }
            }
        }

        impl<T> Future for $name<'_, T> {
            type Output = $output;

            fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let this = self.project();
                this.end.touch(*this.end);
                let poll = this.inner.poll(cx);
                if let Poll::Ready(result) = &poll {
                    $ended(*this.end, *this.location, result);
                }
                let what = || What::on(&$term, this.end.resource(), this.location);
                polled(poll, this.pending, cx, what)
            }
        }

        impl<T: fmt::Debug> fmt::Debug for $name<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

future! {
    /// Sends a message: async-channel's [`Send`](::async_channel::Send).
    Send -> Result<(), SendError<T>>, SEND, sent::<T>
}
future! {
    /// Receives a message: async-channel's [`Recv`](::async_channel::Recv).
    Recv -> Result<T, RecvError>, RECV, |_, _, _: &_| {}
}
future! {
    /// Waits until the channel is closed: async-channel's [`Closed`](::async_channel::Closed).
    Closed -> (), CLOSED, |_, _, _: &_| {}
}

/// Notes that a message was sent, and whether it found nobody.
pub(super) fn sent<T>(
    end: &ChannelEnd,
    location: &'static Location<'static>,
    result: &Result<(), SendError<T>>,
) {
    if result.is_err() {
        end.sent_after_close(location);
    }
    end.passed::<T, _>(end);
}
