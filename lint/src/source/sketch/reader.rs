//! Reads a sketch off the tokens of a text.

mod body;
mod item;

use super::{Sketch, Word};
use crate::source::skim::{Lexer, Token, attribute};
use body::Body;
use item::{Fields, Head, Signature, Typed};

/// Takes a sketch of a text.
pub(super) fn read(text: &str, test: bool) -> Sketch {
    let mut reader = Reader {
        text,
        sketch: Sketch::default(),
        at: At::Items,
        levels: vec![Level { test, ..Level::default() }],
        depth: 0,
        attribute: None,
        pending: Pending::default(),
        last: Last::Other,
        seen: Seen::new(),
    };
    for token in Lexer::with_words(text) {
        reader.take(token);
    }
    reader.sketch
}

struct Reader<'t> {
    text: &'t str,
    sketch: Sketch,
    at: At,
    /// The braces that are open around items, outermost first.
    levels: Vec<Level>,
    /// How many brackets are open.
    depth: u32,
    attribute: Option<Attribute>,
    pending: Pending,
    last: Last,
    seen: Seen,
}

/// What is being read.
enum At {
    Items,
    /// `fn`, up to the body or the semicolon.
    Signature(Signature),
    Body(Body),
    /// `struct`, `enum` or `union`.
    Fields(Fields),
    /// `type`, `static` or `const`.
    Typed(Typed),
    /// `impl` or `trait`, up to the brace.
    Head(Head),
    /// `use`: what the last `as` renames.
    Import {
        word: Option<Word>,
        renames: bool,
    },
    /// The rules of a macro: the depth around them, and where they begin.
    Macro {
        depth: u32,
        start: Option<usize>,
    },
}

/// A pair of braces around items.
#[derive(Default)]
struct Level {
    /// The depth around them.
    depth: u32,
    owners: Vec<Word>,
    in_trait: bool,
    test: bool,
}

struct Attribute {
    /// Where its content begins.
    start: usize,
    /// The depth around it.
    depth: u32,
    inner: bool,
}

/// What was read of an item before its keyword.
#[derive(Default)]
struct Pending {
    test: bool,
    is_async: bool,
    is_module: bool,
    is_public: bool,
}

/// The last token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Word,
    Fn,
    Mark(u8),
    Open,
    Other,
}

