//! ## What it does
//! Reports an arm of a looping `select!` whose pattern turns the end or an error away, where
//! nothing else sees it: `Some(x) = rx.recv()` in a loop that a timer keeps going and nothing
//! ends, and `Ok(x) = …` of an `accept` or a broadcast's `recv` where only a shutdown would wake
//! the `select!` again.
//!
//! ## Why is this bad
//! A value that does not match switches its arm off until another arm is taken. In the first case
//! the task outlives everybody who could send to it. In the second one failed `accept`, or one
//! message too many for a slow subscriber, is the last thing that the loop ever hears.
//!
//! ## Example
//! ```rust,ignore
//! loop {
//!     tokio::select! {
//!         Ok((stream, _)) = listener.accept() => serve(stream),
//!         _ = shutdown.cancelled() => break,
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! loop {
//!     tokio::select! {
//!         accepted = listener.accept() => match accepted {
//!             Ok((stream, _)) => serve(stream),
//!             Err(error) => log(error),
//!         },
//!         _ = shutdown.cancelled() => break,
//!     }
//! }
//! ```
//!
//! ## Known problems
//! Arms with an `if` are left alone, and so are loops of tests. That a sender is kept somewhere for
//! as long as the program runs can't be seen.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::outcome::{Fit, Outcome};
use crate::model::TypeRef;
use crate::model::body::{LoopId, Point, SelectArm};
use crate::query::{BodyCx, CallSite, SelectSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "an arm of a looping `select!` is switched off, and nothing notices",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for site in cx.selects() {
        let Some(within) = site.in_loop.filter(|_| site.select.is_async) else { continue };
        for arm in &site.select.arms {
            let Some(call) = cx.call_behind(&arm.future) else { continue };
            if arm.precondition.is_some() {
                continue;
            }
            let words = call.receiver().and_then(|from| cx.words(from));
            let words = words.as_deref().unwrap_or("the channel");
            if outlives_its_senders(cx, &site, within, arm, &call) {
                let report = sink.report(arm.span);
                report.message(format!(
                    "when {words} is closed this arm is switched off, and the loop goes on for ever"
                ));
                if let Some(the) = cx.body().loops.get(within as usize) {
                    report.label(the.head_span, "nothing ends this loop");
                }
                report.help("take what comes and leave the loop at `None`");
            } else if let Some(error) = parks_at(cx, &site, arm, &call) {
                let report = sink.report(arm.span);
                report.message(format!(
                    "{error} switches this arm off, and {words} is never asked again"
                ));
                report.label(site.select.span, "waits for the other arms alone from then on");
                report.help("take the `Result` as it is, and go round again at an `Err`");
            }
        }
    }
}

/// Whether the arm does not see that its channel is closed, and neither does the loop.
fn outlives_its_senders(
    cx: &BodyCx<'_>,
    site: &SelectSite<'_>,
    within: LoopId,
    arm: &SelectArm,
    call: &CallSite<'_>,
) -> bool {
    let receives = cx.role(call) == Some(Role::Receive) && is_option(cx, call);
    receives
        && Outcome::none().fits(&arm.pat) == Fit::No
        && others(site, arm).any(|other| is_timer(cx, other))
        && cx.is_endless(within)
        && is_from_outside(cx, within, call)
        && !holds_a_sender(cx, call)
}

/// The error at which the arm is switched off for good, in words.
fn parks_at(
    cx: &BodyCx<'_>,
    site: &SelectSite<'_>,
    arm: &SelectArm,
    call: &CallSite<'_>,
) -> Option<&'static str> {
    let fact = cx.function(call)?;
    let error = match () {
        () if fact.lags => "a lag",
        () if call.name() == "accept" && fact.is_async => "a failed `accept`",
        () => return None,
    };
    let is_turned_away = Outcome::err().fits(&arm.pat) == Fit::No;
    let mut others = others(site, arm).peekable();
    let is_alone = others.peek().is_none();
    (is_turned_away && !is_alone && !others.any(|other| comes_again(cx, site, other)))
        .then_some(error)
}

fn others<'a>(site: &SelectSite<'a>, arm: &'a SelectArm) -> impl Iterator<Item = &'a SelectArm> {
    site.select.arms.iter().filter(move |other| other.target != arm.target)
}

/// Whether what the call gives is an `Option`, of which `None` is the end.
fn is_option(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    cx.function(call).and_then(|fact| fact.ret.as_ref()).is_some_and(|ret| {
        matches!(ret, TypeRef::Path(path) if path.last().is_some_and(|name| name == "Option"))
    })
}

/// Whether an arm is ready again and again by the clock.
fn is_timer(cx: &BodyCx<'_>, arm: &SelectArm) -> bool {
    let by_call = cx
        .call_behind(&arm.future)
        .is_some_and(|call| matches!(cx.role(&call), Some(Role::Tick | Role::Sleep)));
    let by_type = arm.future.local().and_then(|local| cx.type_of(local));
    by_call || by_type.is_some_and(|fact| matches!(fact.kind, Kind::Interval | Kind::Timer))
}

/// Whether the channel is one and the same in all rounds.
fn is_from_outside(cx: &BodyCx<'_>, within: LoopId, call: &CallSite<'_>) -> bool {
    let receiver = call.receiver().and_then(|receiver| cx.identity(receiver));
    receiver.is_some_and(|receiver| !cx.replaces(within, &receiver))
}

/// Whether a sender of the channel lives beside the loop: then it is never closed.
fn holds_a_sender(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    let receiver = call.receiver().and_then(|receiver| cx.identity(receiver));
    cx.channels().iter().any(|channel| {
        let end = channel.ends.second.local.and_then(|end| cx.identity_of(end));
        end == receiver
            && channel.senders(cx).iter().any(|sender| cx.may_hold(sender.local, call.point))
    })
}

/// Whether the `select!` may be waited for again once this arm is taken.
fn comes_again(cx: &BodyCx<'_>, site: &SelectSite<'_>, arm: &SelectArm) -> bool {
    let start = Point { block: arm.target, stmt: 0 };
    cx.graph().reaches(cx.body(), start, site.point, |_| false)
}
