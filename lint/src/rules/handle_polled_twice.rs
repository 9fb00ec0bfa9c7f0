//! ## What it does
//! Reports a `JoinHandle`, a oneshot receiver or an async function's future that a looping
//! `select!` polls by `&mut`, where the arm that gets its result goes round again.
//!
//! ## Why is this bad
//! Such a future may not be polled after it has finished: the next round panics.
//!
//! ## Example
//! ```rust,ignore
//! loop {
//!     tokio::select! {
//!         result = &mut worker => log(result),
//!         Some(job) = jobs.recv() => run(job),
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! loop {
//!     tokio::select! {
//!         result = &mut worker, if !done => {
//!             log(result);
//!             done = true;
//!         }
//!         Some(job) = jobs.recv() => run(job),
//!     }
//! }
//! ```
//! Or leave the loop in that arm, or put a new future into the variable.
//!
//! ## Known problems
//! Of futures in fields only handles and receivers of one message are followed. An arm with an
//! `if` is taken to know what it does.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role, TypeFact};
use crate::finding::Level;
use crate::flow::operands;
use crate::flow::origin::Source;
use crate::flow::uses::How;
use crate::model::body::{BodyKind, LocalId, LoopId, Operand, Place, Point, SelectArm};
use crate::query::{BodyCx, Lent, SelectSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a future is polled again after it has finished",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    for site in cx.selects() {
        let Some(within) = site.in_loop.filter(|_| site.select.is_async) else { continue };
        for arm in site.select.arms.iter().filter(|arm| arm.precondition.is_none()) {
            let Some((place, at)) = cx.lent_place(&arm.future) else { continue };
            let (what, name) = match place.whole() {
                Some(future) => {
                    let Some(what) = once_only(cx, future) else { continue };
                    let lent = Lent { future, at };
                    if made_in(cx, within, future) || !comes_again(cx, &site, arm, lent) {
                        continue;
                    }
                    (what, cx.name_of(future))
                }
                None => {
                    let Some(what) = by_type(cx, &arm.future) else { continue };
                    let field = cx.identity(&arm.future);
                    if !field.is_some_and(|field| cx.outlives(within, &field))
                        || !part_comes_again(cx, &site, arm, place)
                    {
                        continue;
                    }
                    (what, cx.words(&arm.future))
                }
            };
            let name = name.as_deref().unwrap_or("the future");
            let report = sink.report(arm.future_span);
            report.message(format!("once {name} has finished, the next round polls it again"));
            report.label(arm.span, format!("{what}, and a poll after its end panics"));
            report.help("leave the loop in this arm, or guard it: `, if !done`");
        }
    }
}

/// What the future behind a reference is by its type, when that may finish once only.
fn by_type(cx: &BodyCx<'_>, reference: &Operand) -> Option<&'static str> {
    finishes_once(cx.type_of(reference.local()?)?)
}

fn finishes_once(fact: &TypeFact) -> Option<&'static str> {
    match fact.kind {
        Kind::Handle if fact.output.is_some() => Some("it joins a task"),
        Kind::Receiver if fact.path.contains("oneshot") => Some("it gets one message"),
        _ => None,
    }
}

/// What a future is that may finish once only.
fn once_only(cx: &BodyCx<'_>, local: LocalId) -> Option<&'static str> {
    if let Some(fact) = cx.type_of(local) {
        return finishes_once(fact);
    }
    let origin = cx.origin_of(&Place::of(local));
    if !origin.fields.is_empty() {
        return None;
    }
    let home = cx.other(origin.body)?;
    match origin.source {
        Source::Call(point) => {
            let call = home.call_at(point)?;
            let made = home.callee(&call).and_then(|callee| cx.model().function(callee));
            let is_timeout = home.role(&call) == Some(Role::Timeout);
            (is_timeout || made.is_some_and(|made| made.is_async)).then_some("it runs once")
        }
        Source::Closure(block) => {
            let block = home.other(block)?;
            (block.body().kind == BodyKind::AsyncBlock).then_some("it runs once")
        }
        _ => None,
    }
}

/// Whether each round has a future of its own.
fn made_in(cx: &BodyCx<'_>, within: LoopId, local: LocalId) -> bool {
    cx.uses().of(local).any(|found| {
        matches!(found.how, How::Declared | How::Defined) && cx.in_loop(within, found.point)
    })
}

/// Whether a way leads from the arm back to the `select!` on which nothing is done to the future.
fn comes_again(cx: &BodyCx<'_>, site: &SelectSite<'_>, arm: &SelectArm, lent: Lent) -> bool {
    let names = cx.names(lent.future);
    let touches = |point: Point| {
        point != lent.at
            && names.iter().filter(|(name, _)| Some(*name) != arm.future.local()).any(
                |(name, _)| {
                    cx.uses().of(*name).any(|found| {
                        found.point == point && !matches!(found.how, How::Ended | How::Declared)
                    })
                },
            )
    };
    let start = Point { block: arm.target, stmt: 0 };
    start.block == site.point.block || cx.graph().reaches(cx.body(), start, site.point, touches)
}

/// The same for a field, of which nothing but its like is named on the way, nor the whole.
fn part_comes_again(
    cx: &BodyCx<'_>,
    site: &SelectSite<'_>,
    arm: &SelectArm,
    field: &Place,
) -> bool {
    let may_reach = |place: &Place| {
        place.root == field.root
            && (field.proj.starts_with(&place.proj) || place.proj.starts_with(&field.proj))
    };
    let touches = |point: Point| {
        let Some((dest, value)) = operands::assign_at(cx.body(), point) else { return false };
        let mut touched = may_reach(dest);
        operands::of_value(value, |_, operand| {
            touched |= operand.place().is_some_and(may_reach)
                && dest.whole().is_none_or(|dest| Some(dest) != arm.future.local());
        });
        touched
    };
    let start = Point { block: arm.target, stmt: 0 };
    start.block == site.point.block || cx.graph().reaches(cx.body(), start, site.point, touches)
}
