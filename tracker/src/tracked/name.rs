//! Names that the program gave to its tasks and threads. Few have one, so they are kept apart.

use crate::registry::Key;
use dashmap::DashMap;
use std::sync::{Arc, LazyLock};

static NAMES: LazyLock<DashMap<Key, Arc<str>>> = LazyLock::new(DashMap::new);

pub(crate) fn set(key: Key, name: &str) {
    NAMES.insert(key, Arc::from(name));
}

pub(crate) fn get(key: Key) -> Option<Arc<str>> {
    NAMES.get(&key).map(|name| Arc::clone(&name))
}

pub(crate) fn forget(key: Key) {
    NAMES.remove(&key);
}
