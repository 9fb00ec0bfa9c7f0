//! ## What it does
//! Reports `abort()`, or a handle that aborts when it is dropped, on a task that was started by
//! `spawn_blocking`.
//!
//! ## Why is this bad
//! A task is aborted at its next `.await`, and blocking code has none. Once it runs, the abort does
//! nothing: the closure goes on to its end, and the runtime's shutdown waits for it.
//!
//! ## Example
//! ```rust,ignore
//! let scan = tokio::task::spawn_blocking(move || index(&folder));
//! cancelled.await;
//! scan.abort();
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let stop = Arc::new(AtomicBool::new(false));
//! let scan = tokio::task::spawn_blocking({
//!     let stop = stop.clone();
//!     move || index(&folder, &stop)
//! });
//! cancelled.await;
//! stop.store(true, Ordering::Relaxed);
//! ```
//!
//! ## Known problems
//! A closure that looks at a flag, a token or a channel is taken to end by itself.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Drops, Kind, Role, Runs};
use crate::finding::Level;
use crate::flow::origin::Source;
use crate::model::Span;
use crate::model::body::Operand;
use crate::query::{BodyCx, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a blocking task is aborted, which does nothing once it runs",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for call in cx.calls_of(Role::Abort) {
        if let Some(spawned) = call.receiver().and_then(|handle| blocking(cx, handle)) {
            report(call.span, &spawned, sink);
        }
    }
    for call in cx.calls() {
        let aborts = call
            .result()
            .and_then(|made| cx.type_of(made))
            .is_some_and(|fact| fact.kind == Kind::Handle && fact.drops == Drops::Cancels);
        let Some(handle) = call.arg(0).filter(|_| aborts && call.name() == "new") else { continue };
        if let Some(spawned) = blocking(cx, handle) {
            report(call.span, &spawned, sink);
        }
    }
}

fn report(at: Span, spawned: &Spawn, sink: &mut Sink) {
    let report = sink.report(at);
    report.message("this abort does nothing once the blocking task runs");
    report.label(spawned.name_span, "started here, without an `.await` to be aborted at");
    report.help("let the closure look at a flag or token that is set here");
}

/// The start of the blocking task that a handle, or an `AbortHandle` of it, stands for, unless its
/// code can be told to stop.
fn blocking(cx: &BodyCx<'_>, handle: &Operand) -> Option<Spawn> {
    let mut origin = cx.origin(handle);
    for _ in 0..2 {
        let Source::Call(point) = origin.source else { return kept(cx, handle) };
        let home = cx.other(origin.body)?;
        let found = home.spawns().iter().find(|spawn| spawn.call == point);
        if let Some(found) = found {
            return is_beyond_reach(cx, &home, found).then(|| found.clone());
        }
        let call = home.call_at(point).filter(|call| call.name() == "abort_handle")?;
        origin = home.origin(call.receiver()?);
    }
    None
}

/// The same for a handle that is kept in a field: of what is put there where the value is made.
fn kept(cx: &BodyCx<'_>, handle: &Operand) -> Option<Spawn> {
    let kept = cx.known(&cx.identity(handle)?);
    let mut homes = cx.file.bodies().filter(|home| !home.is_test());
    homes.find_map(|home| {
        let is_there = |spawn: &&Spawn| {
            let made = spawn.handle.and_then(|handle| home.identity_of(handle));
            made.is_some_and(|made| kept.is_same_field(&home.known(&made)))
        };
        let spawn = home.spawns().iter().find(is_there)?;
        is_beyond_reach(cx, &home, spawn).then(|| spawn.clone())
    })
}

/// Whether the task is one that no abort stops. Where a value is dropped, the abort is there for a
/// task that has not begun: one that has, and does one thing after the other, soon ends anyway.
fn is_beyond_reach(cx: &BodyCx<'_>, home: &BodyCx<'_>, spawn: &Spawn) -> bool {
    let has_loop = || spawn.body(home).is_some_and(|inside| inside.loops().next().is_some());
    spawn.how.runs == Runs::Blocking && !listens(home, spawn) && (!cx.is_dropper() || has_loop())
}

/// Whether the task may learn that it is to stop.
fn listens(cx: &BodyCx<'_>, spawn: &Spawn) -> bool {
    let Some(inside) = spawn.body(cx) else { return true };
    let looks = inside.calls().any(|call| {
        matches!(
            inside.role(&call),
            Some(Role::Load | Role::IsCancelled | Role::Receive | Role::Send | Role::BlockOn)
        )
    });
    looks
        || spawn.gets(cx).iter().any(|local| {
            cx.holds_receiver(*local)
                || cx.type_of(*local).is_some_and(|fact| {
                    matches!(fact.kind, Kind::Atomic | Kind::Token | Kind::Sender | Kind::Lock)
                })
        })
}
