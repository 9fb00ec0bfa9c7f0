//! ## What it does
//! Reports a loop that starts a task or thread for each item and waits for it at once.
//!
//! ## Why is this bad
//! The next one starts only when the last has ended: nothing runs side by side, and each round
//! pays for a task.
//!
//! ## Example
//! ```rust,ignore
//! for url in urls {
//!     pages.push(tokio::spawn(fetch(url)).await?);
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let mut tasks = JoinSet::new();
//! for url in urls {
//!     tasks.spawn(fetch(url));
//! }
//! while let Some(page) = tasks.join_next().await {
//!     pages.push(page?);
//! }
//! ```
//! Where the order matters, await the function itself, without a task.
//!
//! ## Known problems
//! A task whose failure is looked at is taken for a wall against panics, and not reported; neither
//! is work that is moved to another runtime or to the threads for blocking work. Test code is left
//! alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Drops, Kind, Role, Runs};
use crate::finding::Level;
use crate::flow::fate::{Fate, What};
use crate::flow::operands;
use crate::model::Span;
use crate::model::body::{BranchKind, LocalId, LoopKind, Point, Term};
use crate::query::{BodyCx, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a loop waits for each task before it starts the next",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for spawn in cx.spawns().iter().filter(|spawn| runs_beside(cx, spawn)) {
        let Some(around) = cx.loop_around(spawn.call) else { continue };
        let over = cx.body().loops.get(around as usize).filter(|found| found.kind == LoopKind::For);
        let Some(over) = over else { continue };
        let Some((end, span, result)) = waited_for(cx, spawn) else { continue };
        if !cx.in_loop(around, end) || !is_at_once(cx, spawn, end) || is_looked_at(cx, result) {
            continue;
        }
        let noun = spawn.how.noun();
        let report = sink.report(spawn.span);
        report.message(format!("the loop waits for each {noun} before it starts the next"));
        report.label(over.head_span, "so these are worked off one after the other");
        if !span.contains(spawn.span) {
            report.label(span, "waits here");
        }
        report.help(format!(
            "start them all and then join them (`JoinSet`, a `Vec` of handles); or do without the {noun}"
        ));
    }
}

/// Whether the start stands for concurrency: not for work that blocks, nor for another runtime.
fn runs_beside(cx: &BodyCx<'_>, spawn: &Spawn) -> bool {
    let on_its_own = cx
        .call_at(spawn.call)
        .is_some_and(|call| !cx.owner(&call).is_some_and(|owner| owner.kind != Kind::Handle));
    spawn.how.drops == Drops::Detaches
        && spawn.how.keeper.is_none()
        && on_its_own
        && matches!(spawn.how.runs, Runs::Task | Runs::LocalTask | Runs::Thread)
}

/// The only wait for the task: where, as what, and with which result.
fn waited_for(cx: &BodyCx<'_>, spawn: &Spawn) -> Option<(Point, Span, Option<LocalId>)> {
    let fates = spawn.handle_fate(cx);
    let [wait] = fates.as_slice() else { return None };
    match wait.what {
        What::Awaited => {
            let site = cx.awaits().find(|site| site.point == wait.point)?;
            Some((site.point, site.span, site.result))
        }
        What::Receiver => {
            let call = cx.call_at(wait.point).filter(|call| cx.role(call) == Some(Role::Join))?;
            Some((call.point, call.span, call.result()))
        }
        _ => None,
    }
}

/// Whether nothing else happens between the start and the wait.
fn is_at_once(cx: &BodyCx<'_>, spawn: &Spawn, end: Point) -> bool {
    let Some(handle) = spawn.handle else { return false };
    let life = cx.life(spawn.call, handle);
    let busy = |point: Point| {
        let passes = cx.call_at(point).is_some_and(|call| cx.role(&call) != Some(Role::Pass));
        let waits = cx.awaits().any(|site| site.point == point);
        passes || waits
    };
    !life.points().any(|point| point != end && busy(point))
}

/// Whether more is asked of the result than that it be a success.
fn is_looked_at(cx: &BodyCx<'_>, result: Option<LocalId>) -> bool {
    let Some(result) = result else { return false };
    cx.fate(result).iter().any(|fate| asks(cx, fate))
}

fn asks(cx: &BodyCx<'_>, fate: &Fate) -> bool {
    match fate.what {
        What::Looked => match operands::term_at(cx.body(), fate.point) {
            Some(Term::Branch(branch)) => branch.kind != BranchKind::Try,
            _ => false,
        },
        What::Receiver => true,
        _ => false,
    }
}
