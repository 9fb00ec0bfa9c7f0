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
use crate::flow::origin::Source;
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
    }
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
