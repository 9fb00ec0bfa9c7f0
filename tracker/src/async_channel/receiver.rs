//! The receiving end.

use super::RECV;
use super::futures::Recv;
use crate::registry::Side;
use crate::tracked::end::{ChannelEnd, WeakEnd};
use crate::tracked::gauge::Gauge;
use crate::tracked::operation::{Pending, What, polled};
use async_channel::{RecvError, TryRecvError};
use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// A receiving end: async-channel's [`Receiver`](::async_channel::Receiver).
    pub struct Receiver<T> {
        #[pin]
        inner: ::async_channel::Receiver<T>,
        // The wait of the stream.
        pending: Option<Pending>,
        end: ChannelEnd,
        gauge: Gauge,
        // Where it was made: who polls a stream is mostly a combinator of a library.
        made: &'static Location<'static>,
    }

    impl<T> PinnedDrop for Receiver<T> {
        fn drop(this: Pin<&mut Self>) {
            if this.end.last_receiver() && !this.inner.is_empty() {
                this.end.unread(this.inner.len());
            }
        }
    }
}

has_end!(Receiver);

impl<T> Receiver<T> {
    pub(super) fn new(
        inner: ::async_channel::Receiver<T>,
        end: ChannelEnd,
        made: &'static Location<'static>,
    ) -> Self {
        Receiver { inner, pending: None, end, gauge: Gauge::new(), made }
    }

    /// As async-channel's `recv`.
    #[track_caller]
    pub fn recv(&self) -> Recv<'_, T> {
        self.sample();
        Recv::new(self.inner.recv(), &self.end, Location::caller())
    }

    /// Looks now and then how many messages wait.
    #[inline]
    fn sample(&self) {
        if self.gauge.is_due() && self.inner.capacity().is_none() {
            self.end.queues(self.inner.len());
        }
    }

    /// As async-channel's `recv_blocking`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is empty and closed.
    #[cfg(not(target_family = "wasm"))]
    #[track_caller]
    pub fn recv_blocking(&self) -> Result<T, RecvError> {
        self.end.touch(&self.end);
        self.sample();
        // Only who has to wait needs a record of it.
        match self.inner.try_recv() {
            Ok(message) => Ok(message),
            Err(TryRecvError::Closed) => Err(RecvError),
            Err(TryRecvError::Empty) => {
                let what = What::on(&RECV, self.end.resource(), Location::caller());
                Pending::during(what, || self.inner.recv_blocking())
            }
        }
    }

    /// As async-channel's `try_recv`.
    ///
    /// # Errors
    ///
    /// Fails if the channel is empty.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.end.touch(&self.end);
        self.sample();
        self.inner.try_recv()
    }

    /// As async-channel's `close`. To close a channel twice is in order here, and not noted.
    #[track_caller]
    pub fn close(&self) -> bool {
        let closes = self.inner.close();
        if closes {
            self.end.close(Location::caller());
        }
        closes
    }

    delegate! { inner:
        fn is_closed() -> bool;
        fn is_empty() -> bool;
        fn is_full() -> bool;
        fn len() -> usize;
        fn capacity() -> Option<usize>;
        fn receiver_count() -> usize;
        fn sender_count() -> usize;
    }

    /// As async-channel's `downgrade`.
    pub fn downgrade(&self) -> WeakReceiver<T> {
        WeakReceiver { inner: self.inner.downgrade(), end: self.end.downgrade() }
    }

    /// As async-channel's `same_channel`.
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Async-channel's own receiver. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::async_channel::Receiver<T> {
        self.end.escape();
        self.inner.clone()
    }
}

impl<T> Stream for Receiver<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = self.project();
        this.end.touch(&*this.end);
        let poll = this.inner.poll_next(cx);
        polled(poll, this.pending, cx, || What::on(&RECV, this.end.resource(), this.made))
    }
}

impl<T> FusedStream for Receiver<T> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<T> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let location = Location::caller();
        let end = self.end.another(Side::Receiver, location);
        Receiver::new(self.inner.clone(), end, location)
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T> From<::async_channel::Receiver<T>> for Receiver<T> {
    /// A receiver of a channel that is not tracked.
    #[track_caller]
    fn from(inner: ::async_channel::Receiver<T>) -> Self {
        Receiver::new(inner, ChannelEnd::none(), Location::caller())
    }
}

/// A receiver that does not keep the channel open: async-channel's
/// [`WeakReceiver`](::async_channel::WeakReceiver).
pub struct WeakReceiver<T> {
    inner: ::async_channel::WeakReceiver<T>,
    end: WeakEnd,
}

impl<T> WeakReceiver<T> {
    /// As async-channel's `upgrade`.
    #[track_caller]
    pub fn upgrade(&self) -> Option<Receiver<T>> {
        let inner = self.inner.upgrade()?;
        let location = Location::caller();
        Some(Receiver::new(inner, self.end.upgrade(Side::Receiver, location), location))
    }
}

impl<T> Clone for WeakReceiver<T> {
    fn clone(&self) -> Self {
        WeakReceiver { inner: self.inner.clone(), end: self.end }
    }
}

impl<T> fmt::Debug for WeakReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
