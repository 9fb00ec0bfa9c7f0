//! A place for one record: it is taken, read by anybody at any time, freed and taken again.
//!
//! The generation says which life of the slot a reader saw. It is odd while the slot is taken.
//! Writers never wait; a reader that meets a change in between reads nothing.

use super::atomic::{AtomicU64, Ordering, fence};

/// One place of an arena, and the record in it.
#[derive(Debug)]
pub(crate) struct Slot<T> {
    /// The generation, and below it the place in the arena: all of a key, which is read more often
    /// than either.
    life: AtomicU64,
    pub(crate) fields: T,
}

/// One generation.
const NEXT: u64 = 1 << 32;

/// One life of one slot. The generation is odd, so that no key is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(u64);

impl Key {
    pub(crate) fn from_raw(raw: u64) -> Option<Key> {
        (raw != 0).then_some(Key(raw))
    }

    pub(crate) fn raw(self) -> u64 {
        self.0
    }
}

impl<T> Slot<T> {
    pub(crate) fn new(index: u32, fields: T) -> Self {
        Slot { life: AtomicU64::new(u64::from(index)), fields }
    }

    /// Makes the record visible. The caller owns the slot and has written its fields.
    pub(crate) fn publish(&self) {
        let next = self.life.load(Ordering::Relaxed).wrapping_add(NEXT);
        self.life.store(next, Ordering::Release);
    }

    /// Takes the record out of sight. The caller owns the slot and may write its fields afterwards.
    pub(crate) fn retire(&self) {
        let next = self.life.load(Ordering::Relaxed).wrapping_add(NEXT);
        // Only the owner of the slot writes here.
        self.life.store(next, Ordering::Relaxed);
        // A reader that sees a field of the next life must see that this one is over.
        fence(Ordering::Release);
    }

    /// The key of the present life; the caller knows that the slot is taken.
    #[inline]
    pub(crate) fn key(&self) -> Key {
        Key(self.life.load(Ordering::Relaxed))
    }

    /// Reads the record, or nothing if the slot is free or changed hands meanwhile.
    pub(crate) fn read<R>(&self, read: impl FnOnce(Key, &T) -> R) -> Option<R> {
        let before = self.life.load(Ordering::Acquire);
        if before & NEXT == 0 {
            return None;
        }
        let value = read(Key(before), &self.fields);
        fence(Ordering::Acquire);
        (self.life.load(Ordering::Relaxed) == before).then_some(value)
    }
}
