//! Waiting for each other.

use crate::registry::{Term, Wants, order};
use crate::tracked::hold::Lock;
use crate::tracked::operation::{Operation, What};
use std::fmt;
use std::future::Future;
use std::panic::Location;
use tokio::sync::BarrierWaitResult;

static KIND: Term = Term::kind("tokio Barrier");
static WAIT: Term = Term::operation(
    "the others at a tokio Barrier",
    Wants::Anybody,
    "as many that wait at the barrier as it was made for",
);

/// A place where tasks wait for each other: tokio's [`Barrier`](::tokio::sync::Barrier).
///
/// # Examples
///
/// ```
/// use linger::tokio::sync::Barrier;
///
/// # #[linger::tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let both = Barrier::new(2);
/// let (one, other) = linger::tokio::join!(both.wait(), both.wait());
/// assert_ne!(one.is_leader(), other.is_leader());
/// # }
/// ```
pub struct Barrier {
    record: Lock,
    inner: ::tokio::sync::Barrier,
}

impl Barrier {
    /// As tokio's `new`.
    #[track_caller]
    pub fn new(n: usize) -> Barrier {
        let record = Lock::new(&KIND, Location::caller());
        Barrier { record, inner: ::tokio::sync::Barrier::new(n) }
    }

    /// As tokio's `wait`.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = BarrierWaitResult> {
        Operation::on(self.inner.wait(), self, Location::caller(), Self::waits, |_, _, result| {
            order::learn();
            result
        })
    }

    fn waits(&self, location: &'static Location<'static>) -> What {
        What::on(&WAIT, self.record.resource(), location)
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
