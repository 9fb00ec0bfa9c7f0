//! ## What it does
//! Reports a task or thread whose code is a loop without a way out, also behind calls of the
//! workspace: no `break`, `return` or `?`, no cancellation, no channel whose closing ends it.
//!
//! ## Why is this bad
//! It runs until the process ends. Its memory, connections and locks are never given back, tests
//! that start it leave it behind, and a shutdown cuts it off anywhere. In `spawn_blocking` it
//! keeps the runtime from shutting down at all.
//!
//! ## Example
//! ```rust,ignore
//! tokio::spawn(async move {
//!     let mut ticks = tokio::time::interval(PERIOD);
//!     loop {
//!         ticks.tick().await;
//!         flush().await;
//!     }
//! });
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! tokio::spawn(async move {
//!     let mut ticks = tokio::time::interval(PERIOD);
//!     loop {
//!         tokio::select! {
//!             _ = token.cancelled() => break,
//!             _ = ticks.tick() => flush().await,
//!         }
//!     }
//! });
//! ```
//! Or keep the handle and abort the task when its owner is dropped.
//!
//! ## Known problems
//! A task whose handle is kept counts as stoppable, whether or not somebody aborts it. What
//! `main` starts may live as long as the program.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Drops, Kind, Runs};
use crate::finding::Level;
use crate::query::{BodyCx, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a task or thread can never end",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.spawns().is_empty() || cx.is_test() || cx.runs_once() {
        return;
    }
    for spawn in cx.spawns() {
        let is_task = matches!(spawn.how.runs, Runs::Task | Runs::LocalTask);
        let is_kept = !spawn.is_forgotten(cx) && spawn.how.drops != Drops::Nothing;
        let is_aborted = spawn.how.drops == Drops::Cancels
            || spawn.how.keeper == Some(Kind::TaskSet)
            || (is_task && is_kept);
        if is_aborted || spawn.serves_the_program(cx) {
            continue;
        }
        let Some(endless) = spawn.endless_loop(cx) else { continue };
        let noun = spawn.how.noun();
        let report = sink.report(spawn.span);
        report.message(format!("this {noun} can never end"));
        report.label_in(endless, "this loop has no way out");
        if is_kept {
            report.level(Level::Warn);
        }
        report.help(match spawn.how.runs {
            Runs::Task | Runs::LocalTask => {
                "leave the loop when told to, by a `CancellationToken` or a closed channel, or \
                 keep the handle and abort it"
            }
            Runs::Blocking => {
                "leave the loop when a flag is set or a channel closes: the runtime waits for it \
                 when it shuts down"
            }
            Runs::Thread | Runs::ScopedThread | Runs::PoolJob => {
                "leave the loop when a flag is set or a channel closes"
            }
        });
    }
}
