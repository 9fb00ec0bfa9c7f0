//! Whether code ever comes to its end: loops without a way out, also behind calls and awaits.

use super::meaning::FunctionId;
use super::{BodyCx, CallSite, FileCx, Runs, Site, Spawn, Unit};
use crate::catalogue::Role;
use crate::flow::fate::What;
use crate::flow::origin::Source;
use crate::model::body::{BodyId, BodyKind, LoopId, Operand, Point};

/// Calls are followed no deeper: who reads the finding has to follow them as well.
const DEPTH: u32 = 4;

impl BodyCx<'_> {
    /// Whether nothing ends a loop: no way out, no panic that hangs on what comes from outside,
    /// no receive that would fail.
    pub fn is_endless(&self, id: LoopId) -> bool {
        let Some(the) = self.body().loops.get(id as usize) else { return false };
        self.graph().is_reachable(the.header)
            && self.exits(id).is_empty()
            && !self.calls().any(|call| self.in_loop(id, call.point) && may_end(self, &call))
    }
}

/// The loop in which a task or thread stays for ever once it gets there.
pub(super) fn of_spawn(cx: &BodyCx<'_>, spawn: &Spawn) -> Option<Site> {
    match &spawn.runs {
        Runs::Body(body) => of_body(&cx.other(*body)?, DEPTH),
        Runs::Call(point) => of_call(cx, *point, BodyKind::AsyncFn, DEPTH),
        Runs::Function(_) | Runs::Unknown => None,
    }
}

fn of_body(cx: &BodyCx<'_>, depth: u32) -> Option<Site> {
    own_loop(cx).or_else(|| behind_await(cx, depth)).or_else(|| behind_call(cx, depth))
}

/// A loop of the body itself.
fn own_loop(cx: &BodyCx<'_>) -> Option<Site> {
    let endless = cx.loops().find(|site| cx.is_endless(site.id))?;
    Some(Site { file: cx.file.unit.id, span: endless.the.head_span })
}

/// Whether the call may end a loop in which the graph shows no way out.
fn may_end(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    match cx.role(call) {
        Some(Role::Exit) => true,
        // A loop around a receive means to end with its channel; whether it does is a question
        // of its own.
        Some(Role::Receive | Role::Changed) => !is_arm(cx, call),
        _ => matches!(call.name(), "unwrap" | "expect") && fails_from_outside(cx, call),
    }
}

fn is_arm(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    let fates = call.result().map_or(Vec::new(), |result| cx.fate(result));
    fates.iter().any(|fate| matches!(fate.what, What::Selected(_)))
}

/// Whether what is unwrapped comes from a channel or connection, whose end is a panic then. A
/// lock is unwrapped just as often, but has no end.
fn fails_from_outside(cx: &BodyCx<'_>, unwrap: &CallSite<'_>) -> bool {
    let Some(origin) = unwrap.receiver().map(|receiver| cx.origin(receiver)) else { return false };
    match origin.source {
        Source::Await(_) | Source::AwaitedCall { .. } | Source::Arm(..) => true,
        Source::Call(made) if origin.body == cx.id => cx
            .call_at(made)
            .is_some_and(|made| matches!(cx.role(&made), Some(Role::Receive | Role::Send))),
        _ => false,
    }
}

/// A future that is awaited and never done.
fn behind_await(cx: &BodyCx<'_>, depth: u32) -> Option<Site> {
    let sites = cx.awaits().filter(|site| cx.graph().is_reachable(site.point.block));
    sites.flat_map(|site| site.futures).find_map(|future| of_future(cx, future, depth))
}

fn of_future(cx: &BodyCx<'_>, future: &Operand, depth: u32) -> Option<Site> {
    let origin = cx.origin(future);
    match origin.source {
        Source::Closure(body) => of_body(&cx.other(body)?, depth.checked_sub(1)?),
        Source::Call(point) if origin.body == cx.id => of_call(cx, point, BodyKind::AsyncFn, depth),
        _ => None,
    }
}

/// A call that never returns.
fn behind_call(cx: &BodyCx<'_>, depth: u32) -> Option<Site> {
    let mut calls = cx.calls().filter(|call| cx.graph().is_reachable(call.point.block));
    calls.find_map(|call| of_call(cx, call.point, BodyKind::Fn, depth))
}

fn of_call(cx: &BodyCx<'_>, point: Point, kind: BodyKind, depth: u32) -> Option<Site> {
    let depth = depth.checked_sub(1)?;
    let FunctionId { file, function } = cx.callee(&cx.call_at(point)?)?;
    let body = |unit: &Unit<'_>| -> Option<BodyId> {
        let body = unit.model.functions.get(function as usize)?.body?;
        (unit.model.bodies.get(body as usize)?.kind == kind).then_some(body)
    };
    if file == cx.file.unit.id {
        return of_body(&cx.other(body(cx.file.unit)?)?, depth);
    }
    let unit = cx.model().units.iter().find(|unit| unit.id == file)?;
    let body = body(unit)?;
    of_body(&FileCx::new(cx.model(), unit).body(body)?, depth)
}
