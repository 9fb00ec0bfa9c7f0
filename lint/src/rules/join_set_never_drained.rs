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
use crate::flow::loops::ExitKind;
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::body::{LocalKind, LoopId, LoopKind, Operand};
use crate::query::{BodyCx, Sink, Spawn};

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
    for spawn in cx.spawns().iter().filter(|spawn| spawn.how.keeper == Some(Kind::TaskSet)) {
        let Some(set) = set(cx, spawn) else { continue };
        let Some(around) = outermost_without(cx, spawn, &set) else { continue };
        if !is_endless(cx, around) || is_emptied(cx, around, &set, spawn) {
            continue;
        }
        let words = cx.call_at(spawn.call).and_then(|call| cx.words(call.receiver()?));
        let words = words.as_deref().unwrap_or("the set").to_owned();
        let report = sink.report(spawn.span);
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

/// The set, when it is a variable or a field of `self` that nobody else empties meanwhile.
fn set(cx: &BodyCx<'_>, spawn: &Spawn) -> Option<Identity> {
    let call = cx.call_at(spawn.call)?;
    let set = cx.identity(call.receiver()?)?;
    let IdentityRoot::Local(body, local) = &set.root else { return None };
    let found = cx.other(*body)?.local(*local)?;
    let own = *body == cx.id
        && (found.kind == LocalKind::Let || (found.name == "self" && !set.fields.is_empty()));
    own.then_some(set)
}

/// The innermost loop around the spawn, when the set is made before it.
fn outermost_without(cx: &BodyCx<'_>, spawn: &Spawn, set: &Identity) -> Option<LoopId> {
    let around = cx.loop_around(spawn.call)?;
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
                        || matches!(
                            cx.role(&call),
                            Some(Role::Cancelled | Role::IsCancelled | Role::Changed)
                        )
                })
        })
}

/// Whether the loop does anything with the set but spawn.
fn is_emptied(cx: &BodyCx<'_>, id: LoopId, set: &Identity, spawn: &Spawn) -> bool {
    let touches = |operand: &Operand| {
        cx.identity(operand)
            .is_some_and(|found| found.root == set.root && set.fields.starts_with(&found.fields))
    };
    cx.calls().any(|call| {
        call.point != spawn.call
            && cx.in_loop(id, call.point)
            && cx.role(&call) != Some(Role::Spawn)
            && call.call.args.iter().any(touches)
    })
}
