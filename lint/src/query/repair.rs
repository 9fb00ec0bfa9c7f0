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
}
