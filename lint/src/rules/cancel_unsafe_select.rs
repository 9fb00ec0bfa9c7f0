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
use crate::flow::loops;
use crate::flow::origin::Source;
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::body::{LoopId, Operand, Pat, Point, Proj, StmtKind, Term};
use crate::model::{Name, Span};
use crate::query::{BodyCx, CallSite, Sink, Site};

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
    for site in cx.selects().filter(|site| site.select.is_async) {
        let Some(around) = site.in_loop else { continue };
        for (number, arm) in site.select.arms.iter().enumerate() {
            let Some(loss) = loss(cx, &arm.future, around) else { continue };
            let others = site.select.arms.iter().enumerate().filter(|(other, _)| *other != number);
            let goes_on = others
                .map(|(_, other)| other)
                .find(|other| comes_round(cx, other.target, site.point));
            if let Some(other) = goes_on {
                report(cx, &loss, "when this arm comes first", other.span, sink);
            }
        }
    }
    for call in cx.calls_of(Role::Timeout) {
        timeout(cx, &call, sink);
    }
}

/// A `timeout` in a loop that goes on when the time is up.
fn timeout(cx: &BodyCx<'_>, call: &CallSite<'_>, sink: &mut Sink) {
    let future = cx.function(call).and_then(|fact| fact.arg).and_then(|arg| call.arg(arg));
    let (Some(around), Some(future)) = (cx.loop_around(call.point), future) else { return };
    let Some(loss) = loss(cx, future, around) else { return };
    let late = cx.body().blocks.iter().find_map(|block| {
        let Term::Branch(branch) = &block.term else { return None };
        let of = cx.call_behind(&branch.scrutinee)?;
        let late = branch.arms.iter().find(|arm| is_late(&arm.pat))?;
        (of.point == call.point && comes_round(cx, late.target, call.point)).then_some(late.span)
    });
    if let Some(late) = late {
        report(cx, &loss, "when the time is up", late, sink);
    }
}

/// Whether a pattern stands for the time being up, not for a failure within it.
fn is_late(pat: &Pat) -> bool {
    matches!(pat, Pat::Variant(name, parts) if name == "Err" && parts.iter().all(Pat::irrefutable))
}

/// Whether the loop comes back to `to` from the arm that begins at `block`.
fn comes_round(cx: &BodyCx<'_>, block: u32, to: Point) -> bool {
    cx.graph().reaches(cx.body(), Point { block, stmt: 0 }, to, |_| false)
}

/// What a future that is made in each round of the loop loses.
fn loss<'a>(cx: &BodyCx<'a>, future: &Operand, around: LoopId) -> Option<Loss<'a>> {
    let origin = cx.origin(future);
    match origin.source {
        Source::Call(point) if origin.body == cx.id && cx.in_loop(around, point) => {
            of_call(cx, &cx.call_at(point)?, &|stream| outlives(cx, around, stream))
        }
        Source::Closure(body) => {
            let inside = cx.other(body).filter(|inside| inside.body().parent == Some(cx.id))?;
            let made = cx.uses().definition(origin.local?)?;
            let mut calls = inside.calls().filter(|call| is_awaited(&inside, call));
            let found = calls
                .find_map(|call| of_call(&inside, &call, &|stream| outlives(cx, around, stream)));
            found.filter(|_| cx.in_loop(around, made))
        }
        _ => None,
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

/// Whether a stream is the same in the next round of the loop.
fn outlives(cx: &BodyCx<'_>, around: LoopId, stream: &Identity) -> bool {
    let local = match &stream.root {
        IdentityRoot::Local(body, local) if *body == cx.id => *local,
        // What is captured comes from outside of the loop.
        IdentityRoot::Local(..) | IdentityRoot::Static(_) => return true,
    };
    let declared = cx.local(local).and_then(|local| local.in_loop);
    let is_replaced = cx.body().stmts().any(|(point, stmt)| match &stmt.kind {
        StmtKind::Assign(place, _) if place.local() == Some(local) => {
            let fields = place.proj.iter().filter_map(|step| match step {
                Proj::Field(name) => Some(name),
                _ => None,
            });
            cx.in_loop(around, point) && fields.zip(&stream.fields).all(|(one, other)| one == other)
        }
        _ => false,
    });
    !loops::is_within(cx.body(), declared, around) && !is_replaced
}

/// Whether the message was taken from elsewhere, so that nobody has it once it is dropped.
fn takes_message(cx: &BodyCx<'_>, message: &Operand) -> bool {
    let origin = cx.origin(message);
    let Some(call) = cx.call_behind(message) else { return false };
    let Some(local) = message.local() else { return false };
    let is_taken = matches!(cx.role(&call), Some(Role::Receive | Role::Take | Role::JoinNext));
    is_taken && !origin.cloned && !cx.is_copy(local)
}

fn report(cx: &BodyCx<'_>, loss: &Loss<'_>, when: &str, other: Span, sink: &mut Sink) {
    let Loss { call, words, behind } = loss;
    let name = cx.other(call.body).map_or_else(String::new, |home| home.call_words(call));
    let report = sink.report(call.span);
    report.message(format!("{name} is dropped half-way and started anew: {words} is lost"));
    report.label(other, when);
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
