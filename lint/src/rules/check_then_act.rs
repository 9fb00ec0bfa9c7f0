//! ## What it does
//! Reports a decision that is made under a lock and acted upon under the same lock taken anew, with
//! no second look: a number that is read, changed and written back, a length that is tested before
//! a push, a queue that is not empty and then `pop().unwrap()`ed, a key that is not there and then
//! inserted, a place in a list that is found and then removed from.
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
//! That nobody else writes is not known. A value that is looked up, found missing, made and then
//! inserted is taken for a cache, in which it may be made twice, unless the items of the map hold
//! a lock or an atomic.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::operands;
use crate::flow::same::IdentityRoot;
use crate::model::body::{BodyKind, Operand, Point, Proj, StmtKind, Term, Value};
use crate::model::item::SelfKind;
use crate::model::{Name, Span};
use crate::query::{BodyCx, CallSite, Guard, GuardKind, Runs, Sink, Wait};

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
    if cx.is_test() || cx.guards().len() < 2 || is_callback(cx) {
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

/// Whether the body is a closure that no task or thread runs: whoever calls it does so one call
/// after the other.
fn is_callback(cx: &BodyCx<'_>) -> bool {
    let is_run =
        |home: BodyCx<'_>| home.spawns().iter().any(|spawn| spawn.runs == Runs::Body(cx.id));
    cx.body().kind == BodyKind::Closure && !cx.parent().is_some_and(is_run)
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
        let questions = questions(cx, first, second);
        let mut calls = cx.calls().filter(|call| is_under(cx, second, call.point));
        calls.find_map(|call| {
            act(cx, second, &call, &questions).or_else(|| at_place(cx, first, second, &call))
        })
    })
}

/// `*count = old + 1`, with `old` read under the first lock.
fn written_back(cx: &BodyCx<'_>, first: &Guard, second: &Guard) -> Option<Deed> {
    cx.body().stmts().find_map(|(point, stmt)| {
        let StmtKind::Assign(place, value) = &stmt.kind else { return None };
        let holds = |local| second.life.holders(point).contains(&local);
        if place.whole().is_some() || !place.local().is_some_and(holds) || !is_sum(cx, value) {
            return None;
        }
        let mut from = Vec::new();
        operands::of_value(value, |_, operand| from.extend(cx.computed_from(operand)));
        let is_old = from.iter().any(|found| found.call.point == first.call)
            && !from.iter().any(|found| found.call.point == second.call);
        (is_old && is_under(cx, second, point))
            .then_some(Deed { span: stmt.span, words: "what others wrote meanwhile is lost" })
    })
}

/// Whether a value is the result of an operator, perhaps by way of a variable.
fn is_sum(cx: &BodyCx<'_>, value: &Value) -> bool {
    let is_op = |point| matches!(operands::assign_at(cx.body(), point), Some((_, Value::Op(..))));
    match value {
        Value::Op(..) => true,
        Value::Use(operand) => {
            operand.local().is_some_and(|local| cx.uses().definitions(local).any(is_op))
        }
        _ => false,
    }
}

/// What was asked under the first lock, in a test through one side of which every way to the
/// second leads: the question, and the part of the locked value that was asked.
fn questions<'a>(cx: &BodyCx<'a>, first: &Guard, second: &Guard) -> Vec<(&'a str, Vec<&'a Name>)> {
    let tests = cx.body().blocks.iter().filter_map(|block| match &block.term {
        Term::Branch(branch) => Some(branch),
        _ => None,
    });
    let deciding = tests.filter(|branch| {
        let decides = |target| cx.graph().dominates(target, second.call.block);
        let mut sides = branch.arms.iter().map(|arm| decides(arm.target));
        sides.clone().any(|side| side) && !sides.all(|side| side)
    });
    deciding
        .flat_map(|branch| cx.computed_from(&branch.scrutinee))
        .filter_map(|asked| Some((asked.call.name(), part(first, &asked.call)?)))
        .collect()
}

