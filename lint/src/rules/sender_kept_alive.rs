//! ## What it does
//! Reports a loop that ends only when its channel closes, while a sender of that channel stays
//! alive beside it: the original of the clones, a sender in the receiver's own task, or one that
//! is dropped only after the receiver's task is joined.
//!
//! ## Why is this bad
//! The channel closes when its last sender is dropped. That one is waiting for the loop to end, so
//! that both wait for ever: the commonest hang in Rust.
//!
//! ## Example
//! ```rust,ignore
//! let (tx, mut rx) = mpsc::channel(8);
//! for job in jobs {
//!     let tx = tx.clone();
//!     tokio::spawn(async move { tx.send(run(job).await).await });
//! }
//! while let Some(result) = rx.recv().await { report(result) }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let (tx, mut rx) = mpsc::channel(8);
//! for job in jobs {
//!     let tx = tx.clone();
//!     tokio::spawn(async move { tx.send(run(job).await).await });
//! }
//! drop(tx);
//! while let Some(result) = rx.recv().await { report(result) }
//! ```
//!
//! ## Known problems
//! Only channels that are made in the same function are looked at.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::operands;
use crate::flow::same::Identity;
use crate::flow::uses::How;
use crate::model::Span;
use crate::model::body::{LocalId, Loop, LoopId, Mode, Point, StmtKind, Value};
use crate::model::item::SelfKind;
use crate::query::{BodyCx, CallSite, Channel, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a loop waits for its channel to close while a sender stays alive beside it",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    last_wait(cx, sink);
    for (id, receiver) in waiting_loops(cx) {
        let Some(the) = cx.body().loops.get(id as usize) else { continue };
        let header = Point { block: the.header, stmt: 0 };
        let mut home = Some(*cx);
        while let Some(outer) = home {
            for channel in outer.channels() {
                if !is_end(&outer, channel, &receiver) || is_closed(cx, &outer, &receiver) {
                    continue;
                }
                if hands_out(cx, &outer, channel, id) {
                    continue;
                }
                let kept = if outer.id == cx.id {
                    kept_beside(cx, channel, header)
                        .map(Kept::Beside)
                        .or_else(|| kept_in_struct(cx, channel, id, header).map(Kept::Within))
                } else {
                    kept_inside(cx, &outer, channel, header)
                        .map(Kept::Inside)
                        .or_else(|| kept_until_joined(cx, &outer, channel))
                };
                if let Some(kept) = kept {
                    report(cx, &outer, id, the, channel, &kept, sink);
                }
            }
            home = outer.parent();
        }
    }
}

/// A single receive that waits for the last sender to go, for nobody sends: a way to wait until
/// all tasks have ended, which does not work where the first sender lives on beside it.
fn last_wait(cx: &BodyCx<'_>, sink: &mut Sink) {
    for receive in cx.calls_of(Role::Receive) {
        let Some(receiver) = receive.receiver().and_then(|end| cx.identity(end)) else { continue };
        let waits = cx.function(&receive).is_some_and(|fact| !fact.is_try);
        for channel in cx.channels().iter().filter(|_| waits) {
            if !is_end(cx, channel, &receiver) || is_closed(cx, cx, &receiver) {
                continue;
            }
            let senders = channel.senders(cx);
            if senders.len() < 2 || !senders.iter().all(|sender| is_only_kept(cx, sender.local)) {
                continue;
            }
            let mut kept = senders.iter().filter_map(|end| held(cx, end.local, receive.point));
            let Some(name) = kept.next().and_then(|local| cx.name_of(local)) else { continue };
            let report = sink.report(receive.span);
            report.message(format!("this waits for ever: {name} keeps the channel open"));
            report.label(channel.span, "nobody sends into this channel, senders only go");
            report.help(format!("`drop({})` before", name.trim_matches('`')));
        }
    }
}

/// Whether nothing is done with a sender, here or in the tasks that take it, but to clone and to
/// drop it.
fn is_only_kept(cx: &BodyCx<'_>, sender: LocalId) -> bool {
    cx.fate(sender).iter().all(|fate| match fate.what {
        What::Dropped => true,
        What::Captured(body, inner) => {
            body > cx.id && cx.other(body).is_some_and(|inside| is_only_kept(&inside, inner))
        }
        What::Receiver | What::Argument(_) => cx
            .call_at(fate.point)
            .and_then(|call| cx.role(&call))
            .is_some_and(|role| matches!(role, Role::Clone | Role::Drop)),
        _ => false,
    })
}

/// A sender that keeps the channel open.
enum Kept {
    /// In a variable of the function with the loop.
    Beside(LocalId),
    /// In a field of a variable of that function.
    Within(LocalId),
    /// In a variable of the task with the loop.
    Inside(LocalId),
    /// In a variable of the function that waits for the task at that place.
    UntilJoined(LocalId, Span),
}

