//! A future that ends with a token.

use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pin_project! {
    /// Runs a future until a token is cancelled; `None` if that came first.
    #[must_use = "futures do nothing unless polled"]
    #[derive(Debug)]
    pub struct UntilCancelled<F, C> {
        #[pin]
        future: F,
        #[pin]
        cancelled: C,
        over: bool,
    }
}

impl<F, C> UntilCancelled<F, C> {
    /// `over` says that the token was cancelled already, so that the future is never polled.
    pub(crate) fn new(future: F, cancelled: C, over: bool) -> Self {
        UntilCancelled { future, cancelled, over }
    }
}

impl<F: Future, C: Future<Output = ()>> Future for UntilCancelled<F, C> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if *this.over {
            return Poll::Ready(None);
        }
        if let Poll::Ready(value) = this.future.poll(cx) {
            return Poll::Ready(Some(value));
        }
        this.cancelled.poll(cx).map(|()| None)
    }
}
