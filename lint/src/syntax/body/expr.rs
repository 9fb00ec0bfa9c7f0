//! Expressions whose value is made in one go: calls, literals, operators, closures.

use thin_vec::thin_vec;

use super::{BodyLowering, simple_path, unit};
use crate::model::body::{
    Aggregate, AwaitKind, BodyKind, BranchKind, Call, Callee, Literal, LocalId, Mode, Operand, Pat,
    Place, Value,
};
use crate::model::{Name, Span};
use crate::syntax::{span, types};
use syn::{BinOp, Expr, Lit, Member, UnOp};

impl BodyLowering<'_> {
    /// Evaluates an expression into `dest` and gives its span.
    pub(super) fn evaluate(&mut self, written: &Expr, dest: LocalId) -> Span {
        match written {
            Expr::Paren(inner) => {
                self.evaluate(&inner.expr, dest);
                span::group(&inner.paren_token.span)
            }
            Expr::Group(inner) => self.evaluate(&inner.expr, dest),
            Expr::If(_)
            | Expr::Match(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Block(_)
            | Expr::Unsafe(_)
            | Expr::TryBlock(_)
            | Expr::Break(_)
            | Expr::Continue(_)
            | Expr::Return(_)
            | Expr::Try(_)
            | Expr::Let(_) => self.control(written, dest),
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) => {
                self.control(written, dest)
            }
            Expr::Macro(call) => self.macro_call(&call.mac, dest),
            _ => {
                let (value, whole) = self.value(written);
                self.builder().assign(dest, value, whole);
                whole
            }
        }
    }

    /// The value of a simple expression.
    fn value(&mut self, written: &Expr) -> (Value, Span) {
        match written {
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Await(awaited) => {
                let (future, base) = self.operand(&awaited.base);
                let whole = base.to(span::of(awaited.await_token.span));
                (Value::Await(thin_vec![future], AwaitKind::One), whole)
            }
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Lit(_) => {
                let (operand, whole) = self.operand(written);
                (Value::Use(operand), whole)
            }
            Expr::Reference(reference) => {
                let mode = if reference.mutability.is_some() { Mode::RefMut } else { Mode::Ref };
                let (operand, inner) = self.operand_as(&reference.expr, mode);
                (Value::Use(operand), span::of(reference.and_token.span).to(inner))
            }
            Expr::RawAddr(raw) => {
                let (operand, inner) = self.operand_as(&raw.expr, Mode::RefMut);
                (Value::Use(operand), span::of(raw.and_token.span).to(inner))
            }
            Expr::Unary(unary) => self.unary(unary, written),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Assign(assign) => self.assignment(assign),
            Expr::Cast(cast) => {
                let (operand, inner) = self.operand(&cast.expr);
                let ty = types::ty(&cast.ty);
                (Value::Cast(operand, Box::new(ty)), inner.to(span::of(cast.as_token.span)))
            }
            Expr::Closure(closure) => self.closure(closure),
            Expr::Async(block) => {
                let whole =
                    span::of(block.async_token.span).to(span::group(&block.block.brace_token.span));
                let value =
                    self.nested(BodyKind::AsyncBlock, block.capture.is_some(), whole, |inner| {
                        inner.block_into(&block.block, super::RETURN);
                    });
                (value, whole)
            }
            Expr::Tuple(tuple) => {
                let fields = self.numbered(tuple.elems.iter());
                let whole = span::group(&tuple.paren_token.span);
                (Value::Aggregate(Box::new(Aggregate { path: None, array: false, fields })), whole)
            }
            Expr::Array(array) => {
                let fields = self.numbered(array.elems.iter());
                let whole = span::group(&array.bracket_token.span);
                (Value::Aggregate(Box::new(Aggregate { path: None, array: true, fields })), whole)
            }
            Expr::Repeat(repeat) => {
                let (item, _) = self.operand(&repeat.expr);
                let fields = vec![(Name::from("0"), item)];
                let whole = span::group(&repeat.bracket_token.span);
                (Value::Aggregate(Box::new(Aggregate { path: None, array: true, fields })), whole)
            }
            Expr::Struct(literal) => self.struct_literal(literal),
            Expr::Range(range) => self.range(range),
            Expr::Yield(yielded) => {
                let mut whole = span::of(yielded.yield_token.span);
                let used = yielded.expr.as_ref().map(|inner| {
                    let (operand, inner) = self.operand(inner);
                    whole = whole.to(inner);
                    operand
                });
                (self.unknown(used.into_iter().collect()), whole)
            }
            Expr::Const(block) => {
                let whole = span::group(&block.block.brace_token.span);
                (unit(), whole)
            }
            _ => (self.unknown(Vec::new()), Span::default()),
        }
    }

    pub(super) fn numbered<'e>(
        &mut self,
        elems: impl Iterator<Item = &'e Expr>,
    ) -> Vec<(Name, Operand)> {
        elems
            .enumerate()
            .map(|(index, elem)| (Name::from(index.to_string()), self.operand(elem).0))
            .collect()
    }

    fn call(&mut self, call: &syn::ExprCall) -> (Value, Span) {
        let end = span::group(&call.paren_token.span);
        let (callee, name_span) = match strip(&call.func) {
            Expr::Path(path) => {
                let place = self.named(path);
                let name_span = span::path(&path.path);
                match place.whole() {
                    Some(_) => (Callee::Value(place), name_span),
                    None => {
                        let path = types::qualified(path.qself.as_ref(), &path.path);
                        (Callee::Path(path), name_span)
                    }
                }
            }
            other => {
                let (place, name_span) = self.place(other);
                (Callee::Value(place), name_span)
            }
        };
        let args = call.args.iter().map(|arg| self.operand(arg).0).collect();
        (Value::Call(Box::new(Call { callee, args, name_span })), name_span.to(end))
    }

    fn method_call(&mut self, call: &syn::ExprMethodCall) -> (Value, Span) {
        let (receiver, base) = self.operand_as(&call.receiver, Mode::Receiver);
        let mut args = vec![receiver];
        args.extend(call.args.iter().map(|arg| self.operand(arg).0));
        let name_span = span::of(call.method.span());
        let whole = base.to(span::group(&call.paren_token.span));
        let callee =
            Callee::Method(types::name(&call.method), types::turbofish(call.turbofish.as_ref()));
        (Value::Call(Box::new(Call { callee, args, name_span })), whole)
    }

    fn unary(&mut self, unary: &syn::ExprUnary, written: &Expr) -> (Value, Span) {
        let (operator, start) = match &unary.op {
            UnOp::Deref(_) => {
                let (operand, whole) = self.operand(written);
                return (Value::Use(operand), whole);
            }
            UnOp::Not(token) => ("!", span::of(token.span)),
            UnOp::Neg(token) => ("-", span::of(token.span)),
            _ => ("", Span::default()),
        };
        let (operand, inner) = self.operand(&unary.expr);
        (Value::Op(operator.into(), thin_vec![operand]), start.to(inner))
    }

    fn binary(&mut self, binary: &syn::ExprBinary) -> (Value, Span) {
        let (operator, compares, assigns) = operator(&binary.op);
        if assigns {
            // `a += b`: the right side is evaluated, then the place is read and written.
            let (right, end) = self.operand(&binary.right);
            let (place, start) = self.place(&binary.left);
            let whole = start.to(end);
            let read = Operand::Place(place.clone(), Mode::Move);
            let value = Value::Op(operator.into(), thin_vec![read, right]);
            self.builder().push(crate::model::body::StmtKind::Assign(place, value), whole);
            return (unit(), whole);
        }
        let mode = if compares { Mode::Ref } else { Mode::Move };
        let (left, start) = self.operand_as(&binary.left, mode);
        let (right, end) = self.operand_as(&binary.right, mode);
        (Value::Op(operator.into(), thin_vec![left, right]), start.to(end))
    }

    fn assignment(&mut self, assign: &syn::ExprAssign) -> (Value, Span) {
        if matches!(&*assign.left, Expr::Infer(_)) {
            let temp =
                self.builder().temp(crate::model::body::LocalKind::Underscore, Span::default());
            let whole = self.evaluate(&assign.right, temp);
            return (unit(), whole);
        }
        if let Expr::Tuple(tuple) = &*assign.left {
            let (source, end) = self.place(&assign.right);
            for (index, elem) in tuple.elems.iter().enumerate() {
                if matches!(elem, Expr::Infer(_)) {
                    continue;
                }
                let (place, _) = self.place(elem);
                let mut part = source.clone();
                part.proj.push(crate::model::body::Proj::Field(index.to_string().into()));
                let value = Value::Use(Operand::Place(part, Mode::Move));
                self.builder().push(crate::model::body::StmtKind::Assign(place, value), end);
            }
            return (unit(), span::group(&tuple.paren_token.span).to(end));
        }
        // The right side comes first, then the place; a simple value goes straight into it.
        if let Expr::Path(path) = &*assign.left {
            let place = self.named(path);
            if place.whole().is_none() {
                let (operand, end) = self.operand(&assign.right);
                let whole = span::path(&path.path).to(end);
                let value = Value::Use(operand);
                self.builder().push(crate::model::body::StmtKind::Assign(place, value), whole);
                return (unit(), whole);
            }
        }
        let (operand, end) = self.operand(&assign.right);
        let (place, start) = self.place(&assign.left);
        let whole = start.to(end);
        let value = Value::Use(operand);
        self.builder().push(crate::model::body::StmtKind::Assign(place, value), whole);
        (unit(), whole)
    }

    fn closure(&mut self, closure: &syn::ExprClosure) -> (Value, Span) {
        let start = closure
            .asyncness
            .as_ref()
            .map(|token| span::of(token.span))
            .or_else(|| closure.capture.as_ref().map(|token| span::of(token.span)))
            .unwrap_or_else(|| span::of(closure.inputs_begin.span));
        let kind =
            if closure.asyncness.is_some() { BodyKind::AsyncClosure } else { BodyKind::Closure };
        let mut whole = start;
        let value = self.nested(kind, closure.capture.is_some(), start, |inner| {
            for pat in &closure.inputs {
                let (pat, ty) = match pat {
                    syn::Pat::Type(typed) => (&*typed.pat, types::ty(&typed.ty)),
                    pat => (pat, crate::model::TypeRef::Unknown),
                };
                inner.parameter(pat, ty);
            }
            let end = inner.evaluate(&closure.body, super::RETURN);
            whole = start.to(end);
            inner.builder().body.span = whole;
        });
        (value, whole)
    }

    fn struct_literal(&mut self, literal: &syn::ExprStruct) -> (Value, Span) {
        let mut fields = Vec::with_capacity(literal.fields.len());
        for field in &literal.fields {
            let name = match &field.member {
                Member::Named(ident) => types::name(ident),
                Member::Unnamed(index) => index.index.to_string().into(),
            };
            fields.push((name, self.operand(&field.expr).0));
        }
        if let Some(rest) = &literal.rest {
            fields.push((Name::from(".."), self.operand(rest).0));
        }
        let whole = span::path(&literal.path).to(span::group(&literal.brace_token.span));
        let path = Some(types::qualified(literal.qself.as_ref(), &literal.path));
        (Value::Aggregate(Box::new(Aggregate { path, array: false, fields })), whole)
    }

    fn range(&mut self, range: &syn::ExprRange) -> (Value, Span) {
        let limits = match &range.limits {
            syn::RangeLimits::HalfOpen(token) => span::of(token.spans[0]),
            syn::RangeLimits::Closed(token) => span::of(token.spans[0]),
        };
        let mut whole = limits;
        let mut fields = Vec::new();
        for (name, side) in [("start", &range.start), ("end", &range.end)] {
            if let Some(side) = side {
                let (operand, place) = self.operand(side);
                whole = whole.to(place);
                fields.push((Name::from(name), operand));
            }
        }
        let path = Some(simple_path("std::ops::Range"));
        (Value::Aggregate(Box::new(Aggregate { path, array: false, fields })), whole)
    }

    /// `expr?`
    pub(super) fn question(&mut self, written: &syn::ExprTry, dest: LocalId) -> Span {
        let (operand, base) = self.operand(&written.expr);
        let whole = base.to(span::of(written.question_token.span));
        let looked_at = borrowed(&operand);
        let pats =
            (Pat::Variant("Ok".into(), vec![Pat::Any]), Pat::Variant("Err".into(), vec![Pat::Any]));
        let (yes, no) = self.builder().fork(BranchKind::Try, looked_at, pats, whole);
        self.builder().enter(no);
        let failed = self.unknown(vec![operand.clone()]);
        match self.builder().jump(Some("'try")).map(|jump| (jump.break_to, jump.depth, jump.dest)) {
            Some((target, depth, try_dest)) => {
                if let Some(try_dest) = try_dest {
                    self.builder().assign(try_dest, failed, whole);
                }
                self.builder().end_scopes(depth);
                self.builder().seal(crate::model::body::Term::Goto(target));
            }
            None => {
                self.builder().assign(super::RETURN, failed, whole);
                self.builder().end_scopes(0);
                self.builder().seal(crate::model::body::Term::Return);
            }
        }
        self.builder().enter(yes);
        self.builder().assign(dest, Value::Unwrapped(operand), whole);
        whole
    }
}

