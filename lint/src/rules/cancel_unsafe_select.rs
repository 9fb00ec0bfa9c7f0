//! ## What it does
//! Reports an arm of a `select!` in a loop, or a `timeout` in one, that starts a read, write or
//! send anew in each round, and loses what it has done so far when something else comes first:
//! `read_exact`, `read_line`, `write_all`, `send` of a message taken from elsewhere, and functions
//! of the workspace that await one of them.
//!
//! ## Why is this bad
//! The bytes that were read are gone with the future, and the next read begins in the middle of a
//! frame; a write is cut off and the next one goes behind its half. It happens under load only.
//!
//! ## Example
//! ```rust,ignore
//! loop {
//!     tokio::select! {
//!         length = stream.read_u32() => read_frame(length?).await?,
//!         _ = ticks.tick() => report(),
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let mut frames = FramedRead::new(stream, LengthDelimitedCodec::new());
//! loop {
//!     tokio::select! {
//!         frame = frames.next() => handle(frame).await?, // keeps what it has read
//!         _ = ticks.tick() => report(),
//!     }
//! }
//! ```
//! Or read in a task of its own and send whole messages over a channel, or pin the future outside
//! of the loop and poll it by `&mut`.
//!
//! ## Known problems
//! A stream that is given up when another arm comes first is not told from one that is read on,
//! unless that arm leaves the loop or the loop opens a new one.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::same::Identity;
use crate::model::Name;
use crate::model::body::Operand;
use crate::query::{BodyCx, CallSite, HalfWay, Made, Sink, Site};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a loop drops a read, write or send half-way, and starts it anew",
    check: Check::Body(check),
    ..UNNAMED
};

/// What is lost when a future is dropped half-way.
struct Loss<'a> {
    call: CallSite<'a>,
    words: Name,
    /// The place in a called function where it happens.
    behind: Option<Site>,
}

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for half in cx.half_way() {
        let outlives = |stream: &Identity| cx.outlives(half.around, stream);
        let loss = match &half.made {
            Made::Call(call) => of_call(cx, call, &outlives),
            Made::Block(inside) => {
                // A message that the block has taken is another rule's.
                let mut calls = inside.calls().filter(|call| {
                    is_awaited(inside, call) && inside.role(call) != Some(Role::Send)
                });
                calls.find_map(|call| of_call(inside, &call, &outlives))
            }
        };
        if let Some(loss) = loss {
            report(cx, &loss, &half, sink);
        }
    }
}

fn of_call<'a>(
    cx: &BodyCx<'a>,
    call: &CallSite<'a>,
    outlives: &dyn Fn(&Identity) -> bool,
) -> Option<Loss<'a>> {
    if let Some(fact) = cx.function(call) {
        let words = fact.cancel_unsafe.clone()?;
        let loses = match fact.role? {
            Role::Io | Role::Read | Role::Write => outlives(&cx.identity(call.receiver()?)?),
            Role::Send => takes_message(cx, call.arg(0)?),
            // A place in a queue is no loss.
            _ => false,
        };
        return loses.then_some(Loss { call: *call, words, behind: None });
    }
    let losing = cx.summary(call)?.loses.as_ref()?;
    let stream = cx.spot_at(call, &losing.stream)?;
    outlives(&stream).then(|| Loss {
        call: *call,
        words: losing.words.clone(),
        behind: Some(losing.at),
    })
}

fn is_awaited(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    let future = call.result();
    cx.awaits().any(|site| site.futures.iter().any(|awaited| awaited.local() == future))
}

/// Whether the message was taken from elsewhere, so that nobody has it once it is dropped.
fn takes_message(cx: &BodyCx<'_>, message: &Operand) -> bool {
    let origin = cx.origin(message);
    let Some(call) = cx.call_behind(message) else { return false };
    let Some(local) = message.local() else { return false };
    let is_taken = matches!(cx.role(&call), Some(Role::Receive | Role::Take | Role::JoinNext));
    is_taken && !origin.cloned && !cx.is_copy(local)
}

fn report(cx: &BodyCx<'_>, loss: &Loss<'_>, half: &HalfWay<'_>, sink: &mut Sink) {
    let Loss { call, words, behind } = loss;
    let name = cx.other(call.body).map_or_else(String::new, |home| home.call_words(call));
    let report = sink.report(call.span);
    report.message(format!("{name} is dropped half-way and started anew, which loses {words}"));
    let when = if half.is_late { "when the time is up" } else { "when this arm comes first" };
    report.label(half.other, when);
    if let Some(behind) = behind {
        report.label_in(*behind, "this loses it");
    }
    let is_send = cx.owner(call).is_some_and(|owner| owner.kind == Kind::Sender);
    report.help(if is_send {
        "take the place first (`reserve`), and the message only when there is one"
    } else {
        "do it in a task of its own, keep what was read in a buffer outside of the loop (a codec), \
         or pin the future outside of the loop and poll it by `&mut`"
    });
}
