//! Who used an end of a channel last, and how it is known that nobody else has it.

use super::slot::Key;
use std::sync::atomic::{AtomicU64, Ordering};

/// How the owner of an end is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum How {
    /// It made the end, which nobody has used since: it may have gone to anybody.
    Made,
    /// It was the last to use the end.
    Touched,
    /// The end lies inside the owner's future.
    Inside,
}

/// The last use of an end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastUse {
    pub(crate) owner: Option<Key>,
    pub(crate) how: How,
    /// What the owner's `told` was then.
    pub(crate) told: u32,
}

/// The same, in a record.
#[derive(Debug, Default)]
pub(crate) struct Use {
    owner: AtomicU64,
    /// `told`, and below it a number for `how`, which is zero when the end is over.
    rest: AtomicU64,
}

/// The number for `how`, together with `told`.
#[inline]
fn rest(how: How, told: u32) -> u64 {
    (u64::from(told) << 32) | (how as u64 + 1)
}

impl Use {
    /// A new end.
    #[inline]
    pub(crate) fn begin(&self, owner: u64) {
        self.owner.store(owner, Ordering::Relaxed);
        // Last: who sees it sees the rest of the record.
        self.rest.store(rest(How::Made, 0), Ordering::Release);
    }

    /// The end is over. Who misses it sees the ends that its owner made before.
    #[inline]
    pub(crate) fn end(&self) {
        self.rest.store(0, Ordering::Release);
    }

    /// The end is used. Mostly nothing changes; a store would take the line from whoever reads it.
    #[inline]
    pub(crate) fn note(&self, owner: u64, how: How, told: u32) {
        if self.owner.load(Ordering::Relaxed) != owner {
            self.owner.store(owner, Ordering::Relaxed);
        }
        let rest = rest(how, told);
        if self.rest.load(Ordering::Relaxed) != rest {
            self.rest.store(rest, Ordering::Relaxed);
        }
    }

    /// Nothing if the end is over.
    pub(super) fn read(&self) -> Option<LastUse> {
        let rest = self.rest.load(Ordering::Acquire);
        let how = match rest as u32 {
            0 => return None,
            1 => How::Made,
            2 => How::Touched,
            _ => How::Inside,
        };
        let owner = Key::from_raw(self.owner.load(Ordering::Relaxed));
        Some(LastUse { owner, how, told: (rest >> 32) as u32 })
    }
}
