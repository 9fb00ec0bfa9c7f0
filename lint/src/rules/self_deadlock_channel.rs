//! ## What it does
//! Reports a task that waits for itself by a channel of which it holds both ends: it sends more
//! than the channel takes before it receives, or it receives where only it could send.
//!
//! ## Why is this bad
//! The send waits for room that only the receive behind it would make; the receive waits for a
//! message that only the code behind it would send. Nothing else ever happens in this task.
//!
//! ## Example
//! ```rust,ignore
//! let (tx, mut rx) = mpsc::channel(8);
//! for file in files {
//!     tx.send(file).await?;
//! }
//! drop(tx);
//! while let Some(file) = rx.recv().await { upload(file).await }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let (tx, mut rx) = mpsc::channel(8);
//! tokio::spawn(async move {
//!     for file in files {
//!         if tx.send(file).await.is_err() { break }
//!     }
//! });
//! while let Some(file) = rx.recv().await { upload(file).await }
//! ```
//! Where all is there from the start, a `Vec` does.
//!
//! ## Known problems
//! How often a loop goes round is known for numbers alone; another loop that sends before anything
//! is received is reported mildly. A sender named `_…` is taken to be kept on purpose. Test code is
//! left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::ends::Handle;
use crate::flow::fate::{Fate, What};
use crate::flow::operands;
use crate::model::Span;
use crate::model::body::{
    AwaitKind, Literal, LocalId, LoopId, LoopKind, Operand, Point, Term, Value,
};
use crate::query::{BodyCx, CallSite, Channel, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a task waits for itself by a channel whose ends it both holds",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for channel in cx.channels().iter().filter(|channel| !channel.ends.escapes) {
        if let Some((send, is_sure)) = overfilled(cx, channel) {
            let name = channel.ends.first.local.and_then(|sender| cx.name_of(sender));
            let name = name.as_deref().unwrap_or("the channel");
            let report = sink.report(send.span);
            report.message(format!(
                "this send waits for room in {name}, which this task alone could make"
            ));
            report.label(channel.span, "the channel, of which this task has both ends");
            report.help("receive in another task, or collect into a `Vec`");
            if !is_sure {
                report.level(Level::Warn);
            }
        }
        if let Some(span) = starved(cx, channel) {
            let name = channel.ends.second.local.and_then(|receiver| cx.name_of(receiver));
            let name = name.as_deref().unwrap_or("the channel");
            let report = sink.report(span);
            report.message(format!("nothing ever comes to {name}: only this task could send it"));
            report.label(channel.span, "the channel, of which this task has both ends");
            report.help("hand the sender to whoever is to send, or drop it before");
        }
    }
}

/// A send that surely, or for all that is known, finds the channel full while the receiver lies
/// idle beside it.
fn overfilled<'a>(cx: &BodyCx<'a>, channel: &Channel) -> Option<(CallSite<'a>, bool)> {
    let capacity = match channel.how.kind {
        Role::BoundedChannel => channel.capacity(cx)?,
        _ => return None,
    };
    let sends = sends(cx, channel);
    sends.iter().find_map(|send| {
        if is_received_before(cx, channel, send.point) {
            return None;
        }
        let before = sends.iter().filter(|other| {
            other.point != send.point && cx.graph().point_dominates(other.point, send.point)
        });
        let mut sure = before.filter(|other| cx.loop_around(other.point).is_none()).count() as u64;
        let mut is_known = true;
        if let Some(within) = cx.loop_around(send.point) {
            if cx.in_loop(within, channel.call) {
                return None;
            }
            match rounds(cx, within) {
                Some(rounds) if cx.every_round(within, send.point) => sure += rounds.max(1) - 1,
                Some(_) => {}
                None => is_known = false,
            }
        }
        (sure >= capacity || !is_known).then_some((*send, sure >= capacity))
    })
}

/// The sends of this body that wait while the channel is full.
fn sends<'a>(cx: &BodyCx<'a>, channel: &Channel) -> Vec<CallSite<'a>> {
    let senders = channel.senders(cx);
    let is_own = |call: &CallSite<'_>| {
        let on = call.receiver().and_then(Operand::local);
        on.is_some_and(|on| {
            senders.iter().any(|sender| cx.names(sender.local).iter().any(|(name, _)| *name == on))
        })
    };
    let waits = |call: &CallSite<'_>| {
        cx.function(call).is_some_and(|fact| {
            let is_awaited = !fact.is_async || awaited(cx, call.point);
            !fact.is_try && !fact.transient && is_awaited
        })
    };
    cx.calls_of(Role::Send).filter(|call| is_own(call) && waits(call)).collect()
}

