//! What came to its end, by the place where it started: the other half of what runs can say to
//! `cargo linger check --evidence`.

use crate::registry::site;
use crate::source::{Sources, Span};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// How the tasks and threads that started at one place ended since it was last asked.
pub(crate) struct Ended {
    pub(crate) file: &'static str,
    pub(crate) span: Span,
    pub(crate) finished: u64,
    pub(crate) cancelled: u64,
    pub(crate) panicked: u64,
}

/// What was told before, by the number of the site. The counters of a site only ever grow, and
/// each end is to be told once however many checks there are.
static TOLD: LazyLock<Mutex<HashMap<u32, Counts>>> = LazyLock::new(Mutex::default);

/// How many finished, were cancelled, panicked.
type Counts = (u64, u64, u64);

/// What ended since the last call, in this process.
pub(crate) fn since_last() -> Vec<Ended> {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let mut sources = Sources::default();
    let mut all = Vec::new();
    for site in site::all() {
        let now = site.ended();
        let before = told.insert(site.index, now).unwrap_or_default();
        if now != before {
            all.push(Ended {
                file: site.location.file(),
                span: sources.span(site.location),
                // Threads count on while this reads, each counter for itself.
                finished: now.0.saturating_sub(before.0),
                cancelled: now.1.saturating_sub(before.1),
                panicked: now.2.saturating_sub(before.2),
            });
        }
    }
    all
}
