//! The waker that a tracked task hands down. It counts who has it: what is not accounted for by
//! tracked operations is held by a timer, by I/O, or by a primitive that nobody tracks.
//!
//! It lies in the task's own record, so that a task costs no allocation more. The slot of a record
//! is not taken again while somebody has a clone.
#![allow(unsafe_code, reason = "a waker that is not in an Arc needs a table of its own")]

use super::arena::Record;
use super::clones::Clones;
use super::woken::Woken;
use super::{Actor, Slot};
use std::cell::UnsafeCell;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::RefUnwindSafe;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What a record keeps of the waker.
#[derive(Default)]
pub(crate) struct WakerCell {
    clones: Clones,
    /// The runtime's own waker: lent for a poll, and kept from the first clone of ours on, so that a
    /// task which nobody has to wake costs the runtime nothing. It is written only by the task's poll
    /// or end, of which there is one at a time, and only while there is no clone; all else reads.
    inner: UnsafeCell<Option<ManuallyDrop<Waker>>>,
}

/// Whose the runtime's waker is. It lies beside the cell, where there is room for a byte.
#[derive(Debug, Default)]
pub(crate) struct Kept(AtomicU8);

/// The poll that runs has lent its waker; outside of polls it is nobody's.
const LENT: u8 = 0;
/// The waker is the record's own. It is so whenever there are clones.
const KEPT: u8 = 1;
/// The runtime's waker has clones that are not like it, and clones of ours were given out as such. Who
/// has them is not known any more.
const STRANGE: u8 = 2;

// SAFETY: a `Waker` may go to and be read by any thread, and who writes `inner` is alone: see there.
unsafe impl Sync for WakerCell {}
impl RefUnwindSafe for WakerCell {}

impl WakerCell {
    /// A new task takes the record.
    pub(super) fn begin(&self) {
        self.clones.begin();
    }

    /// The task is over. False if clones are left, the last of which gives the slot back.
    pub(super) fn end(&self, kept: &Kept) -> bool {
        let free = self.clones.end();
        if free {
            // SAFETY: the task is over, and there is no clone.
            unsafe { self.clear(kept) };
        }
        free
    }

    /// A poll begins, which sees what it was woken for.
    #[inline]
    pub(crate) fn polled(&self, woken: &Woken) {
        woken.take(&self.clones);
    }

    /// Forgets the runtime's waker.
    ///
    /// # Safety
    ///
    /// There is no clone, and no poll lends the waker.
    unsafe fn clear(&self, kept: &Kept) {
        // SAFETY: nobody else can reach it.
        let inner = unsafe { (*self.inner.get()).take() };
        let state = kept.0.load(Ordering::Relaxed);
        if state != LENT {
            kept.0.store(LENT, Ordering::Relaxed);
        }
        if state == KEPT {
            drop(inner.map(ManuallyDrop::into_inner));
        }
    }

    /// How many clones there are besides `pending` ones in tracked operations.
    pub(super) fn unattributed(&self, kept: &Kept, pending: u32) -> u32 {
        if kept.0.load(Ordering::Relaxed) == STRANGE {
            return u32::MAX;
        }
        let clones = self.clones.count().saturating_sub(u64::from(pending));
        u32::try_from(clones).unwrap_or(u32::MAX)
    }
}

impl fmt::Debug for WakerCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WakerCell").field(&self.clones).finish()
    }
}

/// The waker for one poll. It is not counted: it can't be taken out of the context.
pub(crate) struct Lent(ManuallyDrop<Waker>);

impl Lent {
    /// A waker that wakes `outer`. Nothing if there are clones that wake another one.
    ///
    /// # Safety
    ///
    /// The caller polls the task of this record, and no other poll or end of it runs.
    pub(crate) unsafe fn new(slot: &'static Slot<Actor>, outer: &Waker) -> Option<Self> {
        let cell = &slot.fields.waker;
        let kept = slot.fields.kept.0.load(Ordering::Relaxed);
        // SAFETY: only polls and the end write, and this is the only one.
        let known = unsafe { &*cell.inner.get() };
        if kept != KEPT || !known.as_ref().is_some_and(|known| known.will_wake(outer)) {
            if cell.clones.count() > 0 {
                return None;
            }
            if kept == KEPT {
                // SAFETY: there is no clone, and this poll has lent nothing yet.
                unsafe { cell.clear(&slot.fields.kept) };
            }
            // SAFETY: there is no clone, so that nobody reads. The copy is used only while `outer` is
            // borrowed, by what this poll lends, unless `keep` makes it a waker of its own.
            unsafe { *cell.inner.get() = Some(ManuallyDrop::new(std::ptr::read(outer))) };
        }
        // SAFETY: the functions of the table keep the contract of a waker.
        let waker = unsafe { Waker::from_raw(raw(slot)) };
        Some(Lent(ManuallyDrop::new(waker)))
    }
}

impl Deref for Lent {
    type Target = Waker;

    fn deref(&self) -> &Waker {
        &self.0
    }
}

/// What tells a waker from all others.
pub(crate) fn identity(waker: &Waker) -> usize {
    waker.data() as usize
}

static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_clone);

fn raw(slot: &'static Slot<Actor>) -> RawWaker {
    RawWaker::new(std::ptr::from_ref(slot).cast(), &TABLE)
}

