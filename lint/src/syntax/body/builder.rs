//! Builds one graph of blocks: scopes, drops and jumps. Knows no syntax.

use crate::model::body::{
    Arm, Block, BlockId, Body, Branch, BranchKind, Capture, Local, LocalId, LocalKind, Loop,
    LoopId, LoopKind, Operand, Pat, Place, Stmt, StmtKind, Term, Value,
};
use crate::model::{Name, Span, TypeRef};

/// A stretch of code at whose end variables or temporaries die.
#[derive(Default)]
pub(super) struct Scope {
    /// Names declared here, later ones shadowing earlier ones.
    names: Vec<(Name, LocalId)>,
    /// What dies here, in the order of declaration.
    drops: Vec<LocalId>,
    /// Temporaries of the expressions in it die here too.
    temps: bool,
}

/// Where `break` and `continue` of one loop or labelled block lead.
pub(super) struct Jump {
    pub(super) label: Option<Name>,
    pub(super) break_to: BlockId,
    /// `None` for a labelled block.
    pub(super) continue_to: Option<BlockId>,
    /// How many scopes stay open behind the jump.
    pub(super) depth: usize,
    /// Where the value of `break value` goes.
    pub(super) dest: Option<LocalId>,
}

/// One body in the making.
pub(super) struct Builder {
    pub(super) body: Body,
    pub(super) current: BlockId,
    scopes: Vec<Scope>,
    pub(super) jumps: Vec<Jump>,
    loops: Vec<LoopId>,
}

/// The local that holds what the body returns.
pub(super) const RETURN: LocalId = 0;

impl Builder {
    pub(super) fn new(mut body: Body) -> Builder {
        body.locals.push(Local {
            name: Name::default(),
            kind: LocalKind::Return,
            ty: TypeRef::Unknown,
            span: body.span,
            in_loop: None,
            mutable: false,
        });
        body.blocks.push(Block::default());
        let mut builder =
            Builder { body, current: 0, scopes: Vec::new(), jumps: Vec::new(), loops: Vec::new() };
        builder.push_scope(true);
        builder
    }

    /// Ends the body: closes its scope and returns.
    pub(super) fn finish(mut self) -> Body {
        self.pop_scope();
        self.seal(Term::Return);
        // Most blocks hold a statement or two, and the model of a large project holds millions.
        for block in &mut self.body.blocks {
            block.stmts.shrink_to_fit();
        }
        self.body.blocks.shrink_to_fit();
        self.body.locals.shrink_to_fit();
        self.body
    }

    // Locals.

    pub(super) fn local(
        &mut self,
        name: Name,
        kind: LocalKind,
        ty: TypeRef,
        span: Span,
    ) -> LocalId {
        let in_loop = self.loops.last().copied();
        self.body.locals.push(Local { name, kind, ty, span, in_loop, mutable: false });
        (self.body.locals.len() - 1) as LocalId
    }

    /// A variable that the innermost scope owns, visible from now on.
    pub(super) fn variable(
        &mut self,
        name: Name,
        kind: LocalKind,
        ty: TypeRef,
        span: Span,
    ) -> LocalId {
        let id = self.local(name.clone(), kind, ty, span);
        self.declare_in(self.scopes.len() - 1, name, id);
        id
    }

    /// The same, owned by the scope at `depth` (counted from the outside).
    pub(super) fn declare_in(&mut self, depth: usize, name: Name, id: LocalId) {
        if let Some(scope) = self.scopes.get_mut(depth) {
            scope.names.push((name, id));
            scope.drops.push(id);
        }
    }

    /// A temporary that dies with the innermost scope that holds temporaries.
    pub(super) fn temp(&mut self, kind: LocalKind, span: Span) -> LocalId {
        let depth = self.scopes.iter().rposition(|scope| scope.temps).unwrap_or(0);
        self.temp_in(depth, kind, span)
    }

    /// A temporary that dies with the scope at `depth`.
    pub(super) fn temp_in(&mut self, depth: usize, kind: LocalKind, span: Span) -> LocalId {
        let id = self.local(Name::default(), kind, TypeRef::Unknown, span);
        if let Some(scope) = self.scopes.get_mut(depth) {
            scope.drops.push(id);
        }
        id
    }

    /// A value whose end is of no interest: a condition.
    pub(super) fn plain_temp(&mut self, span: Span) -> LocalId {
        self.local(Name::default(), LocalKind::Temp, TypeRef::Unknown, span)
    }

    pub(super) fn find(&self, name: &str) -> Option<LocalId> {
        self.scopes.iter().rev().find_map(|scope| {
            scope.names.iter().rev().find(|(known, _)| known == name).map(|(_, id)| *id)
        })
    }

