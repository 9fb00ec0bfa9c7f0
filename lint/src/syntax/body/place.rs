//! Expressions that name a place, and operands made of them.

use super::{BodyLowering, expr};
use crate::model::Span;
use crate::model::body::{Literal, LocalKind, Mode, Operand, Place, Proj};
use crate::syntax::{span, types};
use syn::{Expr, Member, UnOp};

impl BodyLowering<'_> {
    /// The place that an expression names; the value of any other is put into a temporary.
    pub(super) fn place(&mut self, expr: &Expr) -> (Place, Span) {
        self.place_in(expr, None)
    }

    /// The same, with the temporary kept by the scope at `keep` (counted from the outside):
    /// `let x = &make();`.
    pub(super) fn place_in(&mut self, expr: &Expr, keep: Option<usize>) -> (Place, Span) {
        match expr {
            Expr::Path(path) => (self.named(path), span::path(&path.path)),
            Expr::Paren(inner) => {
                let (place, _) = self.place_in(&inner.expr, keep);
                (place, span::group(&inner.paren_token.span))
            }
            Expr::Group(inner) => self.place_in(&inner.expr, keep),
            Expr::Field(field) => {
                let (mut place, base) = self.place_in(&field.base, keep);
                let (name, end) = match &field.member {
                    Member::Named(ident) => (types::name(ident), span::of(ident.span())),
                    Member::Unnamed(index) => {
                        (index.index.to_string().into(), span::of(index.span))
                    }
                };
                place.proj.push(Proj::Field(name));
                (place, base.to(end))
            }
            Expr::Index(index) => {
                let (mut place, base) = self.place_in(&index.expr, keep);
                let (used, _) = self.operand_as(&index.index, Mode::Ref);
                let whole = base.to(span::group(&index.bracket_token.span));
                if used.place().is_some() {
                    let value = self.unknown(vec![used]);
                    let temp = self.builder().plain_temp(whole);
                    self.builder().assign(temp, value, whole);
                }
                place.proj.push(Proj::Index);
                (place, whole)
            }
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                let (mut place, inner) = self.place_in(&unary.expr, keep);
                place.proj.push(Proj::Deref);
                let start = match &unary.op {
                    UnOp::Deref(star) => span::of(star.span),
                    _ => inner,
                };
                (place, start.to(inner))
            }
            _ => {
                let temp = match keep {
                    Some(depth) => self.builder().temp_in(depth, LocalKind::Temp, Span::default()),
                    None => self.builder().temp(LocalKind::Temp, Span::default()),
                };
                let whole = self.evaluate(expr, temp);
                self.builder().body.locals[temp as usize].span = whole;
                (Place::of(temp), whole)
            }
        }
    }

    /// An operand, used by value.
    pub(super) fn operand(&mut self, expr: &Expr) -> (Operand, Span) {
        self.operand_as(expr, Mode::Move)
    }

    /// An operand, used in this way.
    pub(super) fn operand_as(&mut self, written: &Expr, mode: Mode) -> (Operand, Span) {
        match written {
            Expr::Lit(lit) => (Operand::Literal(expr::literal(&lit.lit)), span::of(lit.lit.span())),
            Expr::Paren(inner) => {
                let (operand, _) = self.operand_as(&inner.expr, mode);
                (operand, span::group(&inner.paren_token.span))
            }
            Expr::Group(inner) => self.operand_as(&inner.expr, mode),
            Expr::Tuple(tuple) if tuple.elems.is_empty() => {
                (Operand::Literal(Literal::Other), span::group(&tuple.paren_token.span))
            }
            _ => {
                let (place, whole) = self.place(written);
                (Operand::Place(place, mode), whole)
            }
        }
    }
}
