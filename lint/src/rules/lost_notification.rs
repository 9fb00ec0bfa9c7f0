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

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for made in cx.calls_of(Role::Notified) {
        let Some(receiver) = made.receiver() else { continue };
        let Some(notify) = cx.identity(receiver) else { continue };
        let Some((wait, arm)) = wait(cx, &made) else { continue };
        let Some(waker) = waker(cx, &notify) else { continue };
        let words = cx.words(receiver).unwrap_or_else(|| "the notification".to_owned());
        if let Some(test) = test_before(cx, &notify, &made, wait) {
            let report = sink.report(made.span);
            report.message(format!("{words} may be notified after the test and before this"));
            report.label(test, "what is waited for is tested here");
            report.label_in(waker, "this wakes only those who wait already");
            report.help(
                "make the future first, then test, then await it: it counts from its making on",
            );
        } else if let Some(busy) = arm.and_then(|arm| busy_arm(cx, &made, wait, arm)) {
            let report = sink.report(made.span);
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

/// Where the future is waited for, with the arm of the `select!` if it is one.
fn wait(cx: &BodyCx<'_>, made: &CallSite<'_>) -> Option<(Point, Option<u32>)> {
    cx.fate(made.result()?).into_iter().find_map(|fate| match fate.what {
        What::Awaited => Some((fate.point, None)),
        What::Selected(arm) => Some((fate.point, Some(arm))),
        _ => None,
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
    waker
}

/// The last test before the future is made on which it depends whether the body waits, when
/// nothing is asked between the making and the wait.
fn test_before(
    cx: &BodyCx<'_>,
    notify: &Identity,
    made: &CallSite<'_>,
    wait: Point,
) -> Option<Span> {
    let is_branch = |point| matches!(operands::term_at(cx.body(), point), Some(Term::Branch(_)));
    if !cx.graph().reaches(cx.body(), made.point, wait, is_branch) || is_limited(cx, wait) {
        return None;
    }
    let tests = (0..).zip(&cx.body().blocks).filter_map(|(block, found)| match &found.term {
        Term::Branch(branch) => Some((Point { block, stmt: found.stmts.len() as u32 }, branch)),
        _ => None,
    });
    tests
        .filter(|(point, branch)| {
            point.block != made.point.block
                && cx.graph().dominates(point.block, made.point.block)
                && decides(cx, *point, branch, made.point)
                && asks_shared(cx, notify, branch)
                && !cx.guards_at(*point).any(|guard| guard.life.is_alive(made.point))
                && !holds_on(cx, branch, made.point)
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
fn busy_arm(cx: &BodyCx<'_>, made: &CallSite<'_>, wait: Point, arm: u32) -> Option<Span> {
    let around = cx.loop_around(wait)?;
    if !cx.in_loop(around, made.point) || asks_otherwise(cx, around) {
        return None;
    }
    let exits = cx.exits(around);
    if !exits.iter().any(|exit| exit.via == Some((wait.block, arm))) {
        return None;
    }
    let in_loop = |point: &Point| *point != wait && cx.in_loop(around, *point);
    let awaits = cx.awaits().map(|site| (site.point, site.span));
    let selects = cx.selects().map(|site| (site.point, site.select.span));
    let mut busy = awaits.chain(selects).filter(|(point, _)| in_loop(point));
    busy.next().map(|(_, span)| span)
}

/// Whether the loop is left for another reason that is remembered: a flag, a closed channel.
fn asks_otherwise(cx: &BodyCx<'_>, around: LoopId) -> bool {
    cx.exits(around).iter().any(|exit| {
        let role = cx.cause(exit).and_then(|cause| cx.role(&cause));
        exit.kind != ExitKind::Diverge
            && matches!(role, Some(Role::Load | Role::IsCancelled | Role::Cancelled | Role::Lock))
    })
}
