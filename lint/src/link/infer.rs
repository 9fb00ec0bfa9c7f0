//! The types of a body's locals, and what its calls call.
//!
//! Rust's locals have one type each, so that one pass over the blocks in order finds most of
//! them; a second follows where a type became known behind its first use (`let x; … x = f();`).
//! Where nothing tells the type it stays unknown, and rules stay silent.

use rustc_hash::FxHashMap;

use super::program::{Program, Target};
use super::read::{Context, Reader};
use super::signature;
use super::ty::Ty;
use crate::flow::bits::BitSet;
use crate::flow::graph::Graph;
use crate::model::TypeRef;
use crate::model::body::{
    Aggregate, AwaitKind, Block, Body, BodyId, BodyKind, Literal, LocalId, MacroCall, Mode,
    Operand, Place, Point, Proj, Root, StmtKind, Term, Value,
};
use crate::model::file::FileModel;
use crate::model::item::Generics;
use crate::query::FileId;

/// What is known of one body.
#[derive(Default)]
pub(super) struct BodyTypes<'a> {
    /// The type of each local.
    pub(super) locals: Vec<Ty>,
    /// What calls call, by their points, in order.
    pub(super) calls: Vec<(Point, Called<'a>)>,
    /// Method calls whose receiver's type is not known.
    pub(super) unresolved: u32,
}

/// What a call calls.
#[derive(Clone, Copy)]
pub(super) struct Called<'a> {
    pub(super) target: Target<'a>,
    /// It is a method of what a guard or a shared pointer leads to, not of the value itself.
    pub(super) through: bool,
}

/// What is known of the bodies of one file.
pub(super) fn infer<'a>(
    program: &Program<'a>,
    file: FileId,
    model: &'a FileModel,
) -> Vec<BodyTypes<'a>> {
    let mut bodies = Vec::new();
    bodies.resize_with(model.bodies.len(), BodyTypes::default);
    let mut inference = Inference { program, file, model, bodies, nested: FxHashMap::default() };
    for (id, body) in (0u32..).zip(&model.bodies) {
        if body.parent.is_none() {
            inference.body(id, &[], &[]);
        }
    }
    inference.bodies
}

pub(super) struct Inference<'p, 'a> {
    pub(super) program: &'p Program<'a>,
    pub(super) file: FileId,
    pub(super) model: &'a FileModel,
    bodies: Vec<BodyTypes<'a>>,
    /// What nested bodies were last looked at with, and what they return then.
    nested: FxHashMap<BodyId, (Inputs, Ty)>,
}

/// The types of what a nested body captures, and of what it is called with.
type Inputs = (Vec<(LocalId, Ty)>, Vec<Ty>);

/// A body while its types are being found.
pub(super) struct Frame<'f> {
    pub(super) body: &'f Body,
    pub(super) id: BodyId,
    pub(super) context: Context<'f>,
    pub(super) locals: Vec<Ty>,
    /// Locals that were read while their type was unknown.
    missed: BitSet,
    /// One of them has a type now.
    again: bool,
}

