//! Patterns: what they ask of a value, and the variables they bind.

use super::BodyLowering;
use crate::model::body::{LocalKind, Mode, Operand, Pat, Place, Proj, Value};
use crate::model::{Name, Span, TypeRef};
use crate::syntax::{span as spans, types};
use syn::{Expr, Member, Pat as Written};

impl BodyLowering<'_> {
    /// What a pattern asks of a value.
    pub(super) fn pattern(&mut self, pat: &Written) -> Pat {
        lower(pat)
    }

    /// Binds the variables of a pattern in the innermost scope.
    pub(super) fn bind(&mut self, pat: &Written, from: Place, mode: Mode) {
        let depth = self.builder().depth() - 1;
        self.bind_in(pat, from, mode, depth);
    }

    /// Binds the variables of a pattern in the scope at `depth`.
    pub(super) fn bind_in(&mut self, pat: &Written, from: Place, mode: Mode, depth: usize) {
        match pat {
            Written::Ident(ident) => {
                if is_constant(ident) {
                    return;
                }
                let name = types::name(&ident.ident);
                let place = spans::of(ident.ident.span());
                let ty = TypeRef::Unknown;
                let local = self.builder().local(name.clone(), LocalKind::Let, ty, place);
                self.builder().body.locals[local as usize].mutable = ident.mutability.is_some();
                let mode = match (&ident.by_ref, &ident.mutability) {
                    (Some(_), Some(_)) => Mode::RefMut,
                    (Some(_), None) => Mode::Ref,
                    (None, _) => mode,
                };
                let value = Value::Use(Operand::Place(from.clone(), mode));
                self.builder().assign(local, value, place);
                self.builder().declare_in(depth, name, local);
                if let Some((_, inner)) = &ident.subpat {
                    self.bind_in(inner, from, Mode::Ref, depth);
                }
            }
            Written::Paren(inner) => self.bind_in(&inner.pat, from, mode, depth),
            Written::Type(typed) => self.bind_in(&typed.pat, from, mode, depth),
            Written::Guard(guarded) => self.bind_in(&guarded.pat, from, mode, depth),
            Written::Reference(reference) => {
                let mut inner = from;
                inner.proj.push(Proj::Deref);
                self.bind_in(&reference.pat, inner, mode, depth);
            }
            Written::Tuple(tuple) => {
                self.bind_parts(tuple.elems.iter(), &from, mode, depth);
            }
            Written::TupleStruct(tuple) => {
                let mut inner = from;
                if let Some(last) = tuple.path.segments.last() {
                    inner.proj.push(Proj::Variant(types::name(&last.ident)));
                }
                self.bind_parts(tuple.elems.iter(), &inner, mode, depth);
            }
            Written::Struct(written) => {
                for field in &written.fields {
                    let name = match &field.member {
                        Member::Named(ident) => types::name(ident),
                        Member::Unnamed(index) => index.index.to_string().into(),
                    };
                    let mut inner = from.clone();
                    if let Some(last) = written.path.segments.last() {
                        inner.proj.push(Proj::Variant(types::name(&last.ident)));
                    }
                    inner.proj.push(Proj::Field(name));
                    self.bind_in(&field.pat, inner, mode, depth);
                }
            }
            Written::Slice(slice) => {
                for elem in &slice.elems {
                    let mut inner = from.clone();
                    inner.proj.push(Proj::Index);
                    self.bind_in(elem, inner, mode, depth);
                }
            }
            Written::Or(or) => {
                // Every case binds the same names; the first stands for all.
                if let Some(case) = or.cases.first() {
                    self.bind_in(case, from, mode, depth);
                }
            }
            _ => {}
        }
    }

    fn bind_parts<'p>(
        &mut self,
        parts: impl ExactSizeIterator<Item = &'p Written>,
        from: &Place,
        mode: Mode,
        depth: usize,
    ) {
        for (index, part) in parts.enumerate() {
            if matches!(part, Written::Rest(_)) {
                // What follows `..` has no number that can be known here.
                break;
            }
            let mut inner = from.clone();
            inner.proj.push(Proj::Field(index.to_string().into()));
            self.bind_in(part, inner, mode, depth);
        }
    }
}

