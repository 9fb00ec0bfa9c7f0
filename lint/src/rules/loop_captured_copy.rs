//! ## What it does
//! Reports a `move` closure or block, spawned in a loop, that changes a captured number or other
//! `Copy` value which the code outside reads later.
//!
//! ## Why is this bad
//! `move` copies such a value. Every task changes a copy of its own, and the variable outside
//! stays what it was: the sum is nought. This is the form in which the captured loop variable of
//! other languages compiles in Rust.
//!
//! ## Example
//! ```rust,ignore
//! let mut sum = 0;
//! for part in parts {
//!     threads.push(thread::spawn(move || sum += part.weigh()));
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! for part in parts {
//!     threads.push(thread::spawn(move || part.weigh()));
//! }
//! let sum: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
//! ```
//! Or an `Arc<AtomicUsize>` of which each task gets a clone.
//!
//! ## Known problems
//! Types that are `Copy` by a macro other than `derive` are not known to be.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;
use crate::flow::operands;
use crate::flow::uses::How;
use crate::model::Span;
use crate::model::body::{LocalId, Point, StmtKind, Value};
use crate::query::{BodyCx, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a task spawned in a loop changes its own copy of a variable",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    for spawn in cx.spawns() {
        let Some(around) = cx.loop_around(spawn.call) else { continue };
        let Some(inside) = spawn.body(cx) else { continue };
        for taken in spawn.takes(cx) {
            let Some(outer) = cx.local(taken.outer) else { continue };
            let made_outside = outer
                .in_loop
                .is_none_or(|id| id != around && cx.loop_around(spawn.call) != Some(id));
            if !taken.by_value || !made_outside || !cx.is_copy(taken.outer) {
                continue;
            }
            let Some(change) = changed(&inside, taken.inner) else { continue };
            if !is_read_later(cx, spawn.call, taken.outer) {
                continue;
            }
            let noun = spawn.how.noun();
            let name = &taken.name;
            let report = sink.report(spawn.span);
            report
                .message(format!("each {noun} changes a copy of `{name}`, which stays as it was"));
            report.label(change, format!("changes the {noun}'s own copy"));
            report.label(outer.span, format!("this `{name}` is read later"));
            report.help(format!(
                "return the value from the {noun} and add up what the handles give, or share an \
                 atomic"
            ));
        }
    }
}

/// Where the task changes the variable.
fn changed(inside: &BodyCx<'_>, local: LocalId) -> Option<Span> {
    inside.body().stmts().find_map(|(_, stmt)| match &stmt.kind {
        StmtKind::Assign(place, _) if place.local() == Some(local) => Some(stmt.span),
        _ => None,
    })
}

/// Whether the variable is looked at after the spawn, other than by the tasks.
fn is_read_later(cx: &BodyCx<'_>, after: Point, local: LocalId) -> bool {
    let is_set = |point| cx.uses().definitions(local).any(|known| known == point);
    let here = cx.uses().of(local).any(|found| {
        matches!(found.how, How::Read { .. })
            && !updates_itself(cx, found.point, local)
            && cx.graph().reaches(cx.body(), after, found.point, is_set)
    });
    here || is_read_outside(cx, local)
}

/// The same for a variable that the code refers to, behind the place where the closure is made.
fn is_read_outside(cx: &BodyCx<'_>, local: LocalId) -> bool {
    let Some(capture) = cx.body().captures.iter().find(|known| known.inner == local) else {
        return false;
    };
    let Some(outer) = cx.parent().filter(|_| !cx.body().is_move) else { return false };
    let made = outer.body().stmts().find_map(|(point, stmt)| match &stmt.kind {
        StmtKind::Assign(_, Value::Closure(id)) if *id == cx.id => Some(point),
        _ => None,
    });
    made.is_some_and(|made| is_read_later(&outer, made, capture.outer))
}

/// `x += 1` reads `x`, but tells nobody.
fn updates_itself(cx: &BodyCx<'_>, point: Point, local: LocalId) -> bool {
    operands::assign_at(cx.body(), point).is_some_and(|(place, _)| place.local() == Some(local))
}