impl<'a> Inference<'_, 'a> {
    /// Finds the types of a body and gives what it returns.
    fn body(&mut self, id: BodyId, captured: &[(LocalId, Ty)], given: &[Ty]) -> Ty {
        let model = self.model;
        let Some(body) = model.bodies.get(id as usize) else { return Ty::Unknown };
        let item = body.function.and_then(|function| model.functions.get(function as usize));
        let generics: Vec<&Generics> =
            item.map_or(Vec::new(), |item| signature::generics(model, item));
        let program = self.program;
        let this = item.and_then(|item| match (item.in_impl, item.in_trait) {
            (Some(id), _) => program.index.self_type(self.file, id).cloned(),
            (None, Some(id)) => {
                let the = model.traits.get(id as usize)?;
                let path = program.modules.item_path(self.file, the.scope, &the.name);
                Some(Ty::Named(path, Vec::new()))
            }
            (None, None) => None,
        });
        let context = Context {
            file: self.file,
            scope: body.scope,
            this: this.as_ref(),
            generics: &generics,
        };
        let mut frame = Frame {
            body,
            id,
            context,
            locals: vec![Ty::Unknown; body.locals.len()],
            missed: BitSet::new(body.locals.len()),
            again: false,
        };
        self.declared(&mut frame, captured, given);
        let graph = Graph::new(body);
        let mut calls = Vec::new();
        for _ in 0..2 {
            calls.clear();
            frame.again = false;
            self.bodies[id as usize].unresolved = 0;
            for block in graph.order() {
                if let Some(found) = body.blocks.get(*block as usize) {
                    self.block(&mut frame, *block, found, &mut calls);
                }
            }
            if !frame.again {
                break;
            }
        }
        calls.sort_unstable_by_key(|(point, _)| *point);
        let ret = frame.locals.first().cloned().unwrap_or_default();
        let known = &mut self.bodies[id as usize];
        known.locals = frame.locals;
        known.calls = calls;
        ret
    }

    /// The same, unless that was done already with the same types around it: bodies nest deep.
    fn body_once(&mut self, id: BodyId, captured: Vec<(LocalId, Ty)>, given: &[Ty]) -> Ty {
        let inputs = (captured, given.to_vec());
        if let Some((known, ret)) = self.nested.get(&id)
            && *known == inputs
        {
            return ret.clone();
        }
        let ret = self.body(id, &inputs.0, given);
        self.nested.insert(id, (inputs, ret.clone()));
        ret
    }

    /// The types that are written down or come from outside.
    fn declared(&self, frame: &mut Frame<'_>, captured: &[(LocalId, Ty)], given: &[Ty]) {
        let body = frame.body;
        for (local, ty) in frame.locals.iter_mut().zip(&body.locals) {
            if ty.ty != TypeRef::Unknown {
                *local = self.read(&frame.context, &ty.ty);
            }
        }
        for (inner, ty) in captured {
            frame.set(*inner, ty.clone());
        }
        match body.kind {
            BodyKind::Fn | BodyKind::AsyncFn => {
                let Some(function) = body.function else { return };
                let id = crate::query::FunctionId { file: self.file, function };
                let Some(signature) = self.program.signatures.function(id) else { return };
                for (local, ty) in body.params.iter().zip(&signature.params) {
                    frame.set(*local, ty.clone());
                }
                frame.set(0, signature.output.clone());
            }
            BodyKind::Closure | BodyKind::AsyncClosure => {
                for (local, ty) in body.params.iter().zip(given) {
                    frame.set(*local, ty.clone());
                }
            }
            BodyKind::AsyncBlock | BodyKind::Const => {}
        }
    }

    /// Remembers that a question in this body has no answer.
    pub(super) fn count_unresolved(&mut self, body: BodyId) {
        if let Some(known) = self.bodies.get_mut(body as usize) {
            known.unresolved += 1;
        }
    }

    pub(super) fn read(&self, context: &Context<'_>, ty: &TypeRef) -> Ty {
        let reader = Reader { modules: &self.program.modules, files: &self.program.files };
        reader.read(context, ty)
    }

    fn block(
        &mut self,
        frame: &mut Frame<'_>,
        id: u32,
        block: &Block,
        calls: &mut Vec<(Point, Called<'a>)>,
    ) {
        for (number, stmt) in (0u32..).zip(&block.stmts) {
            let StmtKind::Assign(place, value) = &stmt.kind else { continue };
            let point = Point { block: id, stmt: number };
            let ty = match value {
                Value::Call(call) => {
                    let (ty, called) = self.call(frame, call);
                    calls.extend(called.map(|called| (point, called)));
                    ty
                }
                other => self.value(frame, other),
            };
            if let Some(local) = place.whole() {
                frame.set(local, ty);
            }
        }
        if let Term::Select(select) = &block.term
            && select.is_async
        {
            for arm in &select.arms {
                let future = self.operand(frame, &arm.future);
                let output = self.program.output(&future);
                frame.set(arm.output, output);
            }
        }
    }

    fn value(&mut self, frame: &mut Frame<'_>, value: &Value) -> Ty {
        match value {
            Value::Use(operand) => self.operand(frame, operand),
            Value::Await(futures, kind) => self.awaited(frame, futures, *kind),
            Value::Unwrapped(operand) => self.operand(frame, operand).success(),
            Value::Aggregate(aggregate) => self.aggregate(frame, aggregate),
            Value::Closure(id) => self.closure(frame, *id, &[]),
            Value::Op(_, operands) => {
                let types = operands.iter().map(|operand| self.operand(frame, operand));
                if types.into_iter().any(|ty| *ty.peeled() == Ty::Primitive) {
                    Ty::Primitive
                } else {
                    Ty::Unknown
                }
            }
            Value::Cast(_, ty) => self.read(&frame.context, ty),
            Value::Macro(call) => of_macro(call),
            Value::Call(_) | Value::Unknown(_) => Ty::Unknown,
        }
    }

    /// The type of a closure or async block made here; `given` is what it will be called with.
    pub(super) fn closure(&mut self, frame: &mut Frame<'_>, id: BodyId, given: &[Ty]) -> Ty {
        let Some(body) = self.model.bodies.get(id as usize) else { return Ty::Unknown };
        // Nested bodies come later in the file, so that this ends.
        if id <= frame.id {
            return Ty::Unknown;
        }
        let captured: Vec<(LocalId, Ty)> =
            body.captures.iter().map(|capture| (capture.inner, frame.get(capture.outer))).collect();
        let ret = Box::new(self.body_once(id, captured, given));
        match body.kind {
            BodyKind::AsyncBlock => Ty::Future(ret, Some(id)),
            BodyKind::AsyncClosure => Ty::Callable(Box::new(Ty::Future(ret, None)), Some(id)),
            _ => Ty::Callable(ret, Some(id)),
        }
    }

    fn awaited(&mut self, frame: &mut Frame<'_>, futures: &[Operand], kind: AwaitKind) -> Ty {
        let mut outputs = futures.iter().map(|future| {
            let ty = self.operand(frame, future);
            self.program.output(&ty)
        });
        match kind {
            AwaitKind::One => outputs.next().unwrap_or_default(),
            AwaitKind::Join => Ty::Tuple(outputs.collect()),
            AwaitKind::TryJoin => {
                let parts = outputs.map(|output| output.success()).collect();
                Ty::named("std::result::Result", vec![Ty::Tuple(parts), Ty::Unknown])
            }
        }
    }

    fn aggregate(&mut self, frame: &mut Frame<'_>, aggregate: &Aggregate) -> Ty {
        let mut parts = aggregate.fields.iter().map(|(_, operand)| self.operand(frame, operand));
        match &aggregate.path {
            None if aggregate.array => Ty::Slice(Box::new(parts.next().unwrap_or_default())),
            None => Ty::Tuple(parts.collect()),
            Some(path) if path.segments.get(1).is_some_and(|word| word == "ops") => {
                Ty::Iterator(Box::new(parts.next().unwrap_or_default()))
            }
            Some(path) => self.constructed(frame, path),
        }
    }

    pub(super) fn operand(&self, frame: &mut Frame<'_>, operand: &Operand) -> Ty {
        match operand {
            Operand::Literal(Literal::Int(_) | Literal::Bool(_)) => Ty::Primitive,
            Operand::Literal(Literal::Str(_)) => Ty::Ref(Box::new(Ty::Primitive)),
            Operand::Literal(Literal::Other) => Ty::Unknown,
            Operand::Place(place, mode) => {
                let ty = self.place(frame, place);
                match mode {
                    Mode::Ref | Mode::RefMut if !ty.is_unknown() => Ty::Ref(Box::new(ty)),
                    _ => ty,
                }
            }
        }
    }

    /// The type of what a place holds.
    fn place(&self, frame: &mut Frame<'_>, place: &Place) -> Ty {
        let mut ty = match &place.root {
            Root::Local(local) => frame.read(*local),
            Root::Item(path) => self.item(frame, path),
        };
        let mut variant = None;
        for step in &place.proj {
            if ty.is_unknown() {
                return ty;
            }
            ty = match step {
                Proj::Variant(name) => {
                    variant = Some(name);
                    continue;
                }
                Proj::Field(name) => self.program.field(&ty, variant.take(), name),
                Proj::Index => self.program.indexed(&ty),
                Proj::Deref => self.program.deref(&ty).unwrap_or_default(),
                Proj::Item => self.program.item(&ty),
            };
        }
        ty
    }
}

impl Frame<'_> {
    /// The type of a local so far.
    fn get(&self, local: LocalId) -> Ty {
        self.locals.get(local as usize).cloned().unwrap_or_default()
    }

    /// The same, when the type is needed now.
    fn read(&mut self, local: LocalId) -> Ty {
        let ty = self.get(local);
        if ty.is_unknown() {
            self.missed.insert(local);
        }
        ty
    }

    fn set(&mut self, local: LocalId, ty: Ty) {
        let Some(known) = self.locals.get_mut(local as usize) else { return };
        if known.merge(ty) && self.missed.contains(local) {
            self.again = true;
        }
    }
}

fn of_macro(call: &MacroCall) -> Ty {
    match call.path.last().map(|name| name.as_str()) {
        Some("format") => Ty::named("std::string::String", Vec::new()),
        _ => Ty::Unknown,
    }
}
