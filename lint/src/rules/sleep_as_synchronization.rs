//! ## What it does
//! Reports a test or `main` that starts a task or thread which nobody joins, sleeps, and then
//! asserts what the task has done, or ends.
//!
//! ## Why is this bad
//! The sleep hopes that the task is done by then. On a busy machine it is not: the test fails now
//! and then, or `main` cuts the work off. On all others the sleep is time lost.
//!
//! ## Example
//! ```rust,ignore
//! let task_done = done.clone();
//! tokio::spawn(async move { task_done.store(true, Ordering::Release) });
//! sleep(Duration::from_millis(100)).await;
//! assert!(done.load(Ordering::Acquire));
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let task_done = done.clone();
//! let task = tokio::spawn(async move { task_done.store(true, Ordering::Release) });
//! task.await.unwrap();
//! assert!(done.load(Ordering::Acquire));
//! ```
//!
//! ## Known problems
//! Only tasks that come to their end are looked at. That something has not happened after some
//! time can't be waited for: an assertion that nothing is there yet is not reported, nor is a test
//! with a paused clock, in which no time is lost.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Role, Runs};
use crate::finding::Level;
use crate::flow::operands;
use crate::flow::same::Identity;
use crate::model::Span;
use crate::model::body::{Literal, LoopKind, MacroCall, Operand, Point, StmtKind, Value};
use crate::query::{BodyCx, CallSite, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a sleep stands for the join of a task",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.body().parent.is_some() || !(cx.is_test() || cx.is_main()) || has_own_clock(cx) {
        return;
    }
    let tasks: Vec<&Spawn> = cx.spawns().iter().filter(|spawn| is_left_alone(cx, spawn)).collect();
    if tasks.is_empty() {
        return;
    }
    for sleep in cx.calls_of(Role::Sleep).filter(|call| cx.loop_around(call.point).is_none()) {
        let Some(nap) = nap(cx, &sleep) else { continue };
        let waits = |point| point != nap && waits_at(cx, point);
        let reaches =
            |spawn: &&&Spawn| cx.graph().reaches(cx.body(), spawn.call, sleep.point, waits);
        for spawn in tasks.iter().filter(reaches) {
            if let Some(seen) = looks_at_work(cx, spawn, nap) {
                let report = sink.report(sleep.span);
                report.message(format!("this sleep stands for the join of a {}", spawn.how.noun()));
                report.label(spawn.span, "nobody waits for this to end");
                report.label(seen, "what it has done is looked at here");
                report.help(help(spawn));
                break;
            }
            if ends_after(cx, nap) && (cx.is_main() || asserts(cx, spawn)) {
                let what = if cx.is_main() { "the program" } else { "the test" };
                let report = sink.report(sleep.span);
                report.message(format!(
                    "{what} ends after this sleep, whether or not the {} is done",
                    spawn.how.noun()
                ));
                report.label(spawn.span, "nobody waits for this to end");
                report.help(help(spawn));
                break;
            }
        }
    }
}

/// Where the body sleeps: where it calls what blocks, or awaits the sleep; not in a `select!`.
fn nap(cx: &BodyCx<'_>, sleep: &CallSite<'_>) -> Option<Point> {
    if !cx.function(sleep)?.is_async {
        return Some(sleep.point);
    }
    let is_own =
        |future: &Operand| cx.call_behind(future).is_some_and(|call| call.point == sleep.point);
    cx.awaits().find(|site| matches!(site.futures, [one] if is_own(one))).map(|site| site.point)
}

fn help(spawn: &Spawn) -> &'static str {
    match spawn.how.runs {
        Runs::Thread => "keep the handle and `join` it",
        _ => "keep the handle and `.await` it",
    }
}

/// Whether the clock is paused: then a sleep ends when all other tasks wait.
fn has_own_clock(cx: &BodyCx<'_>) -> bool {
    cx.function_around().is_some_and(|function| function.paused)
        || cx.calls_of(Role::Pause).next().is_some()
}

/// Whether nobody joins or stops the task, which comes to its end by itself.
fn is_left_alone(cx: &BodyCx<'_>, spawn: &Spawn) -> bool {
    let ends = spawn.body(cx).is_some_and(|inside| {
        inside.loops().all(|found| found.the.kind == LoopKind::For)
            && !inside.calls().any(|call| may_run_on(&inside, &call))
    });
    spawn.how.keeper.is_none()
        && spawn.how.runs != Runs::ScopedThread
        && spawn.is_forgotten(cx)
        && ends
        && spawn.endless_loop(cx).is_none()
}

/// Whether a call may go on until the program ends: it runs a server or an executor.
fn may_run_on(inside: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    let is_unknown = inside.function(call).is_none() && inside.callee(call).is_none();
    let sounds_so = ["run", "block_on", "serve", "listen"].contains(&call.name());
    inside.role(call) == Some(Role::BlockOn) || (is_unknown && sounds_so)
}

