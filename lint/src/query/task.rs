//! Tasks and threads: what a body starts, what runs in them, and what becomes of their handles.

use super::BodyCx;
use super::endless;
use super::operation::{self, Launch};
use super::sink::Site;
use super::site::CallSite;
use crate::catalogue::Role;
use crate::flow::capture;
use crate::flow::fate::{Fate, What};
use crate::flow::operands;
use crate::flow::origin::Source;
use crate::model::Span;
use crate::model::body::{BodyId, LocalId, Operand, Place, Point, Root, Value};
use crate::model::{Name, Path};

/// One start of a task or thread.
#[derive(Clone, Debug)]
pub struct Spawn {
    /// The call.
    pub call: Point,
    /// What it starts, and what dropping its handle does.
    pub how: Launch,
    /// What runs.
    pub runs: Runs,
    /// The local that holds the handle, or the result with the handle in it.
    pub handle: Option<LocalId>,
    /// The expression.
    pub span: Span,
    /// The name of the function, for labels.
    pub name_span: Span,
}

/// What a task runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Runs {
    /// A closure or async block of this file.
    Body(BodyId),
    /// The future that the call there makes.
    Call(Point),
    /// A function by its path: `thread::spawn(worker)`.
    Function(Path),
    /// Something that comes from elsewhere.
    Unknown,
}

/// A variable that a task takes along.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The variable in the body that starts the task.
    pub outer: LocalId,
    /// The local that stands for it in the task.
    pub inner: LocalId,
    /// Its name.
    pub name: Name,
    /// It is moved or copied into the task; otherwise the task refers to it.
    pub by_value: bool,
}

impl Spawn {
    /// The code that runs, when it is a closure or block of this file.
    pub fn body<'a>(&self, cx: &BodyCx<'a>) -> Option<BodyCx<'a>> {
        match self.runs {
            Runs::Body(body) => cx.other(body),
            Runs::Call(_) | Runs::Function(_) | Runs::Unknown => None,
        }
    }

    /// What becomes of the handle; empty when the call gives none.
    pub fn handle_fate(&self, cx: &BodyCx<'_>) -> Vec<Fate> {
        self.handle.map_or(Vec::new(), |handle| cx.fate(handle))
    }

    /// Whether nobody owns the task by its handle: all that ever happens to it is being dropped.
    pub fn is_forgotten(&self, cx: &BodyCx<'_>) -> bool {
        self.handle.is_some_and(|handle| is_forgotten(cx, handle))
    }

    /// The loop in which the task stays for ever once it gets there, also behind calls of the
    /// workspace.
    pub fn endless_loop(&self, cx: &BodyCx<'_>) -> Option<Site> {
        endless::of_spawn(cx, self)
    }

    /// The operands that the task gets hold of, as this body knows them: what its block captures
    /// by value, or the arguments of the call that makes its future; and that future itself.
    pub fn gets(&self, cx: &BodyCx<'_>) -> Vec<LocalId> {
        let args = |point: Point| {
            let call = cx.call_at(point);
            let args = call.iter().flat_map(|call| &call.call.args);
            args.filter_map(Operand::local).collect::<Vec<_>>()
        };
        let mut gets = match &self.runs {
            Runs::Call(point) => args(*point),
            _ => self.takes(cx).iter().filter(|t| t.by_value).map(|t| t.outer).collect(),
        };
        let runs = cx.call_at(self.call).and_then(|call| call.arg(self.how.arg)?.local());
        gets.extend(runs);
        // A function of the workspace that starts a task may hand it all that it gets.
        if cx.call_at(self.call).and_then(|call| cx.callee(&call)).is_some() {
            gets.extend(args(self.call));
        }
        let parts: Vec<LocalId> = gets.iter().flat_map(|local| parts(cx, *local)).collect();
        gets.extend(parts);
        gets
    }

    /// The variables that the task takes along.
    pub fn takes(&self, cx: &BodyCx<'_>) -> Vec<Taken> {
        let Some(inside) = self.body(cx) else { return Vec::new() };
        let file = cx.file.unit.model;
        let facts = cx.model().meaning.facts(cx.file.unit.id);
        let taken = |found: &crate::model::body::Capture| Taken {
            outer: found.outer,
            inner: found.inner,
            name: inside.local(found.inner).map(|local| local.name.clone()).unwrap_or_default(),
            by_value: inside.body().is_move || capture::by_value(file, facts, inside.id, found),
        };
        inside.body().captures.iter().map(taken).collect()
    }
}

/// What a struct or tuple that a local holds was put together from.
fn parts(cx: &BodyCx<'_>, local: LocalId) -> Vec<LocalId> {
    let origin = cx.origin_of(&Place::of(local));
    let Source::Made(point) = origin.source else { return Vec::new() };
    match operands::assign_at(cx.body(), point) {
        Some((_, Value::Aggregate(made))) if origin.body == cx.id => {
            made.fields.iter().filter_map(|(_, operand)| operand.local()).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a value is only ever dropped, by the end of a scope or in so many words.
pub(super) fn is_forgotten(cx: &BodyCx<'_>, local: LocalId) -> bool {
    let fates = cx.fate(local);
    let drops = |fate: &Fate| match fate.what {
        What::Dropped => true,
        What::Argument(_) => cx
            .call_at(fate.point)
            .is_some_and(|call| matches!(cx.role(&call), Some(Role::Drop | Role::Forget))),
        _ => false,
    };
    fates.iter().any(drops) && fates.iter().all(|fate| drops(fate) || fate.what == What::Looked)
}

/// The tasks and threads that a body starts, in block order.
pub(super) fn find(cx: &BodyCx<'_>) -> Vec<Spawn> {
    cx.calls().filter_map(|site| spawn(cx, &site)).collect()
}

fn spawn(cx: &BodyCx<'_>, site: &CallSite<'_>) -> Option<Spawn> {
    let how = operation::launch(cx.catalogue(), cx.function(site)?)?;
    let runs = site.arg(how.arg).map_or(Runs::Unknown, |operand| runs(cx, operand));
    Some(Spawn {
        call: site.point,
        how,
        runs,
        handle: site.result(),
        span: site.span,
        name_span: site.call.name_span,
    })
}

fn runs(cx: &BodyCx<'_>, operand: &Operand) -> Runs {
    if let Operand::Place(place, _) = operand
        && let Root::Item(path) = &place.root
    {
        return Runs::Function((**path).clone());
    }
    let origin = cx.origin(operand);
    match origin.source {
        Source::Closure(body) => Runs::Body(body),
        Source::Call(point) if origin.body == cx.id && origin.fields.is_empty() => {
            Runs::Call(point)
        }
        Source::Item(path) => Runs::Function(path),
        _ => Runs::Unknown,
    }
}
