//! ## What it does
//! Reports a guard of a blocking lock (std, `parking_lot`), a `RefCell` borrow, a reference into a
//! `DashMap` or a `watch::Ref` that is alive at an `.await`, a `join!` or a `select!`.
//!
//! ## Why is this bad
//! While the task waits, the thread that polls it goes on with other tasks. When one of them wants
//! the same lock, it blocks the thread; when all threads are blocked, the task that holds the lock
//! is never polled again, and nothing moves any more. A `RefCell` panics instead.
//!
//! ## Example
//! ```rust,ignore
//! let mut cache = self.cache.lock().unwrap();
//! cache.insert(key, fetch(key).await);
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let value = fetch(key).await;
//! self.cache.lock().unwrap().insert(key, value);
//! ```
//! Where the lock must be held while waiting, take an asynchronous one (`tokio::sync::Mutex`).
//!
//! ## Known problems
//! A guard that is put into a collection, or given to a function, is not followed there.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;
use crate::model::Span;
use crate::model::body::Point;
use crate::query::{BodyCx, Guard, GuardKind, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a guard of a blocking lock is alive at an `.await`",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if !cx.body().is_async() {
        return;
    }
    for guard in cx.guards().iter().filter(|guard| blocks_others(guard)) {
        let Some((point, span, word)) = first_wait(cx, guard) else { continue };
        let what = what(guard);
        let report = sink.report(guard.span);
        report.message(format!("{what} is held across {word}"));
        report.label(span, format!("held across this {word}"));
        if let Some(holder) = guard.holder(cx, point)
            && let Some(name) = cx.name_of(holder)
            && let Some(local) = cx.local(holder)
        {
            report.label(local.span, format!("{name} keeps it alive"));
            report.help(format!("end the scope of {name}, or `drop` it, before the {word}"));
        } else {
            report.help(format!(
                "a temporary lives to the end of its statement: copy what is needed out of it \
                 in a statement of its own, before the {word}"
            ));
        }
    }
}

/// Whether whoever wants the lock meanwhile blocks its thread or panics.
fn blocks_others(guard: &Guard) -> bool {
    !guard.how.is_async && guard.how.kind != GuardKind::Permit
}

/// The first wait in the source at which the guard lives, and what it is called.
fn first_wait(cx: &BodyCx<'_>, guard: &Guard) -> Option<(Point, Span, &'static str)> {
    let awaits = cx.awaits().map(|site| (site.point, site.span, "`.await`"));
    let selects = cx
        .selects()
        .filter(|site| site.select.is_async)
        .map(|site| (site.point, site.select.span, "`select!`"));
    awaits
        .chain(selects)
        .filter(|(point, ..)| guard.life.is_alive(*point))
        .min_by_key(|(_, span, _)| *span)
}

fn what(guard: &Guard) -> String {
    let thing = match guard.how.kind {
        GuardKind::Lock if guard.how.shared => "the read lock of",
        GuardKind::Lock | GuardKind::Permit => "the lock of",
        GuardKind::Borrow => "the borrow of",
        GuardKind::Entry => "the reference into",
        GuardKind::WatchRef => "the borrowed value of",
    };
    match &guard.lock_words {
        Some(words) => format!("{thing} {words}"),
        None => format!("{thing} a temporary value"),
    }
}
