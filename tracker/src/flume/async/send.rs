//! Sending from a task.

use super::EndOf;
use crate::flume::{SEND, Sender};
use crate::registry::Side;
use crate::tracked::end::ChannelEnd;
use crate::tracked::operation::{Pending, What, polled};
use flume::SendError;
use futures_core::FusedFuture;
use futures_sink::Sink;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};

/// A future that sends: flume's [`SendFut`](::flume::async::SendFut).
#[must_use = "futures/streams/sinks do nothing unless you `.await` or poll them"]
pub struct SendFut<'a, T> {
    inner: ::flume::r#async::SendFut<'a, T>,
    pending: Option<Pending>,
    end: EndOf<'a>,
    location: &'static Location<'static>,
}

impl<'a, T> SendFut<'a, T> {
    pub(in crate::flume) fn new(
        inner: ::flume::r#async::SendFut<'a, T>,
        end: EndOf<'a>,
        location: &'static Location<'static>,
    ) -> Self {
        SendFut { inner, pending: None, end, location }
    }

    delegate! { inner:
        fn is_disconnected() -> bool;
        fn is_empty() -> bool;
        fn is_full() -> bool;
        fn len() -> usize;
        fn capacity() -> Option<usize>;
    }
}

impl<T> Unpin for SendFut<'_, T> {}

impl<T> Future for SendFut<'_, T> {
    type Output = Result<(), SendError<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        this.end.touch(&*this.end);
        let poll = Pin::new(&mut this.inner).poll(cx);
        if matches!(poll, Poll::Ready(Err(_))) {
            this.end.sent_after_close(this.location);
        }
        if poll.is_ready() {
            this.end.passed::<T, _>(&*this.end);
        }
        let what = || What::on(&SEND, this.end.resource(), this.location);
        polled(poll, &mut this.pending, cx, what)
    }
}

impl<T> FusedFuture for SendFut<'_, T> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<T> fmt::Debug for SendFut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// A sink that sends: flume's [`SendSink`](::flume::async::SendSink).
#[must_use = "futures/streams/sinks do nothing unless you `.await` or poll them"]
pub struct SendSink<'a, T> {
    inner: ::flume::r#async::SendSink<'a, T>,
    pending: Option<Pending>,
    end: EndOf<'a>,
    location: &'static Location<'static>,
    /// Made when somebody asks for it.
    sender: OnceLock<Sender<T>>,
}

impl<'a, T> SendSink<'a, T> {
    pub(in crate::flume) fn new(
        inner: ::flume::r#async::SendSink<'a, T>,
        end: EndOf<'a>,
        location: &'static Location<'static>,
    ) -> Self {
        SendSink { inner, pending: None, end, location, sender: OnceLock::new() }
    }

    /// As flume's `sender`. It is a clone of the sender that the sink uses.
    pub fn sender(&self) -> &Sender<T> {
        self.sender.get_or_init(|| {
            let end = ChannelEnd::another(&self.end, Side::Sender, self.location);
            Sender::new(self.inner.sender().clone(), end)
        })
    }

    delegate! { inner:
        fn is_disconnected() -> bool;
        fn is_empty() -> bool;
        fn is_full() -> bool;
        fn len() -> usize;
        fn capacity() -> Option<usize>;
    }

    /// As flume's `same_channel`.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.inner.same_channel(&other.inner)
    }

    /// Notes what a poll of the sink came to.
    fn noted(
        &mut self,
        poll: Poll<Result<(), SendError<T>>>,
        cx: &Context<'_>,
    ) -> Poll<Result<(), SendError<T>>> {
        self.end.touch(&*self.end);
        if matches!(poll, Poll::Ready(Err(_))) {
            self.end.sent_after_close(self.location);
        }
        let what = || What::on(&SEND, self.end.resource(), self.location);
        polled(poll, &mut self.pending, cx, what)
    }
}

impl<T> Unpin for SendSink<'_, T> {}

impl<T> Sink<T> for SendSink<'_, T> {
    type Error = SendError<T>;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let poll = Pin::new(&mut self.inner).poll_ready(cx);
        self.noted(poll, cx)
    }

    fn start_send(mut self: Pin<&mut Self>, item: T) -> Result<(), Self::Error> {
        self.end.touch(&*self.end);
        self.end.passed::<T, _>(&*self.end);
        Pin::new(&mut self.inner).start_send(item)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let poll = Pin::new(&mut self.inner).poll_flush(cx);
        self.noted(poll, cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let poll = Pin::new(&mut self.inner).poll_close(cx);
        self.noted(poll, cx)
    }
}

impl<T> Clone for SendSink<'_, T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let location = Location::caller();
        SendSink::new(self.inner.clone(), self.end.another(Side::Sender, location), location)
    }
}

impl<T> fmt::Debug for SendSink<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
