//! ## What it does
//! Reports a call in an async function or block that panics there: tokio's `blocking_send`,
//! `blocking_recv`, `blocking_lock`, `Runtime::block_on`, `Handle::block_on`; and a `Runtime` that
//! is dropped there.
//!
//! ## Why is this bad
//! These would stop the thread that polls all tasks, or wait for it; tokio panics instead. It is
//! no matter of chance: the first call ends the task.
//!
//! ## Example
//! ```rust,ignore
//! async fn publish(jobs: mpsc::Sender<Job>, job: Job) {
//!     jobs.blocking_send(job).unwrap();
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! async fn publish(jobs: mpsc::Sender<Job>, job: Job) {
//!     jobs.send(job).await.unwrap();
//! }
//! ```
//! A runtime that async code has made is given back with `shutdown_background()`.
//!
//! ## Known problems
//! Outside tokio's runtimes these calls do not panic; linger takes async code for tokio's unless
//! it sees another executor's `block_on` around it. Calls behind functions of the workspace are
//! reported by `blocking-in-async`. Test code is left alone: a test that panics is seen.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::fate::{Fate, What};
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "async code calls something that panics in async code",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if !cx.body().is_async() || cx.is_test() || is_elsewhere(cx) {
        return;
    }
    for call in cx.calls() {
        if cx.function(&call).is_some_and(|fact| fact.panics_in_async) {
            let name = cx.call_words(&call);
            let report = sink.report(call.span);
            report.message(format!("{name} panics in async code"));
            report.help(help(&call));
        }
        runtime(cx, &call, sink);
    }
}

/// A runtime that is made by `call` and dropped here.
fn runtime(cx: &BodyCx<'_>, call: &CallSite<'_>, sink: &mut Sink) {
    let makes = cx.function(call).is_some_and(|fact| fact.ret.is_some() && fact.role.is_none());
    let Some(result) = call.result().filter(|_| makes) else { return };
    if !cx.type_of(result).is_some_and(|fact| fact.drop_panics_in_async) {
        return;
    }
    let fates = cx.fate(result);
    let Some(dropped) = fates.iter().find(|fate| fate.what == What::Dropped && !fate.by_ref) else {
        return;
    };
    if fates.iter().any(|fate| is_passed_on(cx, fate)) {
        return;
    }
    let name = cx.name_of(dropped.local);
    let report = sink.report(call.span);
    report.message(match &name {
        Some(name) => format!("the runtime {name} is dropped in async code, which panics"),
        None => "this runtime is dropped in async code, which panics".to_owned(),
    });
    let name = name.as_deref().unwrap_or("it").trim_matches('`').to_owned();
    report.help(format!(
        "spawn on the runtime that polls this code; or end with `{name}.shutdown_background()`"
    ));
}

/// Whether something else may own the runtime then.
fn is_passed_on(cx: &BodyCx<'_>, fate: &Fate) -> bool {
    let is_drop = || cx.call_at(fate.point).is_some_and(|call| cx.role(&call) == Some(Role::Drop));
    fate.escapes() && !fate.by_ref && !is_drop()
}

/// Whether an executor runs the block that is not tokio's.
fn is_elsewhere(cx: &BodyCx<'_>) -> bool {
    cx.driver().is_some_and(|(outer, call)| {
        outer.function(&call).is_some_and(|block_on| !block_on.panics_in_async)
    })
}

fn help(call: &CallSite<'_>) -> String {
    match call.name().strip_prefix("blocking_") {
        Some(name) => format!("await the asynchronous form: `{name}(..).await`"),
        None if call.name() == "block_on" => "await the future instead".to_owned(),
        None => "move it to a thread: `spawn_blocking(..).await`".to_owned(),
    }
}
