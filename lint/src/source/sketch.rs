//! The functions of a text and the names in them, told from its tokens alone.
//!
//! A sketch costs a small part of what parsing costs. It says what each function calls and names,
//! but not what that means: where two things have one name, it takes them for one.

mod reader;
mod word;

use std::ops::Range;

use rustc_hash::FxHashSet;

pub(crate) use word::Word;

/// What is told from a text.
#[derive(Debug, Default)]
pub(crate) struct Sketch {
    /// The functions; those within a body are part of it.
    pub(crate) functions: Vec<Function>,
    /// What each body names, body by body.
    uses: Vec<Use>,
    /// The words of each signature, one after the other.
    signatures: Vec<Word>,
    /// What fields, aliases and statics are made of.
    pub(crate) parts: Vec<Part>,
    /// The words of all generic parameters.
    pub(crate) params: Vec<Word>,
    /// Other names that imports give: the new name and the old.
    pub(crate) renames: Vec<(Word, Word)>,
    /// It hands on names of other modules.
    pub(crate) re_exports: bool,
    /// Every word of the text at least once, those in bodies too.
    pub(crate) words: Vec<Word>,
    /// The rules of macros, between their braces.
    pub(crate) macros: Vec<Range<u32>>,
}

/// A function with or without a body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Function {
    /// Its name, and those of the functions in its body.
    pub(crate) names: Vec<Word>,
    /// The types and traits whose `impl` it stands in; none for a free function.
    pub(crate) owners: Vec<Word>,
    /// It belongs to the trait itself, so that any type may have it.
    pub(crate) in_trait: bool,
    /// Between the braces of its body.
    pub(crate) body: Option<Range<u32>>,
    /// It is a test, or stands in a module for tests.
    pub(crate) test: bool,
    /// It is an `async fn`.
    pub(crate) is_async: bool,
    /// It has `async` blocks or closures.
    pub(crate) has_async: bool,
    /// It has a `loop` or `while`.
    pub(crate) loops: bool,
    uses: Range<u32>,
    takes: Range<u32>,
    returns: Range<u32>,
}

/// A name in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) word: Word,
    /// What stands before it: the `Foo` of `Foo::new`.
    pub(crate) of: Option<Word>,
    /// That begins with a small letter, as modules do.
    pub(crate) of_module: bool,
    /// It begins with a small letter itself.
    is_lower: bool,
    pub(crate) how: How,
    /// A call without arguments.
    pub(crate) bare: bool,
    /// A call whose value ends its statement, or its block.
    pub(crate) last: bool,
}

/// What a name in a body stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// `.name(…)`
    Method,
    /// `name(…)`, `of::name(…)`
    Call,
    /// `.name`
    Field,
    /// `name!(…)`
    Macro,
    /// Anything else.
    Mention,
}

/// A word in the type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The struct, enum or alias; none for a static.
    pub(crate) owner: Option<Word>,
    /// The field, variant or static; none for an alias.
    pub(crate) field: Option<Word>,
    pub(crate) word: Word,
}

impl Sketch {
    /// Takes a sketch of `text`, which may be any text: it never fails. `test` says that all of
    /// it is test code.
    pub(crate) fn of(text: &str, test: bool) -> Sketch {
        reader::read(text, test)
    }

    /// Whether it has one of these words, in bodies or outside.
    pub(crate) fn says_any(&self, words: &FxHashSet<Word>) -> bool {
        self.words.iter().any(|word| words.contains(word))
    }

    /// What the body of a function names, in its order.
    pub(crate) fn uses(&self, function: &Function) -> &[Use] {
        &self.uses[function.uses.start as usize..function.uses.end as usize]
    }

    /// The words in the types of a function's parameters.
    pub(crate) fn takes(&self, function: &Function) -> &[Word] {
        &self.signatures[function.takes.start as usize..function.takes.end as usize]
    }

    /// The words in the type that a function returns, and in its bounds.
    pub(crate) fn returns(&self, function: &Function) -> &[Word] {
        &self.signatures[function.returns.start as usize..function.returns.end as usize]
    }
}

#[cfg(test)]
mod tests;
