//! ## What it does
//! Reports an atomic that is loaded, and then stored with a value made of what was loaded:
//! `x.store(x.load(..) + 1, ..)`; also `if !x.load(..) { x.store(true, ..); … }` around work that
//! is to be done once.
//!
//! ## Why is this bad
//! Between the load and the store another thread may have stored. Its change is lost; or both find
//! the flag unset, and the work is done twice.
//!
//! ## Example
//! ```rust,ignore
//! self.served.store(self.served.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
//! if !self.started.load(Ordering::SeqCst) {
//!     self.started.store(true, Ordering::SeqCst);
//!     start();
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! self.served.fetch_add(1, Ordering::Relaxed);
//! if !self.started.swap(true, Ordering::SeqCst) {
//!     start();
//! }
//! ```
//!
//! ## Known problems
//! Only a value that goes from the load into the store and nowhere else is followed, and only a
//! flag that is set before the work: one that is set behind it is a note that the work need not be
//! done again. Where one thread alone ever stores, nothing is lost. That is assumed where the load is `Relaxed`
//! and the store is not, where a lock is held, where `&mut self` is at hand, and beside a `fence`.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::operands;
use crate::flow::same::{Identity, IdentityRoot};
use crate::flow::uses::How;
use crate::model::body::{
    Arm, Branch, BranchKind, Literal, LocalId, LocalKind, Operand, Pat, Point, Root, Term, Value,
};
use crate::model::item::SelfKind;
use crate::query::{BodyCx, CallSite, GuardKind, Report, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "an atomic is loaded and stored in two steps where one is needed",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for store in cx.calls_of(Role::Store).filter(|call| is_atomic(cx, call)) {
        let Some(what) = store.receiver().and_then(|receiver| cx.identity(receiver)) else {
            continue;
        };
        if is_alone(cx, &store, &what) || decides_in_one_step(cx, &what) {
            continue;
        }
        let Some(value) = store.arg(0) else { continue };
        if let Some(load) = updated(cx, &store, &what, value) {
            let words = store.receiver().and_then(|receiver| cx.words(receiver));
            let words = words.unwrap_or_else(|| "the atomic".to_owned());
            let report = sink.report(store.span);
            report.message(format!("what another thread stores into {words} meanwhile is lost"));
            if !store.span.contains(load.span) {
                report.label(load.span, "loaded here");
            }
            report.help("change it in one step: `fetch_add`, `fetch_max`, `fetch_update`, …");
            add_in_one_step(cx, &load, &store, value, report);
        } else if let Some(load) = raised(cx, &store, &what, value) {
            let words = store.receiver().and_then(|receiver| cx.words(receiver));
            let words = words.unwrap_or_else(|| "the atomic".to_owned());
            let report = sink.report(store.span);
            report.message(format!(
                "what another thread stores into {words} meanwhile is overwritten, compared or not"
            ));
            report.label(load.span, "compared here");
            report.help("compare and store in one step: `fetch_max`, `fetch_min`, `fetch_update`");
        } else if let Some(load) = guarded(cx, &store, &what, value) {
            let words = store.receiver().and_then(|receiver| cx.words(receiver));
            let words = words.unwrap_or_else(|| "the flag".to_owned());
            let report = sink.report(store.span);
            report.message(format!("two threads may both find {words} unset and go on"));
            report.label(load.span, "asked here");
            report
                .help("ask and set in one step: `if !flag.swap(true, ..)`, or `compare_exchange`");
            if is_set_at_once(cx, &load, &store) {
                let repair = report.fix("ask and set in one step");
                repair.replace(load.call.name_span, &["load"], "swap");
                repair.argument(load.call.name_span, "true").gone(store.span);
            }
        }
    }
}

fn is_atomic(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    cx.owner(call).is_some_and(|owner| owner.kind == Kind::Atomic)
}

/// Whether nobody else can store: a lock is held, or the owner is borrowed mutably, or the atomic
/// was made here.
fn is_alone(cx: &BodyCx<'_>, store: &CallSite<'_>, what: &Identity) -> bool {
    let locked = cx
        .guards_at(store.point)
        .any(|guard| guard.how.kind == GuardKind::Lock && !guard.how.shared);
    let IdentityRoot::Local(body, local) = what.root else { return locked };
    let Some(home) = cx.other(body) else { return true };
    let is_self = home.local(local).is_some_and(|found| found.name == "self");
    locked || (is_self && home.body().self_kind == Some(SelfKind::Mut))
}

