//! The records. Every field is an atomic, so that anybody may read a record at any time; what
//! belongs together is kept together by the generation of the slot.

use super::arena::{Arena, Free, Local, Record};
use super::given::Given;
use super::last_use::{LastUse, Use};
use super::place::Place;
use super::slot::Key;
use super::waker::{Kept, WakerCell};
use super::woken::Woken;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};

macro_rules! record {
    ($record:ty, $free:ident $(, $over:item)?) => {
        impl Record for $record {
            $($over)?
            fn arena() -> &'static Arena<Self> {
                static ARENA: Arena<$record> = Arena::new();
                &ARENA
            }
            fn local(free: &Free) -> &Local<Self> {
                &free.$free
            }
        }
    };
}

/// A byte-sized enumeration that is kept in an atomic.
macro_rules! small {
    ($(#[$attr:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$attr])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            pub(crate) fn from_raw(raw: u8) -> Self {
                const ALL: &[$name] = &[$($name::$variant),+];
                // Only our own values are ever stored.
                ALL[(raw as usize).min(ALL.len() - 1)]
            }
        }
    };
}

small! {
    /// What runs the code.
    ActorKind {
        /// A task of an executor.
        Task,
        /// A closure on an executor's pool for blocking work.
        Blocking,
        /// The future given to `block_on`.
        Root,
        /// A thread that the program started through linger.
        Thread,
        /// A thread that linger met, but did not see starting.
        Foreign,
    }
}

small! {
    /// What an actor is doing.
    State {
        /// Spawned, and not polled yet.
        New,
        /// Being polled, or a thread that runs.
        Running,
        /// Returned `Pending`.
        Idle,
        /// Returned `Ready`.
        Finished,
        /// Unwinding.
        Panicked,
    }
}

small! {
    /// What became of the handle that the spawn returned.
    Handle {
        /// Somebody has it, or nobody knows.
        Held,
        /// Dropped without waiting.
        Dropped,
        /// Somebody has it, and a collection that counts the task waits for it as well.
        Counted,
        /// Dropped, which is how tasks of such a collection are used.
        Left,
        /// Asked to stop.
        Aborted,
        /// There is none: a root, a foreign thread.
        None,
    }
}

small! {
    /// Which way an end of a channel faces.
    Side {
        /// It sends.
        Sender,
        /// It receives.
        Receiver,
    }
}

/// A task or a thread.
#[derive(Default)]
pub(crate) struct Actor {
    pub(crate) site: AtomicU32,
    /// Where the parent was spawned; it outlasts the parent.
    pub(crate) parent_site: AtomicU32,
    pub(crate) parent: AtomicU64,
    pub(crate) scope: AtomicU64,
    /// Which steps of [`order`](super::order) came before what it does next: so many.
    pub(crate) knows: AtomicU32,
    /// The item that `#[linger::track]` named.
    pub(crate) owner: AtomicU32,
    /// How many wakers of this task somebody holds who is not tracked.
    pub(crate) unattributed: AtomicU32,
    pub(crate) polls: AtomicU32,
    /// The address and the size of the future, to tell what lies inside it.
    pub(crate) size: AtomicU32,
    pub(crate) base: AtomicUsize,
    pub(crate) kind: AtomicU8,
    pub(crate) state: AtomicU8,
    pub(crate) handle: AtomicU8,
    /// The set of tasks that it is in.
    pub(crate) set: AtomicU64,
    /// What it may have given away.
    pub(crate) given: Given,
    /// How many handles there are that can only abort it, and that anybody may have.
    pub(crate) abort_handles: AtomicU32,
    /// The runtime that polls it; zero before that, and if nobody told of it.
    pub(crate) runtime: AtomicU32,
    /// It stays on its thread, and the runtime does not count it.
    pub(crate) local: AtomicBool,
    pub(crate) waker: WakerCell,
    pub(crate) kept: Kept,
    /// Woken, and not polled since.
    pub(crate) woken: Woken,
    /// Where it last waited.
    pub(crate) last: AtomicU32,
    /// It has a name, to be looked up by its key.
    pub(crate) named: AtomicBool,
    /// It waits, and holds locks meanwhile.
    pub(crate) holds: AtomicBool,
}
record!(
    Actor,
    actors,
    fn over(&self) -> bool {
        self.waker.end(&self.kept)
    }
);

// A pending task costs at most 120 bytes above the runtime's own, and most of them are here.
const _: () = assert!(size_of::<super::Slot<Actor>>() <= 120);

/// A channel, a lock, a semaphore: what operations wait for.
#[derive(Debug, Default)]
pub(crate) struct Resource {
    pub(crate) kind: AtomicU32,
    pub(crate) site: AtomicU32,
    /// In which scope a channel was made.
    pub(crate) scope: AtomicU64,
    /// The ends that came with the channel: a sender and a receiver. Most channels have no others,
    /// and need no further record.
    pub(crate) first: [Use; 2],
    /// How many ends are alive; the last one frees the record.
    pub(crate) ends: AtomicU32,
    /// How many of them receive. With the last of these, the messages in the channel are lost.
    pub(crate) receivers: AtomicU32,
    /// Somebody may come back to it who has no end.
    pub(crate) weak: AtomicBool,
    /// Where it was closed.
    pub(crate) closed: AtomicU32,
    /// An end was handed to code that is not tracked, or the tasks of a set are being aborted: nothing
    /// is certain any more.
    pub(crate) escaped: AtomicBool,
    /// What only a lock has: nothing for all others, and at the end of a lock.
    pub(crate) lock: LockPart,
}
record!(Resource, resources);