fn lower(pat: &Written) -> Pat {
    match pat {
        Written::Ident(ident) if is_constant(ident) => {
            Pat::Variant(types::name(&ident.ident), Vec::new())
        }
        Written::Ident(ident) => match &ident.subpat {
            Some((_, inner)) => lower(inner),
            None => Pat::Any,
        },
        Written::Wild(_) | Written::Rest(_) => Pat::Any,
        Written::Paren(inner) => lower(&inner.pat),
        Written::Type(typed) => lower(&typed.pat),
        Written::Guard(guarded) => lower(&guarded.pat),
        Written::Reference(reference) => lower(&reference.pat),
        Written::Tuple(tuple) => Pat::Tuple(tuple.elems.iter().map(lower).collect()),
        Written::Slice(slice) => Pat::Tuple(slice.elems.iter().map(lower).collect()),
        Written::TupleStruct(tuple) => Pat::Variant(
            tuple.path.segments.last().map(|last| types::name(&last.ident)).unwrap_or_default(),
            tuple.elems.iter().map(lower).collect(),
        ),
        Written::Struct(written) => Pat::Variant(
            written.path.segments.last().map(|last| types::name(&last.ident)).unwrap_or_default(),
            written.fields.iter().map(|field| lower(&field.pat)).collect(),
        ),
        Written::Path(path) => Pat::Variant(
            path.path.segments.last().map(|last| types::name(&last.ident)).unwrap_or_default(),
            Vec::new(),
        ),
        Written::Or(or) => Pat::Or(or.cases.iter().map(lower).collect()),
        Written::Lit(lit) => match super::expr::literal(&lit.lit) {
            crate::model::body::Literal::Bool(value) => Pat::Bool(value),
            literal => Pat::Literal(literal),
        },
        _ => Pat::Literal(crate::model::body::Literal::Other),
    }
}

/// A pattern that is one variable: its name and whether it is `mut`.
pub(super) fn plain_name(pat: &Written) -> Option<(Name, bool)> {
    match pat {
        Written::Ident(ident)
            if ident.by_ref.is_none() && ident.subpat.is_none() && !is_constant(ident) =>
        {
            Some((types::name(&ident.ident), ident.mutability.is_some()))
        }
        Written::Type(typed) => plain_name(&typed.pat),
        Written::Paren(inner) => plain_name(&inner.pat),
        _ => None,
    }
}

/// `None`, `MAX`: by convention a constant or unit variant, not a new variable.
fn is_constant(ident: &syn::PatIdent) -> bool {
    ident.by_ref.is_none()
        && ident.mutability.is_none()
        && ident.subpat.is_none()
        && ident.ident.to_string().starts_with(char::is_uppercase)
}

/// The bytes of a pattern.
pub(super) fn span(pat: &Written) -> Span {
    match pat {
        Written::Ident(ident) => spans::of(ident.ident.span()),
        Written::Wild(wild) => spans::of(wild.underscore_token.span),
        Written::Paren(inner) => spans::group(&inner.paren_token.span),
        Written::Type(typed) => span(&typed.pat),
        Written::Guard(guarded) => span(&guarded.pat),
        Written::Reference(reference) => {
            spans::of(reference.and_token.span).to(span(&reference.pat))
        }
        Written::Tuple(tuple) => spans::group(&tuple.paren_token.span),
        Written::Slice(slice) => spans::group(&slice.bracket_token.span),
        Written::TupleStruct(tuple) => {
            spans::path(&tuple.path).to(spans::group(&tuple.paren_token.span))
        }
        Written::Struct(written) => {
            spans::path(&written.path).to(spans::group(&written.brace_token.span))
        }
        Written::Path(path) => spans::path(&path.path),
        Written::Or(or) => match (or.cases.first(), or.cases.last()) {
            (Some(first), Some(last)) => span(first).to(span(last)),
            _ => Span::default(),
        },
        Written::Lit(lit) => spans::of(lit.lit.span()),
        Written::Macro(call) => spans::mac(&call.mac),
        Written::Range(range) => range
            .start
            .as_ref()
            .or(range.end.as_ref())
            .map(|side| match &**side {
                Expr::Lit(lit) => spans::of(lit.lit.span()),
                Expr::Path(path) => spans::path(&path.path),
                _ => Span::default(),
            })
            .unwrap_or_default(),
        _ => Span::default(),
    }
}