/// The same place, only looked at.
pub(super) fn borrowed(operand: &Operand) -> Operand {
    match operand {
        Operand::Place(place, _) => Operand::Place(place.clone(), Mode::Ref),
        Operand::Literal(literal) => Operand::Literal(literal.clone()),
    }
}

/// An operand for a place that is only looked at.
pub(super) fn look(place: &Place) -> Operand {
    Operand::Place(place.clone(), Mode::Ref)
}

pub(super) fn strip(written: &Expr) -> &Expr {
    match written {
        Expr::Paren(inner) => strip(&inner.expr),
        Expr::Group(inner) => strip(&inner.expr),
        other => other,
    }
}

pub(super) fn literal(lit: &Lit) -> Literal {
    match lit {
        Lit::Int(int) => int.base10_parse().map_or(Literal::Other, Literal::Int),
        Lit::Bool(bool) => Literal::Bool(bool.value),
        Lit::Str(string) => Literal::Str(string.value().into()),
        _ => Literal::Other,
    }
}

/// The operator, whether it compares (and so only borrows), and whether it assigns.
fn operator(op: &BinOp) -> (&'static str, bool, bool) {
    match op {
        BinOp::Add(_) => ("+", false, false),
        BinOp::Sub(_) => ("-", false, false),
        BinOp::Mul(_) => ("*", false, false),
        BinOp::Div(_) => ("/", false, false),
        BinOp::Rem(_) => ("%", false, false),
        BinOp::BitXor(_) => ("^", false, false),
        BinOp::BitAnd(_) => ("&", false, false),
        BinOp::BitOr(_) => ("|", false, false),
        BinOp::Shl(_) => ("<<", false, false),
        BinOp::Shr(_) => (">>", false, false),
        BinOp::Eq(_) => ("==", true, false),
        BinOp::Lt(_) => ("<", true, false),
        BinOp::Le(_) => ("<=", true, false),
        BinOp::Ne(_) => ("!=", true, false),
        BinOp::Ge(_) => (">=", true, false),
        BinOp::Gt(_) => (">", true, false),
        BinOp::AddAssign(_) => ("+", false, true),
        BinOp::SubAssign(_) => ("-", false, true),
        BinOp::MulAssign(_) => ("*", false, true),
        BinOp::DivAssign(_) => ("/", false, true),
        BinOp::RemAssign(_) => ("%", false, true),
        BinOp::BitXorAssign(_) => ("^", false, true),
        BinOp::BitAndAssign(_) => ("&", false, true),
        BinOp::BitOrAssign(_) => ("|", false, true),
        BinOp::ShlAssign(_) => ("<<", false, true),
        BinOp::ShrAssign(_) => (">>", false, true),
        _ => ("", false, false),
    }
}
