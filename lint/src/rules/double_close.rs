//! ## What it does
//! Reports a channel or semaphore that is closed twice on one path, or closed in each round of a
//! loop.
//!
//! ## Why is this bad
//! The second close does nothing, or reports failure where the library tells (`async_channel`).
//! Where two places close one channel, neither owns its end; the one who closes first cuts off
//! what the other still sends.
//!
//! ## Example
//! ```rust,ignore
//! queue.close();
//! flush(&queue).await;
//! queue.close();
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! flush(&queue).await;
//! queue.close();
//! ```
//!
//! ## Known problems
//! Only closes in one function are compared. Tests may close twice to see what happens, and are
//! left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::same::{Identity, IdentityRoot};
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a channel or semaphore is closed twice",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    let closes: Vec<(CallSite<'_>, Identity)> = cx
        .calls_of(Role::Close)
        .filter(|call| !is_tracker(cx, call))
        .filter_map(|call| Some((call, cx.identity(call.call.args.first()?)?)))
        .filter(|(_, what)| cx.is_one_thing(Some(what)))
        .collect();
    for (first, what) in &closes {
        if is_repeated(cx, first, what) {
            let name = words(cx, first);
            let report = sink.report(first.span);
            report.message(format!("{name} is closed again in each round of the loop"));
            report.help("close it once, behind the loop");
        }
        for (second, other) in &closes {
            if what != other || !cx.graph().point_dominates(first.point, second.point) {
                continue;
            }
            if first.point == second.point {
                continue;
            }
            let name = words(cx, second);
            let report = sink.report(second.span);
            report.message(format!("{name} is closed already"));
            report.label(first.span, "closed here first");
            report.help("leave the close to one owner, at the place after which nothing is sent");
        }
    }
}

/// A `TaskTracker` may be opened again; its `close` is idempotent by design.
fn is_tracker(cx: &BodyCx<'_>, close: &CallSite<'_>) -> bool {
    let fact = close.call.args.first().and_then(|arg| cx.type_of(arg.local()?));
    fact.is_some_and(|fact| fact.kind == Kind::TaskTracker)
}

/// Whether a loop closes what was made before it, whatever happens in its rounds.
fn is_repeated(cx: &BodyCx<'_>, close: &CallSite<'_>, what: &Identity) -> bool {
    let Some(around) = cx.loop_around(close.point) else { return false };
    let IdentityRoot::Local(body, local) = &what.root else { return false };
    *body == cx.id
        && cx.local(*local).is_some_and(|found| found.in_loop.is_none())
        && cx.every_round(around, close.point)
        && cx.graph().reaches(cx.body(), close.point, close.point, |_| false)
}

fn words(cx: &BodyCx<'_>, close: &CallSite<'_>) -> String {
    let named = close.call.args.first().and_then(|receiver| cx.words(receiver));
    named.unwrap_or_else(|| "this".to_owned())
}
