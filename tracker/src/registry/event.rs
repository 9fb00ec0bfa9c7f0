//! What happened and left nothing behind: counted by scope, kind and places.

use super::site::Site;
use crate::finding::Kind;
use dashmap::DashMap;
use std::sync::LazyLock;

/// What is counted as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Event {
    pub(crate) scope: u64,
    pub(crate) kind: Kind,
    /// The site of the task or channel.
    pub(crate) at: u32,
    /// The site that the label is about.
    pub(crate) other: u32,
}

static EVENTS: LazyLock<DashMap<Event, u64>> = LazyLock::new(DashMap::new);

/// Counts an event. Where nobody will ask (no scope), nothing is kept.
pub(crate) fn count(
    scope: u64,
    kind: Kind,
    at: Option<&'static Site>,
    other: Option<&'static Site>,
    times: u64,
) {
    if scope == 0 {
        return;
    }
    let index = |site: Option<&'static Site>| site.map_or(0, |site| site.index);
    let event = Event { scope, kind, at: index(at), other: index(other) };
    *EVENTS.entry(event).or_insert(0) += times;
}

/// The events of the scopes that `wanted` picks.
pub(crate) fn collect(wanted: impl Fn(u64) -> bool) -> Vec<(Event, u64)> {
    EVENTS
        .iter()
        .filter(|entry| wanted(entry.key().scope))
        .map(|entry| (*entry.key(), *entry.value()))
        .collect()
}

/// Forgets the events of a scope that is gone.
pub(crate) fn forget(scope: u64) {
    EVENTS.retain(|event, _| event.scope != scope);
}
