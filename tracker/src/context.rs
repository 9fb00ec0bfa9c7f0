//! Who runs on this thread: set at each poll and at the start of a thread.

use crate::registry::{Actor, ActorKind, Entry, Handle, Key, Slot, State};
use std::cell::{Cell, OnceCell};
use std::sync::atomic::Ordering;

/// What a thread is about to do, in whose name. Small, because every poll saves it and puts it back.
#[derive(Clone, Copy, Default)]
pub(crate) struct Current {
    pub(crate) actor: Option<&'static Slot<Actor>>,
    pub(crate) scope: u64,
    /// Which waker the task's own future was given; zero outside of polls.
    pub(crate) waker: usize,
    /// The item that `#[linger::track]` named.
    pub(crate) owner: u32,
    /// How many operations of this poll are pending with one clone of that waker each.
    pub(crate) pending: u32,
}

impl Current {
    /// The number of the poll, to tell the operations of this one from earlier ones; zero outside of
    /// polls.
    pub(crate) fn poll(&self) -> u32 {
        match self.actor {
            Some(slot) if self.waker != 0 => slot.fields.polls.load(Ordering::Relaxed),
            _ => 0,
        }
    }

    /// How often who runs has passed something on.
    #[inline]
    pub(crate) fn told(&self) -> u32 {
        self.actor.map_or(0, |slot| slot.fields.given.told())
    }

    /// Notes that who runs passes something on, or could: through a channel, or under a lock.
    #[inline]
    pub(crate) fn tells(&self) {
        if let Some(slot) = self.actor {
            slot.fields.given.tells();
        }
    }

    /// Notes that who runs has got the means to pass things on unseen.
    pub(crate) fn tells_from_now_on(&self) {
        if let Some(slot) = self.actor {
            slot.fields.given.tells_from_now_on();
        }
    }

    /// Notes that who runs spawns something, which may take along what nobody sees.
    #[inline]
    pub(crate) fn spawns(&self) {
        if let Some(slot) = self.actor {
            slot.fields.given.spawns();
        }
    }

    /// How often who runs has given something away, by passing it on or to what it spawned.
    #[inline]
    pub(crate) fn given(&self) -> u64 {
        self.actor.map_or(0, |slot| slot.fields.given.get())
    }

    /// Whether an address lies inside of the future that is being polled.
    pub(crate) fn owns(&self, address: usize) -> bool {
        self.actor.is_some_and(|slot| {
            let base = slot.fields.base.load(Ordering::Relaxed);
            let size = slot.fields.size.load(Ordering::Relaxed) as usize;
            base != 0 && address.wrapping_sub(base) < size
        })
    }
}

thread_local! {
    /// When this thread last blocked in a way that lets others take its place.
    static IN_PLACE: Cell<u32> = const { Cell::new(0) };
    static CURRENT: Cell<Current> = const {
        Cell::new(Current { actor: None, scope: 0, waker: 0, owner: 0, pending: 0 })
    };
    /// The record of a thread that linger did not start, made when it is first needed.
    static FOREIGN: OnceCell<Foreign> = const { OnceCell::new() };
    /// The same, once it is made, for a look that costs a load.
    static THREAD: Cell<Option<&'static Slot<Actor>>> = const { Cell::new(None) };
}

/// What is current on this thread.
#[inline]
pub(crate) fn current() -> Current {
    CURRENT.try_with(Cell::get).unwrap_or_default()
}

/// Changes what is current; returns what was.
#[inline]
pub(crate) fn replace(next: Current) -> Current {
    CURRENT.try_with(|current| current.replace(next)).unwrap_or_default()
}

/// Puts back what was current, even when unwinding.
#[must_use = "the context is put back when this is dropped"]
pub(crate) struct Restore(Current);

impl Restore {
    pub(crate) fn enter(next: Current) -> Self {
        Restore(replace(next))
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        replace(self.0);
    }
}

/// Notes that the poll which runs blocks where others can take its place, so that how long it takes
/// is nobody's loss.
pub(crate) fn blocks_in_place() {
    let _ending = IN_PLACE.try_with(|poll| poll.set(current().poll()));
}

/// Whether the poll that runs has done so.
pub(crate) fn in_place() -> bool {
    let poll = current().poll();
    poll != 0 && IN_PLACE.try_with(Cell::get) == Ok(poll)
}

/// Runs `work` with a changed context. Operations in it count their wakers for the task's own poll,
/// so that count is kept.
pub(crate) fn inside<R>(change: impl FnOnce(&mut Current), work: impl FnOnce() -> R) -> R {
    let mut next = current();
    change(&mut next);
    let restore = Restore::enter(next);
    let value = work();
    let pending = current().pending;
    drop(restore);
    replace(Current { pending, ..current() });
    value
}

/// The key of the task or thread that runs; a thread met for the first time gets a record.
pub(crate) fn actor() -> Option<Key> {
    current().actor.or_else(thread).map(Slot::key)
}

/// The record of a thread that linger did not start.
#[inline]
pub(crate) fn thread() -> Option<&'static Slot<Actor>> {
    known_thread().or_else(met_thread)
}

/// The record of this thread, if it has one and linger did not start it.
#[inline]
pub(crate) fn known_thread() -> Option<&'static Slot<Actor>> {
    THREAD.try_with(Cell::get).ok().flatten()
}

/// Ends the record of a thread.
struct Foreign(Entry<Actor>);

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ending = THREAD.try_with(Cell::take);
    }
}

#[cold]
fn met_thread() -> Option<&'static Slot<Actor>> {
    let foreign = |foreign: &OnceCell<Foreign>| {
        let slot = foreign.get_or_init(|| Foreign(record_thread())).0.slot();
        let _ending = THREAD.try_with(|thread| thread.set(slot));
        slot
    };
    FOREIGN.try_with(foreign).ok().flatten()
}

/// The key of what runs, as records store it.
pub(crate) fn actor_raw() -> u64 {
    actor().map_or(0, Key::raw)
}

fn record_thread() -> Entry<Actor> {
    Entry::new(|actor| {
        crate::tracked::actor::write(actor, ActorKind::Foreign, None, 0);
        actor.state.store(State::Running as u8, Ordering::Relaxed);
        actor.handle.store(Handle::None as u8, Ordering::Relaxed);
    })
}
