//! ## What it does
//! Reports a task whose handle cancels it when dropped (smol's `Task`, `AbortOnDropHandle`,
//! `RemoteHandle`), and whose handle is dropped as soon as the task is started; and a `JoinSet`
//! that is filled and dropped with nothing to wait in between.
//!
//! ## Why is this bad
//! The task is cancelled before it has done its work, mostly before its first line.
//!
//! ## Example
//! ```rust,ignore
//! let _ = smol::spawn(async move { upload(file).await });
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! smol::spawn(async move { upload(file).await }).detach();
//! ```
//! Better still, await the task, so that its end and its panics are seen.
//!
//! ## Known problems
//! A handle in a variable is taken for the task's owner as soon as anything waits or runs before
//! the end of the variable's scope.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Drops, FnFact, Kind, Role};
use crate::finding::Level;
use crate::flow::fate::{Fate, What};
use crate::flow::graph::Step;
use crate::model::Span;
use crate::model::body::{LocalId, LocalKind, LoopKind, Point};
use crate::query::{BodyCx, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a task is cancelled by the drop of its handle before it can do anything",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for spawn in cx.spawns() {
        if spawn.how.drops == Drops::Cancels
            && let Some(handle) = spawn.handle
            && let Some(underscore) = dropped_at_once(cx, spawn, handle)
        {
            let noun = spawn.how.noun();
            let report = sink.report(spawn.span);
            report.message(format!(
                "this {noun} is cancelled at once: dropping its handle cancels it"
            ));
            if let Some(span) = underscore {
                report.label(span, "the handle is dropped here");
            }
            report.help(format!("await the {noun}, keep its handle, or say `.detach()`"));
        }
    }
    sets(cx, sink);
}

/// Where the handle is dropped before anything else can happen: by `_`, by the end of its
/// statement (no place then), or by the end of a scope in which nothing runs behind the spawn.
fn dropped_at_once(cx: &BodyCx<'_>, spawn: &Spawn, handle: LocalId) -> Option<Option<Span>> {
    if !cx.is_only_dropped(handle) {
        return None;
    }
    let fates = cx.fate(handle);
    let dropped = fates.iter().filter(|fate| fate.what == What::Dropped);
    let ended = dropped.filter_map(|fate| cx.local(fate.local)).next_back()?;
    match ended.kind {
        LocalKind::Underscore => Some(Some(ended.span)),
        LocalKind::Statement => Some(None),
        LocalKind::Let if !goes_on(cx, spawn.call, handle) => Some(Some(ended.span)),
        _ => None,
    }
}

/// Whether anything waits or is called while the handle lives.
fn goes_on(cx: &BodyCx<'_>, spawn: Point, handle: LocalId) -> bool {
    let life = cx.life(spawn, handle);
    life.points().any(|point| {
        cx.call_at(point).is_some_and(|call| !cx.function(&call).is_some_and(is_idle))
            || cx.loop_around(point) != cx.loop_around(spawn)
            || waits(cx, point)
    })
}

/// Whether a call of this function takes no time to speak of.
fn is_idle(fact: &FnFact) -> bool {
    let waits = fact.blocks.is_some() || fact.blocks_when_full.is_some() || fact.is_async;
    !waits && fact.role != Some(Role::Spawn)
}

fn waits(cx: &BodyCx<'_>, point: Point) -> bool {
    cx.awaits().any(|site| site.point == point) || cx.selects().any(|site| site.point == point)
}

/// Sets of tasks that are made, filled and dropped.
fn sets(cx: &BodyCx<'_>, sink: &mut Sink) {
    for call in cx.calls() {
        let Some(set) = call.result() else { continue };
        let is_set = cx.function(&call).is_some_and(|fact| fact.role.is_none())
            && cx
                .type_of(set)
                .is_some_and(|fact| fact.kind == Kind::TaskSet && fact.drops == Drops::Cancels);
        if !is_set {
            continue;
        }
        let fates = cx.fate(set);
        if !fates.iter().all(|fate| fate.what == What::Dropped || only_fills(cx, fate)) {
            continue;
        }
        let Some(dropped) = fates.iter().find(|fate| fate.what == What::Dropped) else { continue };
        let filled = fates.iter().filter(|fate| fate.what == What::Receiver);
        let Some(spawn) = filled
            .filter_map(|fate| cx.spawns().iter().find(|spawn| spawn.call == fate.point))
            .find(|spawn| fills_soon(cx, spawn.call) && !is_waited_behind(cx, spawn.call))
        else {
            continue;
        };
        let Some(name) = cx.name_of(dropped.local) else { continue };
        let report = sink.report(spawn.span);
        report.message(format!("the tasks in {name} are cancelled: nothing waits for them"));
        if let Some(local) = cx.local(dropped.local) {
            report.label(local.span, "dropped at the end of its scope, with all its tasks");
        }
        let plain = name.trim_matches('`');
        report.help(format!(
            "wait for them: `while let Some(result) = {plain}.join_next().await {{ … }}`"
        ));
    }
}

/// Whether all that happens to a set is that a task is put into it, or that it is looked at.
fn only_fills(cx: &BodyCx<'_>, fate: &Fate) -> bool {
    match fate.what {
        What::Looked => true,
        What::Receiver => cx.call_at(fate.point).is_some_and(|call| {
            cx.role(&call) == Some(Role::Spawn) || matches!(call.name(), "len" | "is_empty")
        }),
        _ => false,
    }
}

/// Whether the spawn stands in no loop but that over some items: what another loop starts runs as
/// long as the loop.
fn fills_soon(cx: &BodyCx<'_>, spawn: Point) -> bool {
    let around = cx.loop_around(spawn).and_then(|id| cx.body().loops.get(id as usize));
    around.is_none_or(|around| around.kind == LoopKind::For)
}

/// Whether anything is waited for behind the spawn, outside the loop that it stands in: then the
/// tasks are meant to run as long as that.
fn is_waited_behind(cx: &BodyCx<'_>, spawn: Point) -> bool {
    let around = cx.loop_around(spawn);
    let mut found = false;
    cx.graph().forward(cx.body(), spawn, |point| {
        let inside = around.is_some_and(|around| cx.in_loop(around, point));
        let blocks =
            || cx.call_at(point).is_some_and(|call| !cx.function(&call).is_some_and(is_idle));
        found |= !inside && (waits(cx, point) || blocks());
        if found { Step::Stop } else { Step::On }
    });
    found
}