/// What a lock or semaphore has besides.
#[derive(Debug, Default)]
pub(crate) struct LockPart {
    /// How many permits were forgotten for good, and where the last of them was.
    pub(crate) forgotten: AtomicU32,
    pub(crate) forgotten_at: AtomicU32,
    /// Who holds it alone, where it was taken, and in which scope. Locks for one have their holder
    /// here, so that taking one needs no record of its own.
    pub(crate) holder: AtomicU64,
    pub(crate) holder_scope: AtomicU64,
    pub(crate) holder_place: Place,
    pub(crate) holder_given: AtomicU64,
    /// Its guards can't leave the thread or task that has them.
    pub(crate) stays: AtomicBool,
    /// Another lock was taken while this one was held.
    pub(crate) ordered: AtomicBool,
}

/// One end of a channel that did not come with it.
#[derive(Debug, Default)]
pub(crate) struct End {
    pub(crate) resource: AtomicU64,
    pub(crate) scope: AtomicU64,
    /// Where it was made or cloned.
    pub(crate) site: AtomicU32,
    pub(crate) side: AtomicU8,
    pub(crate) used: Use,
}
record!(End, ends);

/// An operation that waits.
#[derive(Default)]
pub(crate) struct Wait {
    pub(crate) actor: AtomicU64,
    pub(crate) resource: AtomicU64,
    /// The task that is waited for, when a handle is awaited.
    pub(crate) target: AtomicU64,
    pub(crate) operation: AtomicU32,
    pub(crate) site: AtomicU32,
    /// The poll in which it was last pending; zero if it waits for as long as the record is there.
    pub(crate) poll: AtomicU32,
    /// It blocks the thread, also inside of a poll.
    pub(crate) blocks: AtomicBool,
    /// The thread that it blocks, as the system numbers it; zero if that is not known.
    pub(crate) thread: AtomicU32,
}
record!(Wait, waits);

/// A guard or permits that somebody has.
#[derive(Default)]
pub(crate) struct Hold {
    pub(crate) resource: AtomicU64,
    pub(crate) actor: AtomicU64,
    pub(crate) scope: AtomicU64,
    pub(crate) site: AtomicU32,
    pub(crate) permits: AtomicU32,
    /// How often the holder had given something away when it got this.
    pub(crate) given: AtomicU64,
    /// The guard owns what keeps the lock alive, so that it can go anywhere.
    pub(crate) moves: AtomicBool,
    /// Others may have the same at the same time.
    pub(crate) reads: AtomicBool,
}
record!(Hold, holds);

impl LockPart {
    /// The lock is over.
    pub(crate) fn end(&self) {
        self.forgotten.store(0, Ordering::Relaxed);
        self.forgotten_at.store(0, Ordering::Relaxed);
        self.holder.store(0, Ordering::Relaxed);
        self.holder_scope.store(0, Ordering::Relaxed);
        self.holder_place.clear();
        self.holder_given.store(0, Ordering::Relaxed);
        self.stays.store(false, Ordering::Relaxed);
        self.ordered.store(false, Ordering::Relaxed);
    }
}

impl Actor {
    /// A new task or thread takes the record.
    pub(crate) fn begin(&self) {
        self.waker.begin();
        self.woken.begin();
    }

    /// How many wakers of it somebody has besides `pending` ones in tracked operations.
    pub(crate) fn unattributed_now(&self, pending: u32) -> u32 {
        self.waker.unattributed(&self.kept, pending)
    }
}

impl ActorKind {
    /// Whether it was started by somebody who should see to its end.
    pub(crate) fn can_leak(self) -> bool {
        matches!(self, ActorKind::Task | ActorKind::Blocking | ActorKind::Thread)
    }
}

/// What is known of an end, wherever its record is.
#[derive(Clone, Copy)]
pub(crate) struct EndSeen {
    pub(crate) resource: Option<Key>,
    pub(crate) scope: u64,
    /// Where it was made or cloned.
    pub(crate) site: u32,
    pub(crate) side: Side,
    pub(crate) last: LastUse,
}

/// Reads every end that is alive.
pub(crate) fn for_each_end(mut each: impl FnMut(EndSeen)) {
    Resource::arena().for_each(|key, channel| {
        for side in [Side::Sender, Side::Receiver] {
            if let Some(last) = channel.first[side as usize].read() {
                each(EndSeen {
                    resource: Some(key),
                    scope: channel.scope.load(Ordering::Relaxed),
                    site: channel.site.load(Ordering::Relaxed),
                    side,
                    last,
                });
            }
        }
    });
    End::arena().for_each(|_, end| {
        if let Some(last) = end.used.read() {
            each(EndSeen {
                resource: Key::from_raw(end.resource.load(Ordering::Relaxed)),
                scope: end.scope.load(Ordering::Relaxed),
                site: end.site.load(Ordering::Relaxed),
                side: Side::from_raw(end.side.load(Ordering::Relaxed)),
                last,
            });
        }
    });
}
