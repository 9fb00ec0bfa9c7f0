//! ## What it does
//! Reports a tokio `interval` that a loop makes anew in each round and of which it waits for one
//! tick: in an arm of a `select!`, or awaited by itself.
//!
//! ## Why is this bad
//! The first tick of an interval is ready at once. The period never passes: the loop goes as fast
//! as it can, and what it does on each tick it does all the time.
//!
//! ## Example
//! ```rust,ignore
//! loop {
//!     let mut every_minute = interval(Duration::from_secs(60));
//!     tokio::select! {
//!         _ = every_minute.tick() => report().await,
//!         Some(job) = jobs.recv() => run(job).await,
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let mut every_minute = interval(Duration::from_secs(60));
//! loop {
//!     tokio::select! {
//!         _ = every_minute.tick() => report().await,
//!         Some(job) = jobs.recv() => run(job).await,
//!     }
//! }
//! ```
//!
//! ## Known problems
//! A `sleep` that is made anew in an arm is no finding: it measures the time since the last event,
//! which is often what is meant.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::operands;
use crate::flow::origin::Source;
use crate::model::body::{LoopId, Operand, Point};
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a loop makes an interval anew for each tick, so that every tick comes at once",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    for tick in cx.calls_of(Role::Tick) {
        let Some(made) = interval(cx, &tick) else { continue };
        let Some(around) = cx.loop_around(tick.point) else { continue };
        if !ticks_at_once(cx, &made) || cx.loop_around(made.point) != Some(around) {
            continue;
        }
        // Who ticks twice lets the first pass on purpose.
        let ticks = cx
            .calls_of(Role::Tick)
            .filter(|other| interval(cx, other).is_some_and(|other| other.point == made.point));
        if ticks.count() > 1 {
            continue;
        }
        let report = sink.report(made.span);
        report.message(
            "each round of the loop makes a new interval, whose first tick is ready at once",
        );
        if !made.span.contains(tick.span) && !tick.span.contains(made.span) {
            report.label(tick.span, "this never waits");
        }
        report.help("make the interval once, before the loop; or await a `sleep`");
        let the = cx.body().loops.get(around as usize);
        if let Some(the) = the.filter(|_| is_selected(cx, &tick) && stays_same(cx, around, &made)) {
            report.fix("make it once").hoisted(made.span, the.span);
        }
    }
}

/// Whether a `select!` waits for the tick: beside other events, an interval is meant to go on.
fn is_selected(cx: &BodyCx<'_>, tick: &CallSite<'_>) -> bool {
    let future = tick.result();
    let mut arms = cx.selects().flat_map(|site| &site.select.arms);
    arms.any(|arm| future.is_some() && arm.future.local() == future)
}

/// Whether the interval would be the same before the loop: it is made in each round, of what the
/// loop neither makes nor changes.
fn stays_same(cx: &BodyCx<'_>, around: LoopId, made: &CallSite<'_>) -> bool {
    let mut todo: Vec<&Operand> = made.call.args.iter().collect();
    while let Some(operand) = todo.pop() {
        let Some(local) = operand.local() else { continue };
        let inside = |point: &Point| cx.in_loop(around, *point);
        let mut sets = cx.uses().definitions(local).filter(inside);
        let Some(set) = sets.next() else { continue };
        let temporary = cx.body().local(local).name.is_empty() && sets.next().is_none();
        match operands::assign_at(cx.body(), set) {
            Some((_, value)) if temporary => {
                let is_period = cx.call_at(set).is_none_or(|call| call.name().starts_with("from_"));
                if !is_period {
                    return false;
                }
                operands::of_value(value, |_, operand| todo.push(operand));
            }
            _ => return false,
        }
    }
    cx.every_round(around, made.point)
}

/// The call that made the interval that ticks.
fn interval<'a>(cx: &BodyCx<'a>, tick: &CallSite<'a>) -> Option<CallSite<'a>> {
    let origin = cx.origin(tick.receiver()?);
    match origin.source {
        Source::Call(made) if origin.body == cx.id => {
            cx.call_at(made).filter(|made| cx.role(made) == Some(Role::Interval))
        }
        _ => None,
    }
}

/// Whether the first tick is ready at once. tokio's is; others wait for the first period, and
/// `interval_at` is told when to begin.
fn ticks_at_once(cx: &BodyCx<'_>, made: &CallSite<'_>) -> bool {
    cx.function(made).is_some_and(|fact| fact.path == "tokio::time::interval")
}
