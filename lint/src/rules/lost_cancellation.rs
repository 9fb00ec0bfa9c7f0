//! ## What it does
//! Reports a function that gets a cancellation token and then loops for ever, or starts a task that
//! does, without that loop ever looking at the token.
//!
//! ## Why is this bad
//! The signature promises that the work can be stopped, and the caller believes it: the shutdown
//! waits for something that never comes.
//!
//! ## Example
//! ```rust,ignore
//! async fn sweep(cache: Cache, stop: CancellationToken) {
//!     loop {
//!         cache.evict_old().await;
//!         sleep(PERIOD).await;
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! async fn sweep(cache: Cache, stop: CancellationToken) {
//!     while stop.run_until_cancelled(sleep(PERIOD)).await.is_some() {
//!         cache.evict_old().await;
//!     }
//! }
//! ```
//!
//! ## Known problems
//! A token that is passed on, captured or stored is taken to be looked at there. A parameter whose
//! name begins with `_` is there for a trait, and left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Kind;
use crate::finding::Level;
use crate::flow::ends;
use crate::flow::uses::How;
use crate::model::Span;
use crate::model::body::{LocalId, Point};
use crate::query::{BodyCx, Sink, Site};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a function gets a token, and its endless loop never looks at it",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() || cx.parent().is_some() {
        return;
    }
    for token in cx.body().params.iter().copied().filter(|param| is_token(cx, *param)) {
        let mentions = mentions(cx, token);
        let own = cx
            .endless_loops()
            .into_iter()
            .filter(|site| cx.is_endless(site.id))
            .find(|site| !mentions.iter().any(|point| cx.in_loop(site.id, *point)))
            .map(|site| Site { file: cx.file.unit.id, span: site.the.head_span });
        let of_task = || {
            let unused = mentions.is_empty();
            cx.spawns().iter().filter(|_| unused).find_map(|spawn| spawn.endless_loop(cx))
        };
        let Some(endless) = own.or_else(of_task) else { continue };
        let name = cx.name_of(token).unwrap_or_else(|| "the token".to_owned());
        let at = named(cx, token);
        let report = sink.report(at);
        report.message(format!("nothing looks at {name} in the loop that it is there to stop"));
        report.label_in(endless, "goes on for ever");
        report.help(
            "`select!` on `cancelled()` in the loop, or let `run_until_cancelled` wait there",
        );
    }
}

fn is_token(cx: &BodyCx<'_>, param: LocalId) -> bool {
    let named = cx.local(param).is_some_and(|local| {
        !local.name.is_empty() && !local.name.starts_with('_') && local.name != "self"
    });
    named && cx.type_of(param).is_some_and(|fact| fact.kind == Kind::Token)
}

fn named(cx: &BodyCx<'_>, param: LocalId) -> Span {
    cx.local(param).map(|local| local.span).unwrap_or_default()
}

/// Where the token, a clone of it or a reference to it is used.
fn mentions(cx: &BodyCx<'_>, token: LocalId) -> Vec<Point> {
    let handles = ends::handles(cx.flow(), token);
    let names = handles.iter().flat_map(|handle| cx.names(handle.local));
    names
        .flat_map(|(name, _)| cx.uses().of(name))
        .filter(|found| matches!(found.how, How::Read { .. } | How::Captured { .. }))
        .map(|found| found.point)
        .collect()
}
