//! ## What it does
//! Reports `if let Ok(guard) = lock.lock() { … }` with nothing on the other side, for the locks of
//! `std`, which are poisoned when a thread panics while it holds them.
//!
//! ## Why is this bad
//! After one panic the work is skipped each time, for ever and without a word.
//!
//! ## Example
//! ```rust,ignore
//! if let Ok(mut counts) = self.counts.lock() {
//!     counts.add(name);
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! self.counts.lock().unwrap_or_else(PoisonError::into_inner).add(name);
//! ```
//! Or let the panic spread: `self.counts.lock().unwrap()`.
//!
//! ## Known problems
//! In `Drop::drop` skipping is often right, so that it is not reported there.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;
use crate::model::body::{Branch, BranchKind, Term};
use crate::query::{BodyCx, Guard, GuardKind, Sink, Wait};

pub(super) const RULE: Rule = Rule {
    level: Level::Allow,
    summary: "work is skipped without a word when a lock is poisoned",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() || cx.is_dropper() {
        return;
    }
    let branches = cx.body().blocks.iter().filter_map(|block| match &block.term {
        Term::Branch(branch) if matches!(branch.kind, BranchKind::IfLet | BranchKind::Match) => {
            Some(branch)
        }
        _ => None,
    });
    for branch in branches.filter(|branch| skips_failure(cx, branch)) {
        let Some(call) = cx.call_behind(&branch.scrutinee) else { continue };
        let Some(guard) = cx.guards().iter().find(|guard| guard.call == call.point) else {
            continue;
        };
        if !may_be_poisoned(cx, guard) {
            continue;
        }
        let words = guard.lock_words.as_deref().unwrap_or("this lock");
        let report = sink.report(guard.span);
        report.message(format!("once {words} is poisoned, this is skipped for ever"));
        report.help(
            "take the value all the same (`unwrap_or_else(PoisonError::into_inner)`), panic as \
             well (`unwrap()`), or say something in an `else`",
        );
    }
}

/// Whether nothing happens when the lock fails.
fn skips_failure(cx: &BodyCx<'_>, branch: &Branch) -> bool {
    let [taken, other] = branch.arms.as_slice() else { return false };
    taken.pat.must_match("Ok") && !taken.pat.irrefutable() && cx.skips(other.target)
}

fn may_be_poisoned(cx: &BodyCx<'_>, guard: &Guard) -> bool {
    let waits = guard.how.kind == GuardKind::Lock && guard.how.wait == Wait::Blocking;
    let fact = cx.call_at(guard.call).and_then(|call| cx.function(&call));
    waits && fact.is_some_and(|fact| fact.path.starts_with("std::sync::"))
}
