//! Tokens that ask others to stop.

use super::{DropGuard, DropGuardRef, UntilCancelled};
use crate::registry::{Side, Term, Wants};
use crate::tracked::end::{ChannelEnd, HasEnd};
use crate::tracked::operation::{Pending, What, polled};
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio_util::sync as real;

// A tree of tokens is one resource: whoever has any token of it could cancel one above. That takes
// too many for able to end a wait, never too few.
static KIND: Term = Term::shared("cancellation token", "token");
static CANCELLED: Term = Term::operation(
    "the cancellation of a token",
    Wants::Senders,
    "cancel() on the token or on one above it, also by a drop_guard()",
);

/// Asks whoever waits for it to stop: tokio-util's
/// [`CancellationToken`](::tokio_util::sync::CancellationToken).
///
/// # Examples
///
/// ```
/// use linger::tokio_util::sync::CancellationToken;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let stop = CancellationToken::new();
/// let child = stop.child_token();
/// stop.cancel();
/// child.cancelled().await;
/// # }
/// ```
pub struct CancellationToken {
    inner: real::CancellationToken,
    end: ChannelEnd,
}

impl CancellationToken {
    /// As tokio-util's `new`.
    #[track_caller]
    pub fn new() -> Self {
        let end = ChannelEnd::single(&KIND, Side::Sender, Location::caller());
        CancellationToken { inner: real::CancellationToken::new(), end }
    }

    /// As tokio-util's `child_token`: cancelled with this one, and also alone.
    #[track_caller]
    pub fn child_token(&self) -> Self {
        self.end.touch(self);
        let end = self.end.another(Side::Sender, Location::caller());
        CancellationToken { inner: self.inner.child_token(), end }
    }

    /// As tokio-util's `cancel`.
    pub fn cancel(&self) {
        self.inner.cancel();
    }

    /// As tokio-util's `is_cancelled`.
    pub fn is_cancelled(&self) -> bool {
        self.end.touch(self);
        self.inner.is_cancelled()
    }

    /// As tokio-util's `cancelled`.
    #[track_caller]
    pub fn cancelled(&self) -> WaitForCancellationFuture<'_> {
        self.cancelled_at(Location::caller())
    }

    fn cancelled_at(&self, location: &'static Location<'static>) -> WaitForCancellationFuture<'_> {
        self.end.touch(self);
        let what = What::on(&CANCELLED, self.end.resource(), location);
        WaitForCancellationFuture { inner: self.inner.cancelled(), what, pending: None }
    }

    /// As tokio-util's `cancelled_owned`.
    #[track_caller]
    pub fn cancelled_owned(self) -> WaitForCancellationFutureOwned {
        self.end.touch(&self);
        let what = What::on(&CANCELLED, self.end.resource(), Location::caller());
        let inner = self.inner.cancelled_owned();
        WaitForCancellationFutureOwned { inner, what, pending: None, end: self.end }
    }

    /// As tokio-util's `drop_guard`: cancels the token when the guard is dropped.
    pub fn drop_guard(self) -> DropGuard {
        DropGuard::new(self)
    }

    /// As tokio-util's `drop_guard_ref`.
    pub fn drop_guard_ref(&self) -> DropGuardRef<'_> {
        DropGuardRef::new(self)
    }

    /// As tokio-util's `run_until_cancelled`.
    #[track_caller]
    pub fn run_until_cancelled<F: Future>(
        &self,
        fut: F,
    ) -> impl Future<Output = Option<F::Output>> {
        let location = Location::caller();
        async move {
            let over = self.is_cancelled();
            UntilCancelled::new(fut, self.cancelled_at(location), over).await
        }
    }

    /// As tokio-util's `run_until_cancelled_owned`.
    #[track_caller]
    pub fn run_until_cancelled_owned<F: Future>(
        self,
        fut: F,
    ) -> impl Future<Output = Option<F::Output>> {
        let location = Location::caller();
        async move {
            let over = self.is_cancelled();
            UntilCancelled::new(fut, self.cancelled_at(location), over).await
        }
    }

    /// Tokio-util's own token. Who cancels it is not seen any more.
    pub fn into_inner(self) -> real::CancellationToken {
        self.end.escape();
        self.inner
    }
}

impl From<real::CancellationToken> for CancellationToken {
    /// A token that is not tracked.
    fn from(inner: real::CancellationToken) -> Self {
        CancellationToken { inner, end: ChannelEnd::none() }
    }
}

impl Clone for CancellationToken {
    #[track_caller]
    fn clone(&self) -> Self {
        self.end.touch(self);
        let end = self.end.another(Side::Sender, Location::caller());
        CancellationToken { inner: self.inner.clone(), end }
    }
}

impl Default for CancellationToken {
    #[track_caller]
    fn default() -> Self {
        CancellationToken::new()
    }
}

impl PartialEq for CancellationToken {
    fn eq(&self, other: &CancellationToken) -> bool {
        self.inner == other.inner
    }
}

impl Eq for CancellationToken {}

impl Hash for CancellationToken {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl HasEnd for CancellationToken {
    #[expect(private_interfaces, reason = "a bound for the macros, not for use")]
    fn end(&self) -> &ChannelEnd {
        &self.end
    }
}

impl fmt::Debug for CancellationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl std::panic::UnwindSafe for CancellationToken {}
impl std::panic::RefUnwindSafe for CancellationToken {}

pin_project! {
    /// Waits for a token: tokio-util's
    /// [`WaitForCancellationFuture`](::tokio_util::sync::WaitForCancellationFuture).
    #[must_use = "futures do nothing unless polled"]
    pub struct WaitForCancellationFuture<'a> {
        #[pin]
        inner: real::WaitForCancellationFuture<'a>,
        what: What,
        pending: Option<Pending>,
    }
}

impl Future for WaitForCancellationFuture<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        polled(this.inner.poll(cx), this.pending, cx, || *this.what)
    }
}

impl fmt::Debug for WaitForCancellationFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

pin_project! {
    /// Waits for a token, and keeps it: tokio-util's
    /// [`WaitForCancellationFutureOwned`](::tokio_util::sync::WaitForCancellationFutureOwned).
    #[must_use = "futures do nothing unless polled"]
    pub struct WaitForCancellationFutureOwned {
        #[pin]
        inner: real::WaitForCancellationFutureOwned,
        what: What,
        pending: Option<Pending>,
        end: ChannelEnd,
    }
}

impl Future for WaitForCancellationFutureOwned {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.end.touch(&*self);
        let this = self.project();
        polled(this.inner.poll(cx), this.pending, cx, || *this.what)
    }
}

impl fmt::Debug for WaitForCancellationFutureOwned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
