//! ## What it does
//! Reports a count that is raised where work begins and lowered by a statement where it ends, with
//! an `.await`, a call of the workspace or an early return between.
//!
//! ## Why is this bad
//! A panic, a `?` and the drop of a future that was aborted or timed out all skip the statement.
//! The count stays too high for ever: a limit on connections lets in fewer and fewer, a shutdown
//! waits for tasks that are gone.
//!
//! ## Example
//! ```rust,ignore
//! active.fetch_add(1, Relaxed);
//! tokio::spawn(async move {
//!     serve(stream).await;
//!     active.fetch_sub(1, Relaxed);
//! });
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! struct Running(Arc<AtomicUsize>);
//!
//! impl Drop for Running {
//!     fn drop(&mut self) {
//!         self.0.fetch_sub(1, Relaxed);
//!     }
//! }
//!
//! active.fetch_add(1, Relaxed);
//! let running = Running(active);
//! tokio::spawn(async move {
//!     serve(stream).await;
//!     drop(running);
//! });
//! ```
//! A permit of a `Semaphore` is such a guard already.
//!
//! ## Known problems
//! Off by default: many counts are for statistics, where a wrong number harms nobody. Only atomic
//! numbers are looked at, not those behind a lock.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::graph;
use crate::flow::same::Identity;
use crate::model::Span;
use crate::model::body::{Branch, BranchKind, Point, Term};
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Allow,
    summary: "a count of what runs is lowered by a statement that may be skipped",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    let catches_panics = cx.calls().any(|call| call.name() == "catch_unwind");
    if cx.is_test() || cx.is_dropper() || catches_panics {
        return;
    }
    for lower in changes(cx, "fetch_sub") {
        let Some(count) = lower.receiver().and_then(|count| cx.identity(count)) else { continue };
        let Some((raised, start)) =
            raised_here(cx, &count, &lower).or_else(|| raised_before(cx, &count))
        else {
            continue;
        };
        let Some(skip) = skipped(cx, start, lower.point) else { continue };
        let words = lower.receiver().and_then(|count| cx.words(count));
        let words = words.as_deref().unwrap_or("the count");
        let report = sink.report(lower.span);
        report.message(format!("{words} stays too high when this statement is skipped"));
        report.label(raised, "raised here");
        let (span, how) = skip;
        report.label(span, how);
        report.help("lower it in the `Drop` of a guard that is made where the count is raised");
    }
}

fn changes<'a>(cx: &BodyCx<'a>, name: &'a str) -> impl Iterator<Item = CallSite<'a>> + use<'a> {
    cx.calls_of(Role::Update).filter(move |call| call.name() == name)
}

/// Where the body itself raises the count, before it lowers it.
fn raised_here(
    cx: &BodyCx<'_>,
    count: &Identity,
    lower: &CallSite<'_>,
) -> Option<(Span, Option<Point>)> {
    changes(cx, "fetch_add")
        .find(|raise| {
            raise.receiver().and_then(|on| cx.identity(on)).as_ref() == Some(count)
                && cx.graph().point_dominates(raise.point, lower.point)
        })
        .map(|raise| (raise.span, Some(raise.point)))
}

/// Where the function that starts this body as a task raises the count; the task lowers it from
/// its start on.
fn raised_before(cx: &BodyCx<'_>, count: &Identity) -> Option<(Span, Option<Point>)> {
    let outer = cx.parent()?;
    let spawn = outer
        .spawns()
        .iter()
        .find(|spawn| spawn.body(&outer).is_some_and(|body| body.id == cx.id))?;
    changes(&outer, "fetch_add")
        .find(|raise| {
            raise.receiver().and_then(|on| outer.identity(on)).as_ref() == Some(count)
                && outer.graph().point_dominates(raise.point, spawn.call)
        })
        .map(|raise| (raise.span, None))
}

/// What may skip the statement at `lower` once the count is raised, in words: a way out that does
/// not pass it, or something before it in which the task may panic or be dropped.
fn skipped(cx: &BodyCx<'_>, raised: Option<Point>, lower: Point) -> Option<(Span, &'static str)> {
    let graph = cx.graph();
    // Each task starts with the count raised, at its first statement.
    let comes_after = |point: Point| {
        raised.is_none_or(|raised| graph.reaches(cx.body(), raised, point, |at| at == lower))
            && !graph.point_dominates(lower, point)
    };
    let between = |point: Point| {
        comes_after(point) && graph.reaches(cx.body(), point, lower, |at| Some(at) == raised)
    };
    let ends = (0..).zip(&cx.body().blocks).filter_map(|(block, found)| {
        let end = Point { block, stmt: found.stmts.len() as u32 };
        let leaves = graph::is_return(cx.body(), end) && graph.is_reachable(block);
        (leaves && comes_after(end)).then(|| way_out(cx, end))
    });
    let mut failure = None;
    for way in ends {
        let branch = way?;
        // The count is lowered to undo it, and stays where the work goes on.
        if branch.kind != BranchKind::Try {
            return None;
        }
        failure = Some(branch.span);
    }
    if let Some(span) = failure {
        return Some((span, "this way out skips it"));
    }
    if let Some(site) = cx.awaits().find(|site| between(site.point)) {
        return Some((site.span, "a panic in here, or an abort, skips it"));
    }
    let called = cx.calls().find(|call| cx.callee(call).is_some() && between(call.point))?;
    Some((called.span, "a panic in here skips it"))
}

/// The branch behind which the body ends.
fn way_out<'a>(cx: &BodyCx<'a>, end: Point) -> Option<&'a Branch> {
    let mut at = end.block;
    // Each step goes to the only predecessor; a longer chain is a circle.
    for _ in 0..cx.body().blocks.len() {
        let [before] = cx.graph().predecessors(at) else { return None };
        if let Term::Branch(branch) = &cx.body().blocks.get(*before as usize)?.term {
            return Some(branch);
        }
        at = *before;
    }
    None
}
