//! Bodies put together by hand, for the tests of the analyses.

use crate::model::body::{
    Arm, Block, BlockId, Body, BodyKind, Branch, BranchKind, Call, Callee, Literal, Local, LocalId,
    LocalKind, Loop, LoopId, LoopKind, Mode, Operand, Pat, Place, Point, Stmt, StmtKind, Term,
    Value,
};
use crate::model::{Path, Span, TypeRef};

/// A body in the making: blocks end with `return` until told otherwise.
pub(super) struct Sketch {
    body: Body,
}

impl Sketch {
    pub(super) fn new(blocks: usize) -> Sketch {
        let block = Block { term: Term::Return, ..Block::default() };
        let mut sketch = Sketch {
            body: Body {
                kind: BodyKind::Fn,
                parent: None,
                function: None,
                scope: 0,
                is_move: false,
                test: false,
                span: Span::default(),
                params: Vec::new(),
                locals: Vec::new(),
                captures: Vec::new(),
                blocks: vec![block; blocks],
                loops: Vec::new(),
                self_kind: None,
            },
        };
        sketch.body.locals.push(local("", LocalKind::Return));
        sketch
    }

    /// Adds `count` variables; the first free number is 1.
    pub(super) fn locals(mut self, count: usize) -> Sketch {
        for index in 0..count {
            self.body.locals.push(local(&format!("x{}", index + 1), LocalKind::Let));
        }
        self
    }

    pub(super) fn goto(mut self, from: BlockId, to: BlockId) -> Sketch {
        self.body.blocks[from as usize].term = Term::Goto(to);
        self
    }

    pub(super) fn diverge(mut self, from: BlockId) -> Sketch {
        self.body.blocks[from as usize].term = Term::Diverge;
        self
    }

    /// Branches on nothing that is known.
    pub(super) fn fork(self, from: BlockId, yes: BlockId, no: BlockId) -> Sketch {
        let unknown = Operand::Literal(Literal::Other);
        let arms = [(Pat::Bool(true), yes), (Pat::Bool(false), no)];
        self.branch(from, BranchKind::If, unknown, &arms)
    }

    pub(super) fn branch(
        mut self,
        from: BlockId,
        kind: BranchKind,
        scrutinee: Operand,
        arms: &[(Pat, BlockId)],
    ) -> Sketch {
        let arms = arms
            .iter()
            .map(|(pat, target)| Arm {
                pat: pat.clone(),
                guarded: false,
                target: *target,
                span: Span::default(),
            })
            .collect();
        let span = Span::default();
        self.body.blocks[from as usize].term = Term::Branch(Branch { scrutinee, arms, kind, span });
        self
    }

    pub(super) fn stmt(mut self, block: BlockId, kind: StmtKind) -> Sketch {
        self.body.blocks[block as usize].stmts.push(Stmt { kind, span: Span::default() });
        self
    }

    pub(super) fn assign(self, block: BlockId, dest: LocalId, value: Value) -> Sketch {
        self.stmt(block, StmtKind::Assign(Place::of(dest), value))
    }

    /// Puts these blocks into a new loop.
    pub(super) fn in_loop(
        mut self,
        blocks: &[BlockId],
        exit: BlockId,
        parent: Option<LoopId>,
    ) -> Sketch {
        let id = self.body.loops.len() as LoopId;
        for block in blocks {
            self.body.blocks[*block as usize].in_loop = Some(id);
        }
        self.body.loops.push(Loop {
            kind: LoopKind::Loop,
            parent,
            header: blocks[0],
            exit,
            label: None,
            span: Span::default(),
            head_span: Span::default(),
        });
        self
    }

    pub(super) fn body(self) -> Body {
        self.body
    }
}

fn local(name: &str, kind: LocalKind) -> Local {
    Local {
        name: name.into(),
        kind,
        ty: TypeRef::Unknown,
        span: Span::default(),
        in_loop: None,
        mutable: false,
    }
}

pub(super) fn take(local: LocalId) -> Operand {
    Operand::Place(Place::of(local), Mode::Move)
}

pub(super) fn call(name: &str, args: Vec<Operand>) -> Value {
    let path = Path { segments: vec![name.into()], ..Path::default() };
    Value::Call(Box::new(Call { callee: Callee::Path(path), args, name_span: Span::default() }))
}

pub(super) fn method(name: &str, receiver: LocalId) -> Value {
    let args = vec![Operand::Place(Place::of(receiver), Mode::Receiver)];
    Value::Call(Box::new(Call {
        callee: Callee::Method(name.into(), Vec::new()),
        args,
        name_span: Span::default(),
    }))
}

pub(super) fn variant(name: &str) -> Pat {
    Pat::Variant(name.into(), Vec::new())
}

pub(super) fn at(block: BlockId, stmt: u32) -> Point {
    Point { block, stmt }
}
