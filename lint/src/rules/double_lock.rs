//! ## What it does
//! Reports a lock that is taken while a guard of the same lock is alive in the same task or
//! thread, also when a called function of the workspace takes it. A second read counts too. So
//! does a concurrent map that is used while a reference into it is alive.
//!
//! ## Why is this bad
//! The second call waits for the first guard, which is dropped only after it: a deadlock. Two
//! reads go well until a writer queues between them; then the second read waits for the writer,
//! and the writer for the first read. A `RefCell` panics. A `DashMap` locks the part of the map
//! in which the key lies: it hangs where both keys lie in one part, which tests seldom hit.
//!
//! ## Example
//! ```rust,ignore
//! let mut jobs = self.jobs.lock().unwrap();
//! jobs.push(job);
//! self.log_length(); // locks `self.jobs`
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let mut jobs = self.jobs.lock().unwrap();
//! jobs.push(job);
//! drop(jobs);
//! self.log_length();
//! ```
//! Or let the helper take the guarded value as an argument.
//!
//! ## Known problems
//! Two names are taken for one lock only where linger can tell: two elements of a collection, or
//! two parameters, are not compared. Test code is left alone.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;
use crate::model::Span;
use crate::model::body::Point;
use crate::query::{BodyCx, Guard, GuardKind, Nested, Report, Sink, Site, Wait};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a lock is taken while its guard is alive",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    // A test that locks itself out hangs when it is first run; those that are kept mean it.
    if cx.is_test() {
        return;
    }
    for first in cx.guards().iter().filter(|guard| counts(guard)) {
        if !cx.is_one_thing(first.lock.as_ref()) {
            continue;
        }
        for second in cx.guards().iter().filter(|second| clash(cx, first, second)) {
            if cx.head_that_holds(first, second.call, second.span).is_none() {
                report(cx, first, second.call, second.span, sink);
            }
        }
        through_calls(cx, first, sink);
        in_closures(cx, first, sink);
    }
    for first in cx.guards().iter().filter(|guard| guard.how.kind == GuardKind::Entry) {
        in_map(cx, first, sink);
    }
}

/// A map, of which a reference or entry keeps a part locked, is used again, itself or by a called
/// function.
fn in_map(cx: &BodyCx<'_>, first: &Guard, sink: &mut Sink) {
    if first.how.wait == Wait::Never || !cx.is_one_thing(first.lock.as_ref()) {
        return;
    }
    let mut seen = None;
    for again in cx.parts_taken_under(first) {
        let both_read = first.how.shared && again.shared;
        if Some(&again.lock) != first.lock.as_ref() || both_read || seen == Some(again.point) {
            continue;
        }
        seen = Some(again.point);
        let map = first.lock_words.as_deref().unwrap_or("the map");
        let report = sink.report(again.span);
        report.message(match &again.through {
            Some((call, _)) => {
                format!("{} uses {map}, of which a reference is still alive", cx.call_words(call))
            }
            None => format!("{map} is used while a reference into it is still alive"),
        });
        report.label(first.span, "keeps a part of the map locked");
        if let Some((_, at)) = again.through {
            report.label_in(at, "waits for ever where it needs the same part");
        }
        report.help(match first.holder(cx, again.point).and_then(|holder| cx.name_of(holder)) {
            Some(name) => format!("copy what is needed out of {name} and `drop` it before"),
            None => "copy what is needed in a statement of its own before".to_owned(),
        });
    }
}

/// Whether the guard keeps others out: permits are many, and what a watch channel or a map gives
/// is shared.
fn counts(guard: &Guard) -> bool {
    matches!(guard.how.kind, GuardKind::Lock | GuardKind::Borrow) && !guard.how.reentrant
}

/// Whether taking `second` waits for `first`, or panics.
fn clash(cx: &BodyCx<'_>, first: &Guard, second: &Guard) -> bool {
    let waits = match second.how.kind {
        GuardKind::Borrow => {
            let tries = cx.call_at(second.call).is_some_and(|call| call.name().starts_with("try_"));
            let both_read = first.how.shared && second.how.shared;
            !tries && !both_read
        }
        _ => second.how.wait != Wait::Never,
    };
    waits
        && first.call != second.call
        && first.same_lock(second)
        && first.keeps_out(second)
        && first.life.is_alive(second.call)
}

/// A called function takes the lock again.
fn through_calls(cx: &BodyCx<'_>, first: &Guard, sink: &mut Sink) {
    if first.how.kind != GuardKind::Lock {
        return;
    }
    let mut seen = None;
    for again in cx.taken_under(first) {
        let Some((call, at)) = again.through else { continue };
        if !waits_for(&again, first) || seen == Some(call.point) {
            continue;
        }
        seen = Some(call.point);
        let name = cx.call_words(&call);
        let report = report(cx, first, call.point, call.span, sink);
        let words = first.lock_words.as_deref().unwrap_or("the same lock");
        report.message(format!("{name} takes {words}, which is locked already"));
        report.label_in(at, "locked again here");
    }
}

/// A closure that runs in place takes the lock again.
fn in_closures(cx: &BodyCx<'_>, first: &Guard, sink: &mut Sink) {
    if first.how.kind != GuardKind::Lock {
        return;
    }
    let taken = cx.taken_in_closures(first);
    for again in taken.iter().filter(|again| again.through.is_none() && waits_for(again, first)) {
        report(cx, first, again.point, again.span, sink);
    }
}

/// Whether a lock that is taken behind a call or in a closure waits for the guard.
fn waits_for(again: &Nested<'_>, first: &Guard) -> bool {
    let both_read = first.how.shared && again.shared && again.recursive;
    Some(&again.lock) == first.lock.as_ref() && !both_read
}

fn report<'s>(
    cx: &BodyCx<'_>,
    first: &Guard,
    at: Point,
    span: Span,
    sink: &'s mut Sink,
) -> &'s mut Report {
    let words = first.lock_words.as_deref().unwrap_or("this");
    let file = cx.file.unit.id;
    let report = sink.report(span);
    let again = match (first.how.kind, first.how.shared) {
        (GuardKind::Borrow, _) => "borrowed",
        (_, true) => "read-locked",
        (_, false) => "locked",
    };
    report.message(format!("{words} is {again} already, by a guard that is still alive"));
    report.label_in(Site { file, span: first.span }, format!("first {again} here"));
    match first.holder(cx, at).and_then(|holder| cx.name_of(holder)) {
        Some(name) => {
            report.help(format!("use {name}, or `drop` it before"));
        }
        None => {
            report.help(
                "the first guard is a temporary that lives to the end of its statement: \
                         bind what is needed of it in a statement of its own",
            );
        }
    }
    report
}
