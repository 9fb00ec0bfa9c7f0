//! Backtraces of spawns, on request. Captured unresolved; resolved when a report shows them.

use crate::registry::Key;
use dashmap::DashMap;
use std::backtrace::Backtrace;
use std::sync::{Arc, LazyLock};

static BACKTRACES: LazyLock<DashMap<Key, Arc<Backtrace>>> = LazyLock::new(DashMap::new);

/// Keeps the backtrace of who calls.
pub(crate) fn capture(key: Option<Key>) {
    if let Some(key) = key {
        BACKTRACES.insert(key, Arc::new(Backtrace::force_capture()));
    }
}

pub(crate) fn get(key: Key) -> Option<Arc<Backtrace>> {
    BACKTRACES.get(&key).map(|backtrace| Arc::clone(&backtrace))
}

pub(crate) fn forget(key: Key) {
    BACKTRACES.remove(&key);
}
