//! ## What it does
//! Reports a loop without another way out that goes on when its channel's receivers are gone:
//! the result of `send` is thrown away, or its error is only logged.
//!
//! ## Why is this bad
//! That a send fails is how a producer learns that nobody listens any more. One that does not
//! look goes on for ever: it reads, computes and polls for nobody, and keeps alive whatever it
//! holds.
//!
//! ## Example
//! ```rust,ignore
//! thread::spawn(move || loop {
//!     let _ = samples.send(sensor.read());
//!     thread::sleep(PERIOD);
//! });
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! thread::spawn(move || loop {
//!     if samples.send(sensor.read()).is_err() {
//!         break;
//!     }
//!     thread::sleep(PERIOD);
//! });
//! ```
//!
//! ## Known problems
//! A loop that also receives, accepts or starts tasks has more to do than to send, and is left
//! alone. So are `try_send`, `broadcast` and `watch`, where receivers may come later, what `main`
//! itself runs, and tests.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::outcome::Outcome;
use crate::model::TypeRef;
use crate::model::body::LoopId;
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a producer goes on for ever after its receivers are gone",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    let sends = cx.calls_of(Role::Send).next().is_some();
    if !sends || cx.is_test() || cx.runs_once() {
        return;
    }
    for call in cx.calls_of(Role::Send) {
        let Some(within) = cx.loops_around(call.point).last().copied() else { continue };
        if !tells_of_the_end(cx, &call)
            || !cx.is_endless(within)
            || !is_same_each_round(cx, within, &call)
            || has_more_to_do(cx, within)
            || leaves_some_loop(cx, &call)
            || !cx.goes_on_after(within, &call, &Outcome::err())
        {
            continue;
        }
        let words = call.receiver().and_then(|sender| cx.words(sender));
        let words = words.as_deref().unwrap_or("this channel");
        let report = sink.report(call.span);
        report
            .message(format!("nobody may be left to receive from {words}, and this loop goes on"));
        if let Some(the) = cx.body().loops.get(within as usize) {
            report.label(the.head_span, "nothing ends this loop");
        }
        report.help("leave the loop when the send fails: `if ….is_err() { break }`");
    }
}

/// Whether an error of this send means that no later one will do better.
fn tells_of_the_end(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    cx.function(call).is_some_and(|fact| {
        let is_result = matches!(&fact.ret, Some(TypeRef::Path(path))
            if path.last().is_some_and(|name| name == "Result"));
        is_result && !fact.transient && !fact.consumes
    })
}

/// Whether the loop sends into one channel all the time.
fn is_same_each_round(cx: &BodyCx<'_>, within: LoopId, call: &CallSite<'_>) -> bool {
    let sender = call.receiver().and_then(|sender| cx.identity(sender));
    sender.is_some_and(|sender| !cx.replaces(within, &sender))
}

/// Whether the loop is there for others as well: it serves, or starts what does.
fn has_more_to_do(cx: &BodyCx<'_>, within: LoopId) -> bool {
    let serves = [Role::Receive, Role::Spawn, Role::JoinNext, Role::Changed];
    cx.calls().any(|call| {
        cx.in_loop(within, call.point)
            && (cx.role(&call).is_some_and(|role| serves.contains(&role))
                || matches!(call.name(), "accept" | "incoming"))
    })
}

/// Whether the error leaves at least an inner loop, which is another story.
fn leaves_some_loop(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    let ok = Outcome::ok(Outcome::Any);
    cx.loops_around(call.point).iter().any(|id| {
        !cx.may_come_back_after(*id, call, &Outcome::err())
            && cx.may_come_back_after(*id, call, &ok)
    })
}
