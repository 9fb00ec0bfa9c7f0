//! The mark of a task that was woken and has not been polled since.

use super::atomic::{AtomicBool, Ordering};
use super::clones::Clones;

/// Whether somebody woke it.
#[derive(Debug, Default)]
pub(crate) struct Woken(AtomicBool);

impl Woken {
    /// Another task takes the record.
    pub(crate) fn begin(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Somebody wakes it: before the runtime is told, and before the clone goes by which it is done.
    #[inline]
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it was woken. If not, what its last poll has said before [`take`](Woken::take) is
    /// there to be seen.
    #[inline]
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// A poll begins. Whoever set the mark up to now did so for something that this poll will see.
    /// Where there are clones of the waker, somebody may be about to set it whose reason comes too
    /// late for this poll, and a plain store could take his mark away. Who has used up his clone has
    /// set it before.
    #[inline]
    pub(crate) fn take(&self, clones: &Clones) {
        if self.0.load(Ordering::Relaxed) {
            if clones.count() == 0 {
                self.0.store(false, Ordering::Release);
            } else {
                self.0.swap(false, Ordering::AcqRel);
            }
        }
    }
}
