//! Notifications.

use super::lifetime;
use crate::registry::{Term, Wants};
use crate::tracked::hold::Lock;
use crate::tracked::operation::{Pending, What, polled};
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

static KIND: Term = Term::kind("Notify");
static NOTIFIED: Term =
    Term::operation("a notification", Wants::Anybody, "notify_one or notify_waiters");

/// Tokio's [`Notify`](::tokio::sync::Notify).
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::Notify;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let done = Notify::new();
/// done.notify_one();
/// done.notified().await;
/// # }
/// ```
pub struct Notify {
    record: Lock,
    inner: ::tokio::sync::Notify,
}

impl Notify {
    /// As tokio's `new`.
    #[track_caller]
    pub fn new() -> Notify {
        Notify::const_new()
    }

    /// As tokio's `const_new`.
    #[track_caller]
    pub const fn const_new() -> Notify {
        let record = Lock::new(&KIND, Location::caller());
        Notify { record, inner: ::tokio::sync::Notify::const_new() }
    }

    delegate! { inner:
        fn notify_one();
        fn notify_last();
        fn notify_waiters();
    }

    /// As tokio's `notified`.
    #[track_caller]
    pub fn notified(&self) -> Notified<'_> {
        let what = What::on(&NOTIFIED, self.record.resource(), Location::caller());
        Notified { inner: self.inner.notified(), what, pending: None }
    }

    /// As tokio's `notified_owned`.
    #[track_caller]
    pub fn notified_owned(self: Arc<Self>) -> OwnedNotified {
        let what = What::on(&NOTIFIED, self.record.resource(), Location::caller());
        // SAFETY: the future is kept before the `Arc`.
        #[allow(unsafe_code, reason = "see the module lifetime")]
        let inner = unsafe { lifetime::notified(self.inner.notified()) };
        OwnedNotified { notified: Notified { inner, what, pending: None }, notify: self }
    }
}

impl Default for Notify {
    #[track_caller]
    fn default() -> Notify {
        Notify::new()
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl std::panic::UnwindSafe for Notify {}
impl std::panic::RefUnwindSafe for Notify {}

pin_project! {
    /// Waits for a notification: tokio's [`Notified`](::tokio::sync::futures::Notified).
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Notified<'a> {
        #[pin]
        inner: ::tokio::sync::futures::Notified<'a>,
        what: What,
        pending: Option<Pending>,
    }
}

impl Notified<'_> {
    /// As tokio's `enable`.
    pub fn enable(self: Pin<&mut Self>) -> bool {
        self.project().inner.enable()
    }
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let poll = this.inner.poll(cx);
        polled(poll, this.pending, cx, || *this.what)
    }
}

impl fmt::Debug for Notified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

pin_project! {
    /// Waits for a notification, and keeps the [`Notify`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct OwnedNotified {
        #[pin]
        notified: Notified<'static>,
        notify: Arc<Notify>,
    }
}

impl OwnedNotified {
    /// As tokio's `enable`.
    pub fn enable(self: Pin<&mut Self>) -> bool {
        self.project().notified.enable()
    }
}

impl Future for OwnedNotified {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().notified.poll(cx)
    }
}

impl fmt::Debug for OwnedNotified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedNotified").field("notify", &self.notify).finish_non_exhaustive()
    }
}
