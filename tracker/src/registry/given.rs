//! How often a task or thread may have given something away, without anybody seeing what. Only who
//! runs writes here; anybody may compare.

use std::sync::atomic::{AtomicU64, Ordering};

/// Both counts in one number, as they are mostly wanted together: how often it has passed something
/// on, and below that, how often it has spawned something.
#[derive(Debug, Default)]
pub(crate) struct Given(AtomicU64);

const ONE_TOLD: u64 = 1 << 32;
const ALL_TOLD: u64 = (u32::MAX as u64) << 32;

impl Given {
    /// Another task takes the record.
    pub(crate) fn begin(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// It has passed something on that may have had an end inside, or could have.
    #[inline]
    pub(crate) fn tells(&self) {
        let given = self.0.load(Ordering::Relaxed);
        if given < ALL_TOLD {
            // linger: allow(atomic-load-store): only who runs writes here
            self.0.store(given + ONE_TOLD, Ordering::Relaxed);
        }
    }

    /// It has got the means to pass things on unseen.
    pub(crate) fn tells_from_now_on(&self) {
        self.0.store(self.get() | ALL_TOLD, Ordering::Relaxed);
    }

    /// It has spawned something, which may have taken a guard along.
    #[inline]
    pub(crate) fn spawns(&self) {
        let given = self.0.load(Ordering::Relaxed);
        if given as u32 != u32::MAX {
            self.0.store(given + 1, Ordering::Relaxed);
        }
    }

    /// What it got since this was last the same, and can only have given away by these ways, it still
    /// has.
    #[inline]
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// How often it has passed something on. As long as this stands still, what lay in its future is
    /// still there; the largest number says nothing any more.
    #[inline]
    pub(crate) fn told(&self) -> u32 {
        (self.get() >> 32) as u32
    }
}
