//! ## What it does
//! Reports a guard or permit that is dropped as soon as it is made: `let _ = m.lock();`, a bare
//! `semaphore.acquire().await;`, `let _ = token.drop_guard();`.
//!
//! ## Why is this bad
//! `_` binds nothing, so that the guard is gone at the end of the statement: what follows runs
//! without the lock or permit that it seems to hold. A drop guard cancels its token at once.
//!
//! ## Example
//! ```rust,ignore
//! let _ = self.lock.lock().unwrap();
//! write_file()?;
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let _guard = self.lock.lock().unwrap();
//! write_file()?;
//! ```
//!
//! ## Known problems
//! Waiting for a lock only to see it free is a pattern of its own: say it with
//! `drop(m.lock())`, which is not reported. Test code is left alone, and so are semaphores in a
//! file that adds permits to one or closes one: they stand for events.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::model::Span;
use crate::model::body::{LocalId, LocalKind};
use crate::query::{BodyCx, Guard, GuardKind, Sink, Wait};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a guard or permit is dropped as soon as it is taken",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for guard in cx.guards().iter().filter(|guard| guard.how.wait != Wait::Never) {
        let is_drain = cx.call_at(guard.call).is_some_and(|call| call.name().contains("many"));
        if is_drain || !matches!(guard.how.kind, GuardKind::Lock | GuardKind::Permit) {
            continue;
        }
        let Some(how) = dropped(cx, guard.local) else { continue };
        let is_permit = guard.how.kind == GuardKind::Permit;
        // A lock in a statement of its own waits for others on purpose: rustc warns of it.
        if (is_permit && is_signal(cx)) || (!is_permit && how.is_none()) {
            continue;
        }
        let (what, loses) = words(guard);
        let report = sink.report(guard.span);
        report.message(format!("{what} is given back at once"));
        if let Some(span) = how {
            report.label(span, "`_` binds nothing");
        }
        let name = if is_permit { "_permit" } else { "_guard" };
        report.help(format!("bind it, `let {name} = …`: what follows runs without {loses}"));
        if is_alone(cx, guard) {
            match (how, statement(cx, guard.local)) {
                (Some(span), _) => {
                    report.fix("give it a name").replace(span, &["_"], name);
                }
                (None, Some(span)) => {
                    report.fix("give it a name").ahead(span, format!("let {name} = "));
                }
                (None, None) => {}
            }
        }
    }
    for call in cx.calls_of(Role::MakeDropGuard) {
        let Some(how) = call.result().and_then(|result| dropped(cx, result)) else { continue };
        let token = call.receiver().and_then(|receiver| cx.words(receiver));
        let token = token.as_deref().unwrap_or("the token");
        let report = sink.report(call.span);
        report.message(format!("this guard cancels {token} at once"));
        if let Some(span) = how {
            report.label(span, "`_` binds nothing");
        }
        report.help("bind it, `let _guard = …`: it cancels when it is dropped");
        if let Some(span) = how {
            report.fix("give it a name").replace(span, &["_"], "_guard");
        }
    }
}

/// Whether a value is dropped at the end of the statement that makes it, and by which `_`.
fn dropped(cx: &BodyCx<'_>, local: LocalId) -> Option<Option<Span>> {
    if !cx.is_only_dropped(local) {
        return None;
    }
    cx.names(local).iter().filter(|(_, by_ref)| !by_ref).find_map(|(name, _)| {
        let found = cx.local(*name)?;
        match found.kind {
            LocalKind::Underscore => Some(Some(found.span)),
            LocalKind::Statement => Some(None),
            _ => None,
        }
    })
}

/// The statement whose value is the guard, or the result with the guard in it.
fn statement(cx: &BodyCx<'_>, guard: LocalId) -> Option<Span> {
    let names = cx.names(guard);
    let mut found = names.iter().filter_map(|(name, _)| cx.local(*name));
    found.find(|found| found.kind == LocalKind::Statement).map(|found| found.span)
}

/// Whether nothing else is taken in this body, and under a lock nothing is waited for, that a guard
/// which lives longer could be in the way of.
fn is_alone(cx: &BodyCx<'_>, guard: &Guard) -> bool {
    let waits = cx.awaits().any(|site| {
        site.point != guard.birth
            && cx.graph().reaches(cx.body(), guard.birth, site.point, |_| false)
    });
    let is_permit = guard.how.kind == GuardKind::Permit;
    cx.guards().iter().all(|other| other.call == guard.call) && (is_permit || !waits)
}

/// Whether semaphores stand for events here: permits are added, or waiters sent home by a close.
fn is_signal(cx: &BodyCx<'_>) -> bool {
    let roles = [Role::AddPermits, Role::Close];
    cx.file.bodies().any(|body| {
        body.calls().any(|call| body.role(&call).is_some_and(|role| roles.contains(&role)))
    })
}

fn words(guard: &Guard) -> (String, &'static str) {
    let of = |noun: &str| match &guard.lock_words {
        Some(words) => format!("{noun} {words}"),
        None => format!("this {}", noun.trim_start_matches("the ").trim_end_matches(" of")),
    };
    match guard.how.kind {
        GuardKind::Permit => (of("the permit of"), "the permit"),
        _ => (of("the lock of"), "the lock"),
    }
}
