//! A place for one record: it is taken, read by anybody at any time, freed and taken again.
//!
//! The generation says which life of the slot a reader saw. It is odd while the slot is taken.
//! Writers never wait; a reader that meets a change in between reads nothing.

use super::atomic::{AtomicU32, Ordering, fence};

/// One place of an arena, and the record in it.
#[derive(Debug)]
pub(crate) struct Slot<T> {
    generation: AtomicU32,
    index: u32,
    pub(crate) fields: T,
}

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
        Slot { generation: AtomicU32::new(0), index, fields }
    }

    /// Makes the record visible. The caller owns the slot and has written its fields.
    pub(crate) fn publish(&self) {
        let next = self.generation.load(Ordering::Relaxed).wrapping_add(1);
        self.generation.store(next, Ordering::Release);
    }

    /// Takes the record out of sight. The caller owns the slot and may write its fields afterwards.
    pub(crate) fn retire(&self) {
        let next = self.generation.load(Ordering::Relaxed).wrapping_add(1);
        // Only the owner of the slot writes here.
        self.generation.store(next, Ordering::Relaxed);
        // A reader that sees a field of the next life must see that this one is over.
        fence(Ordering::Release);
    }

    /// The key of the present life; the caller knows that the slot is taken.
    pub(crate) fn key(&self) -> Key {
        Key((u64::from(self.generation.load(Ordering::Relaxed)) << 32) | u64::from(self.index))
    }

    /// Reads the record, or nothing if the slot is free or changed hands meanwhile.
    pub(crate) fn read<R>(&self, read: impl FnOnce(Key, &T) -> R) -> Option<R> {
        let before = self.generation.load(Ordering::Acquire);
        if before % 2 == 0 {
            return None;
        }
        let key = Key((u64::from(before) << 32) | u64::from(self.index));
        let value = read(key, &self.fields);
        fence(Ordering::Acquire);
        (self.generation.load(Ordering::Relaxed) == before).then_some(value)
    }
}
