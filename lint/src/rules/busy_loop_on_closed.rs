//! ## What it does
//! Reports a loop that goes round without waiting once the channel that it receives from is
//! closed, or the token that it watches is cancelled.
//!
//! ## Why is this bad
//! A closed channel answers at once, for ever. The loop takes all of a core, and in an async task
//! the thread with it, until somebody wonders why the machine is hot.
//!
//! ## Example
//! ```rust,ignore
//! loop {
//!     if let Some(job) = jobs.recv().await {
//!         run(job).await;
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! while let Some(job) = jobs.recv().await {
//!     run(job).await;
//! }
//! ```
//! In a `select!`, let the arm that sees the end leave the loop, or refuse it by its pattern:
//! `Some(job) = jobs.recv()`.
//!
//! ## Known problems
//! A loop that calls something which may wait, and is not known to linger, may be reported. Test code
//! is left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::model::body::{
    Arm, BranchKind, Literal, Local, LocalId, LoopId, Operand, Stmt, StmtKind, Term, Value,
};
use crate::model::{Span, TypeRef};
use crate::query::{BodyCx, CallSite, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a loop spins once its channel is closed",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for call in cx.calls() {
        let Some(role @ (Role::Receive | Role::Changed | Role::Cancelled)) = cx.role(&call) else {
            continue;
        };
        if holds_the_other_end(cx, &call) {
            continue;
        }
        let around = cx.loops_around(call.point);
        let Some(spins) = around.iter().find(|id| {
            let what = call.receiver().and_then(|receiver| cx.identity(receiver));
            what.is_some_and(|what| !cx.replaces(**id, &what)) && cx.spins_when_over(**id, &call)
        }) else {
            continue;
        };
        let words = call.receiver().and_then(|receiver| cx.words(receiver));
        let words = words.as_deref().unwrap_or("the channel");
        let (over, leave) = match role {
            Role::Cancelled => ("is cancelled", "leave the loop in this arm"),
            Role::Changed => ("has lost its sender", "leave the loop on `Err`"),
            _ => {
                ("is closed", "leave the loop when nothing comes any more: `while let`, or `break`")
            }
        };
        let report = sink.report(call.span);
        report.message(format!("once {words} {over}, this loop spins"));
        if let Some(the) = cx.body().loops.get(*spins as usize) {
            report.label(the.head_span, "goes round at once, for ever");
        }
        report.help(leave);
        match idle(cx, &call, *spins) {
            Some(Idle::Arm(arm)) => {
                report.fix("leave the loop").arm(arm, IDLE, "break");
            }
            Some(Idle::If { whole, condition }) => {
                report.fix("leave the loop").otherwise(whole, condition, "break;");
            }
            None => {}
        }
    }
}

/// What an arm does that lets a loop go round again.
const IDLE: &[&str] = &["continue", "{}", "()", "{ continue }", "{ continue; }"];

/// Where a loop does nothing at the end of its channel.
enum Idle {
    /// In the arm of that pattern.
    Arm(Span),
    /// Beside an `if let` that has no `else`.
    If { whole: Span, condition: Span },
}

/// Where the loop does nothing at the end of the channel, in a branch on what is received and nothing
/// else, in code that gives nothing, so that it may go on behind the loop.
fn idle(cx: &BodyCx<'_>, call: &CallSite<'_>, spins: LoopId) -> Option<Idle> {
    let lags = cx.function(call).is_none_or(|fact| fact.lags);
    if cx.loop_around(call.point) != Some(spins) || !gives_nothing(cx) || lags {
        return None;
    }
    let received = cx.awaits().find(|site| {
        matches!(site.futures, [future] if future.local().is_some() && future.local() == call.result())
    });
    let result = received.map_or(call.result(), |site| site.result)?;
    let branch = cx.body().blocks.iter().find_map(|block| match &block.term {
        Term::Branch(branch) if branch.scrutinee.local() == Some(result) => Some(branch),
        _ => None,
    })?;
    let is_end = |arm: &&Arm| {
        let names = ["None", "Err"].iter().any(|name| arm.pat.must_match(name));
        names && !arm.pat.irrefutable()
    };
    match branch.kind {
        BranchKind::Match => Some(Idle::Arm(branch.arms.iter().find(is_end)?.span)),
        BranchKind::IfLet => {
            let around = |found: &&Local| {
                found.span.start < branch.span.start && found.span.end > branch.span.end
            };
            let locals = cx.body().locals.iter().filter(around);
            let whole = locals.map(|found| found.span).min_by_key(|span| span.end - span.start)?;
            Some(Idle::If { whole, condition: branch.span })
        }
        _ => None,
    }
}

/// Whether the body gives nothing but its end: a function without a value, or a task of which nobody
/// asks for one.
fn gives_nothing(cx: &BodyCx<'_>) -> bool {
    let Some(outer) = cx.parent() else {
        return cx.function_around().is_some_and(
            |function| matches!(&function.ret, TypeRef::Tuple(parts) if parts.is_empty()),
        );
    };
    let is_own = |spawn: &&Spawn| spawn.body(&outer).is_some_and(|body| body.id == cx.id);
    let forgotten = outer.spawns().iter().find(is_own).is_some_and(|it| it.is_forgotten(&outer));
    let fails =
        cx.body().blocks.iter().any(
            |block| matches!(&block.term, Term::Branch(branch) if branch.kind == BranchKind::Try),
        );
    let returns = |(_, stmt): (_, &Stmt)| match &stmt.kind {
        StmtKind::Assign(dest, value) => {
            dest.local() == Some(RETURN)
                && !matches!(value, Value::Use(Operand::Literal(Literal::Other)))
        }
        StmtKind::End(_) | StmtKind::Declare(_) => false,
    };
    forgotten && !fails && !cx.body().stmts().any(returns)
}

/// The local that holds what a body gives.
const RETURN: LocalId = 0;

/// Whether a sender of the channel lives beside the loop: then it is never closed.
fn holds_the_other_end(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    let Some(receiver) = call.receiver().and_then(|receiver| cx.identity(receiver)) else {
        return true;
    };
    cx.channels().iter().any(|channel| {
        let end = channel.ends.second.local.and_then(|end| cx.identity_of(end));
        end.as_ref() == Some(&receiver)
            && channel.senders(cx).iter().any(|sender| cx.may_hold(sender.local, call.point))
    })
}
