//! ## What it does
//! Reports a join of a task that returns a `Result`, where only the join's own error is looked at.
//!
//! ## Why is this bad
//! What a join gives is a `Result` in a `Result`: the outer one says whether the task panicked, the
//! inner one whether its work went well. Here every error of the work is dropped unseen.
//!
//! ## Example
//! ```rust,ignore
//! let sync = tokio::spawn(async move { store.sync().await }); // gives `io::Result<()>`
//! if let Err(panic) = sync.await {
//!     error!("sync panicked: {panic}");
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! match sync.await {
//!     Ok(Ok(())) => {}
//!     Ok(Err(error)) => error!("sync failed: {error}"),
//!     Err(panic) => error!("sync panicked: {panic}"),
//! }
//! ```
//! Or `sync.await??`.
//!
//! ## Known problems
//! A join whose outer result is thrown away too is a matter of `swallowed-panic`. Test code is left
//! alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::operands::{self, Slot};
use crate::flow::origin::Source;
use crate::flow::uses::{How, Use};
use crate::model::Span;
use crate::model::body::{
    AwaitKind, BranchKind, LocalId, Operand, Pat, Place, Proj, StmtKind, Term, Value,
};
use crate::query::{AwaitSite, BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a join's error is looked at, and the task's own error is dropped",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for site in cx.awaits() {
        if let Some(result) = site.result.filter(|result| joins(cx, &site, *result)) {
            report(cx, site.span, result, sink);
        }
    }
    for (span, result) in results_in_turn(cx) {
        report(cx, span, result, sink);
    }
    for call in cx.calls_of(Role::Join) {
        let is_sync = cx.function(&call).is_some_and(|fact| !fact.is_async);
        let result = call.result().filter(|result| is_sync && cx.is_nested_result(*result));
        if let Some(result) = result {
            report(cx, call.span, result, sink);
        }
    }
}

/// The locals that hold one result after the other of what a loop goes through: of several tasks,
/// all of which were waited for before.
fn results_in_turn(cx: &BodyCx<'_>) -> Vec<(Span, LocalId)> {
    let found = cx.body().stmts().filter_map(|(_, stmt)| {
        let StmtKind::Assign(dest, Value::Use(Operand::Place(place, _))) = &stmt.kind else {
            return None;
        };
        let item = dest.whole().filter(|_| place.proj.contains(&Proj::Item))?;
        let all = cx.origin_of(place);
        let Source::AwaitedCall { call, .. } = all.source else { return None };
        let joined = cx.call_at(call).filter(|_| all.body == cx.id)?;
        (is_join_of_many(cx, &joined) && cx.is_nested_result(item))
            .then(|| cx.local(item).map(|found| (found.span, item)))?
    });
    found.collect()
}

/// Whether a call waits for several tasks, of which one at least can fail itself.
fn is_join_of_many(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    cx.role(call) == Some(Role::Join)
        || call
            .call
            .args
            .iter()
            .filter_map(Operand::local)
            .any(|tasks| cx.task_returns(tasks).is_some_and(|path| path == "std::result::Result"))
}

fn report(cx: &BodyCx<'_>, span: Span, result: LocalId, sink: &mut Sink) {
    let mut seen = Seen::default();
    look(cx, result, &mut seen);
    let Some(at) = seen.outer.filter(|_| !seen.inner) else { return };
    let report = sink.report(span);
    report.message("the task returns a `Result` of its own, which is dropped here");
    report.label(at, "looks at the error of the join only");
    report.help("look at both: `.await??`, or match `Ok(Err(error))` too");
}

/// Whether it is tasks that are awaited, of which one at least can fail itself.
fn joins(cx: &BodyCx<'_>, site: &AwaitSite<'_>, result: LocalId) -> bool {
    let has_failing =
        |tasks: LocalId| cx.task_returns(tasks).is_some_and(|path| path == "std::result::Result");
    let can_fail = |task: &Operand| {
        task.place().and_then(Place::whole).is_some_and(|handle| {
            cx.type_of(handle).is_some_and(|fact| fact.kind == Kind::Handle) && has_failing(handle)
        })
    };
    match site.kind {
        AwaitKind::TryJoin => site.futures.iter().any(can_fail),
        AwaitKind::Join => false,
        AwaitKind::One => {
            let [future] = site.futures else { return false };
            let next = cx.call_behind(future).is_some_and(|call| {
                // Several handles may be waited for at once: `try_join_all(handles)`.
                matches!(cx.role(&call), Some(Role::JoinNext | Role::Join))
                    || call.call.args.iter().filter_map(Operand::local).any(has_failing)
            });
            (next && cx.is_nested_result(result)) || can_fail(future)
        }
    }
}

/// What is done with the result of a join.
#[derive(Default)]
struct Seen {
    /// Where success is told from a panic.
    outer: Option<Span>,
    /// The task's own result goes somewhere, or something happens that is not understood.
    inner: bool,
}

