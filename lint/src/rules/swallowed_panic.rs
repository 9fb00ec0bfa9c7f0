//! ## What it does
//! Reports a join whose result is thrown away: `let _ = handle.await;`, `handle.join().ok();`, and
//! a loop over a `JoinSet` that ends at the first task that panicked.
//!
//! ## Why is this bad
//! The result of a join is the one place where the program learns that the task panicked. Thrown
//! away, the work is taken for done; what the task returned, an error perhaps, is lost as well.
//!
//! ## Example
//! ```rust,ignore
//! let _ = writer.await;
//! println!("all written");
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! writer.await.expect("the writer does not panic");
//! println!("all written");
//! ```
//!
//! ## Known problems
//! Only tasks of which the same function is the owner are looked at: it has started them. A
//! function that tells tasks to stop, or drops what they wait for, waits only for their end; a join
//! behind a failure has worse to tell. Neither is reported, nor are `Drop::drop` and test code.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::operands;
use crate::flow::uses::How;
use crate::model::body::{
    BranchKind, LocalId, LocalKind, Mode, Operand, Pat, Place, Point, Term, Value,
};
use crate::model::{Span, TypeRef};
use crate::query::{BodyCx, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "the result of a join is thrown away, and a panic of the task with it",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() || cx.is_dropper() || stops_tasks(cx) {
        return;
    }
    for site in cx.awaits() {
        let [task] = site.futures else { continue };
        let handle = task.place().and_then(Place::whole).filter(|local| is_handle(cx, *local));
        if handle.is_some() && owns(cx, task, site.point) {
            report_lost(cx, task, site.span, site.result, sink);
        }
    }
    for call in cx.calls_of(Role::Join) {
        let is_sync = cx.function(&call).is_some_and(|fact| !fact.is_async);
        let Some(task) = call.receiver().filter(|_| is_sync) else { continue };
        if owns(cx, task, call.point) {
            report_lost(cx, task, call.span, call.result(), sink);
        }
    }
    sets(cx, sink);
    arms(cx, sink);
}

/// Whether the function tells tasks to stop: their joins may fail then, and are there to wait.
fn stops_tasks(cx: &BodyCx<'_>) -> bool {
    let roles =
        [Role::Abort, Role::Cancel, Role::Send, Role::Close, Role::NotifyAll, Role::NotifyOne];
    cx.calls().any(|call| {
        cx.role(&call).is_some_and(|role| roles.contains(&role))
            || ["abort", "cancel", "stop", "shutdown", "kill"]
                .iter()
                .any(|word| call.name().contains(word))
    })
}

/// Whether the task was started in this body, and is waited for where nothing has failed.
fn owns(cx: &BodyCx<'_>, task: &Operand, wait: Point) -> bool {
    let started = cx.call_behind(task).is_some_and(|call| cx.role(&call) == Some(Role::Spawn));
    started && !cx.is_behind_failure(wait)
}

/// Whether awaiting the local tells how its task ended.
fn is_handle(cx: &BodyCx<'_>, local: LocalId) -> bool {
    cx.type_of(local).is_some_and(|fact| {
        let is_result = fact.output.as_ref().is_some_and(is_result);
        fact.kind == Kind::Handle && is_result
    })
}

fn report_lost(
    cx: &BodyCx<'_>,
    task: &Operand,
    span: Span,
    result: Option<LocalId>,
    sink: &mut Sink,
) {
    if !result.is_some_and(|result| is_thrown_away(cx, result)) {
        return;
    }
    let words = cx.words(task);
    let task = words.as_deref().unwrap_or("this task");
    let report = sink.report(span);
    report.message(format!(
        "if {task} panics, nobody is told: the result of its join is thrown away"
    ));
    report.help("pass the panic on (`.expect(..)`, `?`), or log the `Err`");
}

/// Whether a result is dropped unseen: by `_`, by a statement, also behind `.ok()`.
fn is_thrown_away(cx: &BodyCx<'_>, result: LocalId) -> bool {
    let mut reads = cx.uses().of(result).filter(|found| matches!(found.how, How::Read { .. }));
    let kind = cx.local(result).map(|local| local.kind);
    match (reads.next(), reads.next()) {
        (None, _) => matches!(kind, Some(LocalKind::Underscore | LocalKind::Statement)),
        (Some(read), None) => given_on(cx, read.point).is_some_and(|next| is_thrown_away(cx, next)),
        _ => false,
    }
}

/// The local that a result is moved to as it is, or as an `Option`.
fn given_on(cx: &BodyCx<'_>, point: Point) -> Option<LocalId> {
    match operands::assign_at(cx.body(), point)? {
        (dest, Value::Use(Operand::Place(place, Mode::Move))) if place.whole().is_some() => {
            dest.whole()
        }
        (dest, Value::Call(_)) => {
            cx.call_at(point).filter(|call| call.name() == "ok").and(dest.whole())
        }
        _ => None,
    }
}

/// `Some(Ok(x)) = set.join_next() => …` in a `select!`: a task that panicked is taken out of the
/// set, and no arm gets it.
fn arms(cx: &BodyCx<'_>, sink: &mut Sink) {
    for site in cx.selects() {
        for arm in site.select.arms.iter().filter(|arm| is_some_ok(&arm.pat)) {
            let joins = cx
                .call_behind(&arm.future)
                .is_some_and(|call| cx.role(&call) == Some(Role::JoinNext));
            if joins {
                let report = sink.report(arm.future_span);
                report.message("a task that panicked is passed over here, and nobody is told");
                report.help("take each result (`Some(result) = …`) and look at its `Err`");
            }
        }
    }
}

/// `while let Some(Ok(x)) = set.join_next().await`
fn sets(cx: &BodyCx<'_>, sink: &mut Sink) {
    for block in &cx.body().blocks {
        let Term::Branch(branch) = &block.term else { continue };
        if branch.kind != BranchKind::WhileLet {
            continue;
        }
        let Some(arm) = branch.arms.iter().find(|arm| is_some_ok(&arm.pat)) else { continue };
        let joins = cx
            .call_behind(&branch.scrutinee)
            .is_some_and(|call| cx.role(&call) == Some(Role::JoinNext));
        if !joins {
            continue;
        }
        let report = sink.report(branch.span);
        report.message("the loop ends at the first task that panicked, and tells nobody");
        report.label(arm.span, "a panic does not match this");
        report.help("take each result (`while let Some(result) = …`) and look at its `Err`");
    }
}

fn is_some_ok(pat: &Pat) -> bool {
    match pat {
        Pat::Variant(name, parts) if name == "Some" => {
            matches!(parts.as_slice(), [Pat::Variant(name, _)] if name == "Ok")
        }
        _ => false,
    }
}

fn is_result(output: &TypeRef) -> bool {
    matches!(output, TypeRef::Path(path) if path.last().is_some_and(|name| name == "Result"))
}
