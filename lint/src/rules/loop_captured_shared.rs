//! ## What it does
//! Reports a loop that advances a shared cell (an atomic, a mutex, a `Cell`) and starts tasks that
//! read it as if it held the value of their round.
//!
//! ## Why is this bad
//! A task runs when it runs. By then the loop may have gone on, so that two tasks see the same
//! value and some value is seen by none: the captured loop variable of other languages, by way of
//! a shared cell.
//!
//! ## Example
//! ```rust,ignore
//! let number = Arc::new(AtomicUsize::new(0));
//! for _ in 0..4 {
//!     let number = Arc::clone(&number);
//!     threads.push(thread::spawn(move || work(number.load(SeqCst))));
//!     number.fetch_add(1, SeqCst);
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! for number in 0..4 {
//!     threads.push(thread::spawn(move || work(number)));
//! }
//! ```
//!
//! ## Known problems
//! Only a value that the task hands on counts: a flag or counter that it compares is shared on
//! purpose.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::Span;
use crate::model::body::{LoopId, Operand, Place, Proj, StmtKind, Value};
use crate::query::{BodyCx, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "tasks read a cell that the loop which starts them goes on changing",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    for spawn in cx.spawns() {
        let Some(around) = cx.loop_around(spawn.call) else { continue };
        let Some(inside) = spawn.body(cx) else { continue };
        let Some((cell, read)) = reads(&inside)
            .into_iter()
            .find(|(cell, _)| is_made_before(cx, around, cell) && writes(&inside, cell).is_none())
        else {
            continue;
        };
        let Some(written) = advanced(cx, around, &cell, spawn) else { continue };
        let noun = spawn.how.noun();
        let name = words(cx, &cell);
        let report = sink.report(spawn.span);
        report.message(format!("each {noun} reads {name} when it runs, not when it is started"));
        report.label(read, "sees whichever value is current then");
        report.label(written, "the loop goes on to the next value here");
        report.help(format!(
            "copy the value out before the {noun} starts, and move the copy into it"
        ));
    }
}

/// The cells whose value the body hands on, and where it reads them.
fn reads(cx: &BodyCx<'_>) -> Vec<(Identity, Span)> {
    let loads = cx.calls().filter(|call| {
        let by_role = cx.role(call) == Some(Role::Load);
        let of_cell = call.name() == "get" && kind(cx, call.receiver()) == Some(Kind::Cell);
        by_role || of_cell
    });
    let loads = loads.filter_map(|call| {
        let value = call.result()?;
        is_handed_on(cx, value).then_some((cx.identity(call.receiver()?)?, call.span))
    });
    let copies = cx.guards().iter().filter_map(|guard| {
        let point = guard.life.points().find_map(|point| {
            let stmt = crate::flow::operands::stmt_at(cx.body(), point)?;
            let StmtKind::Assign(dest, Value::Use(Operand::Place(place, _))) = &stmt.kind else {
                return None;
            };
            let copies = is_all_of(cx, guard.life.holders(point), place);
            (copies && is_handed_on(cx, dest.whole()?)).then_some(stmt.span)
        })?;
        let _ = point;
        Some((guard.lock.clone()?, guard.span))
    });
    loads.chain(copies).collect()
}

/// `*guard`: the whole guarded value.
fn is_all_of(cx: &BodyCx<'_>, holders: &[u32], place: &Place) -> bool {
    let _ = cx;
    place.proj == [Proj::Deref] && place.local().is_some_and(|local| holders.contains(&local))
}

/// Whether a value goes into a call and into no comparison.
fn is_handed_on(cx: &BodyCx<'_>, value: u32) -> bool {
    let fates = cx.fate(value);
    fates.iter().any(|fate| matches!(fate.what, What::Argument(_)))
        && !fates.iter().any(|fate| matches!(fate.what, What::Looked | What::Unknown))
}

/// Whether the cell is there before the loop, so that all rounds share it.
fn is_made_before(cx: &BodyCx<'_>, around: LoopId, cell: &Identity) -> bool {
    match &cell.root {
        IdentityRoot::Local(body, local) => cx.other(*body).is_some_and(|outer| {
            outer.local(*local).is_some_and(|found| *body != cx.id || found.in_loop != Some(around))
        }),
        IdentityRoot::Static(_) => true,
    }
}

/// Where a body changes the cell.
fn writes(cx: &BodyCx<'_>, cell: &Identity) -> Option<(crate::model::body::Point, Span)> {
    let by_call = cx.calls().find(|call| {
        let changes = matches!(cx.role(call), Some(Role::Store | Role::Update))
            || (matches!(call.name(), "set" | "replace" | "swap")
                && kind(cx, call.receiver()) == Some(Kind::Cell));
        changes && call.receiver().and_then(|receiver| cx.identity(receiver)).as_ref() == Some(cell)
    });
    let by_call = by_call.map(|call| (call.point, call.span));
    by_call.or_else(|| {
        cx.guards().iter().filter(|guard| guard.lock.as_ref() == Some(cell)).find_map(|guard| {
            guard.life.points().find_map(|point| {
                let stmt = crate::flow::operands::stmt_at(cx.body(), point)?;
                match &stmt.kind {
                    StmtKind::Assign(place, _)
                        if is_all_of(cx, guard.life.holders(point), place) =>
                    {
                        Some((point, stmt.span))
                    }
                    _ => None,
                }
            })
        })
    })
}

/// Where the loop itself changes the cell on its way from one spawn to the next.
fn advanced(cx: &BodyCx<'_>, around: LoopId, cell: &Identity, spawn: &Spawn) -> Option<Span> {
    let (point, span) = writes(cx, cell)?;
    let comes_back = cx.in_loop(around, point)
        && cx.graph().reaches(cx.body(), point, spawn.call, |at| !cx.in_loop(around, at));
    comes_back.then_some(span)
}

fn kind(cx: &BodyCx<'_>, operand: Option<&Operand>) -> Option<Kind> {
    Some(cx.type_of(operand?.local()?)?.kind)
}

fn words(cx: &BodyCx<'_>, cell: &Identity) -> String {
    let name = match &cell.root {
        IdentityRoot::Local(body, local) => {
            cx.other(*body).and_then(|body| body.local(*local).map(|local| local.name.to_string()))
        }
        IdentityRoot::Static(path) => path.last().map(ToString::to_string),
    };
    name.filter(|name| !name.is_empty()).map_or_else(|| "the cell".to_owned(), |n| format!("`{n}`"))
}