/// Whether the body also changes the atomic in one step, which may decide between threads, or
/// orders what threads see by fences: then it says itself who may store.
fn decides_in_one_step(cx: &BodyCx<'_>, what: &Identity) -> bool {
    if cx.calls().any(|call| call.name() == "fence") {
        return true;
    }
    cx.calls_of(Role::Update).any(|call| {
        call.receiver().and_then(|receiver| cx.identity(receiver)).as_ref() == Some(what)
    })
}

/// The load of the same atomic that the stored value is computed from.
fn updated<'a>(
    cx: &BodyCx<'a>,
    store: &CallSite<'_>,
    what: &Identity,
    value: &Operand,
) -> Option<CallSite<'a>> {
    let found = cx.computed_from(value).into_iter().find(|found| {
        found.changed
            && found.only
            && is_load_of(cx, &found.call, what)
            && !publishes(&found.call, store)
            && still_holds(cx, &found.call, store, value)
    })?;
    Some(found.call)
}

/// Whether a variable that got what was loaded may hold it still at the store: in a cache that is
/// filled where it is empty, it holds something new by then.
fn still_holds(
    cx: &BodyCx<'_>,
    load: &CallSite<'_>,
    store: &CallSite<'_>,
    value: &Operand,
) -> bool {
    let Some(local) = value.local() else { return true };
    let sets: Vec<Point> = cx.uses().definitions(local).collect();
    !sets.contains(&load.point)
        || cx.graph().reaches(cx.body(), load.point, store.point, |at| sets.contains(&at))
}

/// The load that the stored value itself is compared with: a maximum in two steps.
fn raised<'a>(
    cx: &BodyCx<'a>,
    store: &CallSite<'_>,
    what: &Identity,
    value: &Operand,
) -> Option<CallSite<'a>> {
    let stored = cx.identity(value)?;
    leading(cx, store).find_map(|branch| {
        let (_, compared) = operands::assign_at(
            cx.body(),
            cx.uses().definition(branch.scrutinee.place()?.whole()?)?,
        )?;
        let Value::Op(operator, parts) = compared else { return None };
        let orders = matches!(operator.as_str(), "<" | "<=" | ">" | ">=");
        let [one, other] = parts.as_slice() else { return None };
        let load = [(one, other), (other, one)].into_iter().find_map(|(load, with)| {
            let is_stored = cx.identity(with).is_some_and(|with| with == stored);
            cx.call_behind(load).filter(|_| is_stored)
        });
        load.filter(|load| {
            orders
                && is_load_of(cx, load, what)
                && !publishes(load, store)
                && !calls_between(cx, load, store)
        })
    })
}

/// The branches one arm of which leads to the store, whatever comes between.
fn leading<'a>(cx: &BodyCx<'a>, store: &CallSite<'_>) -> impl Iterator<Item = &'a Branch> {
    cx.body().blocks.iter().filter_map(move |block| {
        let Term::Branch(branch) = &block.term else { return None };
        let leads = |arm: &Arm| cx.graph().dominates(arm.target, store.point.block);
        branch.arms.iter().any(leads).then_some(branch)
    })
}

/// The load behind which the flag is set at once, before the work that is to be done once. Where
/// the work comes first, the flag says that it need not be done again, and may be late.
fn guarded<'a>(
    cx: &BodyCx<'a>,
    store: &CallSite<'_>,
    what: &Identity,
    value: &Operand,
) -> Option<CallSite<'a>> {
    if !matches!(value, Operand::Literal(Literal::Bool(true))) {
        return None;
    }
    leading(cx, store).find_map(|branch| {
        let asked = cx.computed_from(&branch.scrutinee).into_iter().map(|found| found.call);
        asked.into_iter().find(|load| {
            is_load_of(cx, load, what) && !publishes(load, store) && is_next(cx, load, store)
        })
    })
}

/// Whether nothing is called between the load and the store, and something behind the store.
fn is_next(cx: &BodyCx<'_>, load: &CallSite<'_>, store: &CallSite<'_>) -> bool {
    let mut others = cx.calls().filter(|call| call.point != store.point);
    !calls_between(cx, load, store)
        && others.any(|call| cx.graph().point_dominates(store.point, call.point))
}

/// Whether something is called between the load and the store.
fn calls_between(cx: &BodyCx<'_>, load: &CallSite<'_>, store: &CallSite<'_>) -> bool {
    let mut others = cx.calls().filter(|call| ![load.point, store.point].contains(&call.point));
    others.any(|call| {
        let reaches = |from, to, past| cx.graph().reaches(cx.body(), from, to, |at| at == past);
        reaches(load.point, call.point, store.point) && reaches(call.point, store.point, load.point)
    })
}

/// The methods that change an atomic by an operator, which they give back what was there before.
const IN_ONE_STEP: [(&str, &str); 5] = [
    ("+", "fetch_add"),
    ("-", "fetch_sub"),
    ("|", "fetch_or"),
    ("&", "fetch_and"),
    ("^", "fetch_xor"),
];

