//! What a call or a body has to do with what rules look for.

use std::ops::{BitAnd, BitOr, BitOrAssign};

use crate::catalogue::{FnFact, Role};

/// A set of properties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bearing(u16);

impl Bearing {
    pub(super) const NONE: Bearing = Bearing(0);
    /// A rule may begin with it, except in tests.
    pub(super) const COUNTS: Bearing = Bearing(1);
    /// A rule may begin with it, in tests as well.
    pub(super) const COUNTS_IN_TESTS: Bearing = Bearing(1 << 1);
    /// A rule may begin with it in asynchronous code.
    pub(super) const COUNTS_IN_ASYNC: Bearing = Bearing(1 << 2);
    /// A rule may begin with it in a loop.
    pub(super) const COUNTS_IN_LOOPS: Bearing = Bearing(1 << 3);
    /// It has to do with a handle, guard or end of a channel that is kept somewhere.
    pub(super) const KEEPS: Bearing = Bearing(1 << 4);
    /// It starts a task or thread, which may never end.
    pub(super) const STARTS: Bearing = Bearing(1 << 5);
    /// It may drop futures half-way.
    pub(super) const DROPS: Bearing = Bearing(1 << 6);
    /// It takes a lock, which its callers should know.
    pub(super) const LOCKS: Bearing = Bearing(1 << 7);
    /// It stops the thread, which its callers should know.
    pub(super) const BLOCKS: Bearing = Bearing(1 << 8);
    /// It loses something when it is dropped half-way, which its callers should know.
    pub(super) const LOSES: Bearing = Bearing(1 << 9);
    /// It may never end, which its callers should know.
    pub(super) const LOOPS: Bearing = Bearing(1 << 10);
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    pub(super) fn has(self, other: Bearing) -> bool {
        self.0 & other.0 != 0
    }

    /// What a function of a library bears upon.
    pub(super) fn of(fact: &FnFact) -> Bearing {
        let mut all = fact.role.map_or(Bearing::NONE, of_role);
        let waits = !fact.is_async && !fact.is_try;
        if fact.blocks.is_some() && waits {
            all |= Bearing::COUNTS_IN_ASYNC;
            if !matches!(fact.role, Some(Role::Lock | Role::Send | Role::FileIo)) {
                all |= Bearing::BLOCKS;
            }
        }
        if fact.locks {
            all |= Bearing::LOCKS;
        }
        if fact.panics_in_async {
            all |= Bearing::COUNTS_IN_ASYNC;
        }
        if fact.panics_at_zero {
            all |= Bearing::COUNTS;
        }
        if fact.cancel_unsafe.is_some() && matches!(fact.role, Some(Role::Io | Role::Read)) {
            all |= Bearing::LOSES;
        }
        all
    }
}

fn of_role(role: Role) -> Bearing {
    let everywhere = Bearing::COUNTS | Bearing::COUNTS_IN_TESTS;
    match role {
        Role::Spawn => everywhere | Bearing::STARTS,
        Role::Lock => everywhere | Bearing::LOCKS,
        Role::Timeout => everywhere | Bearing::DROPS,
        Role::Acquire | Role::Interval => everywhere,
        Role::BoundedChannel
        | Role::UnboundedChannel
        | Role::OneshotChannel
        | Role::BroadcastChannel
        | Role::WatchChannel
        | Role::Send
        | Role::Receive
        | Role::Changed
        | Role::Close
        | Role::Semaphore
        | Role::AddPermits
        | Role::Sleep
        | Role::Cancel
        | Role::Cancelled
        | Role::IsCancelled
        | Role::MakeDropGuard
        | Role::Join
        | Role::JoinNext
        | Role::Abort
        | Role::Detach
        | Role::Tick
        | Role::NotifyOne
        | Role::NotifyAll
        | Role::Notified
        | Role::Wait
        | Role::Store
        | Role::Update => Bearing::COUNTS,
        Role::BlockOn | Role::Block | Role::AllowBlocking | Role::FileIo => {
            Bearing::COUNTS_IN_ASYNC
        }
        Role::Read => Bearing::COUNTS_IN_LOOPS,
        Role::Drop
        | Role::Forget
        | Role::Clone
        | Role::Downgrade
        | Role::Pause
        | Role::Exit
        | Role::Pass
        | Role::View
        | Role::Take
        | Role::Load
        | Role::Write
        | Role::Io => Bearing::NONE,
    }
}

impl BitOr for Bearing {
    type Output = Bearing;

    fn bitor(self, other: Bearing) -> Bearing {
        Bearing(self.0 | other.0)
    }
}

impl BitOrAssign for Bearing {
    fn bitor_assign(&mut self, other: Bearing) {
        self.0 |= other.0;
    }
}

impl BitAnd for Bearing {
    type Output = Bearing;

    fn bitand(self, other: Bearing) -> Bearing {
        Bearing(self.0 & other.0)
    }
}
