//! ## What it does
//! Reports an async function or block that takes something out of where it was kept (`take`,
//! `pop_front`, `recv`) and then awaits with it in hand, where a loop starts it in a `select!` or
//! `timeout`, may drop it half-way, and starts it again.
//!
//! ## Why is this bad
//! What was taken is dropped with the future: a job that nobody does, a message that nobody sees.
//! The next round finds the place empty and goes on as if nothing had been there.
//!
//! ## Example
//! ```rust,ignore
//! async fn step(&mut self) {
//!     if let Some(job) = self.queue.pop_front() {
//!         self.run(job).await;
//!     }
//! }
//!
//! loop {
//!     tokio::select! {
//!         () = worker.step() => {}
//!         Some(job) = jobs.recv() => worker.queue.push_back(job), // `step` is dropped
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! async fn step(&mut self) {
//!     if let Some(job) = self.queue.front() {
//!         self.run(job).await;
//!         self.queue.pop_front();
//!     }
//! }
//! ```
//! Or let the arm give what it took, and do the work in the arm's body, which is not dropped.
//!
//! ## Known problems
//! What is taken is not told from what nobody misses. Functions that are called further down are
//! not looked into.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::origin::Source;
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::Span;
use crate::model::body::{LocalId, Mode, Operand, Point};
use crate::query::{BodyCx, CallSite, HalfWay, Made, Sink, Site};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "what a future has taken is lost when it is dropped half-way",
    check: Check::Body(check),
    ..UNNAMED
};

/// Something taken and then held across an await.
struct Taken {
    /// What it was taken out of.
    words: String,
    at: Site,
    wait: Site,
}

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for half in cx.half_way() {
        let taken = match &half.made {
            Made::Block(inside) => taken_in(
                inside,
                |from| {
                    let what = inside.identity(from)?;
                    is_captured(inside, &what).then_some(what)
                },
                |what| cx.outlives(half.around, what),
            ),
            Made::Call(call) => cx.callee(call).and_then(|callee| {
                let given = |body: &BodyCx<'_>, from: &Operand| {
                    cx.identity(call.call.args.get(argument(body, from)?)?)
                };
                let outlives = |what: &Identity| cx.outlives(half.around, what);
                cx.in_function(callee, |body| taken_in(body, |from| given(body, from), outlives))
            }),
        };
        if let Some(taken) = taken {
            report(cx, &half, &taken, sink);
        }
    }
}

/// The first thing that a body takes out of what its maker still has, and then awaits with.
fn taken_in(
    body: &BodyCx<'_>,
    outside: impl Fn(&Operand) -> Option<Identity>,
    outlives: impl Fn(&Identity) -> bool,
) -> Option<Taken> {
    body.calls().find_map(|call| {
        let from = taken_from(body, &call)?;
        if !outlives(&outside(from)?) {
            return None;
        }
        let (birth, value) = value(body, &call)?;
        let wait = held_over(body, birth, value)?;
        let file = body.file.unit.id;
        Some(Taken {
            words: body.words(from).unwrap_or_else(|| "the place".to_owned()),
            at: Site { file, span: call.span },
            wait: Site { file, span: wait },
        })
    })
}

/// What a call takes a value out of.
fn taken_from<'a>(body: &BodyCx<'_>, call: &CallSite<'a>) -> Option<&'a Operand> {
    match body.role(call)? {
        Role::Take => call.receiver().or_else(|| call.arg(body.function(call)?.arg?)),
        Role::Receive => call.receiver(),
        _ => None,
    }
}

/// The number of the argument that a function takes something out of.
fn argument(body: &BodyCx<'_>, from: &Operand) -> Option<usize> {
    match body.origin(from).source {
        Source::Param(local) => body.body().params.iter().position(|param| *param == local),
        _ => None,
    }
}

fn is_captured(body: &BodyCx<'_>, what: &Identity) -> bool {
    !matches!(what.root, IdentityRoot::Local(home, _) if home == body.id)
}

/// Where what a call takes, or its future gives, is put.
fn value(body: &BodyCx<'_>, call: &CallSite<'_>) -> Option<(Point, LocalId)> {
    let result = call.result()?;
    let (birth, value) = if body.function(call)?.is_async {
        let is_own = |future: &Operand| future.local() == Some(result);
        let site = body.awaits().find(|site| matches!(site.futures, [one] if is_own(one)))?;
        (site.point, site.result?)
    } else {
        (call.point, result)
    };
    (!body.is_copy(value)).then_some((birth, value))
}

/// The first await at which the value is in hand, or in what is awaited, and not done with.
fn held_over(body: &BodyCx<'_>, birth: Point, value: LocalId) -> Option<Span> {
    let life = body.life(birth, value);
    let fates = body.fate(value);
    // A value that goes into a struct may be put back by its drop.
    if fates.iter().any(|fate| matches!(fate.what, What::Wrapped | What::Stored)) {
        return None;
    }
    let used_behind = |point: Point| {
        fates.iter().any(|fate| {
            let is_use = !matches!(fate.what, What::Dropped | What::Overwritten | What::Looked);
            is_use && body.graph().reaches(body.body(), point, fate.point, |_| false)
        })
    };
    let goes_into = |future: &Operand| {
        let Some(local) = future.local() else { return false };
        let gets = |arg: &Operand| {
            matches!(arg, Operand::Place(place, Mode::Move) if place.local().is_some_and(|arg| {
                fates.iter().any(|fate| fate.local == arg)
            }))
        };
        let of = body.call_behind(future).filter(|call| call.point != birth);
        fates.iter().any(|fate| fate.what == What::Awaited && fate.local == local)
            || of.is_some_and(|call| life.is_alive(call.point) && call.call.args.iter().any(gets))
    };
    let mut waits = body.awaits().filter(|site| site.point != birth);
    waits
        .find(|site| {
            (life.is_alive(site.point) && used_behind(site.point))
                || site.futures.iter().any(goes_into)
        })
        .map(|site| site.span)
}

fn report(cx: &BodyCx<'_>, half: &HalfWay<'_>, taken: &Taken, sink: &mut Sink) {
    let words = &taken.words;
    let at = match &half.made {
        Made::Call(call) => Site { file: cx.file.unit.id, span: call.span },
        Made::Block(_) => taken.at,
    };
    let report = sink.report_in(at);
    report.message(format!("what this takes out of {words} is lost when it is dropped half-way"));
    report.label_in(taken.at, "taken here");
    report.label_in(taken.wait, "and in hand while this waits");
    let when = if half.is_late {
        "dropped when the time is up"
    } else {
        "dropped when this arm comes first"
    };
    report.label(half.other, when);
    report.help(
        "let the arm give what it took, and work on it in the arm's body, which is not dropped; or \
         take it out when the work is done",
    );
}
