//! Waiting for each other.

use crate::registry::{Term, Wants, order};
use crate::tracked::hold::Lock;
use crate::tracked::operation::{Pending, What};
use ::std::fmt;
use ::std::panic::Location;
use ::std::sync::BarrierWaitResult;

static KIND: Term = Term::kind("Barrier");
static WAIT: Term = Term::operation(
    "the others at a Barrier",
    Wants::Anybody,
    "as many that wait at the barrier as it was made for",
);

/// A place where threads wait for each other: [`std::sync::Barrier`].
///
/// # Examples
///
/// ```
/// use linger::std::sync::Barrier;
/// use linger::std::thread;
///
/// let both = Barrier::new(2);
/// thread::scope(|scope| {
///     scope.spawn(|| both.wait());
///     both.wait();
/// });
/// ```
pub struct Barrier {
    record: Lock,
    inner: ::std::sync::Barrier,
}

impl Barrier {
    /// As std's `new`.
    #[must_use]
    #[track_caller]
    pub const fn new(n: usize) -> Barrier {
        let record = Lock::new(&KIND, Location::caller());
        Barrier { record, inner: ::std::sync::Barrier::new(n) }
    }

    /// As std's `wait`.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let what = What::on(&WAIT, self.record.resource(), Location::caller());
        let result = Pending::during(what, || self.inner.wait());
        order::learn();
        result
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
