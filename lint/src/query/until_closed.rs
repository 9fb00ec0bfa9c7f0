//! Loops that nothing ends but the closing of the channel that they receive from.

use super::BodyCx;
use crate::catalogue::Kind;
use crate::flow::loops::{Exit, ExitKind};
use crate::model::body::{BranchKind, LocalId, LoopId, LoopKind, Mode, Operand, Place, Term};

/// A loop that goes on for as long as somebody may send.
#[derive(Clone, Debug)]
pub struct UntilClosed {
    /// The loop.
    pub id: LoopId,
    /// What it receives from.
    pub receiver: Operand,
    /// It is left when the channel closes; otherwise it panics or spins then.
    pub ends: bool,
}

impl BodyCx<'_> {
    /// The loops that nothing but the end of their channel ends.
    pub fn loops_until_closed(&self) -> Vec<UntilClosed> {
        let by_call = self.receive_loops().into_iter().filter_map(|found| {
            let call = self.call_at(found.call)?;
            let waits = self.function(&call).is_some_and(|fact| !fact.is_try && !fact.transient);
            (waits && !found.leaves_otherwise && !self.leaves_while_open(found.id, &call))
                .then_some(UntilClosed {
                    id: found.id,
                    receiver: call.receiver()?.clone(),
                    ends: found.leaves_on_result,
                })
        });
        let by_item = self.loops().filter_map(|site| {
            let receiver = iterated(self, site.id)?;
            let receiver = Operand::Place(Place::of(receiver), Mode::Ref);
            Some(UntilClosed { id: site.id, receiver, ends: true })
        });
        by_call.chain(by_item).collect()
    }
}

/// The receiver that a `for` loop iterates over to its end.
fn iterated(cx: &BodyCx<'_>, id: LoopId) -> Option<LocalId> {
    let the = cx.body().loops.get(id as usize)?;
    if the.kind != LoopKind::For {
        return None;
    }
    let Term::Branch(branch) = &cx.body().blocks.get(the.header as usize)?.term else {
        return None;
    };
    if branch.kind != BranchKind::For {
        return None;
    }
    let ends_itself = |exit: &Exit| {
        exit.kind == ExitKind::Diverge || exit.via.is_some_and(|(block, _)| block == the.header)
    };
    if !cx.exits(id).iter().all(ends_itself) {
        return None;
    }
    receiver_behind(cx, &branch.scrutinee)
}

/// The receiver itself, or what its blocking `iter` iterates over.
fn receiver_behind(cx: &BodyCx<'_>, operand: &Operand) -> Option<LocalId> {
    let local = operand.local()?;
    let is_receiver = |local: LocalId| cx.type_of(local).is_some_and(|f| f.kind == Kind::Receiver);
    if is_receiver(local) {
        return Some(local);
    }
    let made = cx.uses().definition(local).and_then(|point| cx.call_at(point))?;
    let receiver = made.receiver()?.local()?;
    (matches!(made.name(), "iter" | "into_iter") && is_receiver(receiver)).then_some(receiver)
}
