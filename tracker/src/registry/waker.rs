//! The waker that a tracked task hands down. It counts who has it: what is not accounted for by
//! tracked operations is held by a timer, by I/O, or by a primitive that nobody tracks.
//!
//! It lies in the task's own record, so that a task costs no allocation more. The slot of a record
//! is not taken again while somebody has a clone.
#![allow(unsafe_code, reason = "a waker that is not in an Arc needs a table of its own")]

use super::arena::Record;
use super::clones::Clones;
use super::{Actor, Slot};
use std::cell::UnsafeCell;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::RefUnwindSafe;
use std::sync::atomic::Ordering;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What a record keeps of the waker.
#[derive(Default)]
pub(crate) struct WakerCell {
    clones: Clones,
    /// The runtime's own waker. It is written only by the task's poll or end, of which there is one
    /// at a time, and only while there is no clone; all else reads.
    inner: UnsafeCell<Option<Waker>>,
}

// SAFETY: a `Waker` may go to and be read by any thread, and who writes `inner` is alone: see there.
unsafe impl Sync for WakerCell {}
impl RefUnwindSafe for WakerCell {}

impl WakerCell {
    /// A new task takes the record.
    pub(super) fn begin(&self) {
        self.clones.begin();
    }

    /// The task is over. False if clones are left, the last of which gives the slot back.
    pub(super) fn end(&self) -> bool {
        let free = self.clones.end();
        if free {
            // SAFETY: the task is over, and there is no clone.
            unsafe { self.clear() };
        }
        free
    }

    /// Forgets the runtime's waker.
    ///
    /// # Safety
    ///
    /// The task is over, and there is no clone.
    unsafe fn clear(&self) {
        // SAFETY: nobody else can reach it.
        drop(unsafe { (*self.inner.get()).take() });
    }

    /// How many clones there are besides `pending` ones in tracked operations.
    pub(crate) fn unattributed(&self, pending: u32) -> u32 {
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
        // SAFETY: only polls and the end write, and this is the only one.
        let known = unsafe { &*cell.inner.get() };
        if !known.as_ref().is_some_and(|known| known.will_wake(outer)) {
            if cell.clones.count() > 0 {
                return None;
            }
            let outer = outer.clone();
            // SAFETY: there is no clone, so that nobody reads.
            drop(unsafe { (*cell.inner.get()).replace(outer) });
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
    slot.fields.waker.clones.add();
    raw(slot)
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: called with a pointer of ours only.
    let actor = &unsafe { slot(data) }.fields;
    actor.woken.store(true, Ordering::Release);
    // SAFETY: there is a clone, or a poll lends the waker: nobody writes.
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
        unsafe { cell.clear() };
        Actor::arena().give(slot);
    }
}