/// The assertion behind the sleep, with nothing else that waits between, that asks for what the
/// task shares with the test.
fn looks_at_work(cx: &BodyCx<'_>, spawn: &Spawn, sleep: Point) -> Option<Span> {
    let taken = spawn.takes(cx);
    let shared: Vec<Identity> =
        taken.iter().filter_map(|taken| cx.identity_of(taken.outer)).collect();
    cx.body().stmts().find_map(|(point, stmt)| {
        let StmtKind::Assign(_, Value::Macro(call)) = &stmt.kind else { return None };
        let is_assertion = is_assertion(call) && !says_nothing_happened(cx, call);
        let waits = |at: Point| at != sleep && waits_at(cx, at);
        if !is_assertion || !cx.graph().reaches(cx.body(), sleep, point, waits) {
            return None;
        }
        let asks = call.args.iter().flat_map(|arg| cx.computed_from(arg));
        let mut asks = asks.map(|found| found.call);
        asks.any(|ask| asks_for(cx, &ask, &shared, sleep)).then_some(stmt.span)
    })
}

/// Whether something is waited for at a point.
fn waits_at(cx: &BodyCx<'_>, point: Point) -> bool {
    if matches!(operands::assign_at(cx.body(), point), Some((_, Value::Await(..)))) {
        return true;
    }
    cx.call_at(point).is_some_and(|call| {
        let role = cx.role(&call);
        let waits = matches!(role, Some(Role::Join | Role::Receive | Role::Wait | Role::Sleep));
        waits && cx.function(&call).is_some_and(|fact| !fact.is_try && !fact.is_async)
    })
}

/// An assertion that something is so, not that it has failed or is still open.
fn is_assertion(call: &MacroCall) -> bool {
    call.path.last().is_some_and(|name| {
        matches!(name.as_str(), "assert" | "assert_eq" | "assert_matches" | "assert_ok")
    })
}

/// `assert!(!done)`, `assert_eq!(count, 0)`, `assert!(list.is_empty())`
fn says_nothing_happened(cx: &BodyCx<'_>, call: &MacroCall) -> bool {
    call.args.iter().any(|arg| match arg {
        Operand::Literal(literal) => matches!(literal, Literal::Int(0) | Literal::Bool(false)),
        Operand::Place(place, _) => {
            let made = place.whole().and_then(|local| cx.uses().definition(local));
            match made.and_then(|made| operands::assign_at(cx.body(), made)) {
                Some((_, Value::Op(op, parts))) => {
                    let zero = |part: &Operand| matches!(part, Operand::Literal(Literal::Int(0)));
                    op == "!" || (op == "==" && parts.iter().any(zero))
                }
                Some((_, Value::Call(_))) => {
                    made.and_then(|made| cx.call_at(made)).is_some_and(|call| {
                        ["is_empty", "is_none", "is_err", "is_pending"].contains(&call.name())
                    })
                }
                _ => false,
            }
        }
    })
}

/// Whether a call asks for something that a task works on: a shared value, or the other end of a
/// channel.
fn asks_for(cx: &BodyCx<'_>, ask: &CallSite<'_>, shared: &[Identity], sleep: Point) -> bool {
    let Some(on) = ask.receiver() else { return false };
    let is_shared = matches!(cx.role(ask), Some(Role::Load | Role::Lock))
        && cx.identity(on).is_some_and(|on| shared.contains(&on));
    let is_received = cx.role(ask) == Some(Role::Receive)
        && cx.channel_of(on).is_some_and(|(_, made)| {
            let channel = cx.channels().iter().find(|channel| channel.call == made);
            let sender = channel.and_then(|channel| channel.ends.first.local);
            sender.and_then(|end| cx.identity_of(end)).is_some_and(|end| shared.contains(&end))
        });
    (is_shared || is_received) && cx.graph().reaches(cx.body(), sleep, ask.point, |_| false)
}

/// Whether nothing is done any more after the sleep.
fn ends_after(cx: &BodyCx<'_>, sleep: Point) -> bool {
    let is_idle = |call: &CallSite<'_>| {
        matches!(cx.role(call), Some(Role::Drop | Role::Pass)) || call.name() == "Ok"
    };
    !cx.calls().any(|call| {
        call.point != sleep
            && !is_idle(&call)
            && cx.graph().reaches(cx.body(), sleep, call.point, |_| false)
    })
}

/// Whether the task asserts something, which then fails nothing.
fn asserts(cx: &BodyCx<'_>, spawn: &Spawn) -> bool {
    spawn.body(cx).is_some_and(|inside| {
        inside.body().stmts().any(|(_, stmt)| {
            matches!(&stmt.kind, StmtKind::Assign(_, Value::Macro(call)) if is_assertion(call))
        })
    })
}
