//! Expressions that steer: branches, loops, blocks, jumps.

use super::builder::{Jump, RETURN};
use super::cond::{Else, scrutinee_mode};
use super::expr::look;
use super::{BodyLowering, unit};
use crate::model::body::{
    Arm, BranchKind, LocalId, LocalKind, LoopKind, Mode, Operand, Pat, Place, Proj, Term, Value,
};
use crate::model::{Name, Span};
use crate::source::Edition;
use crate::syntax::span;
use syn::{Expr, Lit};

impl BodyLowering<'_> {
    pub(super) fn control(&mut self, written: &Expr, dest: LocalId) -> Span {
        match written {
            Expr::If(branch) => self.if_else(branch, dest),
            Expr::Match(matched) => self.match_on(matched, dest),
            Expr::Loop(looped) => {
                let start = span::of(looped.loop_token.span);
                let whole = start.to(span::group(&looped.body.brace_token.span));
                self.endless(looped.label.as_ref(), &looped.body, Some(dest), start, whole)
            }
            Expr::While(looped) => self.while_loop(looped),
            Expr::ForLoop(looped) => self.for_loop(looped),
            Expr::Block(block) => self.labelled_block(block, dest),
            Expr::Unsafe(block) => {
                self.block_into(&block.block, dest);
                span::of(block.unsafe_token.span).to(span::group(&block.block.brace_token.span))
            }
            Expr::TryBlock(block) => self.try_block(block, dest),
            Expr::Break(jump) => self.break_out(jump),
            Expr::Continue(jump) => {
                let whole = span::of(jump.continue_token.span);
                let label = jump.label.as_ref().map(label_name);
                let target = self.builder().jump(label.as_deref());
                let target = target.and_then(|jump| Some((jump.continue_to?, jump.depth)));
                self.jump_to(target, whole)
            }
            Expr::Return(jump) => {
                let mut whole = span::of(jump.return_token.span);
                if let Some(value) = &jump.expr {
                    let end = self.evaluate(value, RETURN);
                    whole = whole.to(end);
                }
                self.return_now();
                whole
            }
            Expr::Try(question) => self.question(question, dest),
            other => self.lazy_bool(other, dest),
        }
    }

    fn if_else(&mut self, branch: &syn::ExprIf, dest: LocalId) -> Span {
        let start = span::of(branch.if_token.span);
        let depth = self.builder().depth();
        let otherwise = self.builder().block();
        let join = self.builder().block();
        // Before the 2024 edition the temporaries of an `if let` head live to the end of the
        // whole statement; since then they die before `else`.
        let own_temps = self.file.edition >= Edition::E2024;
        self.builder().push_scope(own_temps);
        self.condition(&branch.cond, BranchKind::If, Else { block: otherwise, depth });
        // The temporaries of a side's last expression die with that side.
        self.builder().push_scope(true);
        self.block_into(&branch.then_branch, dest);
        self.builder().pop_scope();
        self.builder().pop_scope();
        self.builder().seal(Term::Goto(join));
        self.builder().enter(otherwise);
        let mut end = span::group(&branch.then_branch.brace_token.span);
        if let Some((_, alternative)) = &branch.else_branch {
            self.builder().push_scope(true);
            end = self.evaluate(alternative, dest);
            self.builder().pop_scope();
        }
        self.builder().goto(join);
        start.to(end)
    }

    fn match_on(&mut self, matched: &syn::ExprMatch, dest: LocalId) -> Span {
        let whole = span::of(matched.match_token.span).to(span::group(&matched.brace_token.span));
        let (place, head) = self.place(&matched.expr);
        let mode = scrutinee_mode(&matched.expr);
        let head = span::of(matched.match_token.span).to(head);
        let dispatch = self.builder().current;
        let mut arms = Vec::with_capacity(matched.arms.len());
        for arm in &matched.arms {
            let (pat, guard) = match &arm.pat {
                syn::Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
                pat => (pat, None),
            };
            let target = self.builder().block();
            let place = super::pattern::span(&arm.pat);
            arms.push((
                pat,
                guard,
                arm,
                Arm { pat: self.pattern(pat), guarded: guard.is_some(), target, span: place },
            ));
        }
        let join = self.builder().block();
        let model: Vec<Arm> = arms.iter().map(|(.., arm)| arm.clone()).collect();
        for (index, (pat, guard, arm, lowered)) in arms.iter().enumerate() {
            self.builder().enter(lowered.target);
            let depth = self.builder().depth();
            self.builder().push_scope(true);
            self.bind(pat, place.clone(), mode);
            if let Some(guard) = guard {
                let rest = self.builder().block();
                self.condition(guard, BranchKind::If, Else { block: rest, depth });
                let inside = self.builder().current;
                self.builder().enter(rest);
                self.builder().branch(
                    BranchKind::Match,
                    look(&place),
                    model[index + 1..].to_vec(),
                    head,
                );
                self.builder().enter(inside);
            }
            self.evaluate(&arm.body, dest);
            self.builder().pop_scope();
            self.builder().seal(Term::Goto(join));
        }
        self.builder().enter(dispatch);
        if model.is_empty() {
            self.diverge();
        } else {
            self.builder().branch(BranchKind::Match, look(&place), model, head);
        }
        self.builder().enter(join);
        whole
    }

    fn endless(
        &mut self,
        label: Option<&syn::Label>,
        block: &syn::Block,
        dest: Option<LocalId>,
        head: Span,
        whole: Span,
    ) -> Span {
        let label = label.map(|label| label_name(&label.name));
        let (id, header, exit) = self.builder().open_loop(LoopKind::Loop, label.clone(), whole);
        self.builder().body.loops[id as usize].head_span = head;
        let depth = self.builder().depth();
        self.builder().jumps.push(Jump {
            label,
            break_to: exit,
            continue_to: Some(header),
            depth,
            dest,
        });
        self.loop_body(block);
        self.builder().jumps.pop();
        self.builder().close_loop(header, exit);
        whole
    }

    fn loop_body(&mut self, block: &syn::Block) {
        // A round gives what its last expression gives, which has its place where it is an `if`.
        let last = match block.stmts.last() {
            Some(syn::Stmt::Expr(Expr::If(last), None)) => {
                span::of(last.if_token.span).to(span::group(&last.then_branch.brace_token.span))
            }
            _ => Span::default(),
        };
        let nothing = self.builder().plain_temp(last);
        // The temporaries of the last expression die with the round.
        self.builder().push_scope(true);
        self.block_into(block, nothing);
        self.builder().pop_scope();
    }

    fn while_loop(&mut self, looped: &syn::ExprWhile) -> Span {
        let start = span::of(looped.while_token.span);
        let whole = start.to(span::group(&looped.body.brace_token.span));
        if let Expr::Lit(lit) = &*looped.cond
            && matches!(&lit.lit, Lit::Bool(bool) if bool.value)
        {
            return self.endless(looped.label.as_ref(), &looped.body, None, start, whole);
        }
        let has_let = has_let(&looped.cond);
        let kind = if has_let { LoopKind::WhileLet } else { LoopKind::While };
        let label = looped.label.as_ref().map(|label| label_name(&label.name));
        let (id, header, exit) = self.builder().open_loop(kind, label.clone(), whole);
        let depth = self.builder().depth();
        let failed = self.builder().block();
        self.builder().push_scope(true);
        let branch = if has_let { BranchKind::WhileLet } else { BranchKind::While };
        let head = self.condition(&looped.cond, branch, Else { block: failed, depth });
        self.builder().body.loops[id as usize].head_span = start.to(head);
        self.builder().jumps.push(Jump {
            label,
            break_to: exit,
            continue_to: Some(header),
            depth,
            dest: None,
        });
        self.loop_body(&looped.body);
        self.builder().jumps.pop();
        self.builder().pop_scope();
        let last = self.builder().current;
        self.builder().enter(failed);
        self.builder().seal(Term::Goto(exit));
        self.builder().enter(last);
        self.builder().close_loop(header, exit);
        whole
    }

    fn for_loop(&mut self, looped: &syn::ExprForLoop) -> Span {
        let start = span::of(looped.for_token.span);
        let whole = start.to(span::group(&looped.body.brace_token.span));
        // The head's temporaries live to the end of the loop.
        self.builder().push_scope(true);
        let (source, head) = self.operand(&looped.expr);
        let items = match source {
            Operand::Place(place, _) if !place.proj.is_empty() || is_place(&looped.expr) => {
                let temp = self.builder().temp(LocalKind::Temp, head);
                let value = Value::Use(Operand::Place(place, Mode::Move));
                self.builder().assign(temp, value, head);
                Place::of(temp)
            }
            Operand::Place(place, _) => place,
            Operand::Literal(_) => {
                let temp = self.builder().temp(LocalKind::Temp, head);
                self.builder().assign(temp, unit(), head);
                Place::of(temp)
            }
        };
        let label = looped.label.as_ref().map(|label| label_name(&label.name));
        let (id, header, exit) = self.builder().open_loop(LoopKind::For, label.clone(), whole);
        self.builder().body.loops[id as usize].head_span = start.to(head);
        let depth = self.builder().depth();
        let pats =
            (Pat::Variant("Some".into(), vec![Pat::Any]), Pat::Variant("None".into(), vec![]));
        let (yes, no) = self.builder().fork(BranchKind::For, look(&items), pats, start.to(head));
        self.builder().enter(no);
        self.builder().seal(Term::Goto(exit));
        self.builder().enter(yes);
        self.builder().push_scope(true);
        let mut item = items;
        item.proj.push(Proj::Item);
        self.bind(&looped.pat, item, scrutinee_mode(&looped.expr));
        self.builder().jumps.push(Jump {
            label,
            break_to: exit,
            continue_to: Some(header),
            depth,
            dest: None,
        });
        self.loop_body(&looped.body);
        self.builder().jumps.pop();
        self.builder().pop_scope();
        self.builder().close_loop(header, exit);
        self.builder().pop_scope();
        whole
    }

    fn labelled_block(&mut self, block: &syn::ExprBlock, dest: LocalId) -> Span {
        let whole = span::group(&block.block.brace_token.span);
        let Some(label) = &block.label else {
            self.block_into(&block.block, dest);
            return whole;
        };
        let exit = self.builder().block();
        let depth = self.builder().depth();
        self.builder().jumps.push(Jump {
            label: Some(label_name(&label.name)),
            break_to: exit,
            continue_to: None,
            depth,
            dest: Some(dest),
        });
        self.block_into(&block.block, dest);
        self.builder().jumps.pop();
        self.builder().goto(exit);
        whole
    }

    fn try_block(&mut self, block: &syn::ExprTryBlock, dest: LocalId) -> Span {
        let exit = self.builder().block();
        let depth = self.builder().depth();
        self.builder().jumps.push(Jump {
            label: Some(Name::from("'try")),
            break_to: exit,
            continue_to: None,
            depth,
            dest: Some(dest),
        });
        self.block_into(&block.block, dest);
        self.builder().jumps.pop();
        self.builder().goto(exit);
        span::of(block.try_token.span).to(span::group(&block.block.brace_token.span))
    }

    fn break_out(&mut self, jump: &syn::ExprBreak) -> Span {
        let mut whole = span::of(jump.break_token.span);
        let label = jump.label.as_ref().map(label_name);
        let found = self.builder().jump(label.as_deref());
        let target = found.map(|jump| (jump.break_to, jump.depth));
        let dest = found.and_then(|jump| jump.dest);
        if let Some(value) = &jump.expr {
            let dest = match dest {
                Some(dest) => dest,
                None => self.builder().plain_temp(whole),
            };
            let end = self.evaluate(value, dest);
            whole = whole.to(end);
        }
        self.jump_to(target, whole)
    }

    fn jump_to(&mut self, target: Option<(u32, usize)>, whole: Span) -> Span {
        match target {
            Some((block, depth)) => {
                self.builder().end_scopes(depth);
                self.builder().terminate(Term::Goto(block));
            }
            // `break` of something that is not seen here, such as a macro's own loop.
            None => self.return_now(),
        }
        whole
    }

    /// Lowers a block into `dest`, in a scope of its own.
    pub(super) fn block_into(&mut self, block: &syn::Block, dest: LocalId) {
        self.builder().push_scope(false);
        self.statements(&block.stmts, dest);
        self.builder().pop_scope();
    }
}

pub(super) fn label_name(label: &syn::Lifetime) -> Name {
    Name::from(label.ident.to_string())
}

fn has_let(cond: &Expr) -> bool {
    match cond {
        Expr::Let(_) => true,
        Expr::Paren(inner) => has_let(&inner.expr),
        Expr::Group(inner) => has_let(&inner.expr),
        Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
            has_let(&binary.left) || has_let(&binary.right)
        }
        _ => false,
    }
}

fn is_place(written: &Expr) -> bool {
    matches!(super::expr::strip(written), Expr::Path(_) | Expr::Field(_) | Expr::Index(_))
}
