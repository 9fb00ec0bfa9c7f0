//! ## What it does
//! Reports a task or thread started for each item of an input, where nothing bounds how many run
//! at the same time.
//!
//! ## Why is this bad
//! The input decides how much memory, how many sockets and threads are in use. Ten thousand
//! requests at once are ten thousand tasks, each of them slower for the others.
//!
//! ## Example
//! ```rust,ignore
//! for url in urls {
//!     tasks.spawn(fetch(url));
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! for url in urls {
//!     let permit = permits.clone().acquire_owned().await?;
//!     tasks.spawn(async move {
//!         let _permit = permit;
//!         fetch(url).await
//!     });
//! }
//! ```
//! Or `stream::iter(urls).map(fetch).buffer_unordered(16)`.
//!
//! ## Known problems
//! Whether the input is small is not known, hence the level. A range and a list that is written out
//! are taken for small. Test code is left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Role, Runs};
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::origin::Source;
use crate::model::body::{LoopId, LoopKind, Term};
use crate::query::{BodyCx, GuardKind, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Allow,
    summary: "a task is started for each item of an input that nothing bounds",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    // A pool bounds what it runs by itself.
    let pooled = |spawn: &&Spawn| matches!(spawn.how.runs, Runs::PoolJob | Runs::Blocking);
    for spawn in cx.spawns().iter().filter(|spawn| !pooled(spawn)) {
        let Some(around) = cx.loop_around(spawn.call) else { continue };
        if is_small(cx, around) || is_bounded(cx, spawn, around) {
            continue;
        }
        let noun = spawn.how.noun();
        let report = sink.report(spawn.span);
        report.message(format!("nothing bounds how many of these {noun}s run at the same time"));
        if let Some(found) = cx.body().loops.get(around as usize) {
            report.label(found.head_span, format!("each round starts one more {noun}"));
        }
        report.help(
            "take a permit of a `Semaphore` for each and move it along, or use `buffer_unordered`",
        );
    }
}

/// Whether the loop goes over a range or a list that is written out.
fn is_small(cx: &BodyCx<'_>, around: LoopId) -> bool {
    let Some(found) = cx.body().loops.get(around as usize) else { return true };
    let head = cx.body().blocks.get(found.header as usize).map(|block| &block.term);
    let (LoopKind::For, Some(Term::Branch(branch))) = (found.kind, head) else { return false };
    let source = cx.origin(&branch.scrutinee).source;
    matches!(source, Source::Made(_) | Source::Literal)
}

/// Whether a permit is taken for the task, or the loop waits for tasks or counts them.
fn is_bounded(cx: &BodyCx<'_>, spawn: &Spawn, around: LoopId) -> bool {
    let permit = cx
        .guards()
        .iter()
        .any(|guard| guard.how.kind == GuardKind::Permit && cx.in_loop(around, guard.call));
    let waits = cx.calls().filter(|call| cx.in_loop(around, call.point)).any(|call| {
        matches!(cx.role(&call), Some(Role::Join | Role::JoinNext | Role::Acquire))
            || matches!(call.name(), "len" | "try_acquire" | "available_permits")
    });
    let joined = spawn.handle_fate(cx).iter().any(|fate| {
        matches!(fate.what, What::Awaited | What::Selected(_)) && cx.in_loop(around, fate.point)
    });
    permit || waits || joined
}
