//! When to look how long a queue is: seldom enough to cost nothing, often enough to miss no queue
//! that is long.

use std::sync::atomic::{AtomicU32, Ordering};

/// Counts what is received.
#[derive(Debug)]
pub(crate) struct Gauge(AtomicU32);

/// Of so many messages one is a reason to look.
const EACH: u32 = 64;

impl Gauge {
    pub(crate) const fn new() -> Self {
        Gauge(AtomicU32::new(0))
    }

    /// Whether it is time to look. Where several threads receive, some may be counted as one.
    #[inline]
    pub(crate) fn is_due(&self) -> bool {
        let received = self.0.load(Ordering::Relaxed);
        self.0.store(received.wrapping_add(1), Ordering::Relaxed);
        received % EACH == 0
    }
}
