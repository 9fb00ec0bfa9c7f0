//! Whether a spawn runs what the caller gave: then the function is a way to spawn itself, and
//! who owns the task is the caller's question.

use super::BodyCx;
use super::task::{Runs, Spawn};
use crate::flow::origin::{Origin, Source};
use crate::model::body::{Callee, Place};
use crate::model::item::{Function, Generics};
use crate::model::{Bound, TypeRef};

impl Spawn {
    /// Whether what runs is, or does its work by, a future or closure from outside the function.
    pub fn runs_what_is_given(&self, cx: &BodyCx<'_>) -> bool {
        let operand = cx.call_at(self.call).and_then(|call| call.arg(self.how.arg).cloned());
        if operand.is_some_and(|operand| matches!(cx.origin(&operand).source, Source::Param(_))) {
            return true;
        }
        self.gets(cx).iter().any(|local| is_code(cx, &cx.origin_of(&Place::of(*local))))
    }

    /// Whether the code that runs stands in this workspace, or is the plain call of a function;
    /// a future of an unknown type may hold anything.
    pub fn is_known(&self, cx: &BodyCx<'_>) -> bool {
        let call = match &self.runs {
            Runs::Body(_) | Runs::Function(_) => return true,
            Runs::Call(point) => *point,
            Runs::Unknown => self.call,
        };
        let Some(call) = cx.call_at(call) else { return false };
        cx.callee(&call).is_some()
            || (call.point != self.call
                && matches!(&call.call.callee, Callee::Path(path)
                // `Connection::new(..)` makes a future that was a struct before.
                if !path.segments.iter().any(|name| name.starts_with(char::is_uppercase))))
    }
}

/// Whether a value is a parameter that is to be run.
fn is_code(cx: &BodyCx<'_>, origin: &Origin) -> bool {
    let Source::Param(local) = origin.source else { return false };
    if !origin.fields.is_empty() {
        return false;
    }
    let Some(home) = cx.other(origin.body) else { return false };
    let file = home.file.unit.model;
    let Some(ty) = home.local(local).map(|found| &found.ty) else { return false };
    let function = home.function_around();
    let around = function
        .and_then(|function| file.impls.get(function.in_impl? as usize))
        .map(|found| &found.generics);
    runs(ty, function, around)
}

fn runs(ty: &TypeRef, function: Option<&Function>, around: Option<&Generics>) -> bool {
    match ty {
        TypeRef::Bounds(bounds) => bounds.iter().any(is_code_bound),
        TypeRef::Fn(_) => true,
        TypeRef::Path(path) if path.args.is_empty() => {
            let params = [function.map(|function| &function.generics), around];
            let mut params = params.into_iter().flatten().flat_map(|generics| &generics.params);
            path.segments.len() == 1
                && params.any(|(name, bounds)| {
                    *name == path.segments[0] && bounds.iter().any(is_code_bound)
                })
        }
        // `BoxFuture<'_, ()>`, `Pin<Box<dyn Future>>`
        TypeRef::Path(path) => {
            path.last().is_some_and(|name| name.ends_with("Future"))
                || path.args.iter().any(|arg| runs(arg, function, around))
        }
        _ => false,
    }
}

fn is_code_bound(bound: &Bound) -> bool {
    let name = bound.path.last().map_or("", |name| name.as_str());
    bound.output.is_some()
        || matches!(name, "Future" | "IntoFuture" | "Stream" | "FnOnce" | "FnMut" | "Fn")
}