/// The loops that nothing but the end of the channel ends, with their receivers.
fn waiting_loops(cx: &BodyCx<'_>) -> Vec<(LoopId, Identity)> {
    let ends = cx.loops_until_closed().into_iter().filter(|found| found.ends);
    ends.filter_map(|found| Some((found.id, cx.identity(&found.receiver)?))).collect()
}

fn is_end(outer: &BodyCx<'_>, channel: &Channel, receiver: &Identity) -> bool {
    let kind = matches!(
        channel.how.kind,
        Role::BoundedChannel | Role::UnboundedChannel | Role::BroadcastChannel
    );
    let end = channel.ends.second.local.and_then(|end| outer.identity_of(end));
    kind && !channel.ends.escapes && end.as_ref() == Some(receiver)
}

/// Whether somebody closes the channel in so many words.
fn is_closed(cx: &BodyCx<'_>, outer: &BodyCx<'_>, receiver: &Identity) -> bool {
    [cx, outer].iter().any(|cx| {
        cx.calls_of(Role::Close)
            .any(|call| call.receiver().and_then(|end| cx.identity(end)).as_ref() == Some(receiver))
    })
}

/// Whether the loop gives out new senders, and so means to go on for ever; or somebody gets at
/// the sender itself, and may put another in its place.
fn hands_out(cx: &BodyCx<'_>, outer: &BodyCx<'_>, channel: &Channel, id: LoopId) -> bool {
    channel.senders(outer).iter().any(|sender| {
        let cloned = sender.cloned_at.is_some_and(|at| outer.id == cx.id && cx.in_loop(id, at));
        let lent = outer
            .uses()
            .of(sender.local)
            .any(|found| matches!(found.how, How::Read { mode: Mode::RefMut, .. }));
        cloned || lent
    })
}

/// A sender that a variable beside the loop holds whenever a round begins.
fn kept_beside(cx: &BodyCx<'_>, channel: &Channel, header: Point) -> Option<LocalId> {
    let senders = channel.senders(cx);
    senders.iter().find_map(|sender| held(cx, sender.local, header))
}

/// The struct beside the loop in whose field a sender lies. The loop must not use it, and
/// something has to be done behind the loop: otherwise it may well be meant to go on for ever.
fn kept_in_struct(
    cx: &BodyCx<'_>,
    channel: &Channel,
    id: LoopId,
    header: Point,
) -> Option<LocalId> {
    let goes_on =
        |point| !cx.in_loop(id, point) && cx.graph().reaches(cx.body(), header, point, |_| false);
    let is_done = |stmt: &StmtKind| {
        matches!(stmt, StmtKind::Assign(_, Value::Call(_) | Value::Macro(_) | Value::Await(..)))
    };
    if !cx.body().stmts().any(|(point, stmt)| is_done(&stmt.kind) && goes_on(point)) {
        return None;
    }
    let senders = channel.senders(cx);
    let put = senders.iter().flat_map(|sender| cx.fate(sender.local));
    let mut put = put.filter(|fate| fate.what == What::Wrapped && !fate.by_ref);
    put.find_map(|fate| {
        let (dest, value) = operands::assign_at(cx.body(), fate.point)?;
        let Value::Aggregate(made) = value else { return None };
        let whole = dest.whole().filter(|_| made.path.is_some())?;
        let holder = held(cx, whole, header)?;
        let is_opened = cx.names(whole).iter().any(|(name, _)| {
            cx.uses().of(*name).any(|found| match found.how {
                How::PartDefined => true,
                How::Read { whole: false, mode, .. } => mode != Mode::Ref,
                How::Read { mode, .. } => mode == Mode::RefMut || cx.in_loop(id, found.point),
                How::Captured { .. } => cx.in_loop(id, found.point),
                How::Defined | How::Ended | How::Declared => false,
            })
        });
        let is_lent = cx.fate(whole).iter().any(|fate| {
            fate.what == What::Receiver
                && !cx.call_at(fate.point).is_some_and(|call| only_looks(cx, &call))
        });
        (!is_opened && !is_lent).then_some(holder)
    })
}

/// Whether a method of the workspace gets its value by a shared reference.
fn only_looks(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    let called = cx.callee(call).and_then(|callee| cx.model().function(callee));
    called.is_some_and(|called| called.self_kind == Some(SelfKind::Ref))
}

/// The variable that surely holds the value of `local` at a point.
fn held(cx: &BodyCx<'_>, local: LocalId, at: Point) -> Option<LocalId> {
    let names = cx.names(local);
    names.iter().filter(|(_, by_ref)| !by_ref).map(|(name, _)| *name).find(|name| {
        let is_named = cx.local(*name).is_some_and(|found| !found.name.is_empty());
        is_named && cx.must_hold(*name, at)
    })
}

