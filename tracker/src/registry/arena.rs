//! Slots for what lives and dies fast: taking and freeing one touches only the own thread.

use super::slot::{Key, Slot};
use std::cell::{Cell, RefCell};
use std::sync::{Mutex, PoisonError, RwLock};

/// How many slots are made at once, and how many move between a thread and the shared list.
const CHUNK: usize = 256;

/// A kind of record that has an arena.
pub(crate) trait Record: Default + Send + Sync + Sized + 'static {
    /// The arena of these records.
    fn arena() -> &'static Arena<Self>;
    /// The free slots that the thread keeps for itself.
    fn local(free: &Free) -> &Local<Self>;
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
pub(crate) struct Local<T: Record> {
    /// How many of those at hand there are.
    count: Cell<usize>,
    at_hand: [Cell<Option<&'static Slot<T>>>; HAND],
    /// Where those at hand come from, and go when there are too many.
    stock: RefCell<Vec<&'static Slot<T>>>,
}

/// So many slots are at hand, to be taken and given back by a load and a store.
const HAND: usize = 16;

impl<T: Record> Local<T> {
    const fn new() -> Self {
        let at_hand = [const { Cell::new(None) }; HAND];
        Local { count: Cell::new(0), at_hand, stock: RefCell::new(Vec::new()) }
    }

    #[inline]
    fn take(&self) -> Option<&'static Slot<T>> {
        let Some(last) = self.count.get().checked_sub(1) else { return self.fill() };
        self.count.set(last);
        self.at_hand.get(last)?.get()
    }

    /// Takes one from the stock, and more into the hand.
    #[cold]
    fn fill(&self) -> Option<&'static Slot<T>> {
        let mut stock = self.stock.try_borrow_mut().ok()?;
        if stock.is_empty() {
            *stock = T::arena().batch();
        }
        let slot = stock.pop();
        for place in &self.at_hand[..HAND / 2] {
            let Some(slot) = stock.pop() else { break };
            place.set(Some(slot));
            self.count.set(self.count.get() + 1);
        }
        slot
    }

    #[inline]
    fn give(&self, slot: &'static Slot<T>) {
        let count = self.count.get();
        match self.at_hand.get(count) {
            Some(place) => {
                place.set(Some(slot));
                self.count.set(count + 1);
            }
            None => self.store(slot),
        }
    }

    /// Gives one to the stock, and some of those at hand.
    #[cold]
    fn store(&self, slot: &'static Slot<T>) {
        let Ok(mut stock) = self.stock.try_borrow_mut() else {
            T::arena().lock_free().push(slot);
            return;
        };
        stock.push(slot);
        stock.extend(self.at_hand[HAND / 2..].iter().filter_map(Cell::take));
        self.count.set(HAND / 2);
        if stock.len() > 2 * CHUNK {
            // One thread frees what others take: hand over half.
            let mut surplus = stock.split_off(CHUNK);
            T::arena().lock_free().append(&mut surplus);
        }
    }
}

impl<T: Record> Drop for Local<T> {
    fn drop(&mut self) {
        let at_hand = &self.at_hand[..self.count.get()];
        let mut free = T::arena().lock_free();
        free.extend(at_hand.iter().filter_map(Cell::take));
        free.append(self.stock.get_mut());
    }
}

/// The free slots of one thread, for every kind of record.
pub(crate) struct Free {
    pub(crate) actors: Local<super::Actor>,
    pub(crate) resources: Local<super::Resource>,
    pub(crate) ends: Local<super::End>,
    pub(crate) waits: Local<super::Wait>,
    pub(crate) holds: Local<super::Hold>,
}

thread_local! {
    static FREE: Free = const {
        Free {
            actors: Local::new(),
            resources: Local::new(),
            ends: Local::new(),
            waits: Local::new(),
            holds: Local::new(),
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
    #[inline]
    fn take(&self) -> Option<&'static Slot<T>> {
        FREE.try_with(|free| T::local(free).take()).unwrap_or_else(|_| self.take_shared())
    }

    /// The way of a thread whose own list is gone already, because it is ending.
    #[cold]
    fn take_shared(&self) -> Option<&'static Slot<T>> {
        let mut batch = self.batch();
        let slot = batch.pop();
        self.lock_free().append(&mut batch);
        slot
    }

    #[inline]
    pub(super) fn give(&self, slot: &'static Slot<T>) {
        if FREE.try_with(|free| T::local(free).give(slot)).is_err() {
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
    #[inline]
    pub(crate) fn new(write: impl FnOnce(&T)) -> Self {
        Entry::of(Entry::leaked(write))
    }

    /// The same, left alive for whoever adopts it.
    #[inline]
    pub(crate) fn leaked(write: impl FnOnce(&T)) -> Option<&'static Slot<T>> {
        if !crate::env::tracking() {
            return None;
        }
        let slot = T::arena().take()?;
        write(&slot.fields);
        slot.publish();
        Some(slot)
    }

    pub(crate) const fn none() -> Self {
        Entry(None)
    }

    /// Takes back what [`Entry::leaked`] left alive.
    #[inline]
    pub(crate) fn of(slot: Option<&'static Slot<T>>) -> Self {
        Entry(slot)
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
    #[inline]
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
