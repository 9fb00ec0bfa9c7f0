//! What a loop does once the channel that it receives from is closed.

use super::after::Besides;
use super::site::CallSite;
use super::{BodyCx, CallSite as Site};
use crate::catalogue::Role;
use crate::flow::course::{Course, OtherArms};
use crate::flow::operands;
use crate::flow::outcome::Outcome;
use crate::flow::same::{Identity, IdentityRoot};
use crate::flow::uses::How;
use crate::model::TypeRef;
use crate::model::body::{
    BranchKind, LocalId, LoopId, Mode, Operand, Point, StmtKind, Term, Value,
};

/// Longer conditions are not followed.
const DEPTH: u32 = 6;

impl<'a> BodyCx<'a> {
    /// Whether the loop `within` surely comes round again and again without waiting, from the
    /// moment at which this receive is over: its channel is closed, its token cancelled.
    pub fn spins_when_over(&self, within: LoopId, receive: &CallSite<'_>) -> bool {
        let Some(over) = over(self, receive) else { return false };
        if self.is_switched(receive) {
            return false;
        }
        let waits = |point: Point| self.waits_at(point, receive);
        let sends = self.sends(within);
        let besides = Besides { values: &sends, other_arms: OtherArms::Never, waits: &waits };
        let courses = self.courses_after(within, receive, &over, &besides);
        // A loop that looks again and again without waiting may have other things to do.
        let idles = |course: &Course| !gives_up(self, receive) || !self.works(course, receive);
        courses.iter().all(|course| {
            course.comes_back
                && course.spins
                && !course.gave_up
                && course.leaves.iter().all(|leave| self.is_stale(within, course, *leave))
                && idles(course)
        })
    }

    /// The results of awaited sends in a loop, which are no rest: what goes round for ever fills the
    /// channel, whoever empties it.
    fn sends(&self, within: LoopId) -> Vec<(LocalId, Outcome)> {
        let is_send = |future: &Operand| {
            let call = self.call_behind(future);
            call.is_some_and(|call| self.role(&call) == Some(Role::Send))
        };
        let sites = self.awaits().filter(|site| self.in_loop(within, site.point));
        sites
            .filter(|site| site.futures.iter().all(is_send))
            .filter_map(|site| Some((site.result?, Outcome::Any)))
            .collect()
    }

    /// Whether something other than this receive is called on the way round.
    fn works(&self, course: &Course, receive: &Site<'_>) -> bool {
        self.calls()
            .any(|call| call.point != receive.point && course.passes.contains(&call.point.block))
    }

    /// Whether a way out hangs on variables that nothing on the way round changes, so that a loop
    /// that was not left there before is not left later either.
    fn is_stale(&self, within: LoopId, course: &Course, leave: Point) -> bool {
        let exits = self.exits(within);
        let via = exits.iter().find(|exit| exit.at == leave).and_then(|exit| exit.via);
        let branch = via.and_then(|(block, _)| self.body().blocks.get(block as usize));
        match branch.map(|block| &block.term) {
            Some(Term::Branch(branch)) => {
                branch.kind != BranchKind::For && self.is_kept(course, &branch.scrutinee, 0)
            }
            _ => false,
        }
    }

    /// Whether a value is the same on each way round.
    fn is_kept(&self, course: &Course, value: &Operand, depth: u32) -> bool {
        let Operand::Place(place, _) = value else { return true };
        let Some(local) = place.local().filter(|_| depth <= DEPTH) else { return false };
        let passed = |point: Point| course.passes.contains(&point.block);
        let is_temporary = self.local(local).is_some_and(|found| found.name.is_empty());
        self.uses().of(local).filter(|found| passed(found.point)).all(|found| match found.how {
            How::Defined if is_temporary => match operands::assign_at(self.body(), found.point) {
                Some((_, Value::Use(from))) => self.is_kept(course, from, depth + 1),
                Some((_, Value::Op(_, parts))) => {
                    parts.iter().all(|part| self.is_kept(course, part, depth + 1))
                }
                _ => false,
            },
            How::Defined | How::PartDefined | How::Captured { .. } => false,
            How::Read { mode, .. } => !matches!(mode, Mode::RefMut | Mode::Receiver),
            How::Ended | How::Declared => true,
        })
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
    match fact.role? {
        Role::Cancelled => Some(Outcome::Any),
        Role::Receive | Role::Changed => match fact.ret.as_ref()? {
            TypeRef::Path(path) => match path.last()?.as_str() {
                "Option" => Some(Outcome::none()),
                // A failure, or a success without a value: which of them is the end is not known.
                "Result" if is_option(path.args.first()) => None,
                "Result" => Some(Outcome::variant("Err", closed(path.args.get(1)))),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn is_option(ty: Option<&TypeRef>) -> bool {
    matches!(ty, Some(TypeRef::Path(path)) if path.last().is_some_and(|name| name == "Option"))
}

/// Whether the receive gives up at once when there is nothing.
fn gives_up(cx: &BodyCx<'_>, receive: &CallSite<'_>) -> bool {
    cx.function(receive).is_some_and(|fact| fact.is_try && fact.blocks.is_none())
}

/// The error that tells of the channel's end, where there are others.
fn closed(error: Option<&TypeRef>) -> Outcome {
    let TypeRef::Path(path) = error.unwrap_or(&TypeRef::Unknown) else { return Outcome::Any };
    let words: Vec<&str> = path.segments.iter().map(|name| name.as_str()).collect();
    match words.as_slice() {
        [.., "broadcast", "error", "RecvError"] => Outcome::variant("Closed", Outcome::Any),
        ["async_channel", "TryRecvError"]
        | [.., "oneshot" | "broadcast", "error", "TryRecvError"] => {
            Outcome::variant("Closed", Outcome::Any)
        }
        [.., "RecvTimeoutError" | "TryRecvError"] => Outcome::variant("Disconnected", Outcome::Any),
        _ => Outcome::Any,
    }
}
