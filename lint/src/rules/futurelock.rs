//! ## What it does
//! Reports a future that a `select!` polls by reference, when another arm won and the body then
//! waits for a lock or permit that the future takes too, while the future is kept but not polled.
//!
//! ## Why is this bad
//! The future may hold the lock, or stand first in its queue, which is fair: then it gets the lock
//! as soon as that is free. Nobody polls it, so that it never gives the lock back, and who waits
//! for it waits for ever. All of this happens in one task.
//!
//! ## Example
//! ```rust,ignore
//! let mut write = pin!(write_all(&log)); // locks `log`
//! tokio::select! {
//!     _ = &mut write => {}
//!     _ = sleep(SECOND) => {
//!         log.lock().await.push("slow"); // `write` may hold it, and stands still
//!         write.await;
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let mut write = tokio::spawn(write_all(log.clone())); // goes on by itself
//! ```
//! Or drop the future before waiting for the lock, or give it to the `select!` by value.
//!
//! ## Known problems
//! Of the futures in a `FuturesUnordered`, those count that this function puts there.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;
use crate::flow::operands;
use crate::flow::origin::Source;
use crate::model::body::{LocalId, Operand, Point, Value};
use crate::query::{BodyCx, CallSite, Nested, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a lock is waited for that a future holds which nobody polls meanwhile",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.selects().next().is_none() {
        return;
    }
    let wanted = cx.awaited_locks();
    if wanted.is_empty() {
        return;
    }
    for site in cx.selects().filter(|site| site.select.is_async) {
        for (number, arm) in site.select.arms.iter().enumerate() {
            let one = locks_of_future(cx, &arm.future);
            let is_one = one.is_some();
            let Some((future, held)) = one.or_else(|| locks_in_set(cx, &arm.future)) else {
                continue;
            };
            let polled = |point: Point| point == site.point || is_polled(cx, future, point);
            // When one of a set is done, the others stand still as well.
            let others = site.select.arms.iter().enumerate();
            let others = others.filter(|(other, _)| !is_one || *other != number);
            let stuck = others.map(|(_, other)| other).find_map(|other| {
                let start = Point { block: other.target, stmt: 0 };
                let waits = |lock: &&Nested<'_>| {
                    cx.may_hold(future, lock.point)
                        && (lock.point.block == other.target
                            || cx.graph().reaches(cx.body(), start, lock.point, polled))
                };
                wanted.iter().filter(waits).find_map(|wants| {
                    let holds = held.iter().find(|holds| {
                        holds.lock == wants.lock && !(holds.shared && wants.shared)
                    })?;
                    Some((wants, holds))
                })
            });
            let Some((wants, holds)) = stuck else { continue };
            let name = cx.name_of(future).unwrap_or_else(|| "the future".to_owned());
            let lock = wants.words.as_deref().unwrap_or("the lock");
            let report = sink.report(wants.span);
            report.message(format!("{name} may hold {lock}, and is not polled while this waits"));
            report.label(arm.span, format!("{name} is polled here only"));
            report.label(holds.span, format!("{name} takes {lock} here"));
            report.help(format!("run {name} in a task of its own, or drop it before this waits"));
        }
    }
}

/// The local in which a future is kept that is polled by reference, and the locks that it takes.
fn locks_of_future<'a>(cx: &BodyCx<'a>, polled: &Operand) -> Option<(LocalId, Vec<Nested<'a>>)> {
    let future = cx.lent(polled).map(|lent| lent.future)?;
    let locks = locks_taken(cx, polled);
    (!locks.is_empty()).then_some((future, locks))
}

/// The locks that a future takes, when it is known.
fn locks_taken<'a>(cx: &BodyCx<'a>, future: &Operand) -> Vec<Nested<'a>> {
    let origin = cx.origin(future);
    match origin.source {
        Source::Closure(body) => cx.other(body).map_or(Vec::new(), |block| block.awaited_locks()),
        Source::Call(point) if origin.body == cx.id => {
            let locks = cx.call_at(point).map_or(Vec::new(), |call| cx.locks_behind(&call));
            locks.into_iter().filter(|lock| lock.is_async).collect()
        }
        _ => Vec::new(),
    }
}

/// The same for a set of futures, whose `next` polls them all: the local that holds the set, and
/// the locks of what this body puts there.
fn locks_in_set<'a>(cx: &BodyCx<'a>, polled: &Operand) -> Option<(LocalId, Vec<Nested<'a>>)> {
    let next = cx.call_behind(polled).filter(polls_all)?;
    let set = next.receiver()?;
    let what = cx.identity(set)?;
    let local = cx.origin(set).local.filter(|local| {
        let path = cx.type_of(*local).map_or("", |fact| &fact.path);
        path.ends_with("::FuturesUnordered") || path.ends_with("::FuturesOrdered")
    })?;
    let puts = cx.calls().filter(|call| {
        matches!(call.name(), "push" | "push_back" | "push_front")
            && call.receiver().and_then(|on| cx.identity(on)).as_ref() == Some(&what)
    });
    let locks: Vec<Nested<'a>> =
        puts.filter_map(|put| Some(locks_taken(cx, put.arg(0)?))).flatten().collect();
    (!locks.is_empty()).then_some((local, locks))
}

fn polls_all(call: &CallSite<'_>) -> bool {
    matches!(call.name(), "next" | "select_next_some")
}

/// Whether a future is awaited at a point.
fn is_polled(cx: &BodyCx<'_>, future: LocalId, point: Point) -> bool {
    match operands::assign_at(cx.body(), point) {
        Some((_, Value::Await(futures, _))) => futures.iter().any(|awaited| {
            let next = cx.call_behind(awaited).filter(polls_all);
            let polled = next.and_then(|next| next.receiver().and_then(Operand::local));
            polled
                .or(awaited.local())
                .is_some_and(|local| cx.names(future).iter().any(|(name, _)| *name == local))
        }),
        _ => false,
    }
}
