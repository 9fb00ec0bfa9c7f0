//! ## What it does
//! Reports a `JoinHandle` that is moved into `timeout(..)` or into an arm of a `select!`.
//!
//! ## Why is this bad
//! When time or another arm wins, the handle is dropped. That stops the waiting, not the task: it
//! runs on with no owner, and what it holds stays held.
//!
//! ## Example
//! ```rust,ignore
//! let task = tokio::spawn(export());
//! if timeout(LIMIT, task).await.is_err() {
//!     log("gave up");
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let mut task = tokio::spawn(export());
//! if timeout(LIMIT, &mut task).await.is_err() {
//!     task.abort();
//! }
//! ```
//! Or `AbortOnDropHandle::new(task)`, or no task at all: `timeout(LIMIT, export())`.
//!
//! ## Known problems
//! Where the function tells the task to stop in another way before, by a token, a message or a
//! flag, it is left alone. So are tests and `main`.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Drops, Kind, Role};
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::origin::Source;
use crate::model::Span;
use crate::model::body::{LocalId, Mode, Operand};
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a timeout or `select!` drops the handle of a task that runs on",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    for call in cx.calls_of(Role::Timeout) {
        let arg = cx.function(&call).and_then(|fact| fact.arg).unwrap_or(1);
        if let Some(operand) = call.arg(arg) {
            handle(cx, operand, call.span, "time runs out", sink);
        }
    }
    for site in cx.selects() {
        if site.select.arms.len() + usize::from(site.select.otherwise.is_some()) < 2 {
            continue;
        }
        for arm in &site.select.arms {
            handle(cx, &arm.future, arm.future_span, "another arm wins", sink);
        }
    }
}

fn handle(cx: &BodyCx<'_>, operand: &Operand, span: Span, when: &str, sink: &mut Sink) {
    let Operand::Place(place, Mode::Move | Mode::Receiver) = operand else { return };
    let Some(local) = place.local() else { return };
    let detaches = cx
        .type_of_place(place)
        .is_some_and(|fact| fact.kind == Kind::Handle && fact.drops == Drops::Detaches);
    if !detaches || is_stopped(cx, operand, local) {
        return;
    }
    if cx.is_test() || cx.runs_once() || tells_to_stop(cx) {
        return;
    }
    let name = cx.words(operand);
    let what = match &name {
        Some(name) => format!("the task behind {name} runs on"),
        None => "the task runs on".to_owned(),
    };
    let report = sink.report(span);
    report.message(format!("when {when}, {what} with no owner"));
    if let Source::Call(point) = cx.origin(operand).source
        && let Some(spawn) = cx.spawns().iter().find(|spawn| spawn.call == point)
        && !span.contains(spawn.span)
    {
        report.label(spawn.span, "started here");
    }
    let name = name.as_deref().unwrap_or("task").trim_matches('`').to_owned();
    report.help(format!("pass `&mut {name}` and abort it then, or wrap it in `AbortOnDropHandle`"));
}

/// Whether the handle gave an abort handle away, or was aborted, before.
fn is_stopped(cx: &BodyCx<'_>, operand: &Operand, local: LocalId) -> bool {
    let origin = cx.origin(operand);
    if !origin.fields.is_empty() {
        let handle = cx.identity(operand);
        return cx.calls().any(|call| {
            (cx.role(&call) == Some(Role::Abort) || call.name() == "abort_handle")
                && call.receiver().and_then(|on| cx.identity(on)) == handle
        });
    }
    let first = origin.local.filter(|_| origin.body == cx.id).unwrap_or(local);
    [first, local].iter().any(|local| {
        cx.fate(*local).iter().any(|fate| {
            fate.what == What::Receiver
                && cx.call_at(fate.point).is_some_and(|call| {
                    cx.role(&call) == Some(Role::Abort) || call.name() == "abort_handle"
                })
        })
    })
}

/// Whether the function tells others to stop, itself or by a function that it calls: then the
/// task ends soon, handle or not.
fn tells_to_stop(cx: &BodyCx<'_>) -> bool {
    cx.calls().any(|call| {
        tells(cx, &call)
            || cx.callee(&call).is_some_and(|callee| {
                let inside = |called: &BodyCx<'_>| called.calls().any(|call| tells(called, &call));
                cx.in_function(callee, |called| inside(called).then_some(())).is_some()
            })
    })
}

/// Whether a call tells others to stop: by a word, or by dropping what keeps them going.
fn tells(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    match cx.role(call) {
        Some(
            Role::Cancel
            | Role::Send
            | Role::Close
            | Role::NotifyOne
            | Role::NotifyAll
            | Role::Store
            | Role::Abort,
        ) => true,
        Some(Role::Drop) => {
            let dropped = call.arg(0).and_then(Operand::place);
            dropped.and_then(|dropped| cx.type_of_place(dropped)).is_some_and(|fact| {
                matches!(fact.kind, Kind::Sender | Kind::Receiver | Kind::Token | Kind::DropGuard)
            })
        }
        _ => false,
    }
}
