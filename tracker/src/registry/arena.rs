//! Slots for what lives and dies fast: taking and freeing one touches only the own thread.

use super::slot::{Key, Slot};
use std::cell::RefCell;
use std::sync::{Mutex, PoisonError, RwLock};

/// How many slots are made at once, and how many move between a thread and the shared list.
const CHUNK: usize = 256;

/// A kind of record that has an arena.
pub(crate) trait Record: Default + Send + Sync + Sized + 'static {
    /// The arena of these records.
    fn arena() -> &'static Arena<Self>;
    /// The free slots that the thread keeps for itself.
    fn local(free: &Free) -> &RefCell<Local<Self>>;
    /// Whether the slot may be taken again, now that the record is over; else whoever still refers
    /// to it gives it back.
    fn over(&self) -> bool {
        true
    }
}

/// All slots of one kind of record. They are never given back, so that a reader needs no lock;
/// memory is bounded by the largest number that ever lived at once.
pub(crate) struct Arena<T: 'static> {
    chunks: RwLock<Vec<&'static [Slot<T>]>>,
    free: Mutex<Vec<&'static Slot<T>>>,
}

/// Free slots of one thread; they return to the arena when the thread ends.
pub(crate) struct Local<T: Record>(Vec<&'static Slot<T>>);

impl<T: Record> Local<T> {
    const fn new() -> Self {
        Local(Vec::new())
    }
}

impl<T: Record> Drop for Local<T> {
    fn drop(&mut self) {
        T::arena().lock_free().append(&mut self.0);
    }
}

/// The free slots of one thread, for every kind of record.
pub(crate) struct Free {
    pub(crate) actors: RefCell<Local<super::Actor>>,
    pub(crate) resources: RefCell<Local<super::Resource>>,
    pub(crate) ends: RefCell<Local<super::End>>,
    pub(crate) waits: RefCell<Local<super::Wait>>,
    pub(crate) holds: RefCell<Local<super::Hold>>,
}

thread_local! {
    static FREE: Free = const {
        Free {
            actors: RefCell::new(Local::new()),
            resources: RefCell::new(Local::new()),
            ends: RefCell::new(Local::new()),
            waits: RefCell::new(Local::new()),
            holds: RefCell::new(Local::new()),
        }
    };
}

impl<T: Record> Arena<T> {
    pub(crate) const fn new() -> Self {
        Arena { chunks: RwLock::new(Vec::new()), free: Mutex::new(Vec::new()) }
    }

    fn lock_free(&self) -> std::sync::MutexGuard<'_, Vec<&'static Slot<T>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A batch of free slots, new ones if need be.
    fn batch(&self) -> Vec<&'static Slot<T>> {
        let mut free = self.lock_free();
        if !free.is_empty() {
            let from = free.len().saturating_sub(CHUNK);
            return free.split_off(from);
        }
        drop(free);
        let mut chunks = self.chunks.write().unwrap_or_else(PoisonError::into_inner);
        let base = chunks.len() * CHUNK;
        let chunk: Vec<Slot<T>> =
            (base..base + CHUNK).map(|index| Slot::new(index as u32, T::default())).collect();
        let chunk: &'static [Slot<T>] = Box::leak(chunk.into_boxed_slice());
        chunks.push(chunk);
        chunk.iter().rev().collect()
    }

    /// A free slot, to be written and published by the caller.
    fn take(&self) -> Option<&'static Slot<T>> {
        FREE.try_with(|free| {
            let mut local = T::local(free).try_borrow_mut().ok()?;
            if local.0.is_empty() {
                local.0 = self.batch();
            }
            local.0.pop()
        })
        .unwrap_or_else(|_| self.take_shared())
    }

    /// The way of a thread whose own list is gone already, because it is ending.
    fn take_shared(&self) -> Option<&'static Slot<T>> {
        let mut batch = self.batch();
        let slot = batch.pop();
        self.lock_free().append(&mut batch);
        slot
    }

    pub(super) fn give(&self, slot: &'static Slot<T>) {
        let kept = FREE.try_with(|free| {
            let Ok(mut local) = T::local(free).try_borrow_mut() else { return false };
            local.0.push(slot);
            if local.0.len() > 2 * CHUNK {
                // One thread frees what others take: hand over half.
                let mut surplus = local.0.split_off(CHUNK);
                self.lock_free().append(&mut surplus);
            }
            true
        });
        if !kept.unwrap_or(false) {
            self.lock_free().push(slot);
        }
    }

    /// Reads every record that is alive. `each` runs under no lock.
    pub(crate) fn for_each(&self, mut each: impl FnMut(Key, &T)) {
        let chunks: Vec<_> = self.chunks.read().unwrap_or_else(PoisonError::into_inner).clone();
        for slot in chunks.into_iter().flatten() {
            let _torn = slot.read(&mut each);
        }
    }

    /// Collects what `read` makes of every record that is alive.
    pub(crate) fn collect<R>(&self, mut read: impl FnMut(Key, &T) -> Option<R>) -> Vec<R> {
        let chunks: Vec<_> = self.chunks.read().unwrap_or_else(PoisonError::into_inner).clone();
        chunks.into_iter().flatten().filter_map(|slot| slot.read(&mut read).flatten()).collect()
    }
}

/// A record that is alive, and ends with this value. Empty where nothing is recorded: tracking is
/// switched off, or memory for it could not be had.
pub(crate) struct Entry<T: Record>(Option<&'static Slot<T>>);

impl<T: Record> Entry<T> {
    /// A new record, filled in by `write` before anybody can read it.
    pub(crate) fn new(write: impl FnOnce(&T)) -> Self {
        if !crate::env::tracking() {
            return Entry(None);
        }
        let slot = T::arena().take();
        if let Some(slot) = slot {
            write(&slot.fields);
            slot.publish();
        }
        Entry(slot)
    }

    pub(crate) const fn none() -> Self {
        Entry(None)
    }

    /// Takes back a record that [`Entry::leak`] left alive.
    pub(crate) fn adopt(slot: &'static Slot<T>) -> Self {
        Entry(Some(slot))
    }

    /// Leaves the record alive, for whoever adopts it.
    pub(crate) fn leak(mut self) -> Option<&'static Slot<T>> {
        self.0.take()
    }

    pub(crate) fn slot(&self) -> Option<&'static Slot<T>> {
        self.0
    }

    pub(crate) fn get(&self) -> Option<&'static T> {
        self.0.map(|slot| &slot.fields)
    }

    pub(crate) fn key(&self) -> Option<Key> {
        self.0.map(Slot::key)
    }

    /// The key as it is stored in other records: zero for none.
    pub(crate) fn raw(&self) -> u64 {
        self.key().map_or(0, Key::raw)
    }
}

impl<T: Record> Drop for Entry<T> {
    fn drop(&mut self) {
        if let Some(slot) = self.0.take() {
            slot.retire();
            if slot.fields.over() {
                T::arena().give(slot);
            }
        }
    }
}

impl<T: Record> std::fmt::Debug for Entry<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Entry").field(&self.key()).finish()
    }
}
