//! Which scopes there are, and which lies in which.

use super::arena::Record;
use super::{Actor, Hold, Resource};
use crate::strangers::{self, Whose};
use crate::system::Host;
use dashmap::DashMap;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Instant;

/// What is known of a scope for as long as anything of it lives.
#[derive(Clone)]
struct Known {
    name: Arc<str>,
    parent: u64,
    born: Instant,
    /// The thread that made it.
    host: Option<Host>,
}

static SCOPES: LazyLock<DashMap<u64, Known>> = LazyLock::new(DashMap::new);
/// Scopes that nobody can enter any more, but in which something may be alive.
static OVER: Mutex<Vec<u64>> = Mutex::new(Vec::new());
/// The number of scopes in `OVER` from which a sweep pays.
static SWEEP_AT: AtomicUsize = AtomicUsize::new(SWEEP_LEAST);
const SWEEP_LEAST: usize = 1024;

/// Makes a scope inside another one (zero for none).
pub(crate) fn add(name: Arc<str>, parent: u64, host: Option<Host>) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let born = first().max(Instant::now());
    let host = host.or_else(|| SCOPES.get(&parent)?.host.clone());
    SCOPES.insert(id, Known { name, parent, born, host });
    id
}

/// Says that a scope can't be entered any more. Its name stays while anything of it lives.
pub(crate) fn end(id: u64) {
    super::event::forget(id);
    super::order::forget(id);
    let mut over = OVER.lock().unwrap_or_else(PoisonError::into_inner);
    over.push(id);
    if over.len() < SWEEP_AT.load(Ordering::Relaxed) {
        return;
    }
    let candidates = std::mem::take(&mut *over);
    drop(over);
    let kept = sweep(candidates);
    SWEEP_AT.store(SWEEP_LEAST.max(2 * kept.len()), Ordering::Relaxed);
    OVER.lock().unwrap_or_else(PoisonError::into_inner).extend(kept);
}

/// Removes those scopes that are over and empty, and returns the others.
fn sweep(candidates: Vec<u64>) -> Vec<u64> {
    let mut used = HashSet::new();
    Actor::arena().for_each(|_, actor| {
        used.insert(actor.scope.load(Ordering::Relaxed));
    });
    super::for_each_end(|end| {
        used.insert(end.scope);
    });
    Hold::arena().for_each(|_, hold| {
        used.insert(hold.scope.load(Ordering::Relaxed));
    });
    Resource::arena().for_each(|_, resource| {
        used.insert(resource.lock.holder_scope.load(Ordering::Relaxed));
    });
    for entry in SCOPES.iter() {
        used.insert(entry.value().parent);
    }
    let (kept, gone): (Vec<u64>, Vec<u64>) =
        candidates.into_iter().partition(|id| used.contains(id));
    for id in gone {
        SCOPES.remove(&id);
    }
    kept
}

/// The name of a scope.
pub(crate) fn name(id: u64) -> Option<Arc<str>> {
    SCOPES.get(&id).map(|known| Arc::clone(&known.name))
}

/// Whether there may be threads of a scope that nobody accounts for. `runtimes` have tasks of it.
pub(crate) fn has_strangers(id: u64, runtimes: &HashSet<u32>) -> bool {
    let known = SCOPES.get(&id).map(|known| (known.born, known.host.clone()));
    let (born, host) = known.unwrap_or_else(|| (first(), None));
    strangers::any(&match id {
        0 => Whose::Anybody,
        _ => Whose::Scope { since: born, host: host.as_ref(), runtimes },
    })
}

/// When the first scope was made, or anybody asked.
fn first() -> Instant {
    static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
    *FIRST
}

/// Whether `inner` is `outer` or lies in it. Everything lies in zero.
pub(crate) fn within(mut inner: u64, outer: u64) -> bool {
    loop {
        if inner == outer || outer == 0 {
            return true;
        }
        // A parent is made before its child, so that the chain ends.
        match SCOPES.get(&inner).map(|known| known.parent) {
            Some(parent) if parent < inner => inner = parent,
            _ => return false,
        }
    }
}
