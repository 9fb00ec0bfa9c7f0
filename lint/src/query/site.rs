//! The places in a body that rules ask about: calls, awaits, `select!`s, loops.

use crate::model::Span;
use crate::model::body::{
    AwaitKind, BodyId, Call, Callee, LocalId, Loop, LoopId, Operand, Place, Point, Select,
};

/// A call of a function, method or function value.
#[derive(Clone, Copy, Debug)]
pub struct CallSite<'a> {
    /// The body it stands in.
    pub body: BodyId,
    /// Where.
    pub point: Point,
    /// The call.
    pub call: &'a Call,
    /// Where its result goes.
    pub dest: &'a Place,
    /// The whole expression.
    pub span: Span,
}

impl<'a> CallSite<'a> {
    /// The name of the method, or the last word of the path.
    pub fn name(&self) -> &'a str {
        match &self.call.callee {
            Callee::Path(path) => path.last().map_or("", |name| name.as_str()),
            Callee::Method(name, _) => name,
            Callee::Value(_) => "",
        }
    }

    /// What the method is called on.
    pub fn receiver(&self) -> Option<&'a Operand> {
        match &self.call.callee {
            Callee::Method(..) => self.call.args.first(),
            Callee::Path(_) | Callee::Value(_) => None,
        }
    }

    /// The argument of that number, the receiver not counted.
    pub fn arg(&self, index: usize) -> Option<&'a Operand> {
        let skipped = usize::from(matches!(self.call.callee, Callee::Method(..)));
        self.call.args.get(index + skipped)
    }

    /// The local that holds the result.
    pub fn result(&self) -> Option<LocalId> {
        self.dest.whole()
    }
}

/// An `.await`, or the arguments of a `join!`.
#[derive(Clone, Copy, Debug)]
pub struct AwaitSite<'a> {
    /// Where.
    pub point: Point,
    /// What is awaited.
    pub futures: &'a [Operand],
    /// One or several together.
    pub kind: AwaitKind,
    /// The local that holds the result.
    pub result: Option<LocalId>,
    /// The whole expression.
    pub span: Span,
}

/// A `select!`.
#[derive(Clone, Copy, Debug)]
pub struct SelectSite<'a> {
    /// Where.
    pub point: Point,
    /// Its arms.
    pub select: &'a Select,
    /// The innermost loop that it stands in.
    pub in_loop: Option<LoopId>,
}

/// A loop.
#[derive(Clone, Copy, Debug)]
pub struct LoopSite<'a> {
    /// Its number.
    pub id: LoopId,
    /// What is known of it.
    pub the: &'a Loop,
}
