//! ## What it does
//! Reports a loop that serves requests and panics, or returns, when one requester is gone: the
//! result of sending the reply is unwrapped or passed on by `?`.
//!
//! ## Why is this bad
//! A requester that runs into a timeout or is cancelled drops its receiver, and the reply to it
//! fails. That is nothing unusual; but the panic takes down the task that serves all others.
//!
//! ## Example
//! ```rust,ignore
//! while let Some(Request { key, reply }) = requests.recv().await {
//!     reply.send(table.get(&key)).unwrap();
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! while let Some(Request { key, reply }) = requests.recv().await {
//!     // The requester may have given up.
//!     let _ = reply.send(table.get(&key));
//! }
//! ```
//!
//! ## Known problems
//! Where requesters wait on a thread of their own and can't give up, the send can't fail. Test code
//! is left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::model::TypeRef;
use crate::model::body::{BranchKind, LoopId, LoopKind, Operand, Point, Term};
use crate::query::{BodyCx, CallSite, Runs, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a requester that is gone takes down the loop that serves all others",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for call in cx.calls_of(Role::Send) {
        if is_reply(cx, &call) {
            reply(cx, &call, sink);
        }
    }
}

fn label_loop(cx: &BodyCx<'_>, report: &mut crate::query::Report, id: LoopId, words: &str) {
    if let Some(the) = cx.body().loops.get(id as usize) {
        report.label(the.head_span, words);
    }
}

fn reply(cx: &BodyCx<'_>, call: &CallSite<'_>, sink: &mut Sink) {
    let panics = panics(cx, call);
    let here = cx.loops_around(call.point).into_iter().find(|id| serves(cx, *id));
    let (site, verb) = match here {
        Some(_) if panics => (None, "panics"),
        Some(_) if returns(cx, call) => (None, "ends"),
        None if panics => match served_by(cx) {
            Some(site) => (Some(site), "panics"),
            None => return,
        },
        _ => return,
    };
    let words = call.receiver().and_then(|sender| cx.words(sender));
    let words = words.as_deref().unwrap_or("this reply");
    let report = sink.report(call.span);
    report.message(format!(
        "when nobody waits for {words} any more, the loop that serves all {verb}"
    ));
    match (here, site) {
        (Some(id), _) => label_loop(cx, report, id, "serves all requests"),
        (None, Some(span)) => {
            report.label(span, "serves all requests");
        }
        (None, None) => {}
    }
    report.help("the requester may have given up: `let _ = ….send(..)`, or log the error");
}

/// Whether a call sends the answer to one request: once, or into what came with the request.
fn is_reply(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    let Some(fact) = cx.function(call) else { return false };
    let is_result = matches!(&fact.ret, Some(TypeRef::Path(path))
        if path.last().is_some_and(|name| name == "Result"));
    let Some(sender) = call.receiver().filter(|_| is_result) else { return false };
    let made = cx.call_behind(sender);
    let role = made.and_then(|made| cx.role(&made));
    if role == Some(Role::Receive) {
        return !fact.transient;
    }
    // One that is made here has its receiver here.
    fact.consumes && role != Some(Role::OneshotChannel)
}

/// Whether an error of the call is a panic.
fn panics(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    cx.calls().any(|unwrap| {
        matches!(unwrap.name(), "unwrap" | "expect")
            && unwrap.receiver().is_some_and(|result| is_behind(cx, result, call.point))
    })
}

/// Whether an error of the call makes the function return by `?`.
fn returns(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    cx.body().blocks.iter().any(|block| match &block.term {
        Term::Branch(branch) => {
            branch.kind == BranchKind::Try && is_behind(cx, &branch.scrutinee, call.point)
        }
        _ => false,
    })
}

fn is_behind(cx: &BodyCx<'_>, operand: &Operand, call: Point) -> bool {
    cx.call_behind(operand).is_some_and(|made| made.point == call)
}

/// Whether a loop takes requests, or answers to requests, one after the other.
fn serves(cx: &BodyCx<'_>, id: LoopId) -> bool {
    let receives = cx.calls_of(Role::Receive).any(|call| {
        cx.in_loop(id, call.point) && cx.function(&call).is_some_and(|fact| !fact.consumes)
    });
    receives || iterates(cx, id)
}

/// Whether it is a `for` loop over a receiver.
fn iterates(cx: &BodyCx<'_>, id: LoopId) -> bool {
    let Some(the) = cx.body().loops.get(id as usize) else { return false };
    let Some(head) = cx.body().blocks.get(the.header as usize) else { return false };
    match &head.term {
        Term::Branch(branch) if the.kind == LoopKind::For => branch
            .scrutinee
            .local()
            .and_then(|local| cx.type_of(local))
            .is_some_and(|fact| fact.kind == Kind::Receiver),
        _ => false,
    }
}

/// The head of the loop that calls this function for each request.
fn served_by(cx: &BodyCx<'_>) -> Option<crate::model::Span> {
    let own = cx.body().function.filter(|_| cx.body().parent.is_none())?;
    let file = cx.file.unit.id;
    cx.file.bodies().filter(|caller| !caller.is_test()).find_map(|caller| {
        caller.calls().find_map(|call| {
            let callee = caller.callee(&call)?;
            let is_spawned =
                caller.spawns().iter().any(|spawn| spawn.runs == Runs::Call(call.point));
            if callee.file != file || callee.function != own || is_spawned {
                return None;
            }
            let around = caller.loops_around(call.point);
            let id = around.into_iter().find(|id| serves(&caller, *id))?;
            caller.body().loops.get(id as usize).map(|the| the.head_span)
        })
    })
}
