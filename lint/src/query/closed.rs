//! What a loop does once the channel that it receives from is closed.

use super::after::Besides;
use super::site::CallSite;
use super::{BodyCx, CallSite as Site};
use crate::catalogue::Role;
use crate::flow::course::{Course, OtherArms};
use crate::flow::outcome::Outcome;
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::TypeRef;
use crate::model::body::{LoopId, Point, StmtKind};

impl<'a> BodyCx<'a> {
    /// Whether the loop `within` surely comes round again and again without waiting, from the
    /// moment at which this receive is over: its channel is closed, its token cancelled.
    pub fn spins_when_over(&self, within: LoopId, receive: &CallSite<'_>) -> bool {
        let Some(over) = over(self, receive) else { return false };
        if self.is_switched(receive) {
            return false;
        }
        let waits = |point: Point| self.waits_at(point, receive);
        let besides = Besides { values: &[], other_arms: OtherArms::Never, waits: &waits };
        let courses = self.courses_after(within, receive, &over, &besides);
        courses.iter().all(Course::spins_for_ever)
    }

    /// Whether the loop may be left while this receive still gives something.
    pub fn leaves_while_open(&self, within: LoopId, receive: &CallSite<'_>) -> bool {
        let open = match over(self, receive) {
            Some(Outcome::Variant(name, _)) if name == "None" => Outcome::some(Outcome::Any),
            _ => Outcome::ok(Outcome::Any),
        };
        self.may_leave_after(within, receive, &open)
    }

    /// Whether the receive is the arm of a `select!` that a condition may switch off.
    fn is_switched(&self, receive: &CallSite<'_>) -> bool {
        self.selects().flat_map(|site| &site.select.arms).any(|arm| {
            arm.precondition.is_some()
                && self.call_behind(&arm.future).is_some_and(|call| call.point == receive.point)
        })
    }

    /// The loops around a point, innermost first.
    pub fn loops_around(&self, point: Point) -> Vec<LoopId> {
        let up = |id: &LoopId| self.body().loops.get(*id as usize)?.parent;
        std::iter::successors(self.loop_around(point), up).collect()
    }

    /// Whether a loop puts something else where `what` was: another channel, a new connection.
    pub fn replaces(&self, within: LoopId, what: &Identity) -> bool {
        let IdentityRoot::Local(body, local) = &what.root else { return false };
        if *body != self.id {
            // A captured variable stands for itself in here.
            return self.body().captures.iter().any(|capture| {
                self.uses().definitions(capture.inner).any(|at| self.in_loop(within, at))
            });
        }
        self.local(*local).is_some_and(|found| {
            found.in_loop.is_some_and(|id| id == within || self.is_inside(id, within))
        }) || self.body().stmts().any(|(point, stmt)| match &stmt.kind {
            StmtKind::Assign(place, _) => {
                place.local() == Some(*local) && self.in_loop(within, point)
            }
            StmtKind::End(_) | StmtKind::Declare(_) => false,
        })
    }

    fn is_inside(&self, inner: LoopId, outer: LoopId) -> bool {
        crate::flow::loops::is_within(self.body(), Some(inner), outer)
    }

    /// Whether what stands there waits for something other than this receive.
    pub fn waits_at(&self, point: Point, receive: &Site<'_>) -> bool {
        if point == receive.point {
            return false;
        }
        self.awaits().any(|site| {
            site.point == point
                && !site.futures.iter().any(|future| {
                    self.call_behind(future).is_some_and(|call| call.point == receive.point)
                })
        }) || self.call_at(point).is_some_and(|call| {
            let known = self.function(&call);
            let blocks = known.is_some_and(|fact| {
                fact.blocks.is_some() && !fact.is_async && fact.role != Some(Role::Lock)
            });
            blocks || self.summary(&call).is_some_and(|summary| summary.blocks.is_some())
        })
    }
}

/// What the call gives when what it waits for will never come again.
fn over(cx: &BodyCx<'_>, receive: &CallSite<'_>) -> Option<Outcome> {
    let fact = cx.function(receive)?;
    if fact.is_try && fact.blocks.is_none() {
        return None;
    }
    match fact.role? {
        Role::Cancelled => Some(Outcome::Any),
        Role::Receive | Role::Changed => match fact.ret.as_ref()? {
            TypeRef::Path(path) => match path.last()?.as_str() {
                "Option" => Some(Outcome::none()),
                "Result" => Some(Outcome::variant("Err", closed(path.args.get(1)))),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// The error that tells of the channel's end, where there are others.
fn closed(error: Option<&TypeRef>) -> Outcome {
    let TypeRef::Path(path) = error.unwrap_or(&TypeRef::Unknown) else { return Outcome::Any };
    let words: Vec<&str> = path.segments.iter().map(|name| name.as_str()).collect();
    match words.as_slice() {
        [.., "broadcast", "error", "RecvError"] => Outcome::variant("Closed", Outcome::Any),
        [.., "RecvTimeoutError"] => Outcome::variant("Disconnected", Outcome::Any),
        _ => Outcome::Any,
    }
}
