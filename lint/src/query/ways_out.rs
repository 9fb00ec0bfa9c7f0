//! How loops end: what each way out depends on, and which loops end by a channel's closing.

use super::BodyCx;
use super::site::{CallSite, LoopSite};
use crate::catalogue::Role;
use crate::flow::loops::{Exit, ExitKind};
use crate::flow::origin::Source;
use crate::flow::outcome::Outcome;
use crate::flow::same::Identity;
use crate::model::body::{BranchKind, LocalId, LoopId, Operand, Pat, Place, Point, Term};

/// A loop that receives from a channel.
#[derive(Clone, Debug)]
pub struct ReceiveLoop {
    /// The loop.
    pub id: LoopId,
    /// The call that receives.
    pub call: Point,
    /// What the receiver is, when that is known.
    pub receiver: Option<Identity>,
    /// A way out that is no panic and does not hang on what this call gives.
    pub leaves_otherwise: bool,
    /// A way out that hangs on what this call gives: it may end when the channel closes.
    pub leaves_on_result: bool,
}

impl<'a> BodyCx<'a> {
    /// The call whose result decides whether a way out is taken: the receive whose `None` breaks,
    /// the `is_cancelled` that returns, the future of the `select!` arm that leaves.
    pub fn cause(&self, exit: &Exit) -> Option<CallSite<'a>> {
        let (block, arm) = exit.via?;
        let decided = match &self.body().blocks.get(block as usize)?.term {
            Term::Branch(branch) => &branch.scrutinee,
            Term::Select(select) => &select.arms.get(arm as usize)?.future,
            Term::Goto(_) | Term::Return | Term::Diverge => return None,
        };
        self.call_behind(decided)
    }

    /// The call in this body that a value comes from, awaited or not.
    pub fn call_behind(&self, operand: &Operand) -> Option<CallSite<'a>> {
        let origin = self.origin(operand);
        if origin.body != self.id {
            return None;
        }
        match origin.source {
            Source::Call(call) | Source::AwaitedCall { call, .. } => self.call_at(call),
            Source::Arm(point, arm) => {
                let site = self.selects().find(|site| site.point == point)?;
                let future = &site.select.arms.get(arm as usize)?.future;
                self.call_behind(future)
            }
            _ => None,
        }
    }

    /// The loops that can't be left but by a panic, outermost first; loops inside them are left
    /// out.
    pub fn endless_loops(&self) -> Vec<LoopSite<'a>> {
        let mut found: Vec<LoopSite<'a>> = Vec::new();
        for site in self.loops() {
            let reachable = self.graph().is_reachable(site.the.header);
            let inside = found
                .iter()
                .any(|outer| crate::flow::loops::is_within(self.body(), site.the.parent, outer.id));
            if reachable && !inside && !self.has_way_out(site.id) {
                found.push(site);
            }
        }
        found
    }

    /// The loops that receive from a channel, one entry for each call that receives.
    pub fn receive_loops(&self) -> Vec<ReceiveLoop> {
        self.calls_of(Role::Receive).filter_map(|site| self.receive_loop(&site)).collect()
    }

    fn receive_loop(&self, site: &CallSite<'a>) -> Option<ReceiveLoop> {
        let id = self.loop_around(site.point)?;
        let mut found = ReceiveLoop {
            id,
            call: site.point,
            receiver: site.receiver().and_then(|receiver| self.identity(receiver)),
            leaves_otherwise: false,
            leaves_on_result: false,
        };
        for exit in self.exits(id) {
            if exit.kind == ExitKind::Diverge {
                continue;
            }
            match self.cause(&exit) {
                Some(cause) if cause.point == site.point => found.leaves_on_result = true,
                _ => found.leaves_otherwise = true,
            }
        }
        Some(found)
    }

    /// Whether a point is reached only by way of an arm for `Err` or `None`.
    pub fn is_behind_failure(&self, point: Point) -> bool {
        let fails = |pat: &Pat| names_failure(pat, true);
        self.body().blocks.iter().any(|block| match &block.term {
            Term::Branch(branch) => {
                let mut arms = branch.arms.iter().filter(|arm| fails(&arm.pat));
                // The end of a `for` loop is no failure.
                branch.kind != BranchKind::For
                    && arms.any(|arm| self.graph().dominates(arm.target, point.block))
            }
            _ => false,
        })
    }

    /// The values to assume when what the call at `call` stands for is over: the local that its
    /// result, or the result of awaiting it, is put into, and the points to start from.
    pub fn assume(&self, call: &CallSite<'_>, outcome: &Outcome) -> Vec<(Point, LocalId, Outcome)> {
        let Some(result) = call.result() else { return Vec::new() };
        let awaited = self.awaits().filter_map(|site| {
            let [Operand::Place(place, _)] = site.futures else { return None };
            self.leads_to(place, call.point).then_some((site.point, site.result?))
        });
        let selected = self.selects().flat_map(|site| {
            let arms = site.select.arms.iter();
            arms.filter_map(move |arm| Some((site.point, arm.output, arm.future.place()?)))
        });
        let selected = selected
            .filter(|(_, _, place)| self.leads_to(place, call.point))
            .map(|(point, output, _)| (point, output));
        let mut starts: Vec<_> =
            awaited.chain(selected).map(|(point, local)| (point, local, outcome.clone())).collect();
        if starts.is_empty() {
            starts.push((call.point, result, outcome.clone()));
        }
        starts
    }

    fn leads_to(&self, place: &Place, call: Point) -> bool {
        let origin = self.origin_of(place);
        origin.body == self.id && origin.source == Source::Call(call)
    }
}

/// Whether a pattern asks for `Err`, however deep, or for `None` itself.
fn names_failure(pat: &Pat, outermost: bool) -> bool {
    match pat {
        Pat::Variant(name, parts) => {
            name == "Err"
                || (outermost && name == "None")
                || parts.iter().any(|part| names_failure(part, false))
        }
        Pat::Or(pats) => pats.iter().all(|pat| names_failure(pat, outermost)),
        Pat::Tuple(parts) => parts.iter().any(|part| names_failure(part, false)),
        Pat::Any | Pat::Bool(_) | Pat::Literal(_) => false,
    }
}
