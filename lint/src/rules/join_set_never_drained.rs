//! ## What it does
//! Reports a `JoinSet` that an endless loop fills and never empties.
//!
//! ## Why is this bad
//! The set keeps the result of every task that ended until somebody takes it. In a loop that
//! accepts connections for months that is memory without bound, and panics that nobody sees.
//!
//! ## Example
//! ```rust,ignore
//! let mut connections = JoinSet::new();
//! loop {
//!     let (stream, _) = listener.accept().await?;
//!     connections.spawn(serve(stream));
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let mut connections = JoinSet::new();
//! loop {
//!     tokio::select! {
//!         accepted = listener.accept() => { connections.spawn(serve(accepted?.0)); }
//!         Some(result) = connections.join_next() => result?,
//!     }
//! }
//! ```
//! A `TaskTracker` keeps no results.
//!
//! ## Known problems
//! A loop counts as endless when only errors, cancellation or its peer end it.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::loops::ExitKind;
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::body::{LocalKind, LoopId, LoopKind, Operand, Point};
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "an endless loop fills a `JoinSet` and never empties it",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for Filled { by, operand } in fillings(cx) {
        let Some(set) = set(cx, operand) else { continue };
        let Some(around) = outermost_without(cx, by.point, &set) else { continue };
        if !is_endless(cx, around) || is_emptied(cx, around, &set) {
            continue;
        }
        let words = cx.words(operand);
        let words = words.as_deref().unwrap_or("the set").to_owned();
        let report = sink.report(by.span);
        report.message(format!("{words} keeps the result of every task that this loop starts"));
        if let Some(the) = cx.body().loops.get(around as usize) {
            report.label(the.head_span, "nothing joins them in this loop");
        }
        let name = words.trim_matches('`');
        report.help(format!(
            "take results in the loop, by an arm `Some(result) = {name}.join_next()` or by \
             `{name}.try_join_next()`, or use a `TaskTracker`"
        ));
    }
}

/// A call that starts a task in a set.
struct Filled<'a> {
    by: CallSite<'a>,
    /// The set.
    operand: &'a Operand,
}

/// The spawns into sets, and the calls of functions that get a set and only spawn into it.
fn fillings<'a>(cx: &BodyCx<'a>) -> Vec<Filled<'a>> {
    let own = cx.spawns().iter().filter(|spawn| spawn.how.keeper == Some(Kind::TaskSet));
    let own = own.filter_map(|spawn| {
        let by = cx.call_at(spawn.call)?;
        Some(Filled { by, operand: by.receiver()? })
    });
    let lent = cx.calls().filter_map(|by| {
        let operand = by.call.args.iter().enumerate().find(|(index, _)| fills(cx, &by, *index))?.1;
        Some(Filled { by, operand })
    });
    own.chain(lent).collect()
}

/// Whether a function of the workspace gets a set as that argument, and does nothing with it but
/// spawn into it.
fn fills(cx: &BodyCx<'_>, call: &CallSite<'_>, argument: usize) -> bool {
    let given = call.call.args.get(argument).and_then(Operand::local);
    if !given.and_then(|given| cx.type_of(given)).is_some_and(|fact| fact.kind == Kind::TaskSet) {
        return false;
    }
    let Some(callee) = cx.callee(call) else { return false };
    let only_spawns = |called: &BodyCx<'_>| {
        let set = *called.body().params.get(argument)?;
        let fates = called.fate(set);
        let spawns = |point| {
            called.call_at(point).is_some_and(|call| called.role(&call) == Some(Role::Spawn))
        };
        let mut uses = fates.iter().filter(|fate| fate.what != What::Dropped).peekable();
        uses.peek()?;
        uses.all(|fate| fate.what == What::Receiver && spawns(fate.point)).then_some(())
    };
    cx.in_function(callee, only_spawns).is_some()
}

/// The set, when it is a variable or a field of `self` that nobody else empties meanwhile.
fn set(cx: &BodyCx<'_>, operand: &Operand) -> Option<Identity> {
    let set = cx.identity(operand)?;
    let IdentityRoot::Local(body, local) = &set.root else { return None };
    let found = cx.other(*body)?.local(*local)?;
    let own = *body == cx.id
        && (found.kind == LocalKind::Let || (found.name == "self" && !set.fields.is_empty()));
    own.then_some(set)
}

/// The innermost loop around the spawn, when the set is made before it.
fn outermost_without(cx: &BodyCx<'_>, spawn: Point, set: &Identity) -> Option<LoopId> {
    let around = cx.loop_around(spawn)?;
    let IdentityRoot::Local(_, local) = &set.root else { return None };
    (cx.local(*local)?.in_loop != Some(around)).then_some(around)
}

/// Whether nothing but errors, cancellation or its peer ends the loop.
fn is_endless(cx: &BodyCx<'_>, id: LoopId) -> bool {
    let is_for = cx.body().loops.get(id as usize).is_none_or(|the| the.kind == LoopKind::For);
    !is_for
        && cx.exits(id).iter().all(|exit| {
            exit.kind == ExitKind::Diverge
                || cx.cause(exit).is_some_and(|call| {
                    call.name() == "accept"
                        // Who listens to a broadcast listens for good.
                        || cx.function(&call).is_some_and(|fact| fact.lags)
                        || matches!(
                            cx.role(&call),
                            Some(Role::Cancelled | Role::IsCancelled | Role::Changed)
                        )
                })
        })
}

/// Whether the loop does anything with the set but spawn.
fn is_emptied(cx: &BodyCx<'_>, id: LoopId, set: &Identity) -> bool {
    let touches = |operand: &Operand| {
        cx.identity(operand)
            .is_some_and(|found| found.root == set.root && set.fields.starts_with(&found.fields))
    };
    cx.calls().any(|call| {
        let mut args = call.call.args.iter().enumerate();
        cx.in_loop(id, call.point)
            && cx.role(&call) != Some(Role::Spawn)
            && args.any(|(index, arg)| touches(arg) && !fills(cx, &call, index))
    })
}
