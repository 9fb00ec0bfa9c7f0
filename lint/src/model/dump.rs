//! A body as text, for people and tests that look at a lowering.

use super::body::{
    Body, Callee, Literal, LocalId, LocalKind, Mode, Operand, Pat, Place, Proj, Root, StmtKind,
    Term, Value,
};
use super::{Path, TypeRef};
use std::fmt::{self, Display, Formatter, Write};

impl Display for Body {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}{}", self.kind, if self.is_move { " move" } else { "" })?;
        for capture in &self.captures {
            writeln!(f, "  captures {} as {}", capture.outer, self.show(capture.inner))?;
        }
        for (id, looped) in self.loops.iter().enumerate() {
            writeln!(
                f,
                "  loop {id}: {:?} header {} exit {}",
                looped.kind, looped.header, looped.exit
            )?;
        }
        for (id, block) in self.blocks.iter().enumerate() {
            if block.stmts.is_empty() && matches!(block.term, Term::Diverge) {
                continue;
            }
            writeln!(f, "  {id}:")?;
            for stmt in &block.stmts {
                match &stmt.kind {
                    StmtKind::Assign(place, value) => {
                        writeln!(f, "    {} = {}", self.place(place), self.value(value))?;
                    }
                    StmtKind::End(local) => writeln!(f, "    end {}", self.show(*local))?,
                    StmtKind::Declare(local) => writeln!(f, "    let {}", self.show(*local))?,
                }
            }
            writeln!(f, "    {}", self.term(&block.term))?;
        }
        Ok(())
    }
}

impl Body {
    fn show(&self, id: LocalId) -> String {
        let local = self.local(id);
        match local.kind {
            LocalKind::Return => "return".to_owned(),
            _ if local.name.is_empty() => match local.kind {
                LocalKind::Statement => format!("s{id}"),
                LocalKind::Underscore => format!("_{id}"),
                _ => format!("t{id}"),
            },
            _ => local.name.to_string(),
        }
    }

    fn place(&self, place: &Place) -> String {
        let mut text = match &place.root {
            Root::Local(local) => self.show(*local),
            Root::Item(path) => path.to_string(),
        };
        for proj in &place.proj {
            match proj {
                Proj::Field(name) => write!(text, ".{name}"),
                Proj::Index => write!(text, "[]"),
                Proj::Deref => write!(text, ".*"),
                Proj::Variant(name) => write!(text, " as {name}"),
                Proj::Item => write!(text, ".next"),
            }
            .expect("writing to a string");
        }
        text
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Place(place, mode) => {
                let mark = match mode {
                    Mode::Move => "",
                    Mode::Ref => "&",
                    Mode::RefMut => "&mut ",
                    Mode::Receiver => "self ",
                };
                format!("{mark}{}", self.place(place))
            }
            Operand::Literal(Literal::Int(int)) => int.to_string(),
            Operand::Literal(Literal::Bool(bool)) => bool.to_string(),
            Operand::Literal(Literal::Str(string)) => format!("{string:?}"),
            Operand::Literal(Literal::Other) => "lit".to_owned(),
        }
    }

    fn operands<'o>(&self, list: impl IntoIterator<Item = &'o Operand>) -> String {
        list.into_iter().map(|operand| self.operand(operand)).collect::<Vec<_>>().join(", ")
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::Use(operand) => self.operand(operand),
            Value::Call(call) => {
                let name = match &call.callee {
                    Callee::Path(path) => path.to_string(),
                    Callee::Method(name, _) => format!(".{name}"),
                    Callee::Value(place) => format!("({})", self.place(place)),
                };
                format!("{name}({})", self.operands(&call.args))
            }
            Value::Await(futures, kind) => format!("await {kind:?} {}", self.operands(futures)),
            Value::Unwrapped(operand) => format!("{}?", self.operand(operand)),
            Value::Aggregate(aggregate) => {
                let name = aggregate.path.as_ref().map(Path::to_string).unwrap_or_default();
                format!("{name} {{{}}}", self.operands(aggregate.fields.iter().map(|(_, o)| o)))
            }
            Value::Closure(body) => format!("body {body}"),
            Value::Op(name, operands) => format!("op {name} {}", self.operands(operands)),
            Value::Cast(operand, _) => format!("{} as _", self.operand(operand)),
            Value::Macro(call) => format!("{}!({})", call.path, self.operands(&call.args)),
            Value::Unknown(operands) => format!("? {}", self.operands(operands)),
        }
    }

    fn term(&self, term: &Term) -> String {
        match term {
            Term::Goto(block) => format!("goto {block}"),
            Term::Branch(branch) => {
                let arms: Vec<String> = branch
                    .arms
                    .iter()
                    .map(|arm| {
                        let guard = if arm.guarded { " if" } else { "" };
                        format!("{}{guard} -> {}", arm.pat, arm.target)
                    })
                    .collect();
                format!(
                    "{:?} {} [{}]",
                    branch.kind,
                    self.operand(&branch.scrutinee),
                    arms.join(", ")
                )
            }
            Term::Select(select) => {
                let arms: Vec<String> = select
                    .arms
                    .iter()
                    .map(|arm| {
                        format!("{} = {} -> {}", arm.pat, self.operand(&arm.future), arm.target)
                    })
                    .collect();
                format!("select [{}] else {:?}", arms.join(", "), select.otherwise)
            }
            Term::Return => "return".to_owned(),
            Term::Diverge => "diverge".to_owned(),
        }
    }
}

impl Display for Pat {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let list = |f: &mut Formatter<'_>, pats: &[Pat], separator: &str| {
            for (index, pat) in pats.iter().enumerate() {
                write!(f, "{}{pat}", if index == 0 { "" } else { separator })?;
            }
            Ok(())
        };
        match self {
            Pat::Any => f.write_str("_"),
            Pat::Bool(value) => write!(f, "{value}"),
            Pat::Literal(_) => f.write_str("lit"),
            Pat::Variant(name, parts) => {
                write!(f, "{name}(")?;
                list(f, parts, ", ")?;
                f.write_str(")")
            }
            Pat::Tuple(parts) => {
                f.write_str("(")?;
                list(f, parts, ", ")?;
                f.write_str(")")
            }
            Pat::Or(pats) => list(f, pats, " | "),
        }
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(qself) = &self.qself {
            write!(f, "<{qself}>::")?;
        }
        if self.global {
            f.write_str("::")?;
        }
        f.write_str(&self.segments.join("::"))?;
        if !self.args.is_empty() {
            let args: Vec<String> = self.args.iter().map(TypeRef::to_string).collect();
            write!(f, "<{}>", args.join(", "))?;
        }
        Ok(())
    }
}

impl Display for TypeRef {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            TypeRef::Unknown => f.write_str("_"),
            TypeRef::Path(path) => write!(f, "{path}"),
            TypeRef::Ref(inner) => write!(f, "&{inner}"),
            TypeRef::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(TypeRef::to_string).collect();
                write!(f, "({})", parts.join(", "))
            }
            TypeRef::Slice(inner) => write!(f, "[{inner}]"),
            TypeRef::Bounds(bounds) => {
                let bounds: Vec<String> = bounds.iter().map(|b| b.path.to_string()).collect();
                write!(f, "impl {}", bounds.join(" + "))
            }
            TypeRef::Fn(ret) => write!(f, "fn() -> {ret}"),
            TypeRef::Never => f.write_str("!"),
        }
    }
}