impl Reader<'_> {
    fn take(&mut self, token: Token) {
        if self.attribute.is_some() {
            return self.in_attribute(&token);
        }
        let bytes = self.text.as_bytes();
        self.last = match token {
            Token::Comment(_) => return,
            Token::Attribute { at, inner } => {
                self.attribute = Some(Attribute { start: at + 1, depth: self.depth, inner });
                self.depth += 1;
                return;
            }
            Token::Word(range) => self.word(&bytes[range]),
            Token::Mark { at } => {
                self.mark(bytes[at]);
                Last::Mark(bytes[at])
            }
            Token::Open { at, brace } => {
                self.open(at, brace);
                self.depth += 1;
                Last::Open
            }
            Token::Close { at } => {
                self.depth = self.depth.saturating_sub(1);
                self.close(at);
                Last::Other
            }
            Token::Semicolon { .. } => {
                self.semicolon();
                Last::Other
            }
        };
    }

    fn in_attribute(&mut self, token: &Token) {
        match token {
            Token::Open { .. } | Token::Attribute { .. } => self.depth += 1,
            Token::Close { at } => {
                self.depth = self.depth.saturating_sub(1);
                let Some(read) = self.attribute.take_if(|read| read.depth == self.depth) else {
                    return;
                };
                if matches!(self.at, At::Items) && !read.inner {
                    let content = self.text.get(read.start..*at).unwrap_or_default();
                    self.pending.test |= attribute::is_test(content);
                }
            }
            _ => {}
        }
    }

    fn word(&mut self, text: &[u8]) -> Last {
        let word = Word::of_bytes(text);
        if self.seen.is_new(word.number()) {
            self.sketch.words.push(word);
        }
        match &mut self.at {
            At::Items => return self.item_word(text, word),
            At::Signature(signature) => signature.word(word, &mut self.sketch),
            At::Body(body) => return body.word(text, word, self.last),
            At::Fields(fields) => fields.word(word, &mut self.sketch),
            At::Typed(typed) => {
                if text == b"fn" && typed.is_nothing_yet() {
                    self.at = At::Items;
                    return self.item_word(text, word);
                }
                self.pending.is_async |= text == b"async";
                typed.word(text, word, &mut self.sketch);
            }
            At::Head(head) => head.word(text, word),
            At::Import { word: last, renames } => {
                if text == b"as" {
                    *renames = true;
                } else {
                    if let Some(old) = last.filter(|_| *renames) {
                        self.sketch.renames.push((word, old));
                    }
                    (*last, *renames) = (Some(word), false);
                }
            }
            At::Macro { .. } => {}
        }
        Last::Word
    }

    fn mark(&mut self, mark: u8) {
        match &mut self.at {
            At::Signature(signature) => signature.mark(mark, self.last, self.depth, &self.sketch),
            At::Body(body) => body.mark(mark, self.last),
            At::Fields(fields) => fields.mark(mark, self.last),
            At::Typed(typed) => typed.mark(mark),
            At::Head(head) => head.mark(mark, self.last),
            At::Items | At::Import { .. } | At::Macro { .. } => {}
        }
    }

    /// A bracket opens; `depth` is still what it was around it.
    fn open(&mut self, at: usize, brace: bool) {
        match &mut self.at {
            At::Items if brace => {
                let outer = self.levels.last();
                let test = self.pending.test || outer.is_some_and(|outer| outer.test);
                let mut level = Level { depth: self.depth, test, ..Level::default() };
                // What a macro is given stands where the macro is called.
                if let Some(outer) = outer.filter(|_| !self.pending.is_module) {
                    level.owners.clone_from(&outer.owners);
                    level.in_trait = outer.in_trait;
                }
                self.levels.push(level);
                self.pending = Pending::default();
            }
            At::Signature(signature) if brace && signature.depth == self.depth => {
                let function = signature.ended(&self.sketch);
                self.at = At::Body(Body::new(function, self.depth, at + 1));
            }
            At::Signature(signature) => signature.open(),
            At::Body(body) => body.open(self.text.as_bytes()[at], self.last),
            At::Fields(fields) => fields.open(brace, self.depth, self.last),
            At::Head(head) if brace && head.depth == self.depth => {
                let outer = self.levels.last();
                let test = self.pending.test || outer.is_some_and(|outer| outer.test);
                let level = head.level(test, &mut self.sketch);
                self.levels.push(level);
                self.pending = Pending::default();
                self.at = At::Items;
            }
            At::Macro { depth, start } if *depth == self.depth => *start = Some(at + 1),
            _ => {}
        }
    }

    /// A bracket closes; `depth` is again what it was around it.
    fn close(&mut self, at: usize) {
        let is_brace = self.text.as_bytes()[at] == b'}';
        match &mut self.at {
            At::Items => {
                if is_brace && self.levels.len() > 1 {
                    self.levels.pop_if(|level| level.depth >= self.depth);
                    self.pending = Pending::default();
                }
            }
            At::Body(body) => {
                body.close(self.last);
                if self.depth <= body.depth {
                    let function = body.ended(at, &mut self.sketch);
                    self.sketch.functions.push(function);
                    self.at = At::Items;
                }
            }
            At::Fields(fields) => {
                if self.depth < fields.depth || (is_brace && self.depth == fields.depth) {
                    self.at = At::Items;
                }
            }
            At::Macro { depth, start } => {
                if self.depth <= *depth {
                    let start = start.unwrap_or(at) as u32;
                    self.sketch.macros.push(start..at as u32);
                    self.at = At::Items;
                }
            }
            At::Signature(Signature { depth, .. })
            | At::Typed(Typed { depth, .. })
            | At::Head(Head { depth, .. }) => {
                // No Rust, or not by itself: the argument of a macro.
                if self.depth < *depth {
                    self.at = At::Items;
                    self.close(at);
                }
            }
            At::Import { .. } => {}
        }
    }

    fn semicolon(&mut self) {
        match &mut self.at {
            At::Body(body) => return body.semicolon(),
            At::Signature(signature) => {
                if signature.depth != self.depth {
                    return;
                }
                let function = signature.ended(&self.sketch);
                self.sketch.functions.push(function);
            }
            At::Fields(Fields { depth, .. })
            | At::Typed(Typed { depth, .. })
            | At::Head(Head { depth, .. }) => {
                if self.depth > *depth {
                    return;
                }
            }
            At::Macro { .. } => return,
            At::Items | At::Import { .. } => {}
        }
        self.at = At::Items;
        self.pending = Pending::default();
    }
}

/// The numbers that came last, to tell most of those that came before. It forgets, so that a
/// number may be new twice.
struct Seen {
    numbers: Box<[u32; 1 << Seen::BITS]>,
}

impl Seen {
    const BITS: u32 = 12;

    fn new() -> Seen {
        Seen { numbers: Box::new([0; 1 << Seen::BITS]) }
    }

    fn is_new(&mut self, number: u32) -> bool {
        let slot = &mut self.numbers[(number >> (u32::BITS - Seen::BITS)) as usize];
        std::mem::replace(slot, number) != number
    }
}
