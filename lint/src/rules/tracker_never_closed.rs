//! ## What it does
//! Reports `TaskTracker::wait()` on a tracker that nothing closes.
//!
//! ## Why is this bad
//! `wait` ends when the tracker is empty and closed. Without the close it waits for ever, also
//! after the last task has ended.
//!
//! ## Example
//! ```rust,ignore
//! let tracker = TaskTracker::new();
//! for job in jobs {
//!     tracker.spawn(run(job));
//! }
//! tracker.wait().await;
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let tracker = TaskTracker::new();
//! for job in jobs {
//!     tracker.spawn(run(job));
//! }
//! tracker.close();
//! tracker.wait().await;
//! ```
//!
//! ## Known problems
//! A tracker that is given to other functions may be closed there and is not reported. Neither is
//! one in a field while any field of that name is closed anywhere in the workspace.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::ends;
use crate::flow::fate::What;
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::Name;
use crate::model::body::LocalId;
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a task tracker is waited for that nothing closes",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for wait in cx.calls_of(Role::Wait).filter(|call| is_tracker(cx, call)) {
        let Some(tracker) = wait.receiver() else { continue };
        let Some(what) = cx.identity(tracker) else { continue };
        let closed = match what.fields.last() {
            Some(field) => closes_field(cx, field),
            None => closes_variable(cx, &what),
        };
        if closed {
            continue;
        }
        let words = cx.words(tracker).unwrap_or_else(|| "the tracker".to_owned());
        let report = sink.report(wait.span);
        report.message(format!("{words} is never closed, so that this waits for ever"));
        let name = words.trim_matches('`');
        report.help(format!(
            "call `{name}.close()` once no more tasks are meant to come: `wait` ends when the \
             tracker is closed and empty"
        ));
    }
}

fn is_tracker(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    cx.owner(call).is_some_and(|owner| owner.kind == Kind::TaskTracker)
}

/// Whether a tracker is closed anywhere that may be this field. In another file, a variable may
/// stand for any field.
fn closes_field(cx: &BodyCx<'_>, field: &Name) -> bool {
    let here = cx.file.unit.id;
    let elsewhere = cx.model().calls_of_method("close").any(|(file, close, fact)| {
        let is_close = fact.is_some_and(|fact| fact.role == Some(Role::Close));
        let same = close.receiver_field().map_or(is_close, |other| other == field);
        file != here && same
    });
    let closes = |body: &BodyCx<'_>, close: &CallSite<'_>| {
        let closed = close.receiver().and_then(|receiver| body.identity(receiver));
        closed.is_none_or(|closed| closed.fields.last() == Some(field))
    };
    elsewhere
        || cx.file.bodies().any(|body| {
            body.calls().any(|call| {
                let unknown = call.name() == "close" && body.function(&call).is_none();
                (unknown || body.role(&call) == Some(Role::Close)) && closes(&body, &call)
            })
        })
}

/// Whether a tracker that a variable holds is closed in this file, or may be closed elsewhere.
fn closes_variable(cx: &BodyCx<'_>, what: &Identity) -> bool {
    let IdentityRoot::Local(body, local) = what.root else { return true };
    let Some(home) = cx.other(body) else { return true };
    let is_made_here = home.uses().definition(local).is_some() && !is_param(&home, local);
    if !is_made_here || escapes(&home, local) {
        return true;
    }
    cx.file.bodies().any(|body| {
        body.calls_of(Role::Close).any(|close| {
            close
                .receiver()
                .is_none_or(|receiver| body.identity(receiver).is_none_or(|other| other == *what))
        })
    })
}

fn is_param(cx: &BodyCx<'_>, local: LocalId) -> bool {
    cx.body().params.contains(&local)
}

/// Whether the tracker or a clone of it goes where this file can't see it.
fn escapes(cx: &BodyCx<'_>, local: LocalId) -> bool {
    ends::handles(cx.flow(), local).iter().any(|handle| {
        cx.fate(handle.local).iter().any(|fate| match fate.what {
            What::Captured(..) => false,
            _ => fate.escapes(),
        })
    })
}
