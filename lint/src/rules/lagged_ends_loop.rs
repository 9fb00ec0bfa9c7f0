//! ## What it does
//! Reports a loop over a broadcast channel that ends at the first error, whatever the error says.
//!
//! ## Why is this bad
//! A broadcast's `recv` fails for two reasons: the channel is closed, or the receiver was too slow
//! and lost some messages. After the second it would go on with what is still there. A loop that
//! takes both for the end stops listening for good after one burst, mostly without a word.
//!
//! ## Example
//! ```rust,ignore
//! while let Ok(event) = events.recv().await {
//!     show(event);
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! loop {
//!     match events.recv().await {
//!         Ok(event) => show(event),
//!         Err(RecvError::Lagged(lost)) => warn!("lost {lost} events"),
//!         Err(RecvError::Closed) => break,
//!     }
//! }
//! ```
//!
//! ## Known problems
//! A subscriber that is meant to be cut off when it is too slow looks the same; `Err(Lagged(_))` in
//! a pattern says that it is meant. Test code is left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{FnFact, Role};
use crate::finding::Level;
use crate::flow::outcome::{Fit, Outcome};
use crate::model::TypeRef;
use crate::model::body::{LoopId, Pat, Term};
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a broadcast's subscriber takes a lag for the end",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for call in cx.calls_of(Role::Receive) {
        let Some(fact) = cx.function(&call).filter(|fact| fact.lags && !fact.is_try) else {
            continue;
        };
        let Some(within) = cx.loops_around(call.point).last().copied() else { continue };
        if !ends_at_a_lag(cx, within, &call, fact)
            || tells_errors_apart(cx, within)
            || hands_on_errors(cx)
        {
            continue;
        }
        let words = call.receiver().and_then(|receiver| cx.words(receiver));
        let words = words.as_deref().unwrap_or("the receiver");
        let report = sink.report(call.span);
        report.message(format!("when {words} lags behind, this loop ends as if it were closed"));
        if let Some(the) = cx.body().loops.get(within as usize) {
            report.label(the.head_span, "ends for good");
        }
        report.help("go on at `Err(RecvError::Lagged(_))`, and leave at `Err(RecvError::Closed)`");
    }
}

/// Whether the loop goes on with a message, and surely ends at a lag.
fn ends_at_a_lag(cx: &BodyCx<'_>, within: LoopId, call: &CallSite<'_>, fact: &FnFact) -> bool {
    let Some((message, lag)) = outcomes(fact) else { return false };
    let comes_back = |outcome: &Outcome| cx.may_come_back_after(within, call, outcome);
    comes_back(&message) && !comes_back(&lag) && !is_turned_away(cx, call, &lag)
}

/// Whether the call is the arm of a `select!` whose pattern refuses a lag: the arm is switched off
/// then, which is another story.
fn is_turned_away(cx: &BodyCx<'_>, call: &CallSite<'_>, lag: &Outcome) -> bool {
    cx.selects().flat_map(|site| &site.select.arms).any(|arm| {
        lag.fits(&arm.pat) == Fit::No
            && cx.call_behind(&arm.future).is_some_and(|made| made.point == call.point)
    })
}

/// A message and a lag, as the call gives them.
fn outcomes(fact: &FnFact) -> Option<(Outcome, Outcome)> {
    let TypeRef::Path(path) = fact.ret.as_ref()? else { return None };
    let is_stream = path.last()? == "Option";
    let (message, lag) = (Outcome::ok(Outcome::Any), Outcome::err());
    Some(if is_stream { (Outcome::some(message), Outcome::some(lag)) } else { (message, lag) })
}

/// Whether the function gives its caller the channel's own error to look at.
fn hands_on_errors(cx: &BodyCx<'_>) -> bool {
    let is_own = |ty: &TypeRef| matches!(ty, TypeRef::Path(path) if path.last().is_some_and(|name| name == "RecvError"));
    cx.body().parent.is_none()
        && cx.function_around().is_some_and(|function| match &function.ret {
            TypeRef::Path(result) => result.args.iter().any(is_own),
            _ => false,
        })
}

/// Whether a pattern in the loop looks into an error, or puts it on a level with a message that
/// ends the loop: `Err(_) | Ok(Stop)`.
fn tells_errors_apart(cx: &BodyCx<'_>, within: LoopId) -> bool {
    (0..).zip(&cx.body().blocks).any(|(block, found)| match &found.term {
        Term::Branch(branch) => {
            let at = crate::model::body::Point { block, stmt: 0 };
            cx.in_loop(within, at)
                && branch.arms.iter().any(|arm| names_a_lag(&arm.pat) || is_one_of_two(&arm.pat))
        }
        _ => false,
    })
}

fn is_one_of_two(pat: &Pat) -> bool {
    matches!(pat, Pat::Or(_)) && pat.may_match("Ok") && pat.may_match("Err")
}

/// Whether a pattern names one error among others.
fn names_a_lag(pat: &Pat) -> bool {
    match pat {
        Pat::Variant(name, parts) => {
            matches!(name.as_str(), "Lagged" | "Overflowed" | "Closed")
                || parts.iter().any(names_a_lag)
        }
        Pat::Or(parts) | Pat::Tuple(parts) => parts.iter().any(names_a_lag),
        Pat::Any | Pat::Bool(_) | Pat::Literal(_) => false,
    }
}