/// The record that a waker lies in.
///
/// # Safety
///
/// The pointer is that of a waker made by [`raw`].
unsafe fn slot(data: *const ()) -> &'static Slot<Actor> {
    // SAFETY: slots are never given back to the allocator.
    unsafe { &*data.cast() }
}

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: called with a pointer of ours only.
    let slot = unsafe { slot(data) };
    let (cell, kept) = (&slot.fields.waker, &slot.fields.kept);
    if kept.0.load(Ordering::Acquire) != KEPT {
        // SAFETY: there was no clone before this one, so that it is a poll that lends the waker.
        if let Some(strange) = unsafe { keep(cell, kept) } {
            return strange;
        }
    }
    cell.clones.add();
    raw(slot)
}

/// Makes the waker that is lent the record's own. If its clones are not like it, one of those.
///
/// # Safety
///
/// A poll lends the waker.
unsafe fn keep(cell: &WakerCell, kept: &Kept) -> Option<RawWaker> {
    // SAFETY: nobody writes during the poll, and the poll has borrowed the waker of which it is a copy.
    let lent = unsafe { &*cell.inner.get() }.as_ref()?;
    let own = Waker::clone(lent);
    let next = if own.will_wake(lent) { KEPT } else { STRANGE };
    // Another thread may do the same for this poll. What is counted once is dropped once.
    match kept.0.compare_exchange(LENT, next, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) if next == KEPT => std::mem::forget(own),
        Err(KEPT) => {}
        _ => {
            let own = ManuallyDrop::new(own);
            return Some(RawWaker::new(own.data(), own.vtable()));
        }
    }
    None
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: called with a pointer of ours only.
    let actor = &unsafe { slot(data) }.fields;
    actor.woken.set();
    // SAFETY: there is a clone, so that the waker is kept, or a poll lends it: nobody writes.
    if let Some(inner) = unsafe { &*actor.waker.inner.get() } {
        inner.wake_by_ref();
    }
}

unsafe fn wake(data: *const ()) {
    // SAFETY: as here.
    unsafe {
        wake_by_ref(data);
        drop_clone(data);
    }
}

unsafe fn drop_clone(data: *const ()) {
    // SAFETY: called with a pointer of ours only.
    let slot = unsafe { slot(data) };
    let cell = &slot.fields.waker;
    if cell.clones.remove() {
        // SAFETY: the task is over, and this was the last clone.
        unsafe { cell.clear(&slot.fields.kept) };
        Actor::arena().give(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Entry;
    use std::sync::Arc;
    use std::task::Wake;

    struct Nothing;

    impl Wake for Nothing {
        fn wake(self: Arc<Self>) {}
    }

    fn task() -> Entry<Actor> {
        Entry::new(|actor: &Actor| actor.begin())
    }

    fn lend(task: &Entry<Actor>, outer: &Waker) -> Lent {
        // SAFETY: nothing else polls or ends the task meanwhile.
        unsafe { Lent::new(task.slot().unwrap(), outer) }.unwrap()
    }

    #[test]
    #[cfg_attr(miri, ignore = "there a table has another address each time that it is named")]
    fn the_runtimes_waker_is_cloned_with_the_first_clone_of_ours() {
        let runtime = Arc::new(Nothing);
        let outer = Waker::from(Arc::clone(&runtime));
        let task = task();
        let actor = task.get().unwrap();
        let lent = lend(&task, &outer);
        assert_eq!((Arc::strong_count(&runtime), actor.unattributed_now(0)), (2, 0));
        let clones = [Waker::clone(&lent), Waker::clone(&lent)];
        assert_eq!((Arc::strong_count(&runtime), actor.unattributed_now(0)), (3, 2));
        drop(clones);
        lend(&task, &outer);
        assert_eq!((Arc::strong_count(&runtime), actor.unattributed_now(0)), (3, 0));
        let other = Waker::from(Arc::new(Nothing));
        lend(&task, &other);
        assert_eq!(Arc::strong_count(&runtime), 2);
    }

    #[test]
    fn the_last_clone_outlives_its_task() {
        let runtime = Arc::new(Nothing);
        let task = task();
        lend(&task, &Waker::from(Arc::clone(&runtime)));
        let outer = Waker::from(Arc::clone(&runtime));
        let clone = Waker::clone(&lend(&task, &outer));
        drop((task, outer));
        assert_eq!(Arc::strong_count(&runtime), 2);
        clone.wake();
        assert_eq!(Arc::strong_count(&runtime), 1);
    }

    #[test]
    fn clones_that_are_not_like_the_waker_are_handed_on() {
        static OTHER: RawWakerVTable = RawWakerVTable::new(other, |_| {}, |_| {}, |_| {});
        fn other(data: *const ()) -> RawWaker {
            RawWaker::new(data.wrapping_byte_add(1), &OTHER)
        }
        // SAFETY: the functions do nothing, so that any data will do.
        let outer = unsafe { Waker::from_raw(other(std::ptr::null())) };
        let task = task();
        let lent = lend(&task, &outer);
        let clone = Waker::clone(&lent);
        assert!(std::ptr::eq(clone.vtable(), &OTHER) && !clone.will_wake(&outer));
        assert_eq!(task.get().unwrap().unattributed_now(0), u32::MAX);
    }
}
