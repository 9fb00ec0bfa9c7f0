//! Futures that a loop makes, drops half-way because something else came first, and makes anew.

use super::BodyCx;
use super::file::FileCx;
use super::meaning::FunctionId;
use super::site::CallSite;
use crate::catalogue::Role;
use crate::flow::loops;
use crate::flow::origin::Source;
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::Span;
use crate::model::body::{LoopId, Operand, Pat, Point, Proj, StmtKind, Term};

/// One such future.
pub struct HalfWay<'a> {
    /// What makes it in each round of the loop.
    pub made: Made<'a>,
    /// The loop.
    pub around: LoopId,
    /// The arm behind which the loop goes on without it.
    pub other: Span,
    /// That arm stands for the time being up, not for another arm of a `select!`.
    pub is_late: bool,
}

/// What makes a future.
pub enum Made<'a> {
    /// A call.
    Call(CallSite<'a>),
    /// An async block.
    Block(BodyCx<'a>),
}

impl Made<'_> {
    fn is(&self, other: &Made<'_>) -> bool {
        match (self, other) {
            (Made::Call(one), Made::Call(other)) => one.point == other.point,
            (Made::Block(one), Made::Block(other)) => one.id == other.id,
            _ => false,
        }
    }
}

impl<'a> BodyCx<'a> {
    /// The futures that a loop of this body drops half-way and makes anew: arms of a `select!`
    /// with another arm that stays in the loop, and `timeout`s whose end does.
    pub fn half_way(&self) -> Vec<HalfWay<'a>> {
        let mut found = Vec::new();
        for site in self.selects().filter(|site| site.select.is_async) {
            let Some(around) = site.in_loop else { continue };
            for (number, arm) in site.select.arms.iter().enumerate() {
                let others = site.select.arms.iter().enumerate();
                let mut others = others.filter(|(other, _)| *other != number);
                let stays = others.find(|(_, other)| self.comes_round(other.target, site.point));
                let Some((_, other)) = stays else { continue };
                if let Some(made) = self.made_in(around, &arm.future) {
                    found.push(HalfWay { made, around, other: other.span, is_late: false });
                }
            }
        }
        for call in self.calls_of(Role::Timeout) {
            let late = self.late(&call);
            found.extend(late.filter(|late| !found.iter().any(|known| known.made.is(&late.made))));
        }
        found
    }

    /// A `timeout` in a loop that goes on when the time is up.
    fn late(&self, call: &CallSite<'a>) -> Option<HalfWay<'a>> {
        let around = self.loop_around(call.point)?;
        let future = call.arg(self.function(call)?.arg?)?;
        let made = self.made_in(around, future)?;
        let other = self.body().blocks.iter().find_map(|block| {
            let Term::Branch(branch) = &block.term else { return None };
            let of = self.call_behind(&branch.scrutinee)?;
            let late = branch.arms.iter().find(|arm| is_late(&arm.pat))?;
            let stays = of.point == call.point && self.comes_round(late.target, call.point);
            stays.then_some(late.span)
        })?;
        Some(HalfWay { made, around, other, is_late: true })
    }

    /// What makes a future in each round of a loop.
    fn made_in(&self, around: LoopId, future: &Operand) -> Option<Made<'a>> {
        let origin = self.origin(future);
        match origin.source {
            Source::Call(point) if origin.body == self.id && self.in_loop(around, point) => {
                let call = self.call_at(point)?;
                // What has time to finish, and is dropped with the wait for it.
                let limited = match self.function(&call) {
                    Some(fact) if fact.role == Some(Role::Timeout) => call.arg(fact.arg?),
                    _ => None,
                };
                match limited {
                    Some(future) => self.made_in(around, future),
                    None => Some(Made::Call(call)),
                }
            }
            Source::Closure(body) => {
                let inside = self.other(body)?;
                let made = self.uses().definition(origin.local?)?;
                let is_here = inside.body().parent == Some(self.id) && self.in_loop(around, made);
                is_here.then_some(Made::Block(inside))
            }
            _ => None,
        }
    }

    /// Whether the loop comes back to `to` from the arm that begins at `block`.
    fn comes_round(&self, block: u32, to: Point) -> bool {
        self.graph().reaches(self.body(), Point { block, stmt: 0 }, to, |_| false)
    }

    /// Whether a thing is the same in the next round of a loop of this body.
    pub fn outlives(&self, around: LoopId, what: &Identity) -> bool {
        let local = match &what.root {
            IdentityRoot::Local(body, local) if *body == self.id => *local,
            // What is captured comes from outside of the loop.
            IdentityRoot::Local(..) | IdentityRoot::Static(_) => return true,
        };
        let declared = self.local(local).and_then(|local| local.in_loop);
        let is_replaced = self.body().stmts().any(|(point, stmt)| match &stmt.kind {
            StmtKind::Assign(place, _) if place.local() == Some(local) => {
                let mut fields = place.proj.iter().filter_map(|step| match step {
                    Proj::Field(name) => Some(name),
                    _ => None,
                });
                let mut known = what.fields.iter();
                self.in_loop(around, point) && fields.all(|field| known.next() == Some(field))
            }
            _ => false,
        });
        !loops::is_within(self.body(), declared, around) && !is_replaced
    }

    /// Asks something of the body of a function of the workspace.
    pub fn in_function<T>(
        &self,
        id: FunctionId,
        ask: impl FnOnce(&BodyCx<'_>) -> Option<T>,
    ) -> Option<T> {
        let unit = self.model().unit(id.file)?;
        let body = unit.model.functions.get(id.function as usize)?.body?;
        if id.file == self.file.unit.id {
            return ask(&self.other(body)?);
        }
        ask(&FileCx::new(self.model(), unit).body(body)?)
    }
}

/// Whether a pattern stands for the time being up, not for a failure within it.
fn is_late(pat: &Pat) -> bool {
    matches!(pat, Pat::Variant(name, parts) if name == "Err" && parts.iter().all(Pat::irrefutable))
}