/// The fields from what a guard guards to what a method is called on.
fn part<'a>(guard: &Guard, call: &CallSite<'a>) -> Option<Vec<&'a Name>> {
    let place = call.receiver()?.place()?;
    let is_held = guard.life.holders(call.point).contains(&place.local()?);
    let fields = place.proj.iter().filter_map(|step| match step {
        Proj::Field(name) => Some(name),
        _ => None,
    });
    is_held.then(|| fields.collect())
}

/// What a call under the second lock does that the answer may not fit any more.
fn act(
    cx: &BodyCx<'_>,
    second: &Guard,
    call: &CallSite<'_>,
    questions: &[(&str, Vec<&Name>)],
) -> Option<Deed> {
    let (on, asked, words): (_, &[&str], _) = match call.name() {
        "unwrap" | "expect" => (
            cx.call_behind(call.receiver()?).filter(|on| cx.role(on) == Some(Role::Take))?,
            &["is_empty", "len", "is_some", "is_none", "contains_key"],
            "it may be gone by now, and this panics",
        ),
        "push" | "push_back" | "push_front" => (*call, &["len"], "it may be full by now"),
        "insert" => (*call, asked_for(cx, second), "it may be there by now"),
        _ => return None,
    };
    let part = part(second, &on)?;
    let fits = |(name, of): &(&str, Vec<&Name>)| asked.contains(name) && *of == part;
    questions.iter().any(fits).then_some(Deed { span: call.span, words })
}

/// What may have been asked before an insertion: whether a set holds it, or whether a map has the
/// key when that is refused, or its items are shared. Another map that is filled where it has
/// nothing is a cache.
fn asked_for(cx: &BodyCx<'_>, second: &Guard) -> &'static [&'static str] {
    let refuses = cx.calls().any(|call| {
        call.name() == "Err" && !cx.graph().reaches(cx.body(), call.point, second.call, |_| false)
    });
    // What is shared must not be replaced: some go on with the one, some with the other. What is
    // awaited in between, a connection perhaps, is made twice on purpose.
    let is_shared = second.lock.as_ref().is_some_and(|lock| cx.guards_shared_items(lock))
        && !cx.awaits().any(|site| {
            let guards = cx.guards().iter();
            guards.into_iter().all(|guard| guard.birth != site.point)
        });
    match (is_shared, refuses) {
        (true, _) => &["contains_key", "contains", "get"],
        (false, true) => &["contains_key", "contains"],
        (false, false) => &["contains"],
    }
}

/// `list.remove(found)`, with the place found under the first lock.
fn at_place(cx: &BodyCx<'_>, first: &Guard, second: &Guard, call: &CallSite<'_>) -> Option<Deed> {
    let takes_place = ["remove", "swap_remove", "insert", "split_off"].contains(&call.name());
    part(second, call).filter(|_| takes_place)?;
    let found_before = |place: &Operand| {
        let from = cx.computed_from(place);
        from.iter().any(|found| found.call.point == first.call)
            && from.iter().any(|found| {
                ["position", "rposition", "len", "binary_search"].contains(&found.call.name())
            })
    };
    let words = "something else may be at that place by now";
    found_before(call.arg(0)?).then_some(Deed { span: call.span, words })
}

/// Whether a point lies under the guard, and nothing was asked since it was taken.
fn is_under(cx: &BodyCx<'_>, guard: &Guard, point: Point) -> bool {
    let asks = |at: Point| match operands::term_at(cx.body(), at) {
        Some(Term::Branch(branch)) => {
            let asks = cx.computed_from(&branch.scrutinee);
            asks.iter().any(|found| found.call.point == guard.call && found.changed)
        }
        _ => cx.call_at(at).is_some_and(|call| {
            let is_question = ["get", "get_mut", "contains_key", "contains", "entry", "len"];
            at != point && is_question.contains(&call.name()) && part(guard, &call).is_some()
        }),
    };
    guard.life.is_alive(point) && cx.graph().reaches(cx.body(), guard.birth, point, asks)
}
