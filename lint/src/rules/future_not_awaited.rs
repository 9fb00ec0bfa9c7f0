//! ## What it does
//! Reports the call of an `async` function whose future is dropped at once, and a task or thread
//! whose code gives back a future that nobody polls.
//!
//! ## Why is this bad
//! A future does nothing until it is polled: the call looks like work and is none.
//!
//! ## Example
//! ```rust,ignore
//! let _ = self.flush();
//! std::thread::spawn(move || upload(file)); // `upload` is an `async fn`
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! self.flush().await?;
//! tokio::spawn(upload(file));
//! ```
//!
//! ## Known problems
//! A function that is not `async` and returns a future may have done its work before it returns
//! it; such functions are reported only where they do nothing but make the future. Test code is
//! left alone: tests drop futures to see what that does.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{FnFact, Role, Runs};
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::origin::Source;
use crate::model::body::{Body, BodyKind, LocalId, LocalKind, Place, StmtKind, Value};
use crate::model::item::Function;
use crate::model::{Bound, Span, TypeRef};
use crate::query::{BodyCx, CallSite, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a future is dropped before anything polls it",
    check: Check::Body(check),
    ..UNNAMED
};

/// The local that holds what a body gives.
const RETURN: LocalId = 0;

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for call in cx.calls().filter(|call| makes_future(cx, call)) {
        let Some(at) = call.result().and_then(|future| dropped_at_once(cx, future)) else {
            continue;
        };
        let name = cx.call_words(&call);
        let report = sink.report(call.span);
        report.message(format!("the future of {name} is dropped, so that it never runs"));
        if let Some(underscore) = at {
            report.label(underscore, "`_` drops it at once");
        }
        report.help("add `.await`, or give the future to a task");
        // A statement of its own has no other use; `let _ =` may have been meant to call it off.
        if at.is_none() && cx.body().is_async() {
            report.fix("await it").behind(call.span, ".await");
        }
    }
    for spawn in cx.spawns() {
        if let Some(inner) = unpolled(cx, spawn) {
            let report = sink.report(inner);
            report.message("this future is what the task gives back, and nothing polls it");
            report.label(spawn.name_span, "runs the code that makes it, and no more");
            report.help(match spawn.how.runs {
                Runs::Task | Runs::LocalTask => "await it in the task",
                _ => "start an async task, or `block_on` the future on this thread",
            });
        }
    }
}

/// Whether calling it does nothing: all happens when the future is polled.
fn makes_future(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    match cx.callee(call) {
        Some(callee) => {
            let function = cx.model().function(callee);
            function.filter(|function| !is_rewritten(function)).is_some_and(|function| {
                function.is_async
                    || (is_future(&function.ret)
                        && cx.model().unit(callee.file).is_some_and(|unit| {
                            let body = function.body.map(|body| unit.model.body(body));
                            body.is_some_and(only_makes_a_block)
                        }))
            })
        }
        None => cx.function(call).is_some_and(waits),
    }
}

/// Whether an attribute makes something else of an `async fn`: `#[tokio::main]` runs it to its end.
fn is_rewritten(function: &Function) -> bool {
    function.attrs.iter().filter_map(|path| path.last()).any(|name| {
        matches!(name.as_str(), "main" | "test") || name.contains("sync") && name != "async_trait"
    })
}

/// Whether it is an operation of a library whose future has to be awaited for anything to happen.
fn waits(fact: &FnFact) -> bool {
    fact.is_async
        && matches!(
            fact.role,
            Some(
                Role::Send
                    | Role::Receive
                    | Role::Lock
                    | Role::Acquire
                    | Role::Sleep
                    | Role::Join
                    | Role::JoinNext
                    | Role::Tick
                    | Role::Wait
                    | Role::Cancelled
            )
        )
}

fn is_future(ret: &TypeRef) -> bool {
    let names = |bound: &Bound| bound.path.last().is_some_and(|name| name == "Future");
    matches!(ret, TypeRef::Bounds(bounds) if bounds.iter().any(names))
}

fn only_makes_a_block(body: &Body) -> bool {
    let mut blocks = 0;
    for (_, stmt) in body.stmts() {
        match &stmt.kind {
            StmtKind::Assign(_, Value::Closure(_)) => blocks += 1,
            StmtKind::Assign(_, Value::Call(_) | Value::Macro(_) | Value::Unknown(_)) => {
                return false;
            }
            _ => {}
        }
    }
    blocks == 1
}

/// Where a future is dropped that nothing ever looks at: by which `_`, or by the end of its
/// statement.
fn dropped_at_once(cx: &BodyCx<'_>, future: LocalId) -> Option<Option<Span>> {
    let fates = cx.fate(future);
    if fates.is_empty() || fates.iter().any(|fate| fate.what != What::Dropped) {
        return None;
    }
    let names = cx.names(future);
    names.iter().filter(|(_, by_ref)| !by_ref).find_map(|(name, _)| {
        let found = cx.local(*name)?;
        match found.kind {
            // A type beside the `_` says that the author knows what it is.
            LocalKind::Underscore if found.ty == TypeRef::Unknown => Some(Some(found.span)),
            LocalKind::Statement => Some(None),
            _ => None,
        }
    })
}

/// The future that a task's code gives back although nobody takes what the task returns.
fn unpolled(cx: &BodyCx<'_>, spawn: &Spawn) -> Option<Span> {
    if !spawn.is_forgotten(cx) {
        return None;
    }
    let inside = spawn.body(cx)?;
    let origin = inside.origin_of(&Place::of(RETURN));
    if origin.body != inside.id || !origin.fields.is_empty() {
        return None;
    }
    match origin.source {
        Source::Call(point) => {
            let call = inside.call_at(point)?;
            let made = inside.callee(&call).and_then(|callee| cx.model().function(callee))?;
            (made.is_async && !is_rewritten(made)).then_some(call.span)
        }
        Source::Closure(block) => {
            let block = inside.other(block)?;
            (block.body().kind == BodyKind::AsyncBlock).then_some(block.body().span)
        }
        _ => None,
    }
}