/// Whether the future that a call makes is awaited by itself, with nothing beside it.
fn awaited(cx: &BodyCx<'_>, call: Point) -> bool {
    cx.awaits().any(|site| {
        site.kind == AwaitKind::One
            && site.futures.iter().all(|future| {
                cx.call_behind(future).is_some_and(|made| made.point == call)
                    && operands::assign_at(cx.body(), call).and_then(|(dest, _)| dest.whole())
                        == future.local()
            })
    })
}

/// Whether anything is done with the receiver before: it is received from, given away, dropped.
fn is_received_before(cx: &BodyCx<'_>, channel: &Channel, at: Point) -> bool {
    let receivers = channel.receivers(cx);
    receivers.is_empty()
        || receivers.iter().any(|receiver| {
            channel.fate(cx, receiver).iter().any(|fate| comes_before(cx, channel, fate, at))
        })
}

fn comes_before(cx: &BodyCx<'_>, channel: &Channel, fate: &Fate, at: Point) -> bool {
    // On the way back to the channel's own making there is a new channel.
    cx.graph().reaches(cx.body(), fate.point, at, |point| point == channel.call)
}

/// How often a loop goes round, when that is written as a number.
fn rounds(cx: &BodyCx<'_>, id: LoopId) -> Option<u64> {
    let the = cx.body().loops.get(id as usize).filter(|the| the.kind == LoopKind::For)?;
    let Term::Branch(branch) = &cx.body().blocks.get(the.header as usize)?.term else {
        return None;
    };
    let made = cx.uses().definition(branch.scrutinee.local()?)?;
    let (_, Value::Aggregate(made)) = operands::assign_at(cx.body(), made)? else { return None };
    if made.array {
        return Some(made.fields.len() as u64);
    }
    let number = |operand: &Operand| match operand {
        Operand::Literal(Literal::Int(number)) => Some(*number),
        Operand::Literal(_) | Operand::Place(..) => None,
    };
    match made.fields.as_slice() {
        [(_, start), (_, end)] => number(end)?.checked_sub(number(start)?),
        _ => None,
    }
}

/// The place where the receiver is waited for, while this body alone has a sender and has sent
/// nothing.
fn starved(cx: &BodyCx<'_>, channel: &Channel) -> Option<Span> {
    let senders = channel.senders(cx);
    let receiver = channel.ends.second.local?;
    let own: Vec<LocalId> = cx.names(receiver).iter().map(|(name, _)| *name).collect();
    let is_own = |operand: &Operand| operand.local().is_some_and(|local| own.contains(&local));
    let by_call = cx.calls_of(Role::Receive).filter(|call| {
        let waits = cx.function(call).is_some_and(|fact| {
            !fact.is_try && !fact.transient && (!fact.is_async || awaited(cx, call.point))
        });
        waits && call.receiver().is_some_and(is_own)
    });
    let by_call = by_call.map(|call| (call.point, call.span));
    let by_await =
        cx.awaits().filter(|site| site.kind == AwaitKind::One && site.futures.iter().all(is_own));
    let waits = by_call.chain(by_await.map(|site| (site.point, site.span)));
    let mut waits = waits.filter(|(point, _)| {
        senders.iter().any(|sender| is_kept(cx, sender, *point))
            && !senders.iter().any(|sender| is_used_before(cx, channel, sender, *point))
    });
    waits.next().map(|(_, span)| span)
}

/// Whether a variable of this body surely holds the sender.
fn is_kept(cx: &BodyCx<'_>, sender: &Handle, at: Point) -> bool {
    cx.local(sender.local).is_some_and(|found| {
        !found.name.is_empty() && !found.name.starts_with('_') && cx.must_hold(sender.local, at)
    })
}

/// Whether anything is done with a sender before, or somebody may get hold of it.
fn is_used_before(cx: &BodyCx<'_>, channel: &Channel, sender: &Handle, at: Point) -> bool {
    channel.fate(cx, sender).iter().any(|fate| {
        let is_use = !matches!(fate.what, What::Dropped | What::Looked);
        is_use && comes_before(cx, channel, fate, at)
    })
}
