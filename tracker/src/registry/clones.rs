//! Who frees what others may have clones of: its owner when it ends, or the last clone after that.

use super::atomic::{AtomicU64, Ordering};

/// How many clones there are, and whether the owner lives.
#[derive(Debug, Default)]
pub(crate) struct Clones(AtomicU64);

/// The bit for the owner. No number of clones that can be made, also of forgotten ones, reaches it.
const OWNER: u64 = 1 << 63;

impl Clones {
    /// A new owner, and no clone.
    pub(crate) fn begin(&self) {
        self.0.store(OWNER, Ordering::Relaxed);
    }

    /// How many clones there are.
    pub(crate) fn count(&self) -> u64 {
        // Whoever dropped a clone did so after all that it did with it.
        self.0.load(Ordering::Acquire) & !OWNER
    }

    /// One more, of the owner's or of a clone.
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// One less. True if it was the last and the owner is gone, so that the caller frees.
    #[must_use]
    pub(crate) fn remove(&self) -> bool {
        self.0.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// The owner ends. True if there is no clone, so that the caller frees.
    #[must_use]
    pub(crate) fn end(&self) -> bool {
        // Without a clone nobody else can make one, and mostly there is none.
        self.count() == 0 || self.0.fetch_and(!OWNER, Ordering::AcqRel) == OWNER
    }
}
