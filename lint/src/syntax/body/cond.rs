//! Conditions: `if` heads, `while` heads, match guards and let chains.

use super::BodyLowering;
use super::expr::{look, strip};
use crate::model::Span;
use crate::model::body::{Arm, BlockId, BranchKind, Mode, Operand, Pat, Place, Term};
use crate::syntax::span;
use syn::{BinOp, Expr};

/// Where a failed condition leads, and how many scopes stay open there.
#[derive(Clone, Copy)]
pub(super) struct Else {
    pub(super) block: BlockId,
    pub(super) depth: usize,
}

impl BodyLowering<'_> {
    /// Goes on in the current block when the condition holds, and to `otherwise` when not.
    /// Variables of `let` patterns belong to the innermost scope.
    pub(super) fn condition(&mut self, written: &Expr, kind: BranchKind, otherwise: Else) -> Span {
        match strip(written) {
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
                let left = self.condition(&binary.left, kind, otherwise);
                let right = self.condition(&binary.right, kind, otherwise);
                left.to(right)
            }
            Expr::Let(binding) => {
                let kind = match kind {
                    BranchKind::While | BranchKind::WhileLet => BranchKind::WhileLet,
                    _ => BranchKind::IfLet,
                };
                let (place, end) = self.place(&binding.expr);
                let whole = span::of(binding.let_token.span).to(end);
                let mode = scrutinee_mode(&binding.expr);
                let pats = (self.pattern(&binding.pat), Pat::Any);
                let (yes, no) = self.builder().fork(kind, look(&place), pats, whole);
                self.leave(no, otherwise);
                self.builder().enter(yes);
                self.bind(&binding.pat, place, mode);
                whole
            }
            other => {
                // The temporaries of a plain condition die before either branch.
                self.builder().push_scope(true);
                let (operand, whole) = self.bool_operand(other);
                self.builder().pop_scope();
                let pats = (Pat::Bool(true), Pat::Bool(false));
                let (yes, no) = self.builder().fork(kind, operand, pats, whole);
                self.leave(no, otherwise);
                self.builder().enter(yes);
                whole
            }
        }
    }

    /// A condition's value, in a local that outlives the temporaries.
    fn bool_operand(&mut self, written: &Expr) -> (Operand, Span) {
        let temp = self.builder().plain_temp(Span::default());
        let whole = self.evaluate(written, temp);
        self.builder().body.locals[temp as usize].span = whole;
        (Operand::Place(Place::of(temp), Mode::Move), whole)
    }

    fn leave(&mut self, block: BlockId, otherwise: Else) {
        self.builder().enter(block);
        self.builder().end_scopes(otherwise.depth);
        self.builder().seal(Term::Goto(otherwise.block));
    }

    /// `a && b`, `a || b` and `let` as values.
    pub(super) fn lazy_bool(&mut self, written: &Expr, dest: u32) -> Span {
        use crate::model::body::{Literal, Value};
        let join = self.builder().block();
        if let Expr::Binary(binary) = written
            && matches!(binary.op, BinOp::Or(_))
        {
            let (left, start) = {
                self.builder().push_scope(true);
                let value = self.bool_operand(&binary.left);
                self.builder().pop_scope();
                value
            };
            let yes = self.builder().block();
            let no = self.builder().block();
            let arm = |pat, target| Arm { pat, guarded: false, target, span: start };
            let arms = vec![arm(Pat::Bool(true), yes), arm(Pat::Bool(false), no)];
            self.builder().branch(BranchKind::If, left, arms, start);
            self.builder().enter(yes);
            let holds = Value::Use(Operand::Literal(Literal::Bool(true)));
            self.builder().assign(dest, holds, start);
            self.builder().seal(Term::Goto(join));
            self.builder().enter(no);
            self.builder().push_scope(true);
            let end = self.evaluate(&binary.right, dest);
            self.builder().pop_scope();
            self.builder().goto(join);
            return start.to(end);
        }
        let depth = self.builder().depth();
        let failed = self.builder().block();
        self.builder().push_scope(true);
        let otherwise = Else { block: failed, depth };
        let whole = match written {
            // The last operand decides the value, so that `x = a && b` keeps b's value.
            Expr::Binary(binary) => {
                let left = self.condition(&binary.left, BranchKind::If, otherwise);
                let right = self.evaluate(&binary.right, dest);
                left.to(right)
            }
            other => {
                let whole = self.condition(other, BranchKind::If, otherwise);
                let holds = Value::Use(Operand::Literal(Literal::Bool(true)));
                self.builder().assign(dest, holds, whole);
                whole
            }
        };
        self.builder().pop_scope();
        self.builder().seal(Term::Goto(join));
        self.builder().enter(failed);
        let fails = Value::Use(Operand::Literal(Literal::Bool(false)));
        self.builder().assign(dest, fails, whole);
        self.builder().goto(join);
        whole
    }
}

/// How a pattern takes its parts: out of the value, or by reference where one is looked at.
pub(super) fn scrutinee_mode(written: &Expr) -> Mode {
    match strip(written) {
        Expr::Reference(reference) if reference.mutability.is_some() => Mode::RefMut,
        Expr::Reference(_) => Mode::Ref,
        _ => Mode::Move,
    }
}
