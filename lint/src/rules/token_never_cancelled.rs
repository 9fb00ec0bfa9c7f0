//! ## What it does
//! Reports a `CancellationToken` made in a function whose tasks wait for it, while nothing cancels
//! it, makes a guard of it or takes it elsewhere.
//!
//! ## Why is this bad
//! Dropping a token cancels nothing: who waits for it waits for ever, and the shutdown that the code
//! seems to have does not exist.
//!
//! ## Example
//! ```rust,ignore
//! let token = CancellationToken::new();
//! let stop = token.clone();
//! let task = tokio::spawn(async move {
//!     tokio::select! {
//!         _ = stop.cancelled() => {}
//!         _ = serve() => {}
//!     }
//! });
//! task.await?;
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let token = CancellationToken::new();
//! let _cancel = token.clone().drop_guard();
//! ```
//! Or call `token.cancel()` where the work is to end.
//!
//! ## Known problems
//! A token that goes into a struct, a macro or a function of another file may be cancelled there, and
//! is left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::ends;
use crate::flow::fate::What;
use crate::model::body::LocalId;
use crate::query::{BodyCx, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "tasks wait for a token that nothing cancels",
    check: Check::Body(check),
    ..UNNAMED
};

/// Tasks in tasks in tasks: deeper than this no token goes.
const DEEPEST: usize = 8;

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for call in cx.calls().filter(|call| call.name() == "new") {
        let Some(token) = call.result() else { continue };
        let is_token = cx.owner(&call).is_some_and(|owner| owner.kind == Kind::Token);
        if !is_token {
            continue;
        }
        // Without a name it stands for "never", where a function wants a token.
        let words = cx.names(token).into_iter().find_map(|(name, _)| cx.name_of(name));
        let Some(words) = words else { continue };
        let mut seen = Seen::default();
        look(cx, token, &mut seen, DEEPEST);
        let Some(waits) = seen.waits.filter(|_| !seen.ends) else { continue };
        let report = sink.report(call.span);
        report.message(format!("nothing ever cancels {words}"));
        report.label(waits, "waits for it");
        report.help("keep a `drop_guard()` of it, or call `cancel()` where the work is to end");
    }
}

/// What is done with a token and its clones.
#[derive(Default)]
struct Seen {
    /// Somebody waits for it, or asks it.
    waits: Option<crate::model::Span>,
    /// It is cancelled, or goes where that may happen.
    ends: bool,
}

fn look(cx: &BodyCx<'_>, token: LocalId, seen: &mut Seen, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        seen.ends = true;
        return;
    };
    for handle in ends::handles(cx.flow(), token) {
        for fate in cx.fate(handle.local) {
            match fate.what {
                What::Captured(body, inner) => match cx.other(body) {
                    Some(inside) => look(&inside, inner, seen, depth),
                    None => seen.ends = true,
                },
                What::Receiver => {
                    let Some(call) = cx.call_at(fate.point) else { continue };
                    match cx.role(&call) {
                        Some(Role::Cancelled | Role::IsCancelled) => {
                            seen.waits = seen.waits.or(Some(call.span));
                        }
                        Some(Role::Clone) => {}
                        _ => seen.ends = true,
                    }
                }
                What::Dropped | What::Overwritten | What::Looked => {}
                _ => {
                    // `Clone::clone(&token)` and `drop(token)` are no ways out.
                    let call = cx.call_at(fate.point);
                    let is_harmless = call.is_some_and(|call| {
                        matches!(cx.role(&call), Some(Role::Clone | Role::Drop))
                    });
                    match (fate.what, call.and_then(|call| cx.own_callee(&call))) {
                        _ if is_harmless => {}
                        (What::Argument(number), Some(called)) => {
                            match called.body().params.get(number as usize) {
                                Some(given) => look(&called, *given, seen, depth),
                                None => seen.ends = true,
                            }
                        }
                        _ => seen.ends = true,
                    }
                }
            }
        }
    }
}
