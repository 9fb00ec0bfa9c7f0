//! ## What it does
//! Reports a lock taken in the head of a `match`, `if let`, `while let` or `for` whose body takes
//! the same lock again.
//!
//! ## Why is this bad
//! A temporary in such a head lives to the end of the whole expression, not of the head. The body
//! waits for a guard that is dropped only behind it: a deadlock. Edition 2024 ends it before the
//! `else` of an `if let`, but not before its body.
//!
//! ## Example
//! ```rust,ignore
//! match self.cache.lock().unwrap().get(&key) {
//!     Some(value) => value.clone(),
//!     None => self.cache.lock().unwrap().insert(key),
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let known = self.cache.lock().unwrap().get(&key).cloned();
//! match known {
//!     Some(value) => value,
//!     None => self.cache.lock().unwrap().insert(key),
//! }
//! ```
//! The `let` must copy the value out: a `let` that keeps the guard keeps the lock.
//!
//! ## Known problems
//! Two names are taken for one lock only where linger can tell.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;
use crate::model::body::BranchKind;
use crate::query::{BodyCx, GuardKind, Sink, Wait};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a lock taken in the head of a `match` is taken again in its body",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    let counts = |kind| matches!(kind, GuardKind::Lock | GuardKind::Borrow);
    for first in cx.guards().iter().filter(|guard| counts(guard.how.kind) && !guard.how.reentrant) {
        if !cx.is_one_thing(first.lock.as_ref()) {
            continue;
        }
        for second in cx.guards() {
            let panics =
                second.how.kind == GuardKind::Borrow && !(first.how.shared && second.how.shared);
            let alike =
                first.same_lock(second) && first.keeps_out(second) && first.call != second.call;
            if !alike
                || !first.life.is_alive(second.call)
                || (second.how.wait == Wait::Never && !panics)
            {
                continue;
            }
            let Some(head) = cx.head_that_holds(first, second.call, second.span) else { continue };
            let words = first.lock_words.as_deref().unwrap_or("the lock");
            let word = match head.kind {
                BranchKind::IfLet => "if let",
                BranchKind::WhileLet => "while let",
                BranchKind::For => "for",
                _ => "match",
            };
            let report = sink.report(second.span);
            report.message(format!(
                "{words} is locked to the end of this `{word}`, and locked again in it"
            ));
            report.label(first.span, format!("this guard lives to the end of the `{word}`"));
            report.help(format!(
                "copy what is needed out of {words} in a statement of its own, before the `{word}`"
            ));
        }
    }
}
