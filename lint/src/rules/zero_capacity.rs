//! ## What it does
//! Reports a channel made with capacity 0 where the library panics at it, and a semaphore made
//! with no permits from which one is acquired although none is ever added.
//!
//! ## Why is this bad
//! tokio's channels have no rendezvous: `channel(0)` panics. A semaphore without permits makes
//! everybody wait for ever.
//!
//! ## Example
//! ```rust,ignore
//! let (jobs, worker) = tokio::sync::mpsc::channel(0);
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let (jobs, worker) = tokio::sync::mpsc::channel(1);
//! ```
//! To hand over a value only when somebody takes it, send a `oneshot` reply channel along.
//!
//! ## Known problems
//! Only a 0 that is written at the call is seen. `std::sync::mpsc::sync_channel(0)` is legal and
//! means a rendezvous.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::fate::What;
use crate::model::Span;
use crate::model::body::{Literal, LocalId, Operand};
use crate::query::{BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a channel with no room that panics, or a semaphore that never has a permit",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for call in cx.calls() {
        let Some(fact) = cx.function(&call) else { continue };
        let zero = fact.arg.and_then(|arg| call.arg(arg)).is_some_and(is_zero);
        if !zero {
            continue;
        }
        if fact.panics_at_zero {
            let name = cx.call_words(&call);
            let report = sink.report(call.span);
            report.message(format!("{name} panics when the capacity is 0"));
            report.help("make room for one message: the smallest capacity is 1");
        } else if fact.role == Some(Role::Semaphore)
            && let Some(result) = call.result()
            && let Some(acquire) = acquired_in_vain(cx, result)
        {
            let name = cx.names(result).into_iter().find_map(|(local, _)| cx.name_of(local));
            let name = name.as_deref().unwrap_or("this semaphore");
            report(sink, &call, name, acquire);
        }
    }
}

fn report(sink: &mut Sink, call: &CallSite<'_>, name: &str, acquire: Span) {
    let report = sink.report(call.span);
    report.message(format!("{name} has no permits, and gets none"));
    report.label(acquire, "waits here for ever");
    report.help("make it with the permits that it starts with, or add them: `add_permits(n)`");
}

fn is_zero(operand: &Operand) -> bool {
    matches!(operand, Operand::Literal(Literal::Int(0)))
}

/// Where a permit is acquired of a semaphore that is known to this file only and gets none.
fn acquired_in_vain(cx: &BodyCx<'_>, semaphore: LocalId) -> Option<Span> {
    // A permit that was forgotten, merged or made elsewhere counts as one that is added.
    let escapes = cx.fate(semaphore).iter().any(|fate| match fate.what {
        What::Captured(..) => false,
        _ => fate.escapes(),
    });
    if escapes {
        return None;
    }
    let what = cx.names(semaphore).into_iter().find_map(|(local, _)| {
        cx.name_of(local)?;
        cx.identity_of(local)
    })?;
    let mut acquires = None;
    for body in cx.file.bodies() {
        for call in body.calls() {
            let concerns =
                call.call.args.iter().any(|arg| body.identity(arg).as_ref() == Some(&what));
            if !concerns {
                continue;
            }
            match body.role(&call) {
                Some(Role::Acquire) if body.function(&call).is_some_and(|fact| !fact.is_try) => {
                    acquires = acquires.or(Some(call.span));
                }
                Some(Role::Acquire | Role::Clone | Role::Pass) => {}
                _ if call.name() == "available_permits" => {}
                _ => return None,
            }
        }
    }
    acquires
}
