//! ## What it does
//! Reports a decision that is made under a lock and acted upon under the same lock taken anew, with
//! no second look: a number that is read, changed and written back, a length that is tested before
//! a push, a queue that is not empty and then `pop().unwrap()`ed, a key that is not there and then
//! inserted.
//!
//! ## Why is this bad
//! Between the two locks others come in. Of two that read the same number one is lost, the last
//! item is gone when `unwrap` wants it, the limit is passed.
//!
//! ## Example
//! ```rust,ignore
//! if !self.jobs.lock().unwrap().is_empty() {
//!     run(self.jobs.lock().unwrap().pop().unwrap());
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let job = self.jobs.lock().unwrap().pop();
//! if let Some(job) = job {
//!     run(job);
//! }
//! ```
//! Or keep the guard from the test to the deed, or look again (`entry`).
//!
//! ## Known problems
//! That nobody else writes is not known.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::operands;
use crate::flow::same::IdentityRoot;
use crate::model::Span;
use crate::model::body::{Point, StmtKind, Term, Value};
use crate::model::item::SelfKind;
use crate::query::{BodyCx, CallSite, Guard, GuardKind, Sink, Wait};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "what was read under a lock is acted upon under the same lock taken anew",
    check: Check::Body(check),
    ..UNNAMED
};

/// What is done under the second lock because of what was read under the first.
struct Deed {
    span: Span,
    /// What may be wrong by then.
    words: &'static str,
}

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() || cx.guards().len() < 2 {
        return;
    }
    for second in cx.guards().iter().filter(|guard| locks(guard) && !guard.how.shared) {
        for first in cx.guards().iter().filter(|first| is_before(cx, first, second)) {
            if is_alone(cx, first) || has_gate(cx, first, second) {
                continue;
            }
            let Some(deed) = deed(cx, first, second) else { continue };
            let words = first.lock_words.as_deref().unwrap_or("the lock");
            let report = sink.report(deed.span);
            report.message(format!("{words} was given back since it was asked: {}", deed.words));
            report.label(first.span, "asked under this lock");
            report.label(second.span, "acted upon under this one, without a second look");
            report
                .help("keep the guard until the deed is done, or look again under the second lock");
            break;
        }
    }
}

fn locks(guard: &Guard) -> bool {
    guard.how.kind == GuardKind::Lock && guard.how.wait != Wait::Never
}

/// Whether every way to `second` has locked the same before, and given it back.
fn is_before(cx: &BodyCx<'_>, first: &Guard, second: &Guard) -> bool {
    let (one, two) = (first.call, second.call);
    let dominates = match one.block == two.block {
        true => one.stmt < two.stmt,
        false => cx.graph().dominates(one.block, two.block),
    };
    locks(first)
        && dominates
        && first.same_lock(second)
        && cx.is_one_thing(first.lock.as_ref())
        && !first.life.is_alive(two)
}

/// Whether nobody else has the lock: it is part of `&mut self`, or of `self`.
fn is_alone(cx: &BodyCx<'_>, guard: &Guard) -> bool {
    let Some(IdentityRoot::Local(body, local)) = guard.lock.as_ref().map(|lock| &lock.root) else {
        return false;
    };
    cx.other(*body).map(|home| home.body()).is_some_and(|home| {
        home.params.first() == Some(local)
            && matches!(home.self_kind, Some(SelfKind::Mut | SelfKind::Value))
    })
}

/// Whether another lock is held all the while.
fn has_gate(cx: &BodyCx<'_>, first: &Guard, second: &Guard) -> bool {
    cx.guards_at(first.call)
        .any(|other| other.call != second.call && locks(other) && other.life.is_alive(second.call))
}

fn deed(cx: &BodyCx<'_>, first: &Guard, second: &Guard) -> Option<Deed> {
    written_back(cx, first, second).or_else(|| {
        decides(cx, first, second)?;
        let mut calls = cx.calls().filter(|call| is_under(cx, second, call.point));
        calls.find_map(|call| act(cx, second, &call))
    })
}

/// `*count = old + 1`, with `old` read under the first lock from where it goes.
fn written_back(cx: &BodyCx<'_>, first: &Guard, second: &Guard) -> Option<Deed> {
    cx.body().stmts().find_map(|(point, stmt)| {
        let StmtKind::Assign(place, value) = &stmt.kind else { return None };
        let holds = |local| second.life.holders(point).contains(&local);
        if place.whole().is_some() || !place.local().is_some_and(holds) {
            return None;
        }
        let mut from = Vec::new();
        operands::of_value(value, |_, operand| from.extend(cx.computed_from(operand)));
        let is_changed = matches!(value, Value::Op(..)) || from.iter().any(|found| found.changed);
        let is_old = from.iter().any(|found| found.call.point == first.call)
            && !from.iter().any(|found| found.call.point == second.call);
        (is_old && is_changed && is_under(cx, second, point))
            .then_some(Deed { span: stmt.span, words: "what others wrote meanwhile is lost" })
    })
}

/// A test of what was read under the first lock, through which every way to the second leads.
fn decides(cx: &BodyCx<'_>, first: &Guard, second: &Guard) -> Option<Point> {
    (0..).zip(&cx.body().blocks).find_map(|(id, block)| {
        let Term::Branch(branch) = &block.term else { return None };
        let point = Point { block: id, stmt: block.stmts.len() as u32 };
        let asks = cx.computed_from(&branch.scrutinee);
        let from_first = asks.iter().any(|found| found.call.point == first.call);
        let on_one_side =
            branch.arms.iter().any(|arm| cx.graph().dominates(arm.target, second.call.block));
        let is_question = asks.iter().any(|found| is_question(&found.call));
        (from_first && on_one_side && is_question).then_some(point)
    })
}

/// A question whose answer is not a part of what was asked.
fn is_question(call: &CallSite<'_>) -> bool {
    ["is_empty", "len", "contains_key", "contains", "is_some", "is_none"].contains(&call.name())
}

/// What a call under the second lock does that the answer may not fit any more.
fn act(cx: &BodyCx<'_>, second: &Guard, call: &CallSite<'_>) -> Option<Deed> {
    let on = call.receiver()?;
    let from = cx.computed_from(on);
    if !from.iter().any(|found| found.call.point == second.call) {
        return None;
    }
    let words = match call.name() {
        "unwrap" | "expect"
            if from.iter().any(|found| cx.role(&found.call) == Some(Role::Take)) =>
        {
            "it may be empty by now, and this panics"
        }
        "push" | "push_back" | "push_front" => "it may be full by now",
        "insert" => "it may be there by now",
        _ => return None,
    };
    Some(Deed { span: call.span, words })
}

/// Whether a point lies under the guard, and nothing was asked since it was taken.
fn is_under(cx: &BodyCx<'_>, guard: &Guard, point: Point) -> bool {
    let asks = |at: Point| match operands::term_at(cx.body(), at) {
        Some(Term::Branch(branch)) => {
            let asks = cx.computed_from(&branch.scrutinee);
            asks.iter().any(|found| found.call.point == guard.call && found.changed)
        }
        _ => false,
    };
    guard.life.is_alive(point) && cx.graph().reaches(cx.body(), guard.birth, point, asks)
}
