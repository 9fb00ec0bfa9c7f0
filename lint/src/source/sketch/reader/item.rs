//! What stands outside of bodies.

use super::{At, Last, Level, Reader};
use crate::source::sketch::{Function, Part, Sketch, Word};

impl Reader<'_> {
    /// A word between items: mostly a keyword that says which item begins.
    pub(super) fn item_word(&mut self, text: &[u8], word: Word) -> Last {
        let depth = self.depth;
        match text {
            b"fn" => return Last::Fn,
            _ if self.last == Last::Fn => {
                let level = self.levels.last();
                let function = Function {
                    names: vec![word],
                    owners: level.map_or(Vec::new(), |level| level.owners.clone()),
                    in_trait: level.is_some_and(|level| level.in_trait),
                    test: self.pending.test || level.is_some_and(|level| level.test),
                    is_async: self.pending.is_async,
                    ..Function::default()
                };
                self.pending = Default::default();
                self.at = At::Signature(Signature::new(depth, function, &self.sketch));
            }
            b"async" => self.pending.is_async = true,
            b"mod" => self.pending.is_module = true,
            b"struct" | b"union" => self.at = At::Fields(Fields::new(depth, false)),
            b"enum" => self.at = At::Fields(Fields::new(depth, true)),
            b"type" => self.at = At::Typed(Typed::alias(depth)),
            b"static" | b"const" => self.at = At::Typed(Typed::value(depth)),
            b"impl" => self.at = At::Head(Head::new(depth, false)),
            b"trait" => self.at = At::Head(Head::new(depth, true)),
            b"pub" => self.pending.is_public = true,
            b"use" => {
                self.sketch.re_exports |= self.pending.is_public;
                self.at = At::Import { word: None, renames: false };
            }
            b"macro_rules" => self.at = At::Macro { depth, start: None },
            _ => {}
        }
        Last::Word
    }
}

/// A function's signature.
pub(super) struct Signature {
    pub(super) depth: u32,
    function: Function,
    start: usize,
    /// Where the words begin that stand behind the arrow.
    returns: Option<usize>,
    /// Before the parameters.
    is_generic: bool,
}

impl Signature {
    fn new(depth: u32, function: Function, sketch: &Sketch) -> Signature {
        Signature {
            depth,
            function,
            start: sketch.signatures.len(),
            returns: None,
            is_generic: true,
        }
    }

    pub(super) fn word(&mut self, word: Word, sketch: &mut Sketch) {
        sketch.signatures.push(word);
        if self.is_generic {
            sketch.params.push(word);
        }
    }

    pub(super) fn open(&mut self) {
        self.is_generic = false;
    }

    pub(super) fn mark(&mut self, mark: u8, last: Last, depth: u32, sketch: &Sketch) {
        if mark == b'>' && last == Last::Mark(b'-') && depth == self.depth {
            self.returns.get_or_insert(sketch.signatures.len());
        }
    }

    pub(super) fn ended(&mut self, sketch: &Sketch) -> Function {
        let end = sketch.signatures.len();
        let returns = self.returns.unwrap_or(end);
        let mut function = std::mem::take(&mut self.function);
        function.takes = self.start as u32..returns as u32;
        function.returns = returns as u32..end as u32;
        function
    }
}

/// A type and its fields.
pub(super) struct Fields {
    pub(super) depth: u32,
    is_enum: bool,
    owner: Option<Word>,
    /// The field whose type is being read, and the one before a colon that may be a path's.
    field: Option<Word>,
    before: Option<Word>,
    word: Option<Word>,
}

impl Fields {
    fn new(depth: u32, is_enum: bool) -> Fields {
        Fields { depth, is_enum, owner: None, field: None, before: None, word: None }
    }

    pub(super) fn word(&mut self, word: Word, sketch: &mut Sketch) {
        match self.owner {
            None => self.owner = Some(word),
            owner => sketch.parts.push(Part { owner, field: self.field, word }),
        }
        self.word = Some(word);
    }

    pub(super) fn mark(&mut self, mark: u8, last: Last) {
        match (mark, last) {
            (b':', Last::Word) => self.before = std::mem::replace(&mut self.field, self.word),
            // It was the first half of `::`.
            (b':', Last::Mark(b':')) => self.field = self.before,
            _ => {}
        }
    }

    pub(super) fn open(&mut self, brace: bool, depth: u32, last: Last) {
        if self.is_enum && depth == self.depth + 1 && last == Last::Word {
            self.field = self.word;
        } else if !self.is_enum && !brace && depth == self.depth {
            self.field = Some(Word::POSITION);
        }
    }
}

/// An alias, static or constant.
pub(super) struct Typed {
    pub(super) depth: u32,
    is_alias: bool,
    name: Option<Word>,
    is_behind_equals: bool,
}

impl Typed {
    fn alias(depth: u32) -> Typed {
        Typed { depth, is_alias: true, name: None, is_behind_equals: false }
    }

    fn value(depth: u32) -> Typed {
        Typed { depth, is_alias: false, name: None, is_behind_equals: false }
    }

    /// Whether it may still be a `const fn`.
    pub(super) fn is_nothing_yet(&self) -> bool {
        self.name.is_none()
    }

    pub(super) fn word(&mut self, text: &[u8], word: Word, sketch: &mut Sketch) {
        if self.name.is_none() {
            let is_keyword =
                matches!(text, b"mut" | b"ref" | b"async" | b"unsafe" | b"extern" | b"safe");
            self.name = (!is_keyword).then_some(word);
        } else if self.is_alias {
            sketch.parts.push(Part { owner: self.name, field: None, word });
        } else if !self.is_behind_equals {
            sketch.parts.push(Part { owner: None, field: self.name, word });
        }
    }

    pub(super) fn mark(&mut self, mark: u8) {
        self.is_behind_equals |= mark == b'=';
    }
}

/// What stands before the braces of an `impl` or trait.
pub(super) struct Head {
    pub(super) depth: u32,
    is_trait: bool,
    /// Generic arguments that are open.
    angles: u32,
    /// The words of the parameters behind `impl`.
    params: Vec<Word>,
    /// The last word outside of generic arguments.
    name: Option<Word>,
    owners: Vec<Word>,
    ended: bool,
}

impl Head {
    fn new(depth: u32, is_trait: bool) -> Head {
        Head {
            depth,
            is_trait,
            angles: 0,
            params: Vec::new(),
            name: None,
            owners: Vec::new(),
            ended: false,
        }
    }

    pub(super) fn word(&mut self, text: &[u8], word: Word) {
        if self.ended {
            return;
        }
        if self.angles > 0 {
            if self.name.is_none() && self.owners.is_empty() {
                self.params.push(word);
            }
            return;
        }
        match text {
            b"for" => self.owners.extend(self.name.take()),
            b"where" => self.ended = true,
            _ => {
                self.name = Some(word);
                self.ended = self.is_trait;
            }
        }
    }

    pub(super) fn mark(&mut self, mark: u8, last: Last) {
        match mark {
            b'<' => self.angles += 1,
            b'>' if !matches!(last, Last::Mark(b'-' | b'=')) => {
                self.angles = self.angles.saturating_sub(1);
            }
            _ => {}
        }
    }

    pub(super) fn level(&mut self, test: bool, sketch: &mut Sketch) -> Level {
        sketch.params.extend(&self.params);
        let mut owners = std::mem::take(&mut self.owners);
        // A trait for every type is as good as a method of the trait itself.
        let is_blanket = self.name.is_some_and(|name| self.params.contains(&name));
        owners.extend(self.name);
        Level { depth: self.depth, owners, in_trait: self.is_trait || is_blanket, test }
    }
}