/// A sender that the receiver's own task took along and keeps.
fn kept_inside(
    cx: &BodyCx<'_>,
    outer: &BodyCx<'_>,
    channel: &Channel,
    header: Point,
) -> Option<LocalId> {
    let senders = channel.senders(outer);
    let spawn = outer
        .spawns()
        .iter()
        .find(|spawn| spawn.body(outer).is_some_and(|body| body.id == cx.id))?;
    let taken = spawn.takes(outer);
    let own = taken
        .iter()
        .filter(|taken| taken.by_value && senders.iter().any(|sender| sender.local == taken.outer));
    own.filter_map(|taken| held(cx, taken.inner, header)).next()
}

/// A sender that is alive where the receiver's task is waited for.
fn kept_until_joined(cx: &BodyCx<'_>, outer: &BodyCx<'_>, channel: &Channel) -> Option<Kept> {
    let spawn = outer
        .spawns()
        .iter()
        .find(|spawn| spawn.body(outer).is_some_and(|body| body.id == cx.id))?;
    let (join, span) = join_of(outer, spawn.handle?)?;
    let senders = channel.senders(outer);
    let sender = senders.iter().find_map(|sender| held(outer, sender.local, join))?;
    Some(Kept::UntilJoined(sender, span))
}

/// Where a handle is joined or awaited, when nothing else stops the task before.
fn join_of(cx: &BodyCx<'_>, handle: LocalId) -> Option<(Point, Span)> {
    let fates = cx.fate(handle);
    let aborts = fates.iter().any(|fate| {
        cx.call_at(fate.point).is_some_and(|call| {
            cx.role(&call) == Some(Role::Abort) || call.name() == "abort_handle"
        })
    });
    if aborts {
        return None;
    }
    fates.iter().find_map(|fate| match fate.what {
        What::Awaited => {
            let site = cx.awaits().find(|site| site.point == fate.point)?;
            Some((site.point, site.span))
        }
        What::Receiver => {
            let call = cx.call_at(fate.point)?;
            (cx.role(&call) == Some(Role::Join)).then_some((call.point, call.span))
        }
        _ => None,
    })
}

fn report(
    cx: &BodyCx<'_>,
    outer: &BodyCx<'_>,
    id: LoopId,
    the: &Loop,
    channel: &Channel,
    kept: &Kept,
    sink: &mut Sink,
) {
    let (home, local) = match kept {
        Kept::Beside(local) | Kept::Within(local) => (cx, *local),
        Kept::Inside(local) => (cx, *local),
        Kept::UntilJoined(local, _) => (outer, *local),
    };
    let name = home.name_of(local).unwrap_or_else(|| "a sender".to_owned());
    let report = sink.report(the.head_span);
    report.message(format!("this loop never ends: {name} keeps its channel open"));
    if let Some(found) = home.local(local) {
        report.label(
            found.span,
            match kept {
                Kept::Within(_) => "a sender in it is still alive",
                _ => "this sender is still alive",
            },
        );
    } else {
        report.label(channel.span, "the channel");
    }
    let plain = name.trim_matches('`');
    match kept {
        Kept::Beside(_) => {
            report.help(format!("`drop({plain})` before the loop, or move it into the last task"));
            if is_done_with(cx, local, id, the) {
                report.fix("drop the sender").before(the.span, format!("drop({plain});"));
            }
        }
        Kept::Within(_) => {
            report.help(format!("`drop({plain})` before the loop"));
        }
        Kept::Inside(_) => {
            report.help(format!(
                "keep a `WeakSender` in the receiver's own task: `{plain}.downgrade()`"
            ));
        }
        Kept::UntilJoined(_, join) => {
            report.label(*join, "waits for the loop to end");
            report.help(format!("`drop({plain})` before the task is joined"));
        }
    }
}

/// Whether a variable may be dropped before a loop: nothing borrows or captures it, nothing needs it
/// in the loop or behind it, and no loop around this one would drop it twice.
fn is_done_with(cx: &BodyCx<'_>, local: LocalId, id: LoopId, the: &Loop) -> bool {
    let header = Point { block: the.header, stmt: 0 };
    let later = |point: Point| {
        cx.in_loop(id, point) || cx.graph().reaches(cx.body(), header, point, |_| false)
    };
    let in_the_way = cx.uses().of(local).any(|found| match found.how {
        How::Captured { .. } | How::Read { mode: Mode::Ref | Mode::RefMut, .. } => true,
        How::Read { .. } | How::PartDefined | How::Defined => later(found.point),
        How::Ended | How::Declared => false,
    });
    cx.local(local).is_some_and(|found| found.in_loop == the.parent) && !in_the_way
}
