//! Waiting for one message.

use super::RecvError;
use futures_core::{FusedFuture, FusedStream, Stream};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future that receives: futures' [`Recv`](::futures::channel::mpsc::Recv).
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Recv<'a, St: ?Sized> {
    stream: &'a mut St,
}

impl<'a, St: ?Sized + Stream + Unpin> Recv<'a, St> {
    pub(super) fn new(stream: &'a mut St) -> Self {
        Recv { stream }
    }
}

impl<St: ?Sized + Unpin> Unpin for Recv<'_, St> {}

impl<St: ?Sized + Stream + Unpin> Future for Recv<'_, St> {
    type Output = Result<St::Item, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.stream).poll_next(cx).map(|message| message.ok_or(RecvError))
    }
}

impl<St: ?Sized + FusedStream + Unpin> FusedFuture for Recv<'_, St> {
    fn is_terminated(&self) -> bool {
        self.stream.is_terminated()
    }
}
