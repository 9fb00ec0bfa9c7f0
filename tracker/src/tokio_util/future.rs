//! What can be done with any future: end it by a token, or after a time.

use super::sync::{
    CancellationToken, UntilCancelled, WaitForCancellationFuture, WaitForCancellationFutureOwned,
};
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, Timeout};

/// Adapters for every future: tokio-util's [`FutureExt`](::tokio_util::future::FutureExt).
pub trait FutureExt: Future {
    /// As tokio-util's `timeout`.
    #[track_caller]
    fn timeout(self, timeout: Duration) -> Timeout<Self>
    where
        Self: Sized,
    {
        tokio::time::timeout(timeout, self)
    }

    /// As tokio-util's `timeout_at`.
    fn timeout_at(self, deadline: Instant) -> Timeout<Self>
    where
        Self: Sized,
    {
        tokio::time::timeout_at(deadline, self)
    }

    /// As tokio-util's `with_cancellation_token`.
    #[track_caller]
    fn with_cancellation_token(
        self,
        cancellation_token: &CancellationToken,
    ) -> UntilCancelled<Self, WaitForCancellationFuture<'_>>
    where
        Self: Sized,
    {
        let over = cancellation_token.is_cancelled();
        UntilCancelled::new(self, cancellation_token.cancelled(), over)
    }

    /// As tokio-util's `with_cancellation_token_owned`.
    #[track_caller]
    fn with_cancellation_token_owned(
        self,
        cancellation_token: CancellationToken,
    ) -> UntilCancelled<Self, WaitForCancellationFutureOwned>
    where
        Self: Sized,
    {
        let over = cancellation_token.is_cancelled();
        UntilCancelled::new(self, cancellation_token.cancelled_owned(), over)
    }
}

impl<T: Future + ?Sized> FutureExt for T {}
