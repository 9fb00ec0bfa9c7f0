//! ## What it does
//! Reports an assertion in a task or thread that a test starts and never joins.
//!
//! ## Why is this bad
//! The panic of a failed assertion stays in its task. Without a join the test passes, or ends before
//! the assertion is even reached: it can't fail the test.
//!
//! ## Example
//! ```rust,ignore
//! #[tokio::test]
//! async fn counts() {
//!     tokio::spawn(async move { assert_eq!(count().await, 3) });
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! #[tokio::test]
//! async fn counts() {
//!     tokio::spawn(async move { assert_eq!(count().await, 3) }).await.unwrap();
//! }
//! ```
//!
//! ## Known problems
//! A task that holds an end of a channel, a connection, or anything of an unknown type may be missed
//! by the test when it panics, and is left alone; so is one that waits for a connection of its own,
//! and one that stays on the test's thread, because some executors pass its panic on.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Runs};
use crate::finding::Level;
use crate::model::Span;
use crate::model::body::{LocalId, StmtKind, Value};
use crate::query::{BodyCx, Sink, Spawn};
use crate::source::TargetKind;

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "an assertion in a task that the test never joins",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    let is_shown = matches!(cx.file.unit.kind, TargetKind::Example | TargetKind::Bench);
    if is_shown || !cx.function_around().is_some_and(|function| function.test) {
        return;
    }
    for spawn in cx.spawns() {
        // Some executors of local tasks run them, and let them panic, in the call that waits.
        let is_joined = matches!(spawn.how.runs, Runs::ScopedThread | Runs::LocalTask);
        let is_joined = is_joined || spawn.how.keeper.is_some();
        if is_joined || !spawn.is_forgotten(cx) || tells(cx, spawn) {
            continue;
        }
        let inside = spawn.body(cx).filter(|inside| !talks(inside));
        let Some(assertion) = inside.and_then(|inside| assertion(&inside)) else { continue };
        let report = sink.report(assertion);
        report.message("this assertion cannot fail the test");
        report.label(spawn.name_span, "the test never joins what it starts here");
        report.help("keep the handle, and `.await` or `.join()` it with an `unwrap`");
    }
}

fn assertion(inside: &BodyCx<'_>) -> Option<Span> {
    inside.body().stmts().find_map(|(_, stmt)| match &stmt.kind {
        StmtKind::Assign(_, Value::Macro(call)) => {
            let name = call.path.last()?;
            matches!(name.as_str(), "assert" | "assert_eq" | "assert_ne").then_some(stmt.span)
        }
        _ => None,
    })
}

/// Whether the task waits for something by a method: of a server or client that it made, whose
/// other side the test may have.
fn talks(inside: &BodyCx<'_>) -> bool {
    inside
        .awaits()
        .flat_map(|site| site.futures)
        .any(|future| inside.call_behind(future).is_some_and(|call| call.receiver().is_some()))
}

/// Whether others may learn from what the task holds that it has panicked.
fn tells(cx: &BodyCx<'_>, spawn: &Spawn) -> bool {
    let is_silent = |local: LocalId| {
        cx.type_of(local).is_some_and(|fact| {
            matches!(fact.kind, Kind::Atomic | Kind::Lock | Kind::Cell | Kind::Collection)
        }) || cx.is_copy(local)
    };
    !spawn.takes(cx).iter().all(|taken| is_silent(taken.outer))
}
