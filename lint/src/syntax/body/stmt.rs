//! Statements: `let`, expression statements, tails.

use super::BodyLowering;
use super::cond::{Else, scrutinee_mode};
use super::expr::{look, strip};
use crate::model::body::{
    Arm, BranchKind, LocalId, LocalKind, Mode, Operand, Pat, Place, Term, Value,
};
use crate::model::file::Scope;
use crate::model::{Span, TypeRef};
use crate::source::Edition;
use crate::syntax::{span, twins, types};
use syn::{Expr, Item, Local, Stmt};

impl BodyLowering<'_> {
    pub(super) fn statements(&mut self, stmts: &[Stmt], dest: LocalId) {
        self.nested_items(stmts);
        let stmts = twins::without_twins(stmts);
        let Some((last, rest)) = stmts.split_last() else { return };
        for stmt in rest {
            self.statement(stmt);
        }
        match last {
            Stmt::Expr(expr, None) => self.tail(expr, dest),
            Stmt::Macro(call) if call.semi_token.is_none() => {
                self.with_tail_scope(|this| {
                    this.macro_call(&call.mac, dest);
                });
            }
            other => self.statement(other),
        }
    }

    fn tail(&mut self, expr: &Expr, dest: LocalId) {
        self.with_tail_scope(|this| {
            this.evaluate(expr, dest);
        });
    }

    /// Since the 2024 edition the temporaries of a tail expression die before the block's
    /// variables do; before, they went to the enclosing statement.
    fn with_tail_scope(&mut self, lower: impl FnOnce(&mut Self)) {
        let own = self.file.edition >= Edition::E2024;
        if own {
            self.builder().push_scope(true);
        }
        lower(self);
        if own {
            self.builder().pop_scope();
        }
    }

    /// Items declared among the statements: they are visible in the whole block.
    fn nested_items(&mut self, stmts: &[Stmt]) {
        let mut items = stmts.iter().filter_map(|stmt| match stmt {
            Stmt::Item(item) => Some(item),
            _ => None,
        });
        let Some(first) = items.next() else { return };
        if let Item::Macro(only) = first
            && only.ident.is_some()
            && stmts.iter().filter(|stmt| matches!(stmt, Stmt::Item(_))).count() == 1
        {
            return;
        }
        let (scope, test) = {
            let body = &self.builder().body;
            (body.scope, body.test)
        };
        let scope = if self.file.file.scopes[scope as usize].module {
            let own = self.file.scope(Scope { parent: Some(scope), test, ..Scope::default() });
            for frame in &mut self.frames {
                frame.builder.body.scope = own;
            }
            own
        } else {
            scope
        };
        for stmt in stmts {
            if let Stmt::Item(item) = stmt {
                self.file.item(item, scope);
            }
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Local(local) => self.let_statement(local),
            Stmt::Item(Item::Macro(defined)) => self.macro_definition(&defined.mac),
            Stmt::Item(_) => {}
            Stmt::Expr(expr, _) => {
                if let Expr::Macro(call) = expr {
                    return self.macro_statement(&call.mac);
                }
                self.builder().push_scope(true);
                let dest = self.discarded(expr);
                let whole = self.evaluate(expr, dest);
                self.builder().body.locals[dest as usize].span = whole;
                self.builder().pop_scope();
            }
            Stmt::Macro(call) => self.macro_statement(&call.mac),
        }
    }

    /// Where the value of an expression statement goes. Loops and assignments have none.
    fn discarded(&mut self, expr: &Expr) -> LocalId {
        match strip(expr) {
            Expr::Assign(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Verbatim(_) => {
                self.builder().plain_temp(Span::default())
            }
            _ => self.builder().temp(LocalKind::Statement, Span::default()),
        }
    }

    fn let_statement(&mut self, written: &Local) {
        let (pat, ty) = match &written.pat {
            syn::Pat::Type(typed) => (&*typed.pat, types::ty(&typed.ty)),
            pat => (pat, TypeRef::Unknown),
        };
        let whole = span::of(written.let_token.span).to(span::of(written.semi_token.span));
        let Some(init) = &written.init else {
            self.uninitialised(pat, ty, whole);
            return;
        };
        let keep = self.builder().depth() - 1;
        self.builder().push_scope(true);
        match &init.diverge {
            Some((_, otherwise)) => self.let_else(pat, &init.expr, otherwise, whole),
            None => self.let_plain(pat, ty, &init.expr, keep),
        }
        self.builder().pop_scope();
    }

    fn uninitialised(&mut self, pat: &syn::Pat, ty: TypeRef, whole: Span) {
        if let Some((name, mutable)) = super::pattern::plain_name(pat) {
            let place = super::pattern::span(pat);
            let local = self.builder().variable(name, LocalKind::Let, ty, place);
            self.builder().body.locals[local as usize].mutable = mutable;
            self.declare(local, whole);
        }
    }

    fn let_plain(&mut self, pat: &syn::Pat, ty: TypeRef, init: &Expr, keep: usize) {
        let place = super::pattern::span(pat);
        // Variables belong to the block around the statement, whose scope is `keep`.
        if let Some((name, mutable)) = super::pattern::plain_name(pat) {
            let local = self.builder().local(name.clone(), LocalKind::Let, ty, place);
            self.builder().body.locals[local as usize].mutable = mutable;
            match extended(init) {
                Some(reference) => self.borrow_extended(reference, local, keep),
                None => {
                    self.evaluate(init, local);
                }
            }
            self.builder().declare_in(keep, name, local);
            return;
        }
        if matches!(pat, syn::Pat::Wild(_)) {
            // `let _ = place;` does nothing; `let _ = value();` drops the value here.
            if is_place(init) {
                self.place(init);
                return;
            }
            let temp = self.builder().temp(LocalKind::Underscore, place);
            self.builder().body.locals[temp as usize].ty = ty;
            self.evaluate(init, temp);
            return;
        }
        let (source, _) = match extended(init) {
            Some(reference) => {
                let (place, whole) = self.place_in(&reference.expr, Some(keep));
                (place, whole)
            }
            None => self.place(init),
        };
        if let Some(local) = source.whole()
            && self.builder().body.local(local).kind == LocalKind::Temp
        {
            self.builder().body.locals[local as usize].ty = ty;
        }
        self.bind_in(pat, source, scrutinee_mode(init), keep);
    }

    fn borrow_extended(&mut self, reference: &syn::ExprReference, local: LocalId, keep: usize) {
        let mode = if reference.mutability.is_some() { Mode::RefMut } else { Mode::Ref };
        let (place, inner) = self.place_in(&reference.expr, Some(keep));
        let whole = span::of(reference.and_token.span).to(inner);
        self.builder().assign(local, Value::Use(Operand::Place(place, mode)), whole);
    }

    fn let_else(&mut self, pat: &syn::Pat, init: &Expr, otherwise: &Expr, whole: Span) {
        let (source, _) = self.place(init);
        let depth = self.builder().depth() - 1;
        let lowered = self.pattern(pat);
        let yes = self.builder().block();
        let no = self.builder().block();
        let arm = |pat, target| Arm { pat, guarded: false, target, span: whole };
        let arms = vec![arm(lowered, yes), arm(Pat::Any, no)];
        self.builder().branch(BranchKind::LetElse, look(&source), arms, whole);
        self.builder().enter(no);
        self.builder().end_scopes(depth);
        let after = self.builder().block();
        self.builder().seal(Term::Goto(after));
        self.builder().enter(after);
        // The temporaries of the head are gone here, but their scope stays open for the other
        // path; a scope of its own keeps the diverging block apart.
        self.builder().push_scope(true);
        let nothing = self.builder().plain_temp(whole);
        self.evaluate(otherwise, nothing);
        self.builder().pop_scope();
        self.builder().seal(Term::Diverge);
        self.builder().enter(yes);
        self.bind_in(pat, source, scrutinee_mode(init), depth - 1);
    }

    /// A choice whose condition is not known: each of `blocks` may run, or none.
    pub(super) fn any_of(&mut self, blocks: Vec<Vec<Stmt>>, whole: Span, dest: LocalId) {
        let join = self.builder().block();
        let condition = self.builder().plain_temp(whole);
        let unknown = self.unknown(Vec::new());
        self.builder().assign(condition, unknown, whole);
        let targets: Vec<u32> = blocks.iter().map(|_| self.builder().block()).collect();
        let mut arms: Vec<Arm> = targets
            .iter()
            .map(|target| Arm { pat: Pat::Any, guarded: true, target: *target, span: whole })
            .collect();
        arms.push(Arm { pat: Pat::Any, guarded: false, target: join, span: whole });
        let scrutinee = Operand::Place(Place::of(condition), Mode::Move);
        self.builder().branch(BranchKind::Match, scrutinee, arms, whole);
        for (stmts, target) in blocks.iter().zip(targets) {
            self.builder().enter(target);
            self.builder().push_scope(false);
            self.statements(stmts, dest);
            self.builder().pop_scope();
            self.builder().seal(Term::Goto(join));
        }
        self.builder().enter(join);
    }

    /// Leaves the body with an error when a condition of a macro (`ensure!`) fails.
    pub(super) fn ensure(&mut self, cond: &Expr, whole: Span) {
        let depth = self.builder().depth();
        let failed = self.builder().block();
        self.condition(cond, BranchKind::If, Else { block: failed, depth });
        let inside = self.builder().current;
        self.builder().enter(failed);
        let error = self.unknown(Vec::new());
        self.builder().assign(super::RETURN, error, whole);
        self.return_now();
        self.builder().enter(inside);
    }
}

/// `&expr` as an initialiser, which keeps the temporary under it alive as long as the variable.
fn extended(init: &Expr) -> Option<&syn::ExprReference> {
    match strip(init) {
        Expr::Reference(reference) => Some(reference),
        _ => None,
    }
}

fn is_place(expr: &Expr) -> bool {
    match strip(expr) {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Index(index) => is_place(&index.expr),
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)),
        _ => false,
    }
}
