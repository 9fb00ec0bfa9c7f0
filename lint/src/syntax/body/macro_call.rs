//! Macro calls in bodies: what each kind evaluates.

use super::expr::borrowed;
use super::{BodyLowering, RETURN, unit};
use crate::model::body::{
    Aggregate, BodyKind, BranchKind, LocalId, LocalKind, MacroCall, Mode, Operand, Pat, Place,
    Value,
};
use crate::model::{Name, Span, TypeRef};
use crate::syntax::macros::{self, Shape};
use crate::syntax::{span, types};

impl BodyLowering<'_> {
    /// A macro call as a statement.
    pub(super) fn macro_statement(&mut self, mac: &syn::Macro) {
        let whole = span::mac(mac);
        match macros::shape(mac) {
            Shape::PinVariables(names) => {
                for name in names {
                    self.pin_variable(&name, whole);
                }
            }
            Shape::PinLets(stmts) => {
                for stmt in &stmts {
                    self.statements_here(std::slice::from_ref(stmt));
                }
            }
            shape => {
                self.builder().push_scope(true);
                let dest = self.builder().temp(LocalKind::Statement, whole);
                self.shaped(mac, shape, dest);
                self.builder().pop_scope();
            }
        }
    }

    fn statements_here(&mut self, stmts: &[syn::Stmt]) {
        let nothing = self.builder().plain_temp(Span::default());
        self.statements(stmts, nothing);
    }

    /// `pin!(x)` as a statement: `x` is moved and bound again under its name.
    fn pin_variable(&mut self, ident: &syn::Ident, whole: Span) {
        let name = types::name(ident);
        let Some(old) = self.find(&name, whole) else { return };
        let new = self.builder().local(name.clone(), LocalKind::Let, TypeRef::Unknown, whole);
        let value = Value::Use(Operand::Place(Place::of(old), Mode::Move));
        self.builder().assign(new, value, whole);
        let depth = self.builder().depth() - 1;
        self.builder().declare_in(depth, name, new);
    }

    /// A macro call as an expression.
    pub(super) fn macro_call(&mut self, mac: &syn::Macro, dest: LocalId) -> Span {
        self.shaped(mac, macros::shape(mac), dest)
    }

    fn shaped(&mut self, mac: &syn::Macro, shape: Shape, dest: LocalId) -> Span {
        let whole = span::mac(mac);
        let path = types::path(&mac.path);
        match shape {
            Shape::Select(select) => return self.select(mac, &select, dest),
            Shape::Join(futures, kind) => {
                let futures = futures.iter().map(|future| self.operand(future).0).collect();
                self.builder().assign(dest, Value::Await(futures, kind), whole);
            }
            Shape::Vec(elems) => {
                let fields = self.numbered(elems.iter());
                let value =
                    Value::Aggregate(Box::new(Aggregate { path: None, array: true, fields }));
                self.builder().assign(dest, value, whole);
            }
            Shape::Format { args, names, diverges } => {
                let mut used = Vec::new();
                let mut args = args.iter();
                let is_assert = path
                    .last()
                    .is_some_and(|name| matches!(name.as_str(), "assert" | "debug_assert"));
                if is_assert && let Some(condition) = args.next() {
                    // Its temporaries are gone when the message is put together.
                    self.builder().push_scope(true);
                    let value = self.builder().plain_temp(whole);
                    self.evaluate(condition, value);
                    self.builder().pop_scope();
                    used.push(Operand::Place(Place::of(value), Mode::Move));
                }
                for arg in args {
                    let (operand, _) = self.operand_as(arg, Mode::Ref);
                    used.push(operand);
                }
                self.named_uses(&names, whole, &mut used);
                let value = Value::Macro(Box::new(MacroCall { path, args: used }));
                self.builder().assign(dest, value, whole);
                if diverges {
                    self.diverge();
                }
            }
            Shape::Bail(args) => {
                let used = args.iter().map(|arg| self.operand_as(arg, Mode::Ref).0).collect();
                let value = self.unknown(used);
                self.builder().assign(RETURN, value, whole);
                self.return_now();
            }
            Shape::Ensure(cond, args) => {
                let used: Vec<Operand> =
                    args.iter().map(|arg| self.operand_as(arg, Mode::Ref).0).collect();
                self.ensure(&cond, whole);
                let value = Value::Macro(Box::new(MacroCall { path, args: used }));
                self.builder().assign(dest, value, whole);
            }
            Shape::Matches(value, pat) => {
                let (operand, _) = self.operand_as(&value, Mode::Ref);
                let pats = (self.pattern(&pat), Pat::Any);
                let (yes, no) =
                    self.builder().fork(BranchKind::IfLet, borrowed(&operand), pats, whole);
                let join = self.builder().block();
                for (block, holds) in [(yes, true), (no, false)] {
                    self.builder().enter(block);
                    let literal = crate::model::body::Literal::Bool(holds);
                    let value = Value::Use(Operand::Literal(literal));
                    self.builder().assign(dest, value, whole);
                    self.builder().seal(crate::model::body::Term::Goto(join));
                }
                self.builder().enter(join);
            }
            Shape::Ready(poll) => {
                let (operand, _) = self.operand(&poll);
                let looked_at = borrowed(&operand);
                let pats = (
                    Pat::Variant("Ready".into(), vec![Pat::Any]),
                    Pat::Variant("Pending".into(), Vec::new()),
                );
                let (yes, no) = self.builder().fork(BranchKind::Match, looked_at, pats, whole);
                self.builder().enter(no);
                let pending = self.unknown(Vec::new());
                self.builder().assign(RETURN, pending, whole);
                self.builder().end_scopes(0);
                self.builder().seal(crate::model::body::Term::Return);
                self.builder().enter(yes);
                self.builder().assign(dest, Value::Unwrapped(operand), whole);
            }
            Shape::Stream(stmts) => {
                let value = self.nested(BodyKind::AsyncBlock, true, whole, |inner| {
                    inner.builder().push_scope(false);
                    inner.statements(&stmts, RETURN);
                    inner.builder().pop_scope();
                });
                self.builder().assign(dest, value, whole);
            }
            Shape::Pin(value) => {
                // A transparent wrapper: what is pinned keeps its type and its future.
                let (operand, _) = self.operand(&value);
                self.builder().assign(dest, Value::Use(operand), whole);
            }
            Shape::Choice(blocks) => self.any_of(blocks, whole, dest),
            Shape::Statements(stmts) => {
                self.builder().push_scope(false);
                self.statements(&stmts, dest);
                self.builder().pop_scope();
            }
            Shape::PinVariables(names) => {
                let used: Vec<Name> = names.iter().map(types::name).collect();
                let mut operands = Vec::new();
                self.named_uses(&used, whole, &mut operands);
                let value = self.unknown(operands);
                self.builder().assign(dest, value, whole);
            }
            Shape::PinLets(stmts) => self.statements(&stmts, dest),
            Shape::Exprs(args) => {
                let args = args.iter().map(|arg| self.operand(arg).0).collect();
                self.builder().assign(
                    dest,
                    Value::Macro(Box::new(MacroCall { path, args })),
                    whole,
                );
            }
            Shape::Unread(names) => {
                self.file.file.unread_macros += 1;
                let mut used = Vec::new();
                self.named_uses(&names, whole, &mut used);
                for operand in &mut used {
                    if let Operand::Place(_, mode) = operand {
                        *mode = Mode::Move;
                    }
                }
                let value = self.unknown(used);
                self.builder().assign(dest, value, whole);
            }
            Shape::Nothing => {
                self.builder().assign(dest, unit(), whole);
            }
        }
        whole
    }

    /// A `macro_rules!` among the statements: wherever it is called, it may do anything with the
    /// variables that it names.
    pub(super) fn macro_definition(&mut self, defined: &syn::Macro) {
        let whole = span::of(defined.bang_token.span);
        let mut used = Vec::new();
        self.named_uses(&macros::words_in(defined.tokens.clone()), whole, &mut used);
        if !used.is_empty() {
            let dest = self.builder().plain_temp(whole);
            let value = self.unknown(used);
            self.builder().assign(dest, value, whole);
        }
    }

    /// Uses of the variables among these words: format strings' `{name}`, unread tokens.
    fn named_uses(&mut self, names: &[Name], whole: Span, used: &mut Vec<Operand>) {
        for name in names {
            if let Some(local) = self.find(name, whole) {
                used.push(Operand::Place(Place::of(local), Mode::Ref));
            }
        }
    }
}
