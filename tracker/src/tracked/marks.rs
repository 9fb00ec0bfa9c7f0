//! Marks that `#[linger::track]` leaves: which item owns what is started.

use crate::context::{self, Restore};
use crate::owner;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The item owns what this thread starts, while the value lives.
#[must_use = "the item owns what is started while this lives"]
pub fn own(item: &'static str) -> impl Drop {
    Restore::enter(context::Current { owner: owner::index(item), ..context::current() })
}

/// A future in whose polls the item owns what is started.
pub fn owned<F: Future>(item: &'static str, future: F) -> impl Future<Output = F::Output> {
    Owned { inner: future, owner: owner::index(item) }
}

pin_project! {
    struct Owned<F> {
        #[pin]
        inner: F,
        owner: u32,
    }
}

impl<F: Future> Future for Owned<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let inner = this.inner;
        context::inside(|current| current.owner = *this.owner, || inner.poll(cx))
    }
}
