//! What the rules read: functions lowered to what concurrency needs, linked across files.
//!
//! A file is lowered alone into a [`file::FileModel`] of [`item`]s and [`body`]s, with paths as
//! they are written. Nothing in here knows the parser; spans are byte offsets.

pub mod body;
mod dump;
pub mod file;
pub mod item;

/// A short string: a name, a segment of a path.
pub type Name = smol_str::SmolStr;

/// A stretch of one file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The first byte behind the last.
    pub end: u32,
}

impl Span {
    /// From the start of `self` to the end of `other`.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// As a range of bytes.
    pub fn bytes(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies within.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A path as it is written, without its generic arguments except those of the last segments.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Path {
    /// It begins with `::`.
    pub global: bool,
    /// `crate`, `self`, `super` and `Self` are ordinary segments here.
    pub segments: Vec<Name>,
    /// The generic arguments of the last segment that has any (`Vec::<u8>::new` keeps `u8`).
    pub args: Vec<TypeRef>,
    /// `<T as Trait>::…`: the type, when the path is qualified.
    pub qself: Option<Box<TypeRef>>,
}

impl Path {
    /// The last segment.
    pub fn last(&self) -> Option<&Name> {
        self.segments.last()
    }

    /// Whether the path is this one word.
    pub fn is(&self, word: &str) -> bool {
        !self.global && self.segments.len() == 1 && self.segments[0] == word
    }
}

/// A type as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum TypeRef {
    /// `_`, a macro, or anything that is of no use here.
    #[default]
    Unknown,
    /// A named type with its arguments.
    Path(Box<Path>),
    /// `&T`, `&mut T`, `*const T`.
    Ref(Box<TypeRef>),
    /// `(A, B)`; `()` is the empty one.
    Tuple(Vec<TypeRef>),
    /// `[T]` or `[T; N]`.
    Slice(Box<TypeRef>),
    /// `impl A + B` or `dyn A + B`: the bounds, each with its associated types
    /// (`Future<Output = T>`) appended to the path's arguments.
    Bounds(Vec<Bound>),
    /// `fn(A) -> B`, and the `Fn` family in bounds: what a call gives.
    Fn(Box<TypeRef>),
    /// `!`
    Never,
}

/// One bound of a generic parameter or of `impl Trait`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// The trait.
    pub path: Path,
    /// `Name = Type` inside its angle brackets.
    pub assoc: Vec<(Name, TypeRef)>,
    /// `Fn(A) -> B`: the type that a call gives.
    pub output: Option<TypeRef>,
}
