//! ## What it does
//! Reports a wait for a notification that wakes only those who wait already (`notify_waiters`, a
//! listener of `event-listener`), where it can come between the test of the condition and the wait,
//! or while another arm of the `select!` runs.
//!
//! ## Why is this bad
//! Nobody remembers such a notification. If it comes a moment too early, the task waits for the
//! next one; often there is none.
//!
//! ## Example
//! ```rust,ignore
//! while !self.done.load(Ordering::Acquire) {
//!     self.changed.notified().await; // `done` is set and notified just before this
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! loop {
//!     let changed = self.changed.notified(); // counts from here on
//!     if self.done.load(Ordering::Acquire) {
//!         break;
//!     }
//!     changed.await;
//! }
//! ```
//! For a signal to stop, take a `CancellationToken` or a `watch` channel, which remember it.
//!
//! ## Known problems
//! Whether the test asks for what the notification stands for is not known; it must ask something
//! of the value that holds the `Notify`, an atomic or a lock. Test code is left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::loops::ExitKind;
use crate::flow::operands;
use crate::flow::origin::Source;
use crate::flow::same::Identity;
use crate::model::Span;
use crate::model::body::{Branch, BranchKind, LoopId, Point, Term};
use crate::query::{BodyCx, CallSite, Sink, Site};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a notification can come before the wait for it, and is lost",
    check: Check::Body(check),
    ..UNNAMED
};

/// A wait for a notification.
struct Awaited {
    notify: Identity,
    words: String,
    /// Where the future is made that counts notifications.
    made: Point,
    /// Where it is waited for.
    wait: Point,
    /// The arm of the `select!` that waits, if it is one.
    arm: Option<u32>,
    span: Span,
}

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    let own = cx.calls_of(Role::Notified).filter_map(|made| own_wait(cx, &made));
    let behind = cx.calls().filter_map(|call| wait_behind(cx, &call));
    for awaited in own.chain(behind) {
        let Some(waker) = waker(cx, &awaited.notify) else { continue };
        let words = &awaited.words;
        if let Some(test) = test_before(cx, &awaited) {
            let report = sink.report(awaited.span);
            report.message(format!("{words} may be notified after the test and before this"));
            report.label(test, "what is waited for is tested here");
            report.label_in(waker, "this wakes only those who wait already");
            report.help(
                "make the future first, then test, then await it: it counts from its making on",
            );
        } else if let Some(busy) = awaited.arm.and_then(|arm| busy_arm(cx, &awaited, arm)) {
            let report = sink.report(awaited.span);
            report.message(format!("{words} is not listened to while another arm runs"));
            report.label(busy, "a notification that comes during this is lost");
            report.label_in(waker, "this wakes only those who wait already");
            report.help(
                "stop the loop by something that is remembered: a `CancellationToken` or a `watch` \
                 channel",
            );
        }
    }
}

/// A wait of this body itself.
fn own_wait(cx: &BodyCx<'_>, made: &CallSite<'_>) -> Option<Awaited> {
    let receiver = made.receiver()?;
    let (wait, arm) = cx.fate(made.result()?).into_iter().find_map(|fate| match fate.what {
        What::Awaited => Some((fate.point, None)),
        What::Selected(arm) => Some((fate.point, Some(arm))),
        _ => None,
    })?;
    Some(Awaited {
        notify: cx.identity(receiver)?,
        words: cx.words(receiver).unwrap_or_else(|| "the notification".to_owned()),
        made: made.point,
        wait,
        arm,
        span: made.span,
    })
}

/// An await of an async function of this file that makes the future: not before it is polled.
fn wait_behind(cx: &BodyCx<'_>, call: &CallSite<'_>) -> Option<Awaited> {
    let callee = cx.callee(call).filter(|callee| callee.file == cx.file.unit.id)?;
    if !cx.model().function(callee)?.is_async {
        return None;
    }
    let fates = cx.fate(call.result()?);
    let wait = fates.iter().find(|fate| fate.what == What::Awaited)?;
    let site = cx.awaits().find(|site| site.point == wait.point)?;
    let (argument, fields) = cx.in_function(callee, |body| {
        body.calls_of(Role::Notified).find_map(|made| {
            own_wait(body, &made)?;
            let origin = body.origin(made.receiver()?);
            let Source::Param(local) = origin.source else { return None };
            let argument = body.body().params.iter().position(|param| *param == local)?;
            Some((argument, origin.fields))
        })
    })?;
    let argument = call.call.args.get(argument)?;
    let mut notify = cx.identity(argument)?;
    notify.fields.extend(fields);
    Some(Awaited {
        notify,
        words: cx.call_words(call),
        made: wait.point,
        wait: wait.point,
        arm: None,
        span: site.span,
    })
}

/// Who wakes the waiters; none if a notification may be remembered.
fn waker(cx: &BodyCx<'_>, notify: &Identity) -> Option<Site> {
    let mut waker = None;
    for call in cx.calls_on(notify) {
        match call.fact.role {
            Some(Role::NotifyOne) => return None,
            Some(Role::NotifyAll) => waker = waker.or(Some(call.at)),
            _ => {}
        }
    }
    // A variable, or what a variant holds, may stand for what others call otherwise.
    let is_named = notify.fields.last().is_some_and(|field| field.parse::<usize>().is_err());
    if waker.is_none() && !is_named {
        let roles = |role| cx.file.bodies().flat_map(move |body| body.calls_of(role));
        let all = roles(Role::NotifyAll).next().filter(|_| roles(Role::NotifyOne).next().is_none());
        waker = all.map(|call| Site { file: cx.file.unit.id, span: call.span });
    }
    waker
}

