//! ## What it does
//! Reports a channel of which one end is dropped where it is made: `let (tx, _) = channel();`.
//!
//! ## Why is this bad
//! `_` binds nothing, so that the end is gone at the end of the statement. Every send fails then,
//! or every receive ends at once.
//!
//! ## Example
//! ```rust,ignore
//! let (events, _) = mpsc::channel(16);
//! events.send(Event::Started).await?;
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let (events, mut log) = mpsc::channel(16);
//! tasks.spawn(async move { while let Some(event) = log.recv().await { write(event).await } });
//! events.send(Event::Started).await?;
//! ```
//! `_log` would keep the end alive to the end of the scope.
//!
//! ## Known problems
//! An end that is only passed on is a stand-in for one that nobody needs, and not reported.
//! Neither are receivers of broadcast and watch channels, which can be made later, nor test code.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::ends::End;
use crate::model::Span;
use crate::model::body::LocalId;
use crate::query::{BodyCx, Channel, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "one end of a channel is dropped where the channel is made",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for channel in cx.channels().iter().filter(|channel| !channel.ends.escapes) {
        let (sender, receiver) = (&channel.ends.first, &channel.ends.second);
        if is_dropped(receiver) && !may_be_made_later(channel) {
            let uses = sender.local.and_then(|end| first_use(cx, end, Role::Send));
            report(
                cx,
                channel,
                sender,
                uses,
                ["receiver", "this send fails: nobody receives"],
                sink,
            );
        } else if is_dropped(sender) && channel.how.kind != Role::WatchChannel {
            let uses = receiver.local.and_then(|end| first_use(cx, end, Role::Receive));
            report(
                cx,
                channel,
                receiver,
                uses,
                ["sender", "this receive ends at once: nobody sends"],
                sink,
            );
        }
    }
}

fn is_dropped(end: &End) -> bool {
    end.local.is_none() && end.place.is_none()
}

/// `subscribe` makes a receiver of the sender.
fn may_be_made_later(channel: &Channel) -> bool {
    matches!(channel.how.kind, Role::BroadcastChannel | Role::WatchChannel)
}

fn report(
    cx: &BodyCx<'_>,
    channel: &Channel,
    kept: &End,
    used: Option<Span>,
    [dropped, fails]: [&str; 2],
    sink: &mut Sink,
) {
    let Some(used) = used else { return };
    let name = kept.local.and_then(|local| cx.name_of(local));
    let report = sink.report(channel.span);
    report.message(match name {
        Some(name) => format!("the {dropped} that belongs to {name} is dropped at once"),
        None => format!("the {dropped} of this channel is dropped at once"),
    });
    report.label(used, fails);
    report.help(format!(
        "give the {dropped} a name, and to the one who needs it: `_` binds nothing, `_{dropped}` does"
    ));
}

/// Where the end, or a clone of it, is used as what it is, in this file.
fn first_use(cx: &BodyCx<'_>, end: LocalId, role: Role) -> Option<Span> {
    let what = cx.identity_of(end)?;
    cx.file.bodies().find_map(|body| {
        let mut calls = body.calls_of(role);
        let on_it = calls.find(|call| {
            call.receiver().and_then(|receiver| body.identity(receiver)).as_ref() == Some(&what)
        });
        on_it.map(|call| call.span)
    })
}
