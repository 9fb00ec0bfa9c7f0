//! ## What it does
//! Reports `Condvar::wait` outside a loop, and a loop that waits before it has looked whether
//! there is anything to wait for.
//!
//! ## Why is this bad
//! A wait may end without a notification, and another thread may have taken what the notification
//! stood for. And one that came before the wait is lost: who does not look first, waits for ever.
//!
//! ## Example
//! ```rust,ignore
//! let mut ready = self.ready.lock().unwrap();
//! if !*ready {
//!     ready = self.changed.wait(ready).unwrap();
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let mut ready = self.ready.lock().unwrap();
//! while !*ready {
//!     ready = self.changed.wait(ready).unwrap();
//! }
//! ```
//! Or `self.changed.wait_while(ready, |ready| !*ready)`.
//!
//! ## Known problems
//! A wait with a time limit is taken for a pause that may end early, and not reported. A function
//! that is given the guard leaves the loop to its caller. Test code is left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::operands;
use crate::model::Span;
use crate::model::body::{Branch, BranchKind, LocalId, LocalKind, Operand, Point, StmtKind, Term};
use crate::query::{BodyCx, CallSite, Guard, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a condition variable is waited on without a look at the condition",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for wait in cx.calls_of(Role::Wait).filter(|call| is_plain_wait(cx, call)) {
        // Who gets the guard from elsewhere is called in a loop, or knows better.
        let Some(guard) = taken_here(cx, &wait) else { continue };
        let name = wait.receiver().and_then(|receiver| cx.words(receiver));
        let name = name.unwrap_or_else(|| "the condition variable".to_owned());
        match cx.loop_around(wait.point) {
            None => {
                let report = sink.report(wait.span);
                report.message(format!("{name} is waited on once: who wakes must look again"));
                report.help("wait in a loop that looks at the condition, or use `wait_while`");
                if let Some(condition) = asked_once(cx, guard, &wait) {
                    report.fix("look again after each wait").keyword(condition, "if", "while");
                }
            }
            Some(_) if !looks_first(cx, guard, wait.point) => {
                let report = sink.report(wait.span);
                report.message(format!("{name} is waited on before a look at the condition"));
                report.label(guard.span, "nothing is asked between this lock and the wait");
                report.help(
                    "look first: a notification that came before the wait is lost; `while !condition \
                     { … }` or `wait_while`",
                );
            }
            Some(_) => {}
        }
    }
}

fn is_plain_wait(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    call.name() == "wait" && cx.owner(call).is_some_and(|owner| owner.kind == Kind::Condvar)
}

/// The guard that is waited with, when this body has locked it.
fn taken_here<'a>(cx: &BodyCx<'a>, wait: &CallSite<'_>) -> Option<&'a Guard> {
    let operand = wait.arg(0)?.local()?;
    cx.guards().iter().find(|guard| {
        guard.life.is_alive(wait.point)
            && cx.names(guard.local).iter().any(|(name, _)| *name == operand)
    })
}

/// The condition of an `if` that asks for nothing but what the guard guards, and does nothing but
/// wait: each round of a loop in its place would ask anew.
fn asked_once(cx: &BodyCx<'_>, guard: &Guard, wait: &CallSite<'_>) -> Option<Span> {
    let alone = cx.calls().filter(|call| call.point.block == wait.point.block).all(|call| {
        let of_wait =
            |result: &Operand| cx.call_behind(result).is_some_and(|made| made.point == wait.point);
        call.point == wait.point || call.receiver().is_some_and(of_wait)
    });
    let sets_guard = cx.body().block(wait.point.block).stmts.iter().all(|stmt| match &stmt.kind {
        StmtKind::Assign(dest, _) => dest.whole().is_some_and(|dest| {
            let kind = cx.body().local(dest).kind;
            !matches!(kind, LocalKind::Let | LocalKind::Param) || is_guard(cx, guard, dest)
        }),
        StmtKind::End(_) | StmtKind::Declare(_) => true,
    });
    let branch = cx.body().blocks.iter().find_map(|block| match &block.term {
        Term::Branch(branch) if branch.arms.iter().any(|arm| arm.target == wait.point.block) => {
            Some(branch)
        }
        _ => None,
    })?;
    let [yes, no] = branch.arms.as_slice() else { return None };
    let plain = branch.kind == BranchKind::If && yes.target == wait.point.block;
    (plain && alone && sets_guard && cx.skips(no.target) && asks_guard(cx, guard, branch))
        .then_some(branch.span)
}

fn is_guard(cx: &BodyCx<'_>, guard: &Guard, local: LocalId) -> bool {
    cx.names(guard.local).iter().any(|(name, _)| *name == local)
}

/// Whether the outcome of the branch depends on what the guard guards, and else on what never
/// changes.
fn asks_guard(cx: &BodyCx<'_>, guard: &Guard, branch: &Branch) -> bool {
    let mut todo = vec![&branch.scrutinee];
    let mut asked = false;
    while let Some(operand) = todo.pop() {
        let Some(local) = operand.local() else { continue };
        if is_guard(cx, guard, local) {
            asked = true;
            continue;
        }
        let made = cx.uses().definition(local).filter(|_| cx.body().local(local).name.is_empty());
        match made.and_then(|point| operands::assign_at(cx.body(), point)) {
            Some((_, value)) => operands::of_value(value, |_, operand| todo.push(operand)),
            None => return false,
        }
    }
    asked
}

/// Whether every way from the lock to the wait passes a question, or sets what it waits for.
fn looks_first(cx: &BodyCx<'_>, guard: &Guard, wait: Point) -> bool {
    let asks = |point: Point| {
        matches!(operands::term_at(cx.body(), point), Some(Term::Branch(_)))
            || sets_value(cx, guard, point)
    };
    !cx.graph().reaches(cx.body(), guard.birth, wait, asks)
}

/// Whether what the guard guards, or a part of it, is assigned there.
fn sets_value(cx: &BodyCx<'_>, guard: &Guard, point: Point) -> bool {
    let Some((dest, _)) = operands::assign_at(cx.body(), point) else { return false };
    let holds = |local| guard.life.holders(point).contains(&local);
    dest.whole().is_none() && dest.local().is_some_and(holds)
}
