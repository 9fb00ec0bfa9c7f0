//! Changes that a rule proposes because they are surely what the author means.

use crate::model::Span;

/// A change in the making, in the file of its report. Where one of its parts does not fit the
/// text, there is no change at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What it does, in a few words.
    pub message: String,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// One part of a change. Rules know where things stand and not how they are written, so each part
/// says what it expects there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// What stands there, if it is one of the `expected`, space aside, becomes `text`.
    Replace {
        /// Where.
        span: Span,
        /// What may stand there.
        expected: &'static [&'static str],
        /// What is put there.
        text: String,
    },
    /// What the arm of a `match` does, if it is one of the `expected`, becomes `text`.
    Arm {
        /// The pattern of the arm.
        span: Span,
        /// What may stand behind its arrow.
        expected: &'static [&'static str],
        /// What is put there.
        text: String,
    },
    /// A statement before the one that begins there, on a line of its own.
    Before {
        /// The statement, which must begin its line.
        span: Span,
        /// The new one.
        text: String,
    },
    /// A statement at the start of a block.
    First {
        /// The block, with what stands before its bracket.
        span: Span,
        /// The new one.
        text: String,
    },
    /// Something behind an expression.
    Behind {
        /// The expression.
        span: Span,
        /// What is put behind it.
        text: String,
    },
    /// Something before an expression that begins its line.
    Ahead {
        /// The expression.
        span: Span,
        /// What is put before it.
        text: String,
    },
    /// An `else` for an `if` that has none.
    Else {
        /// The `if`.
        span: Span,
        /// What it asks.
        condition: Span,
        /// What is done otherwise.
        text: String,
    },
    /// The keyword before a condition, if it is the `expected` and begins its line, becomes `text`.
    Keyword {
        /// The condition.
        span: Span,
        /// What may stand before it.
        expected: &'static str,
        /// What is put there.
        text: String,
    },
    /// One more argument for a call, before its others.
    Argument {
        /// The name of what is called.
        span: Span,
        /// The argument.
        text: String,
    },
    /// The left side of an operation goes, and the operator with it.
    Left {
        /// The left side.
        span: Span,
        /// The operator behind it.
        operator: &'static str,
    },
    /// What a `let` makes is bound to no name any more.
    Unbound {
        /// The expression behind the `let` and its pattern, which must begin their line.
        span: Span,
    },
    /// A statement goes, which must have its lines for itself.
    Gone {
        /// The statement, without its semicolon.
        span: Span,
    },
    /// A `let` moves to a line of its own before another statement.
    Hoisted {
        /// The expression behind the `let` and its pattern, which must have their lines for
        /// themselves.
        span: Span,
        /// The other statement, which must begin its line.
        before: Span,
    },
}

impl Repair {
    /// Replaces what stands there, if it is one of the `expected`.
    pub fn replace(
        &mut self,
        span: Span,
        expected: &'static [&'static str],
        text: impl Into<String>,
    ) -> &mut Repair {
        self.parts.push(Part::Replace { span, expected, text: text.into() });
        self
    }

    /// Replaces what an arm of a `match` does, if it is one of the `expected`.
    pub fn arm(
        &mut self,
        pattern: Span,
        expected: &'static [&'static str],
        text: impl Into<String>,
    ) -> &mut Repair {
        self.parts.push(Part::Arm { span: pattern, expected, text: text.into() });
        self
    }

    /// Puts a statement before the one that begins there.
    pub fn before(&mut self, span: Span, text: impl Into<String>) -> &mut Repair {
        self.parts.push(Part::Before { span, text: text.into() });
        self
    }

    /// Puts a statement at the start of a block.
    pub fn first(&mut self, span: Span, text: impl Into<String>) -> &mut Repair {
        self.parts.push(Part::First { span, text: text.into() });
        self
    }

    /// Puts something behind an expression.
    pub fn behind(&mut self, span: Span, text: impl Into<String>) -> &mut Repair {
        self.parts.push(Part::Behind { span, text: text.into() });
        self
    }

    /// Puts something before an expression that begins its line.
    pub fn ahead(&mut self, span: Span, text: impl Into<String>) -> &mut Repair {
        self.parts.push(Part::Ahead { span, text: text.into() });
        self
    }

    /// Gives an `if` an `else`.
    pub fn otherwise(
        &mut self,
        span: Span,
        condition: Span,
        text: impl Into<String>,
    ) -> &mut Repair {
        self.parts.push(Part::Else { span, condition, text: text.into() });
        self
    }

    /// Replaces the keyword before a condition.
    pub fn keyword(
        &mut self,
        condition: Span,
        expected: &'static str,
        text: impl Into<String>,
    ) -> &mut Repair {
        self.parts.push(Part::Keyword { span: condition, expected, text: text.into() });
        self
    }

    /// Gives a call one more argument, before its others.
    pub fn argument(&mut self, name: Span, text: impl Into<String>) -> &mut Repair {
        self.parts.push(Part::Argument { span: name, text: text.into() });
        self
    }

    /// Takes the left side out of an operation, and the operator with it.
    pub fn without_left(&mut self, left: Span, operator: &'static str) -> &mut Repair {
        self.parts.push(Part::Left { span: left, operator });
        self
    }

    /// Leaves an expression without the `let` before it.
    pub fn unbound(&mut self, span: Span) -> &mut Repair {
        self.parts.push(Part::Unbound { span });
        self
    }

    /// Takes out a statement.
    pub fn gone(&mut self, span: Span) -> &mut Repair {
        self.parts.push(Part::Gone { span });
        self
    }

    /// Moves the `let` of an expression before another statement.
    pub fn hoisted(&mut self, span: Span, before: Span) -> &mut Repair {
        self.parts.push(Part::Hoisted { span, before });
        self
    }
}
