//! Receiving in a task.

use super::EndOf;
use crate::flume::RECV;
use crate::flume::receiver::leave;
use crate::registry::Side;
use crate::tracked::operation::{Pending, What, polled};
use flume::RecvError;
use futures_core::{FusedFuture, FusedStream, Stream};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What both have in common.
macro_rules! receives {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[must_use = "futures/streams/sinks do nothing unless you `.await` or poll them"]
        pub struct $name<'a, T> {
            inner: ::flume::r#async::$name<'a, T>,
            pending: Option<Pending>,
            end: EndOf<'a>,
            location: &'static Location<'static>,
        }

        impl<'a, T> $name<'a, T> {
            pub(in crate::flume) fn new(
                inner: ::flume::r#async::$name<'a, T>,
                end: EndOf<'a>,
                location: &'static Location<'static>,
            ) -> Self {
                $name { inner, pending: None, end, location }
            }

            delegate! { inner:
                fn is_disconnected() -> bool;
                fn is_empty() -> bool;
                fn is_full() -> bool;
                fn len() -> usize;
                fn capacity() -> Option<usize>;
            }

            /// Notes what a poll came to.
            fn noted<R>(&mut self, poll: Poll<R>, cx: &Context<'_>) -> Poll<R> {
                self.end.touch(&*self.end);
                let what = || What::on(&RECV, self.end.resource(), self.location);
                polled(poll, &mut self.pending, cx, what)
            }
        }

        impl<T> Drop for $name<'_, T> {
            fn drop(&mut self) {
                if let EndOf::Own(end) = &self.end {
                    leave(end, self.inner.len());
                }
            }
        }

        impl<T> fmt::Debug for $name<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

receives! {
    /// A future that receives: flume's [`RecvFut`](::flume::async::RecvFut).
    RecvFut
}
receives! {
    /// A stream that receives: flume's [`RecvStream`](::flume::async::RecvStream).
    RecvStream
}

impl<T> Future for RecvFut<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let poll = Pin::new(&mut self.inner).poll(cx);
        self.noted(poll, cx)
    }
}

impl<T> FusedFuture for RecvFut<'_, T> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<T> RecvStream<'_, T> {
    /// As flume's `same_channel`.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }
}

impl<T> Clone for RecvStream<'_, T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let location = Location::caller();
        RecvStream::new(self.inner.clone(), self.end.another(Side::Receiver, location), location)
    }
}

impl<T> Stream for RecvStream<'_, T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let poll = Pin::new(&mut self.inner).poll_next(cx);
        self.noted(poll, cx)
    }
}

impl<T> FusedStream for RecvStream<'_, T> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}
