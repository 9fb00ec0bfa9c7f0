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
    /// The site of the task, lock or channel.
    pub(crate) at: u32,
    /// The site that the label is about.
    pub(crate) other: u32,
    /// Where the task was spawned that did it, unless that is said already.
    pub(crate) task: u32,
}

/// How often something happened, and how much it was at most: milliseconds, messages.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) times: u64,
    pub(crate) most: u64,
}

static EVENTS: LazyLock<DashMap<Event, Tally>> = LazyLock::new(DashMap::new);

/// Counts an event. Where nobody will ask (no scope), nothing is kept.
pub(crate) fn count(
    scope: u64,
    kind: Kind,
    at: Option<&'static Site>,
    other: Option<&'static Site>,
    times: u64,
) {
    let index = |site: Option<&'static Site>| site.map_or(0, |site| site.index);
    let event = Event { scope, kind, at: index(at), other: index(other), task: 0 };
    add(event, times, 0);
}

/// Counts an event that has a size.
pub(crate) fn measure(event: Event, size: u64) {
    add(event, 1, size);
}

fn add(event: Event, times: u64, size: u64) {
    if event.scope != 0 {
        let mut tally = EVENTS.entry(event).or_default();
        tally.times += times;
        tally.most = tally.most.max(size);
    }
}

/// The events of the scopes that `wanted` picks.
pub(crate) fn collect(wanted: impl Fn(u64) -> bool) -> Vec<(Event, Tally)> {
    let mut all: Vec<(Event, Tally)> =
        EVENTS.iter().map(|entry| (*entry.key(), *entry.value())).collect();
    all.retain(|(event, _)| wanted(event.scope));
    all
}

/// Forgets the events of a scope that is gone.
pub(crate) fn forget(scope: u64) {
    EVENTS.retain(|event, _| event.scope != scope);
}
