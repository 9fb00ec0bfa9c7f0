//! ## What it does
//! Reports a loop that puts the handle of each task or thread that it starts into one variable.
//!
//! ## Why is this bad
//! Each handle drops the one before it. Only the last task is joined; the others run on with
//! nobody to wait for them, and what they return, errors and panics included, is lost.
//!
//! ## Example
//! ```rust,ignore
//! let mut worker = None;
//! for job in jobs {
//!     worker = Some(tokio::spawn(run(job)));
//! }
//! worker.unwrap().await?;
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let mut workers = tokio::task::JoinSet::new();
//! for job in jobs {
//!     workers.spawn(run(job));
//! }
//! while let Some(result) = workers.join_next().await {
//!     result??;
//! }
//! ```
//!
//! ## Known problems
//! A handle that is put into a field is not followed from one round of the loop to the next.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Drops;
use crate::finding::Level;
use crate::flow::fate::What;
use crate::model::body::{LocalId, LoopId};
use crate::query::{BodyCx, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a loop keeps only the last handle of the tasks it starts",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    for spawn in cx.spawns() {
        if spawn.how.drops != Drops::Detaches || spawn.how.keeper.is_some() {
            continue;
        }
        let Some(around) = cx.loop_around(spawn.call) else { continue };
        // One round among many may start a task and keep its handle.
        if !cx.every_round(around, spawn.call) {
            continue;
        }
        let Some(variable) = overwritten(cx, spawn) else { continue };
        if is_looked_after(cx, spawn, around) {
            continue;
        }
        let Some(name) = cx.name_of(variable) else { continue };
        let noun = spawn.how.noun();
        let report = sink.report(spawn.span);
        report.message(format!("each {noun} that the loop starts replaces the last one in {name}"));
        if let Some(local) = cx.local(variable) {
            report.label(local.span, "holds one handle only");
        }
        report.help(format!(
            "keep the handles in a `Vec` or a `JoinSet`, and join every {noun} after the loop"
        ));
    }
}

/// The variable in which the handle is still when the next one is put there.
fn overwritten(cx: &BodyCx<'_>, spawn: &Spawn) -> Option<LocalId> {
    let handle = spawn.handle?;
    let life = cx.life(spawn.call, handle);
    let named = cx.names(handle).into_iter().filter(|(_, by_ref)| !by_ref);
    named.map(|(local, _)| local).find(|local| {
        cx.name_of(*local).is_some()
            && cx.uses().definitions(*local).any(|point| life.holders(point).contains(local))
    })
}

/// Whether the loop itself joins, aborts or asks after the task.
fn is_looked_after(cx: &BodyCx<'_>, spawn: &Spawn, around: LoopId) -> bool {
    spawn.handle_fate(cx).iter().any(|fate| {
        let concerns = match fate.what {
            What::Awaited | What::Selected(_) | What::Receiver | What::Captured(..) => true,
            What::Argument(_) => fate.by_ref,
            _ => false,
        };
        concerns && cx.in_loop(around, fate.point)
    })
}
