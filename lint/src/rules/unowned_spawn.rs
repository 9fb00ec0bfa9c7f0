//! ## What it does
//! Reports a task or thread whose handle is dropped at once, or bound and never used, so that
//! nothing joins, aborts or watches it.
//!
//! ## Why is this bad
//! Nobody learns when it ends or that it panicked; an error that it returns is lost; a runtime
//! that shuts down cancels it half-way, a process that ends kills it. A task without an owner is
//! Rust's form of a leaked goroutine.
//!
//! ## Example
//! ```rust,ignore
//! tokio::spawn(async move {
//!     if let Err(error) = upload(file).await {
//!         return Err(error);
//!     }
//!     Ok(())
//! });
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let upload = tokio::spawn(upload(file));
//! // … and where the result matters:
//! upload.await??;
//! ```
//! A `JoinSet` owns many tasks, a `TaskTracker` waits for them at shutdown. Where running on alone
//! is meant, say so: `// linger: allow(unowned-spawn): …`.
//!
//! ## Known problems
//! A task that holds a receiver, or one end of a channel that was made beside it, counts as
//! watched by whoever holds the other end.
//! Test code and `main` are left alone: what they start ends with them.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Drops, Kind, Runs};
use crate::finding::Level;
use crate::query::{BodyCx, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "nothing joins, aborts or watches a task or thread",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.spawns().is_empty() || cx.is_test() || cx.runs_once() {
        return;
    }
    for spawn in cx.spawns() {
        if spawn.how.drops != Drops::Detaches
            || spawn.how.keeper.is_some()
            || !spawn.is_forgotten(cx)
            || is_watched(cx, spawn)
        {
            continue;
        }
        let noun = spawn.how.noun();
        let endless = spawn.endless_loop(cx);
        let returned = spawn.handle.and_then(|handle| cx.task_returns(handle));
        let fails = returned.is_some_and(|path| path == "std::result::Result");
        let (lost, rank) = match (&endless, fails) {
            (Some(_), _) => ("it never ends, and nothing can stop it", 3),
            (None, true) => ("the error that it returns is lost, and so is a panic", 2),
            (None, false) => ("nobody learns that it ended or panicked", 1),
        };
        let report = sink.report(spawn.span);
        report.message(format!("nothing owns this {noun}: {lost}"));
        report.rank(rank);
        if let Some(site) = endless {
            report.label_in(site, "runs for ever");
        }
        report.help(help(spawn));
    }
}

/// Whether somebody holds the other end of a channel that the task uses, or counts it.
fn is_watched(cx: &BodyCx<'_>, spawn: &Spawn) -> bool {
    let gets = spawn.gets(cx);
    let is_end = |ends: Vec<crate::flow::ends::Handle>| {
        ends.iter().any(|handle| gets.contains(&handle.local))
    };
    let by_channel = cx.channels().iter().any(|channel| {
        channel.ends.escapes || is_end(channel.senders(cx)) || is_end(channel.receivers(cx))
    });
    // Who sends to it ends it by leaving, and learns from a failed send that it is gone.
    let by_sender = gets.iter().any(|local| cx.holds_receiver(*local));
    let by_count = gets.iter().any(|local| {
        cx.type_of(*local).is_some_and(|fact| {
            matches!(fact.kind, Kind::TaskTracker | Kind::Token | Kind::DropGuard)
        })
    });
    by_channel || by_sender || by_count || is_handed_out(cx, spawn)
}

/// Whether a handle was taken off the future before: `remote_handle`, `abortable`.
fn is_handed_out(cx: &BodyCx<'_>, spawn: &Spawn) -> bool {
    let future = cx.call_at(spawn.call).and_then(|call| call.arg(spawn.how.arg));
    let made = future.and_then(|future| cx.call_behind(future));
    made.is_some_and(|call| matches!(call.name(), "remote_handle" | "abortable" | "track_future"))
}

fn help(spawn: &Spawn) -> &'static str {
    match spawn.how.runs {
        Runs::Thread | Runs::ScopedThread => {
            "keep the handle and `join` it, or say that it may run on: \
             `// linger: allow(unowned-spawn): <reason>`"
        }
        Runs::Blocking | Runs::PoolJob => {
            "await the handle: once it runs, nothing else can wait for it"
        }
        Runs::Task | Runs::LocalTask => {
            "keep the handle and await or abort it, spawn into a `JoinSet`, or say that it may run \
             on: `// linger: allow(unowned-spawn): <reason>`"
        }
    }
}
