//! ## What it does
//! Reports a `break` for good reason, a failed send or a cancelled token, that ends the inner of
//! two loops while nothing ends the outer one.
//!
//! ## Why is this bad
//! `break` leaves the innermost loop. The outer one connects again, reads again and finds again
//! that nobody listens: the task that wanted to end goes on for ever.
//!
//! ## Example
//! ```rust,ignore
//! loop {
//!     let mut stream = connect().await;
//!     while let Some(event) = stream.next().await {
//!         if events.send(event).await.is_err() {
//!             break;
//!         }
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! 'connected: loop {
//!     let mut stream = connect().await;
//!     while let Some(event) = stream.next().await {
//!         if events.send(event).await.is_err() {
//!             break 'connected;
//!         }
//!     }
//! }
//! ```
//!
//! ## Known problems
//! An outer loop with any other way out is left alone, and so is test code.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::course::{Course, OtherArms};
use crate::flow::outcome::Outcome;
use crate::flow::same::Identity;
use crate::model::TypeRef;
use crate::model::body::{LocalId, LoopId};
use crate::query::{Besides, BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a `break` leaves the inner loop where the outer one should end",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for call in cx.calls() {
        let Some(over) = over(cx, &call) else { continue };
        let [inner, .., outer] = cx.loops_around(call.point)[..] else { continue };
        if !leaves(cx, inner, &call, &over) || !goes_on(cx, outer, &call, &over) {
            continue;
        }
        let words = call.receiver().and_then(|what| cx.words(what));
        let words = words.as_deref().unwrap_or("it");
        let report = sink.report(call.span);
        report.message(match over {
            Outcome::Variant(..) => {
                format!("when nobody receives from {words} any more, only the inner loop ends")
            }
            _ if cx.role(&call) == Some(Role::Cancelled) || matches!(over, Outcome::Bool(_)) => {
                format!("when {words} is cancelled, only the inner loop ends")
            }
            _ => format!("when {words} tells to stop, only the inner loop ends"),
        });
        let head = |id: LoopId| cx.body().loops.get(id as usize).map(|the| the.head_span);
        if let (Some(inner), Some(outer)) = (head(inner), head(outer)) {
            report.label(inner, "this loop is left");
            report.label(outer, "nothing ends this one");
        }
        report.help("name the outer loop and leave that: `break 'outer`, or `return`");
    }
}

/// What a call gives once there is nothing left to do for anybody: the receivers are gone, or the
/// token is cancelled.
fn over(cx: &BodyCx<'_>, call: &CallSite<'_>) -> Option<Outcome> {
    let fact = cx.function(call)?;
    call.receiver()?;
    match fact.role? {
        Role::Send if !fact.transient && !fact.consumes => match &fact.ret {
            Some(TypeRef::Path(path)) if path.last()? == "Result" => Some(Outcome::err()),
            _ => None,
        },
        Role::Cancelled => Some(Outcome::Any),
        // A message that tells to stop, by the name of its channel.
        Role::Receive | Role::Changed if !fact.is_try && tells_to_stop(cx, call) => {
            Some(Outcome::Any)
        }
        Role::IsCancelled => Some(Outcome::Bool(true)),
        _ => None,
    }
}

fn tells_to_stop(cx: &BodyCx<'_>, receive: &CallSite<'_>) -> bool {
    let words = receive.receiver().and_then(|receiver| cx.words(receiver));
    words.is_some_and(|words| {
        let name = words.rsplit('.').next().unwrap_or_default().to_lowercase();
        ["shutdown", "stop", "cancel", "quit", "exit", "terminate"]
            .iter()
            .any(|it| name.contains(it))
    })
}

/// Whether this is what ends a loop that goes on otherwise.
fn leaves(cx: &BodyCx<'_>, id: LoopId, call: &CallSite<'_>, over: &Outcome) -> bool {
    let otherwise = match over {
        Outcome::Variant(..) => Some(Outcome::ok(Outcome::Any)),
        Outcome::Bool(value) => Some(Outcome::Bool(!value)),
        _ => None,
    };
    !cx.may_come_back_after(id, call, over)
        && otherwise.is_none_or(|outcome| cx.may_come_back_after(id, call, &outcome))
}

/// Whether the outer loop surely goes on although it is over.
fn goes_on(cx: &BodyCx<'_>, outer: LoopId, call: &CallSite<'_>, over: &Outcome) -> bool {
    let Some(what) = call.receiver().and_then(|what| cx.identity(what)) else { return false };
    if cx.replaces(outer, &what) {
        return false;
    }
    let known = asked_elsewhere(cx, outer, call, &what);
    let besides = Besides { values: &known, other_arms: OtherArms::Later, waits: &|_| false };
    let courses = cx.courses_after(outer, call, over, &besides);
    !courses.is_empty() && courses.iter().all(Course::never_leaves)
}

/// What other calls in the outer loop give then, that ask the same thing.
fn asked_elsewhere(
    cx: &BodyCx<'_>,
    outer: LoopId,
    call: &CallSite<'_>,
    what: &Identity,
) -> Vec<(LocalId, Outcome)> {
    let others = cx.calls().filter(|other| {
        other.point != call.point
            && cx.in_loop(outer, other.point)
            && other.receiver().and_then(|on| cx.identity(on)).as_ref() == Some(what)
    });
    let given = others.filter_map(|other| Some((over(cx, &other)?, other)));
    given
        .flat_map(|(over, other)| cx.assume(&other, &over))
        .map(|(_, local, outcome)| (local, outcome))
        .collect()
}
