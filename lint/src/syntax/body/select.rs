//! `select!` of tokio, futures and crossbeam, as arms of one terminator.

use super::BodyLowering;
use super::cond::scrutinee_mode;
use crate::model::Span;
use crate::model::body::{
    BlockId, LocalId, LocalKind, Mode, Operand, Pat, Place, Select, SelectArm, Term, Value,
};
use crate::syntax::macros::{SelectBody, SelectHead};
use crate::syntax::{span, types};
use syn::Expr;

impl BodyLowering<'_> {
    pub(super) fn select(&mut self, mac: &syn::Macro, select: &SelectBody, dest: LocalId) -> Span {
        let whole = span::mac(mac);
        let open = self.builder().depth();
        // The futures and their temporaries die before an arm's body runs.
        self.builder().push_scope(true);
        let heads: Vec<(Operand, Option<Span>, Span)> =
            select.arms.iter().map(|arm| self.head(&arm.head)).collect();
        let waiting = self.builder().current;
        let join = self.builder().block();
        let mut arms = Vec::with_capacity(heads.len());
        for (arm, (future, precondition, future_span)) in select.arms.iter().zip(heads) {
            let target = self.builder().block();
            self.builder().enter(target);
            self.builder().end_scopes(open);
            self.builder().push_scope(true);
            let output = self.builder().temp(LocalKind::Temp, future_span);
            let (pat, pat_span) = match &arm.head {
                SelectHead::Future { pat, .. } | SelectHead::Channel { pat, .. } => {
                    (self.pattern(pat), super::pattern::span(pat))
                }
                SelectHead::Default(span) => (Pat::Any, *span),
            };
            if let SelectHead::Future { pat, .. } | SelectHead::Channel { pat, .. } = &arm.head {
                self.bind(pat, Place::of(output), Mode::Move);
            }
            self.evaluate(&arm.body, dest);
            self.builder().pop_scope();
            self.builder().seal(Term::Goto(join));
            arms.push(SelectArm {
                pat,
                future,
                future_span,
                precondition,
                target,
                output,
                span: pat_span.to(future_span),
            });
        }
        let otherwise =
            select.otherwise.as_ref().map(|body| self.otherwise(body, open, dest, join));
        self.builder().enter(waiting);
        self.builder().seal(Term::Select(Box::new(Select {
            path: types::path(&mac.path),
            biased: select.biased,
            arms,
            otherwise,
            is_async: select.is_async,
            span: whole,
        })));
        self.builder().drop_scope();
        self.builder().enter(join);
        whole
    }

    fn otherwise(&mut self, body: &Expr, open: usize, dest: LocalId, join: BlockId) -> BlockId {
        let block = self.builder().block();
        self.builder().enter(block);
        self.builder().end_scopes(open);
        self.evaluate(body, dest);
        self.builder().seal(Term::Goto(join));
        block
    }

    /// Evaluates what an arm waits for: the operand, its precondition, and its span.
    fn head(&mut self, head: &SelectHead) -> (Operand, Option<Span>, Span) {
        match head {
            SelectHead::Future { future, precondition, .. } => {
                let precondition = precondition.as_ref().map(|cond| {
                    let temp = self.builder().plain_temp(Span::default());
                    self.evaluate(cond, temp)
                });
                let (operand, whole) = self.operand_as(future, scrutinee_mode(future));
                let operand = match operand {
                    Operand::Place(place, mode) if is_named(future) => {
                        let value = Value::Use(Operand::Place(place, mode));
                        self.store(value, whole)
                    }
                    other => other,
                };
                (operand, precondition, whole)
            }
            SelectHead::Channel { channel, values, .. } => {
                for value in values {
                    let (used, place) = self.operand(value);
                    let value = self.unknown(vec![used]);
                    let temp = self.builder().plain_temp(place);
                    self.builder().assign(temp, value, place);
                }
                let (operand, whole) = self.operand_as(channel, Mode::Ref);
                (operand, None, whole)
            }
            SelectHead::Default(span) => {
                (Operand::Literal(crate::model::body::Literal::Other), None, *span)
            }
        }
    }
}

fn is_named(future: &Expr) -> bool {
    matches!(super::expr::strip(future), Expr::Path(_) | Expr::Field(_) | Expr::Index(_))
}
