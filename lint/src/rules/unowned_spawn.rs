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
//! A task counts as watched when it holds a receiver, a flag, a `Weak`, one end of a channel that
//! was made beside it, what was made with a token, half of a pair whose other half is used
//! elsewhere, or anything that speaks of a shutdown by its name. A function that runs what it is given leaves the question to its caller. `Drop`,
//! functions that say `detach` or `background` in their names, and code that starts one task for
//! the whole program are left alone; so are tests and `main`, since what they start ends with
//! them.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Drops, Runs};
use crate::finding::Level;
use crate::query::{BodyCx, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "nothing joins, aborts or watches a task or thread",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.spawns().is_empty() || cx.is_test() || cx.runs_once() || is_meant(cx) {
        return;
    }
    for spawn in cx.spawns() {
        if spawn.how.drops != Drops::Detaches
            || spawn.how.keeper.is_some()
            || !spawn.is_forgotten(cx)
            || spawn.runs_what_is_given(cx)
            || spawn.serves_the_program(cx)
            || spawn.is_watched(cx)
        {
            continue;
        }
        let noun = spawn.how.noun();
        let endless = spawn.endless_loop(cx);
        let returned = spawn.handle.and_then(|handle| cx.task_returns(handle));
        let fails = returned.is_some_and(|path| path == "std::result::Result");
        if !fails && !spawn.is_known(cx) {
            continue;
        }
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

/// Whether the author says that it runs on alone: in so many words, or because a drop can wait
/// for nothing.
fn is_meant(cx: &BodyCx<'_>) -> bool {
    let name = cx.function_around().map_or("", |function| function.name.as_str());
    cx.is_dropper()
        || name.ends_with("_background")
        || ["detach", "in_background", "and_forget"].iter().any(|word| name.contains(word))
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
