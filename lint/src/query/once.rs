//! Code that runs once in a program. What it starts lives as long as the program, and may.

use rustc_hash::FxHashSet;

use super::{BodyCx, CallSite, Spawn};
use crate::flow::fate::What;
use crate::flow::origin::Source;
use crate::model::Name;
use crate::model::body::{Body, BodyKind, Callee, LocalId, Operand, Root, StmtKind, Value};
use crate::model::file::FileModel;

impl Spawn {
    /// Whether the task is one for the whole program: a static flag lets it be started once, or
    /// it takes nothing along and works on a static.
    pub fn serves_the_program(&self, cx: &BodyCx<'_>) -> bool {
        let on_static = |cx: &BodyCx<'_>, call: &CallSite<'_>| {
            call.receiver().is_some_and(|receiver| {
                matches!(&cx.origin(receiver).source, Source::Item(path)
                    if path.last().is_some_and(|name| !name.contains(char::is_lowercase)))
            })
        };
        let flagged = cx.calls().any(|call| {
            let decides = matches!(
                call.name(),
                "compare_exchange" | "compare_exchange_weak" | "compare_and_swap" | "swap"
            );
            decides
                && on_static(cx, &call)
                && cx.graph().dominates(call.point.block, self.call.block)
        });
        flagged
            || self.body(cx).is_some_and(|inside| {
                inside.body().captures.is_empty()
                    && inside.calls().any(|call| on_static(&inside, &call))
            })
    }
}

/// Whether the body is `main` or the initialiser of a static, or is written in one.
pub(super) fn runs_once(cx: BodyCx<'_>) -> bool {
    if is_main(&cx) || is_called_once(&cx) {
        return true;
    }
    let mut at = Some(cx);
    while let Some(body) = at {
        if body.body().kind == BodyKind::Const || is_initialiser(&body) {
            return true;
        }
        at = body.parent();
    }
    false
}

/// Whether the body is that of `main`, or written in it.
pub(super) fn is_main(cx: &BodyCx<'_>) -> bool {
    let functions = &cx.file.unit.model.functions;
    cx.body()
        .function
        .and_then(|function| functions.get(function as usize))
        .is_some_and(|function| function.name == "main" && function.in_impl.is_none())
}

/// Whether the function is handed to a cell that calls it once: `INIT.call_once(start)`.
fn is_called_once(cx: &BodyCx<'_>) -> bool {
    let function = cx.body().function;
    let function = function.and_then(|id| cx.file.unit.model.functions.get(id as usize));
    function.is_some_and(|function| cx.file.called_once().contains(&function.name))
}

/// The names of the functions that the file hands to cells which call them once. To be asked for
/// once a file: it reads all of it.
pub(super) fn called_once(file: &FileModel) -> FxHashSet<Name> {
    let name = |operand: &Operand| match operand.place().map(|place| &place.root) {
        Some(Root::Item(path)) => path.last().cloned(),
        _ => None,
    };
    let calls = file.bodies.iter().flat_map(Body::stmts).filter_map(|(_, stmt)| match &stmt.kind {
        StmtKind::Assign(_, Value::Call(call)) => Some(call),
        _ => None,
    });
    let once = calls
        .filter(|call| matches!(&call.callee, Callee::Method(method, _) if is_once_method(method)));
    once.flat_map(|call| &call.args).filter_map(name).collect()
}

/// Whether the closure is handed to a cell that calls it once: `CELL.get_or_init(|| …)`.
fn is_initialiser(cx: &BodyCx<'_>) -> bool {
    let Some(parent) = cx.parent() else { return false };
    let Some(closure) = made_in(&parent, cx) else { return false };
    parent.fate(closure).iter().any(|fate| {
        matches!(fate.what, What::Argument(_))
            && parent.call_at(fate.point).is_some_and(|call| match &call.call.callee {
                Callee::Method(name, _) => is_once_method(name),
                Callee::Path(path) => {
                    let cell = path.segments.iter().rev().nth(1).map_or("", |name| name.as_str());
                    matches!(cell, "LazyLock" | "LazyCell" | "Lazy") && call.name() == "new"
                }
                Callee::Value(_) => false,
            })
    })
}

fn is_once_method(name: &str) -> bool {
    ONCE_METHODS.contains(&name)
}

/// The methods of cells that call what they are given once.
pub(crate) const ONCE_METHODS: [&str; 7] = [
    "get_or_init",
    "get_or_try_init",
    "get_or_init_blocking",
    "get_or_try_init_blocking",
    "call_once",
    "call_once_force",
    "try_call_once_with",
];

/// The local that the closure `inner` is put into.
fn made_in(cx: &BodyCx<'_>, inner: &BodyCx<'_>) -> Option<LocalId> {
    cx.body().stmts().find_map(|(_, stmt)| match &stmt.kind {
        StmtKind::Assign(dest, Value::Closure(body)) if *body == inner.id => dest.whole(),
        _ => None,
    })
}