fn look(cx: &BodyCx<'_>, result: LocalId, seen: &mut Seen) {
    let reads: Vec<Use> = cx.uses().of(result).collect();
    for found in reads {
        match found.how {
            How::Ended | How::Declared | How::Defined => {}
            How::Read { slot: Slot::Scrutinee, whole, .. } => branch(cx, &found, whole, seen),
            How::Read { slot: Slot::Value | Slot::Unwrapped, .. } => moved(cx, &found, seen),
            How::Read { slot: Slot::Argument(0), .. } => called(cx, &found, seen),
            // The failure side of `?` takes the error of the join.
            How::Read { slot: Slot::Unknown, .. } if cx.is_behind_failure(found.point) => {}
            _ => seen.inner = true,
        }
    }
}

/// A branch on the result.
fn branch(cx: &BodyCx<'_>, found: &Use, whole: bool, seen: &mut Seen) {
    let Some(Term::Branch(branch)) = operands::term_at(cx.body(), found.point) else {
        seen.inner = true;
        return;
    };
    if branch.kind == BranchKind::Try {
        return;
    }
    let outer = |pat: &Pat| match pat {
        Pat::Any => true,
        Pat::Variant(name, parts) => match name.as_str() {
            "Err" | "None" => true,
            "Ok" => parts.iter().all(|part| *part == Pat::Any),
            "Some" => parts.iter().all(|part| match part {
                Pat::Variant(name, parts) => {
                    name == "Err" || parts.iter().all(|part| *part == Pat::Any)
                }
                part => *part == Pat::Any,
            }),
            _ => false,
        },
        _ => false,
    };
    if !whole || !branch.arms.iter().all(|arm| outer(&arm.pat)) {
        seen.inner = true;
        return;
    }
    let tells = |pat: &Pat| match pat {
        Pat::Variant(name, parts) if name == "Some" => {
            parts.iter().any(|part| matches!(part, Pat::Variant(..)))
        }
        Pat::Variant(name, _) => name == "Ok" || name == "Err",
        _ => false,
    };
    if branch.arms.iter().any(|arm| tells(&arm.pat)) {
        seen.outer = Some(branch.span);
    }
}

/// The result, or a part of it, is put into a local.
fn moved(cx: &BodyCx<'_>, found: &Use, seen: &mut Seen) {
    let Some((dest, value)) = operands::assign_at(cx.body(), found.point) else { return };
    let Some(dest) = dest.whole() else {
        seen.inner = true;
        return;
    };
    let (taken, step) = match value {
        Value::Unwrapped(_) => (true, None),
        Value::Use(Operand::Place(place, _)) => (false, variant(place)),
        _ => {
            seen.inner = true;
            return;
        }
    };
    match step {
        Some("Err" | "None") => {}
        Some("Ok") => seen.inner |= is_used(cx, dest),
        None if taken => {
            seen.inner |= is_used(cx, dest) || is_left_out(cx, dest);
            seen.outer = cx.local(dest).map(|local| local.span).or(seen.outer);
        }
        // `Some(result)`, or the whole under another name.
        Some("Some") | None => look(cx, dest, seen),
        Some(_) => seen.inner = true,
    }
}

/// Whether the author says by a name that what a variable holds is not needed: `_reason`.
fn is_left_out(cx: &BodyCx<'_>, local: LocalId) -> bool {
    cx.local(local).is_some_and(|found| found.name.starts_with('_'))
}

/// The innermost variant that a part is taken out of.
fn variant(place: &Place) -> Option<&str> {
    place.proj.iter().rev().find_map(|step| match step {
        Proj::Variant(name) => Some(name.as_str()),
        _ => None,
    })
}

fn called(cx: &BodyCx<'_>, found: &Use, seen: &mut Seen) {
    let Some(call) = cx.call_at(found.point) else {
        seen.inner = true;
        return;
    };
    match call.name() {
        "unwrap" | "expect" => match call.result() {
            Some(inner) => {
                seen.inner |= is_used(cx, inner);
                seen.outer = Some(call.span);
            }
            None => seen.inner = true,
        },
        "is_err" | "is_ok" => seen.outer = Some(call.span),
        // Another error in the place of that of the join; what the task returned is as it was.
        "map_err" | "context" | "with_context" | "wrap_err" | "wrap_err_with" | "inspect_err" => {
            match call.result() {
                Some(result) => look(cx, result, seen),
                None => seen.inner = true,
            }
        }
        _ => seen.inner = true,
    }
}

/// Whether anything reads the local.
fn is_used(cx: &BodyCx<'_>, local: LocalId) -> bool {
    cx.uses().of(local).any(|found| match found.how {
        How::Read { slot: Slot::Value, .. } => operands::assign_at(cx.body(), found.point)
            .and_then(|(dest, _)| dest.whole())
            .is_none_or(|next| is_used(cx, next)),
        How::Read { .. } | How::Captured { .. } => true,
        How::Ended | How::Declared | How::Defined | How::PartDefined => false,
    }) || cx
        .local(local)
        .is_some_and(|found| matches!(found.kind, crate::model::body::LocalKind::Return))
}
