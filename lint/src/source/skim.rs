//! A quick look at a text without parsing it.
//!
//! [`skim`] runs over every file, also over those that no rule will ever need, so it only knows
//! what can be told from tokens: which files the `mod` declarations ask for, which comments
//! speak to linger, and how deep the brackets nest.

pub(crate) mod attribute;
pub(crate) mod lexer;
mod module;

pub use module::{Candidate, ModDecl};

use std::ops::Range;

pub(crate) use lexer::{Lexer, Token};
use memchr::memmem;

/// What a quick look tells about a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skim {
    /// The `mod name;` declarations, in the order of the text.
    pub modules: Vec<ModDecl>,
    /// The comments that contain `linger:` and the outer attributes that contain
    /// `linger::allow`, as byte ranges.
    pub suppressions: Vec<Range<usize>>,
    /// How many brackets are open at the deepest point. A parser that recurses needs stack for
    /// each.
    pub depth: usize,
    /// The file says `#![cfg(test)]` of itself.
    pub test: bool,
}

/// Takes a quick look at `text`, which may be any text: it never fails.
///
/// Declarations inside macro calls (`cfg_rt! { pub mod task; }`) are found as well; those of a
/// macro's own making (`mod $name;`) are not.
///
/// ```
/// use linger_lint::source::skim::skim;
///
/// let found = skim("#[cfg(test)] mod tests;\nmod net { pub mod tcp; }");
/// assert!(found.modules[0].test);
/// assert_eq!(found.modules[1].path(), ["net", "tcp"]);
/// ```
pub fn skim(text: &str) -> Skim {
    let mut skimmer = Skimmer {
        text,
        speaks: memmem::find(text.as_bytes(), b"linger:").is_some(),
        found: Skim::default(),
        comment_end: 0,
        depth: 0,
        attribute: None,
        pending: Vec::new(),
        inline: Vec::new(),
    };
    for token in Lexer::new(text) {
        skimmer.take(token);
    }
    skimmer.found
}

struct Skimmer<'a> {
    text: &'a str,
    /// `linger:` occurs somewhere, so comments and attributes are worth a look.
    speaks: bool,
    found: Skim,
    /// Where the last comment ended: a declaration must not begin in it.
    comment_end: usize,
    depth: usize,
    /// The attribute being read.
    attribute: Option<Attribute>,
    /// The outer attributes read since the last item ended.
    pending: Vec<&'a str>,
    /// The inline modules that are open, outermost first.
    inline: Vec<Inline<'a>>,
}

#[derive(Clone, Copy)]
struct Attribute {
    /// Where its content begins.
    start: usize,
    /// The depth at which it stands.
    depth: usize,
    inner: bool,
}

struct Inline<'a> {
    name: &'a str,
    path: Option<String>,
    test: bool,
    /// The depth at which it stands, which its closing brace returns to.
    depth: usize,
}

impl<'a> Skimmer<'a> {
    fn take(&mut self, token: Token) {
        match token {
            Token::Attribute { at, inner } => {
                if self.attribute.is_none() {
                    self.attribute = Some(Attribute { start: at + 1, depth: self.depth, inner });
                }
                self.open();
            }
            Token::Open { at, brace } => {
                if brace && self.attribute.is_none() {
                    if let Some(name) = self.declared_before(at) {
                        self.enter(name);
                    }
                    self.pending.clear();
                }
                self.open();
            }
            Token::Close { at } => self.close(at),
            Token::Semicolon { at } if self.attribute.is_none() => {
                if let Some(name) = self.declared_before(at) {
                    self.declare(name);
                }
                self.pending.clear();
            }
            Token::Semicolon { .. } | Token::Word(_) | Token::Mark { .. } => {}
            Token::Comment(range) => {
                self.comment_end = range.end;
                let text = &self.text.as_bytes()[range.clone()];
                if self.speaks && memmem::find(text, b"linger:").is_some() {
                    self.found.suppressions.push(range);
                }
            }
        }
    }

    fn declared_before(&self, at: usize) -> Option<&'a str> {
        module::declared_at_end(&self.text[self.comment_end..at])
    }

    fn open(&mut self) {
        self.depth += 1;
        self.found.depth = self.found.depth.max(self.depth);
    }

    fn close(&mut self, at: usize) {
        self.depth = self.depth.saturating_sub(1);
        match self.attribute {
            Some(attribute) if attribute.depth == self.depth => {
                self.attribute = None;
                let content = &self.text[attribute.start..at];
                if attribute.inner {
                    self.inner(content);
                    return;
                }
                self.pending.push(content);
                if self.speaks && content.contains("linger::allow") {
                    let start = self.text[..attribute.start].rfind('#').unwrap_or(attribute.start);
                    self.found.suppressions.push(start..at + 1);
                }
            }
            Some(_) => {}
            None => {
                if self.inline.last().is_some_and(|inline| inline.depth == self.depth) {
                    self.inline.pop();
                }
                if self.text.as_bytes()[at] == b'}' {
                    self.pending.clear();
                }
            }
        }
    }

    /// An inner attribute speaks of what it stands in: the file or an inline module.
    fn inner(&mut self, content: &str) {
        if !attribute::is_test_only(content) {
            return;
        }
        match self.inline.last_mut() {
            Some(inline) if inline.depth + 1 == self.depth => inline.test = true,
            None if self.depth == 0 => self.found.test = true,
            _ => {}
        }
    }

    fn enter(&mut self, name: &'a str) {
        let path = self.pending.iter().find_map(|content| attribute::path(content));
        let test = self.pending.iter().any(|content| attribute::is_test_only(content));
        self.inline.push(Inline { name, path, test, depth: self.depth });
    }

    fn declare(&mut self, name: &'a str) {
        let test = self.pending.iter().any(|content| attribute::is_test_only(content))
            || self.inline.iter().any(|inline| inline.test);
        self.found.modules.push(ModDecl {
            name: name.to_owned(),
            inline: self.inline.iter().map(|i| (i.name.to_owned(), i.path.clone())).collect(),
            path: self.pending.iter().find_map(|content| attribute::path(content)),
            conditional_paths: self
                .pending
                .iter()
                .flat_map(|content| attribute::conditional_paths(content))
                .collect(),
            test,
        });
    }
}

#[cfg(test)]
mod tests;
