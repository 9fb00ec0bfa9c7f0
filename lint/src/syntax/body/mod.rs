//! Function bodies: from expressions to a graph of blocks.

mod builder;
mod cond;
mod control;
mod expr;
mod macro_call;
mod pattern;
mod place;
mod select;
mod stmt;

use thin_vec::ThinVec;

use self::builder::{Builder, RETURN};
use super::items::FileLowering;
use super::{span, types};
use crate::model::body::{
    Body, BodyId, BodyKind, LocalId, LocalKind, Mode, Operand, Place, Root, StmtKind, Value,
};
use crate::model::file::ScopeId;
use crate::model::item::SelfKind;
use crate::model::{Name, Path, Span, TypeRef};
use syn::{Expr, FnArg};

/// What a body belongs to.
#[derive(Clone, Copy)]
pub(super) struct Owner {
    pub(super) function: Option<u32>,
    pub(super) scope: ScopeId,
    pub(super) test: bool,
    pub(super) kind: BodyKind,
}

/// Bodies in the making, the innermost last: a closure is lowered while its function is.
struct BodyLowering<'f> {
    file: &'f mut FileLowering,
    frames: Vec<Frame>,
}

struct Frame {
    id: BodyId,
    builder: Builder,
}

pub(super) fn lower_function(
    file: &mut FileLowering,
    owner: Owner,
    sig: &syn::Signature,
    block: &syn::Block,
    self_kind: Option<SelfKind>,
) -> BodyId {
    let whole = span::of(sig.fn_token.span).to(span::group(&block.brace_token.span));
    let mut lowering = BodyLowering { file, frames: Vec::new() };
    lowering.open(owner, None, false, whole, self_kind);
    for input in &sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let place = span::of(receiver.self_token.span);
                let this = lowering.builder().variable(
                    Name::from("self"),
                    LocalKind::Param,
                    TypeRef::Unknown,
                    place,
                );
                lowering.builder().body.params.push(this);
            }
            FnArg::Typed(typed) => {
                lowering.parameter(&typed.pat, types::ty(&typed.ty));
            }
        }
    }
    lowering.block_into(block, RETURN);
    lowering.close()
}

pub(super) fn lower_const(file: &mut FileLowering, owner: Owner, expr: &Expr) -> BodyId {
    let mut lowering = BodyLowering { file, frames: Vec::new() };
    lowering.open(owner, None, false, Span::default(), None);
    let whole = lowering.evaluate(expr, RETURN);
    lowering.builder().body.span = whole;
    lowering.close()
}

impl BodyLowering<'_> {
    fn builder(&mut self) -> &mut Builder {
        &mut self.frames.last_mut().expect("a body is open").builder
    }

    fn open(
        &mut self,
        owner: Owner,
        parent: Option<BodyId>,
        is_move: bool,
        span: Span,
        self_kind: Option<SelfKind>,
    ) {
        let body = Body {
            kind: owner.kind,
            parent,
            function: owner.function,
            scope: owner.scope,
            is_move,
            test: owner.test,
            span,
            params: Vec::new(),
            locals: Vec::new(),
            captures: Vec::new(),
            blocks: Vec::new(),
            loops: Vec::new(),
            self_kind,
        };
        let id = self.file.file.bodies.len() as BodyId;
        // Holds the place, so that ids follow the order of the source.
        self.file.file.bodies.push(body.clone());
        self.frames.push(Frame { id, builder: Builder::new(body) });
    }

    fn close(&mut self) -> BodyId {
        let frame = self.frames.pop().expect("a body is open");
        self.file.file.bodies[frame.id as usize] = frame.builder.finish();
        frame.id
    }

    /// Lowers a closure or async block; `fill` writes its code.
    fn nested(
        &mut self,
        kind: BodyKind,
        is_move: bool,
        span: Span,
        fill: impl FnOnce(&mut Self),
    ) -> Value {
        let frame = self.frames.last().expect("a body is open");
        let parent = frame.id;
        let outer = &frame.builder.body;
        let owner = Owner { function: outer.function, scope: outer.scope, test: outer.test, kind };
        self.open(owner, Some(parent), is_move, span, None);
        fill(self);
        Value::Closure(self.close())
    }

    /// A parameter: one local, which a pattern is then taken from.
    fn parameter(&mut self, pat: &syn::Pat, ty: TypeRef) {
        let place = pattern::span(pat);
        match pattern::plain_name(pat) {
            Some((name, mutable)) => {
                let local = self.builder().variable(name, LocalKind::Param, ty, place);
                self.builder().body.locals[local as usize].mutable = mutable;
                self.builder().body.params.push(local);
            }
            None => {
                let local = self.builder().variable(Name::default(), LocalKind::Param, ty, place);
                self.builder().body.params.push(local);
                self.bind(pat, Place::of(local), Mode::Move);
            }
        }
    }

    /// The local of that name, seen from the innermost body; captured on the way if need be.
    fn find(&mut self, name: &Name, span: Span) -> Option<LocalId> {
        let (depth, mut local) = self
            .frames
            .iter()
            .enumerate()
            .rev()
            .find_map(|(depth, frame)| Some((depth, frame.builder.find(name)?)))?;
        for frame in &mut self.frames[depth + 1..] {
            local = frame.builder.capture(name, local, TypeRef::Unknown, span);
        }
        Some(local)
    }

    /// A local's place, or that of an item.
    fn named(&mut self, path: &syn::ExprPath) -> Place {
        if path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
            && let Some(local) = self.find(&types::name(ident), span::of(ident.span()))
        {
            return Place::of(local);
        }
        let item = types::qualified(path.qself.as_ref(), &path.path);
        Place { root: Root::Item(Box::new(item)), proj: ThinVec::new() }
    }

    /// Puts a value into a temporary of its own.
    fn store(&mut self, value: Value, span: Span) -> Operand {
        let temp = self.builder().temp(LocalKind::Temp, span);
        self.builder().assign(temp, value, span);
        Operand::Place(Place::of(temp), Mode::Move)
    }

    /// States that these values were used in a way that is not known.
    fn unknown(&mut self, used: Vec<Operand>) -> Value {
        Value::Unknown(used.into())
    }

    /// Ends the body here, giving what local 0 holds.
    fn return_now(&mut self) {
        self.builder().end_scopes(0);
        self.builder().terminate(crate::model::body::Term::Return);
    }

    /// Stops here: nothing after it is reached.
    fn diverge(&mut self) {
        self.builder().terminate(crate::model::body::Term::Diverge);
    }

    fn declare(&mut self, local: LocalId, span: Span) {
        self.builder().push(StmtKind::Declare(local), span);
    }
}

fn unit() -> Value {
    Value::Use(Operand::Literal(crate::model::body::Literal::Other))
}

fn simple_path(word: &str) -> Path {
    Path { segments: word.split("::").map(Name::from).collect(), ..Path::default() }
}