/// The last test before the future is made on which it depends whether the body waits, when
/// nothing is asked between the making and the wait.
fn test_before(cx: &BodyCx<'_>, awaited: &Awaited) -> Option<Span> {
    let Awaited { notify, made, wait, .. } = awaited;
    let is_branch = |point| matches!(operands::term_at(cx.body(), point), Some(Term::Branch(_)));
    let asks_again = made != wait && !cx.graph().reaches(cx.body(), *made, *wait, is_branch);
    if asks_again || is_limited(cx, *wait) {
        return None;
    }
    let tests = (0..).zip(&cx.body().blocks).filter_map(|(block, found)| match &found.term {
        Term::Branch(branch) => Some((Point { block, stmt: found.stmts.len() as u32 }, branch)),
        _ => None,
    });
    tests
        .filter(|(point, branch)| {
            point.block != made.block
                && cx.graph().dominates(point.block, made.block)
                && decides(cx, *point, branch, *made)
                && asks_shared(cx, notify, branch)
                && !cx.guards_at(*point).any(|guard| guard.life.is_alive(*made))
                && !holds_on(cx, branch, *made)
        })
        .map(|(_, branch)| branch.span)
        .max_by_key(|span| span.start)
}

/// Whether one side of a branch leads to `to`, and another only by way of the branch again.
fn decides(cx: &BodyCx<'_>, at: Point, branch: &Branch, to: Point) -> bool {
    let leads = |block: u32| {
        let start = Point { block, stmt: 0 };
        block == to.block || cx.graph().reaches(cx.body(), start, to, |point| point == at)
    };
    !matches!(branch.kind, BranchKind::For | BranchKind::Try)
        && branch.arms.iter().any(|arm| leads(arm.target))
        && branch.arms.iter().any(|arm| !leads(arm.target))
}

/// Whether a branch asks what others change: an atomic, what a lock guards, a method of the value
/// that holds the `Notify`.
fn asks_shared(cx: &BodyCx<'_>, notify: &Identity, branch: &Branch) -> bool {
    let calls = cx.computed_from(&branch.scrutinee);
    let is_shared = |call: &CallSite<'_>| {
        let beside = || {
            let on = call.receiver().and_then(|on| cx.identity(on));
            !notify.fields.is_empty() && on.is_some_and(|on| on.root == notify.root)
        };
        matches!(cx.role(call), Some(Role::Load | Role::Lock)) || beside()
    };
    let waits = |call: &CallSite<'_>| {
        matches!(
            cx.role(call),
            Some(Role::Receive | Role::Changed | Role::Notified | Role::Timeout)
        )
    };
    calls.iter().any(|found| is_shared(&found.call))
        && !calls.iter().any(|found| waits(&found.call))
}

/// Whether what was tested is still there at `made`: a guard of a lock that is not known as one
/// keeps those away who notify.
fn holds_on(cx: &BodyCx<'_>, branch: &Branch, made: Point) -> bool {
    cx.computed_from(&branch.scrutinee).iter().any(|found| {
        let names = found.call.result().map_or(Vec::new(), |result| cx.names(result));
        let is_unknown = cx.function(&found.call).is_none();
        is_unknown
            && names.iter().any(|(name, _)| {
                !cx.is_copy(*name)
                    && cx.local(*name).is_some_and(|local| !local.name.is_empty())
                    && cx.may_hold(*name, made)
            })
    })
}

/// Whether the wait ends after some time, so that a lost notification costs no more than that.
fn is_limited(cx: &BodyCx<'_>, wait: Point) -> bool {
    let Some(site) = cx.selects().find(|site| site.point == wait) else { return false };
    site.select.arms.iter().any(|arm| {
        let role = cx.call_behind(&arm.future).and_then(|call| cx.role(&call));
        matches!(role, Some(Role::Sleep | Role::Tick | Role::Timeout))
    })
}

/// What another arm awaits, where the notification ends the loop and is waited for anew in each
/// round.
fn busy_arm(cx: &BodyCx<'_>, awaited: &Awaited, arm: u32) -> Option<Span> {
    let wait = awaited.wait;
    let around = cx.loop_around(wait)?;
    if !cx.in_loop(around, awaited.made) || asks_otherwise(cx, around) {
        return None;
    }
    let own = cx.selects().find(|site| site.point == wait)?.select.arms.get(arm as usize)?;
    let exits = cx.exits(around);
    if !exits.iter().any(|exit| exit.via == Some((wait.block, arm))) {
        return None;
    }
    let in_loop = |point: &Point| *point != wait && cx.in_loop(around, *point);
    let awaits = cx.awaits().map(|site| (site.point, site.span));
    let selects = cx.selects().map(|site| (site.point, site.select.span));
    let mut busy = awaits.chain(selects).filter(|(point, _)| in_loop(point));
    let busy = busy.next().map(|(_, span)| span);
    busy.or_else(|| {
        let select = cx.selects().find(|site| site.point == wait)?.select;
        let stays =
            |block| cx.graph().reaches(cx.body(), Point { block, stmt: 0 }, wait, |_| false);
        let others = select.arms.iter().filter(|other| other.target != own.target);
        others.into_iter().find(|other| stays(other.target)).map(|other| other.span)
    })
}

/// Whether the loop is left for another reason that is remembered: a flag, a closed channel.
fn asks_otherwise(cx: &BodyCx<'_>, around: LoopId) -> bool {
    cx.exits(around).iter().any(|exit| {
        let role = cx.cause(exit).and_then(|cause| cx.role(&cause));
        exit.kind != ExitKind::Diverge
            && matches!(role, Some(Role::Load | Role::IsCancelled | Role::Cancelled | Role::Lock))
    })
}