    /// Makes `inner` stand for `outer`, a local of the enclosing body.
    pub(super) fn capture(
        &mut self,
        name: &Name,
        outer: LocalId,
        ty: TypeRef,
        span: Span,
    ) -> LocalId {
        let inner = self.local(name.clone(), LocalKind::Captured, ty, span);
        self.body.locals[inner as usize].in_loop = None;
        self.body.captures.push(Capture { outer, inner, span });
        // The outermost scope owns it, so that later uses find it and a `move` body drops it.
        if let Some(scope) = self.scopes.first_mut() {
            scope.names.push((name.clone(), inner));
            scope.drops.insert(0, inner);
        }
        inner
    }

    // Scopes.

    pub(super) fn depth(&self) -> usize {
        self.scopes.len()
    }

    pub(super) fn push_scope(&mut self, temps: bool) {
        self.scopes.push(Scope { temps, ..Scope::default() });
    }

    pub(super) fn pop_scope(&mut self) {
        self.end_scopes(self.scopes.len() - 1);
        self.scopes.pop();
    }

    /// Closes the innermost scope whose end was stated on every path out of it.
    pub(super) fn drop_scope(&mut self) {
        self.scopes.pop();
    }

    /// States the end of everything in the scopes from `depth` on, and leaves them open:
    /// for a path that leaves them while another goes on inside.
    pub(super) fn end_scopes(&mut self, depth: usize) {
        let ending: Vec<LocalId> = self.scopes[depth.min(self.scopes.len())..]
            .iter()
            .rev()
            .flat_map(|scope| scope.drops.iter().rev().copied())
            .collect();
        for local in ending {
            let span = self.body.local(local).span;
            self.push(StmtKind::End(local), span);
        }
    }

    // Statements and blocks.

    pub(super) fn push(&mut self, kind: StmtKind, span: Span) {
        self.body.blocks[self.current as usize].stmts.push(Stmt { kind, span });
    }

    pub(super) fn assign(&mut self, dest: LocalId, value: Value, span: Span) {
        self.push(StmtKind::Assign(Place::of(dest), value), span);
    }

    pub(super) fn block(&mut self) -> BlockId {
        let in_loop = self.loops.last().copied();
        self.body.blocks.push(Block { in_loop, ..Block::default() });
        (self.body.blocks.len() - 1) as BlockId
    }

    /// Ends the current block; what follows is unreachable until another one is entered.
    pub(super) fn terminate(&mut self, term: Term) {
        self.body.blocks[self.current as usize].term = term;
        self.current = self.block();
    }

    /// Ends the current block and goes on in `next`.
    pub(super) fn terminate_into(&mut self, term: Term, next: BlockId) {
        self.body.blocks[self.current as usize].term = term;
        self.current = next;
    }

    pub(super) fn goto(&mut self, target: BlockId) {
        self.terminate_into(Term::Goto(target), target);
    }

    pub(super) fn enter(&mut self, block: BlockId) {
        self.current = block;
    }

    /// Sets the terminator of the current block without entering another.
    pub(super) fn seal(&mut self, term: Term) {
        self.body.blocks[self.current as usize].term = term;
    }

    /// Branches on a value: `arms` in order.
    pub(super) fn branch(
        &mut self,
        kind: BranchKind,
        scrutinee: Operand,
        arms: Vec<Arm>,
        span: Span,
    ) {
        self.seal(Term::Branch(Branch { scrutinee, arms, kind, span }));
    }

    /// Branches in two and enters the first block.
    pub(super) fn fork(
        &mut self,
        kind: BranchKind,
        scrutinee: Operand,
        pats: (Pat, Pat),
        span: Span,
    ) -> (BlockId, BlockId) {
        let yes = self.block();
        let no = self.block();
        let arm = |pat, target| Arm { pat, guarded: false, target, span };
        self.branch(kind, scrutinee, vec![arm(pats.0, yes), arm(pats.1, no)], span);
        self.enter(yes);
        (yes, no)
    }

    // Loops.

    /// Opens a loop: its header is entered, its exit belongs to what surrounds it.
    pub(super) fn open_loop(
        &mut self,
        kind: LoopKind,
        label: Option<Name>,
        span: Span,
    ) -> (LoopId, BlockId, BlockId) {
        let exit = self.block();
        let id = self.body.loops.len() as LoopId;
        let parent = self.loops.last().copied();
        self.loops.push(id);
        let header = self.block();
        self.body.loops.push(Loop { kind, parent, header, exit, label, span, head_span: span });
        self.goto(header);
        (id, header, exit)
    }

    /// Closes the innermost loop and goes on at its exit.
    pub(super) fn close_loop(&mut self, header: BlockId, exit: BlockId) {
        self.seal(Term::Goto(header));
        self.loops.pop();
        self.enter(exit);
    }

    /// The target of `break` or `continue`.
    pub(super) fn jump(&self, label: Option<&str>) -> Option<&Jump> {
        self.jumps.iter().rev().find(|jump| match label {
            Some(label) => jump.label.as_deref() == Some(label),
            None => jump.continue_to.is_some(),
        })
    }
}
