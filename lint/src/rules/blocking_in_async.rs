//! ## What it does
//! Reports a call in an async function or block that stops the thread: `thread::sleep`, a blocking
//! receive or join, `Command::output`, a blocking HTTP request, `block_on`; also when a function
//! of the workspace does it.
//!
//! ## Why is this bad
//! The thread polls many tasks. While it is stopped, none of them moves: timers fire late,
//! connections time out, and a runtime with one thread stands still. Where the blocked call waits
//! for another task of the same runtime, it waits for ever.
//!
//! ## Example
//! ```rust,ignore
//! async fn retry() {
//!     while let Err(_) = connect().await {
//!         std::thread::sleep(Duration::from_secs(1));
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! async fn retry() {
//!     while let Err(_) = connect().await {
//!         tokio::time::sleep(Duration::from_secs(1)).await;
//!     }
//! }
//! ```
//! Where no asynchronous form exists, move the call to a thread: `spawn_blocking(|| …).await`.
//!
//! ## Known problems
//! Taking a lock for a short time is no finding: see `guard-across-await`. Test code is left
//! alone, and so are modules that call themselves `sync` or `blocking`. Sends are no finding
//! either: whether one waits depends on the channel. Closures that are called on the spot are not
//! followed.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{FnFact, Role};
use crate::finding::Level;
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "async code calls something that stops the thread",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if !cx.body().is_async() || cx.is_test() || runs_alone(cx) || knows_its_place(cx) {
        return;
    }
    for call in cx.calls() {
        let name = cx.call_words(&call);
        if let Some(summary) = cx.summary(&call) {
            let Some(blocks) = &summary.blocks else { continue };
            let report = sink.report(call.span);
            report.message(format!("{name} stops the thread that polls this task"));
            report.label_in(blocks.at, format!("it {} here", blocks.words));
            report.help(help(None));
        } else if let Some(fact) = cx.function(&call)
            && let Some(words) = &fact.blocks
            && matters(fact)
            && !is_done_already(cx, &call)
        {
            let report = sink.report(call.span);
            report.message(format!("{name} {words} on a thread that polls tasks"));
            report.help(help(fact.role));
        }
    }
}

/// Not what another rule reports, not a lock that is taken for a moment, and not a send: whether
/// that waits depends on the channel.
fn matters(fact: &FnFact) -> bool {
    !fact.is_async
        && !fact.is_try
        && !fact.panics_in_async
        && !matches!(fact.role, Some(Role::Lock | Role::FileIo | Role::Send))
}

/// A join behind a look whether the thread has ended returns at once.
fn is_done_already(cx: &BodyCx<'_>, join: &CallSite<'_>) -> bool {
    cx.role(join) == Some(Role::Join) && cx.calls().any(|call| call.name() == "is_finished")
}

/// Whether the block is given to `block_on` in a function of its own thread: then it shares the
/// thread with nobody.
fn runs_alone(cx: &BodyCx<'_>) -> bool {
    cx.parent().is_some_and(|outer| {
        !outer.body().is_async()
            && outer.calls_of(Role::BlockOn).any(|call| call.span.contains(cx.body().span))
    })
}

/// Whether the code asks if there is a runtime, is nothing but a sleep, or stands in a module that
/// calls itself `sync` or `blocking`: adapters that are made for callers without a runtime.
fn knows_its_place(cx: &BodyCx<'_>) -> bool {
    if cx.is_in_module("sync") || cx.is_in_module("blocking") {
        return true;
    }
    let only_sleeps = cx.calls_of(Role::Sleep).any(|sleep| {
        cx.awaits().next().is_none() && cx.calls().all(|call| sleep.span.contains(call.span))
    });
    only_sleeps || cx.calls().any(|call| call.name() == "try_current")
}

fn help(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Sleep) => "await the runtime's own sleep: `tokio::time::sleep(..).await`",
        Some(Role::Receive) => {
            "await a channel made for async code, or receive in `spawn_blocking`"
        }
        Some(Role::BlockOn) => "await the future",
        _ => "await an asynchronous form of it, or move it to `spawn_blocking(..).await`",
    }
}
