//! ## What it does
//! Reports a permit that is acquired before a task is started and not moved into it, and that is
//! given back before the task ends.
//!
//! ## Why is this bad
//! The permit is meant to bound how many tasks run. It is given back when the function or the
//! round of the loop ends, which is at once, so that it bounds nothing.
//!
//! ## Example
//! ```rust,ignore
//! for url in urls {
//!     let permit = semaphore.clone().acquire_owned().await?;
//!     tokio::spawn(fetch(url));
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! for url in urls {
//!     let permit = semaphore.clone().acquire_owned().await?;
//!     tokio::spawn(async move {
//!         let _permit = permit;
//!         fetch(url).await
//!     });
//! }
//! ```
//!
//! ## Known problems
//! A permit that bounds other work of the function, too, is not told apart when that work does
//! not wait.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Drops, Role};
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::graph::Step;
use crate::model::Span;
use crate::model::body::BodyKind;
use crate::query::{BodyCx, Guard, GuardKind, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a permit taken before a spawn is not held by the task",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    let permits = cx.guards().iter().filter(|guard| guard.how.kind == GuardKind::Permit);
    for permit in permits {
        if !is_only_dropped(cx, permit) {
            continue;
        }
        let spawn = cx.spawns().iter().find(|spawn| {
            (spawn.how.drops == Drops::Detaches || spawn.how.keeper.is_some())
                && permit.life.is_alive(spawn.call)
                && cx.loop_around(spawn.call) == cx.loop_around(permit.birth)
                && !is_waited_for(cx, permit, spawn)
                && !waits_for(cx, permit, spawn)
        });
        let Some(spawn) = spawn else { continue };
        let noun = spawn.how.noun();
        let words = match &permit.lock_words {
            Some(words) => format!("the permit of {words}"),
            None => "this permit".to_owned(),
        };
        let report = sink.report(permit.span);
        report.message(format!("{words} is not held by the {noun} that it is taken for"));
        report.label(spawn.name_span, format!("this {noun} runs on without the permit"));
        let holder = permit.holder(cx, spawn.call).and_then(|holder| cx.name_of(holder));
        if let Some(name) = &holder
            && let Some(block) = may_take(cx, permit, spawn)
        {
            let name = name.trim_matches('`');
            let repair = report.fix(format!("move it into the {noun}"));
            repair.first(block, format!("let _permit = {name};"));
        }
        report.help(match holder {
            Some(name) => format!(
                "move {name} into the {noun}: `let _permit = {};` in it",
                name.trim_matches('`')
            ),
            None => format!("keep the permit in a variable and move it into the {noun}"),
        });
    }
}

/// Whether nothing takes the permit along, forgets it or gives it back on purpose.
fn is_only_dropped(cx: &BodyCx<'_>, permit: &Guard) -> bool {
    cx.fate(permit.local).iter().all(|fate| match fate.what {
        What::Dropped | What::Looked => true,
        What::Argument(_) => {
            cx.call_at(fate.point).is_some_and(|call| cx.role(&call) == Some(Role::Drop))
        }
        _ => false,
    })
}

/// The block of the task, if it may own the permit: the permit borrows nothing, and nothing else
/// here needs it.
fn may_take(cx: &BodyCx<'_>, permit: &Guard, spawn: &Spawn) -> Option<Span> {
    let owned = cx.call_at(permit.call).and_then(|call| cx.function(&call))?.consumes;
    let unused = cx.fate(permit.local).iter().all(|fate| fate.what == What::Dropped);
    let inside = spawn.body(cx)?.body();
    let written = matches!(inside.kind, BodyKind::AsyncBlock | BodyKind::Closure);
    (owned && unused && written && inside.parent == Some(cx.id)).then_some(inside.span)
}

/// Whether the task itself takes a permit of the same semaphore: it is to wait for this one.
fn waits_for(cx: &BodyCx<'_>, permit: &Guard, spawn: &Spawn) -> bool {
    let inside = spawn.body(cx);
    inside.is_some_and(|inside| inside.guards().iter().any(|other| other.same_lock(permit)))
}

/// Whether something behind the spawn is awaited while the permit is held: the task, or other
/// work that it bounds.
fn is_waited_for(cx: &BodyCx<'_>, permit: &Guard, spawn: &Spawn) -> bool {
    let mut waits = false;
    cx.graph().forward(cx.body(), spawn.call, |point| {
        if !permit.life.is_alive(point) {
            return Step::Stop;
        }
        waits |= cx.awaits().any(|site| site.point == point)
            || cx.selects().any(|site| site.point == point)
            || cx
                .call_at(point)
                .is_some_and(|call| cx.function(&call).is_some_and(|fact| fact.blocks.is_some()));
        if waits { Step::Stop } else { Step::On }
    });
    waits
}