/// Proposes the method that does what the operator between the load and the store does.
fn add_in_one_step(
    cx: &BodyCx<'_>,
    load: &CallSite<'_>,
    store: &CallSite<'_>,
    value: &Operand,
    report: &mut Report,
) {
    let made = value.local().and_then(|value| cx.uses().definition(value));
    let made = made.and_then(|made| operands::assign_at(cx.body(), made));
    let Some((_, Value::Op(operator, sides))) = made else { return };
    let method = IN_ONE_STEP.iter().find(|(known, _)| *known == operator.as_str());
    let (Some((operator, method)), [old, by]) = (method, sides.as_slice()) else { return };
    if !is_replaceable(cx, load, store) || load.point.block != store.point.block {
        return;
    }
    let (loaded, bound) = (load.result(), load.result().filter(|local| is_variable(cx, *local)));
    if loaded.is_none() || old.local() != loaded {
        return;
    }
    if bound.is_none() && store.span.contains(load.span) && is_plain(cx, by) {
        let repair = report.fix(format!("change it by `{method}`"));
        repair.replace(store.call.name_span, &["store"], *method);
        repair.without_left(load.span, operator);
    } else if let (Some(bound), Operand::Literal(Literal::Int(by))) = (bound, by)
        && !calls_between(cx, load, store)
    {
        let repair = report.fix(format!("change it by `{method}`"));
        repair.replace(load.call.name_span, &["load"], *method);
        repair.argument(load.call.name_span, by.to_string()).gone(store.span);
        let reads = cx.uses().of(bound).filter(|found| !matches!(found.how, How::Ended));
        if reads.count() == 2 {
            // Nothing but the sum needed it.
            repair.unbound(load.span);
        }
    }
}

/// Whether one operation may take the place of the two: the order in which others see them is the
/// same for both, and nobody takes what the store gives.
fn is_replaceable(cx: &BodyCx<'_>, load: &CallSite<'_>, store: &CallSite<'_>) -> bool {
    let order = ordering(load, 0);
    let discarded = store.result().and_then(|result| cx.local(result));
    order == ordering(store, 1)
        && matches!(order, Some("Relaxed" | "SeqCst"))
        && discarded.is_some_and(|found| found.kind == LocalKind::Statement)
}

/// Whether reading it does nothing.
fn is_plain(cx: &BodyCx<'_>, operand: &Operand) -> bool {
    operand.local().is_none_or(|local| !cx.body().local(local).name.is_empty())
}

fn is_variable(cx: &BodyCx<'_>, local: LocalId) -> bool {
    cx.body().local(local).kind == LocalKind::Let
}

/// Whether the flag is set behind the question as the first that is done, whatever else is asked.
fn is_set_at_once(cx: &BodyCx<'_>, load: &CallSite<'_>, store: &CallSite<'_>) -> bool {
    let Some(block) = cx.body().blocks.get(load.point.block as usize) else { return false };
    let Term::Branch(branch) = &block.term else { return false };
    let asked = branch.scrutinee.local();
    let made = asked.and_then(|asked| cx.uses().definition(asked));
    let made = made.and_then(|made| operands::assign_at(cx.body(), made));
    let unset = match made {
        _ if asked == load.result() => Pat::Bool(false),
        Some((_, Value::Op(operator, sides)))
            if operator == "!" && sides.iter().all(|side| side.local() == load.result()) =>
        {
            Pat::Bool(true)
        }
        _ => return false,
    };
    let way = branch.arms.iter().find(|arm| arm.pat == unset).map(|arm| arm.target);
    branch.kind == BranchKind::If
        && branch.span.contains(load.span)
        && way.is_some_and(|way| cx.leads_at_once(way, store.point))
        && is_replaceable(cx, load, store)
}

fn is_load_of(cx: &BodyCx<'_>, load: &CallSite<'_>, what: &Identity) -> bool {
    cx.role(load) == Some(Role::Load)
        && load.receiver().and_then(|receiver| cx.identity(receiver)).as_ref() == Some(what)
}

/// A relaxed load before a store that releases is how the only writer reads its own value.
fn publishes(load: &CallSite<'_>, store: &CallSite<'_>) -> bool {
    ordering(load, 0) == Some("Relaxed") && ordering(store, 1) != Some("Relaxed")
}

fn ordering<'a>(call: &CallSite<'a>, index: usize) -> Option<&'a str> {
    match &call.arg(index)?.place()?.root {
        Root::Item(path) => path.last().map(|name| name.as_str()),
        Root::Local(_) => None,
    }
}
