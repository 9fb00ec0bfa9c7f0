//! The waker that a tracked task hands down. It counts who has it: what is not accounted for by
//! tracked operations is held by a timer, by I/O, or by a primitive that nobody tracks.

use crate::registry::{Actor, Key, Slot};
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};
use std::task::{Wake, Waker};

/// One waker for the whole life of a task, so that `will_wake` stays true.
pub(crate) struct TaskWaker {
    shared: Arc<Shared>,
    waker: Waker,
}

struct Shared {
    inner: Waker,
    slot: &'static Slot<Actor>,
    key: Key,
}

/// The clones that [`TaskWaker`] itself keeps.
const OWN: usize = 2;

impl TaskWaker {
    pub(crate) fn new(inner: Waker, slot: &'static Slot<Actor>) -> Self {
        let shared = Arc::new(Shared { inner, slot, key: slot.key() });
        let waker = Waker::from(Arc::clone(&shared));
        TaskWaker { shared, waker }
    }

    /// Whether waking this one wakes `inner`.
    pub(crate) fn wraps(&self, inner: &Waker) -> bool {
        self.shared.inner.will_wake(inner)
    }

    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }

    /// What tells this waker from all others.
    pub(crate) fn identity(&self) -> usize {
        identity(&self.waker)
    }

    /// How many clones there are besides `pending` ones in tracked operations.
    pub(crate) fn unattributed(&self, pending: u32) -> u32 {
        let clones = Arc::strong_count(&self.shared);
        // Whoever woke the task and dropped its clone did so in this order; after the fence its
        // mark on the record is visible too.
        fence(Ordering::Acquire);
        clones.saturating_sub(OWN + pending as usize).min(u32::MAX as usize) as u32
    }
}

/// What tells a waker from all others.
pub(crate) fn identity(waker: &Waker) -> usize {
    waker.data() as usize
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // If the slot changes hands right here, a task counts as woken that was not. It is then
        // taken for alive until its next poll, which accuses nobody.
        if self.slot.key() == self.key {
            self.slot.fields.woken.store(true, Ordering::Release);
        }
        self.inner.wake_by_ref();
    }
}
