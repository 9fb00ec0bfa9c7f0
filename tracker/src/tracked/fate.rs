//! What became of a handle: joined, dropped while the task ran, dropped after the task panicked.

use super::actor::Watch;
use crate::finding::Kind;
use crate::registry::{Handle, Key, State, event, order};
use dashmap::DashMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Tasks that panicked while somebody had their handle, with their scope. Each is here until its
/// handle goes.
static PANICKED: LazyLock<DashMap<Key, u64>> = LazyLock::new(DashMap::new);

/// Whether anything was ever put there: panics are rare, joins are not.
static SOME: AtomicBool = AtomicBool::new(false);

/// Notes that a task panicked whose handle somebody has.
pub(super) fn panicked(task: Key, scope: u64) {
    SOME.store(true, Ordering::Relaxed);
    PANICKED.insert(task, scope);
}

#[cold]
fn forget(task: Key) -> Option<u64> {
    let (_, scope) = PANICKED.remove(&task)?;
    Some(scope)
}

/// The part of a handle that tells, when the handle goes, whether anybody cared.
pub(crate) struct Fate {
    watch: Watch,
    known: bool,
}

impl Fate {
    pub(crate) fn new(watch: Watch) -> Self {
        Fate { watch, known: false }
    }

    pub(crate) fn watch(&self) -> Watch {
        self.watch
    }

    /// Somebody has got the result.
    pub(crate) fn joined(&mut self) {
        self.known = true;
        order::learn();
        self.forget_panic();
    }

    /// The handle goes where we can't see it.
    pub(crate) fn release(mut self) {
        self.joined();
    }

    #[inline]
    fn forget_panic(&self) -> Option<u64> {
        if SOME.load(Ordering::Relaxed) { forget(self.watch.key()?) } else { None }
    }
}

impl Drop for Fate {
    fn drop(&mut self) {
        if self.known {
            return;
        }
        let Some(actor) = self.watch.alive() else {
            if let Some(scope) = self.forget_panic() {
                event::count(scope, Kind::SwallowedPanic, self.watch.site(), None, 1);
            }
            return;
        };
        let over = [State::Finished, State::Panicked]
            .contains(&State::from_raw(actor.state.load(Ordering::Relaxed)));
        match Handle::from_raw(actor.handle.load(Ordering::Relaxed)) {
            Handle::Held if !over => {
                self.watch.became(Handle::Dropped);
                let scope = actor.scope.load(Ordering::Relaxed);
                event::count(scope, Kind::DetachedTask, self.watch.site(), None, 1);
            }
            Handle::Counted if !over => self.watch.became(Handle::Left),
            _ => {}
        }
    }
}
