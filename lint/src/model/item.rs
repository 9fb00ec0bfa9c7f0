//! Items as they are written: functions, types, impls, imports.

use super::body::BodyId;
use super::file::ScopeId;
use super::{Bound, Name, Path, Span, TypeRef};

/// One name that a `use` brings in.
#[derive(Clone, Debug)]
pub struct Import {
    /// The scope it stands in.
    pub scope: ScopeId,
    /// The path it names, with groups and `self` resolved.
    pub path: Path,
    /// The name it gets here; `None` for a glob; `_` for a trait brought in unnamed.
    pub alias: Option<Name>,
    /// `pub` in any form: other modules may import it from here.
    pub public: bool,
    /// `extern crate x as y`.
    pub extern_crate: bool,
}

/// The generic parameters in force, with what is known of them.
#[derive(Clone, Debug, Default)]
pub struct Generics {
    /// Each type parameter with its bounds, those of `where` included.
    pub params: Vec<(Name, Vec<Bound>)>,
}

/// How a method takes `self`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfKind {
    /// `self`, also `mut self`, `self: Box<Self>`.
    Value,
    /// `&self`
    Ref,
    /// `&mut self`
    Mut,
    /// `self: Arc<Self>` or another type.
    Typed,
}

/// A function, method or trait method.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// The scope it stands in.
    pub scope: ScopeId,
    /// The `impl` it belongs to, an index into the file's impls.
    pub in_impl: Option<u32>,
    /// The trait it belongs to, an index into the file's traits.
    pub in_trait: Option<u32>,
    /// How it takes `self`.
    pub self_kind: Option<SelfKind>,
    /// Its parameters, `self` first where there is one: name (empty for a pattern) and type.
    pub params: Vec<(Name, TypeRef)>,
    /// What it returns; the output of the future for an `async fn`.
    pub ret: TypeRef,
    /// `async fn`.
    pub is_async: bool,
    /// Its own generic parameters.
    pub generics: Generics,
    /// Its body.
    pub body: Option<BodyId>,
    /// `#[test]`, `#[tokio::test]` and the like, or below `#[cfg(test)]`.
    pub test: bool,
    /// `#[tokio::test(start_paused = true)]`: time passes when nothing else happens.
    pub paused: bool,
    /// Its attributes' paths: `tokio::main`, `tokio::test`, `track_caller`, `must_use`.
    pub attrs: Vec<Path>,
    /// It stands behind a `#[cfg(…)]`, so that a twin may exist.
    pub cfg: bool,
    /// The name, for labels.
    pub name_span: Span,
    /// The whole, with attributes.
    pub span: Span,
}

/// A struct, enum or union.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Its name.
    pub name: Name,
    /// The scope it stands in.
    pub scope: ScopeId,
    /// Its generic parameters.
    pub generics: Generics,
    /// Its fields, with those of all variants for an enum.
    pub fields: Vec<Field>,
    /// The names of an enum's variants; empty for a struct.
    pub variants: Vec<Name>,
    /// Traits in `#[derive(…)]`.
    pub derives: Vec<Name>,
    /// The name, for labels.
    pub name_span: Span,
    /// The whole.
    pub span: Span,
}

/// One field.
#[derive(Clone, Debug)]
pub struct Field {
    /// The variant it belongs to, for an enum.
    pub variant: Option<Name>,
    /// Its name, or its number for a tuple.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
    /// The whole.
    pub span: Span,
}

/// An `impl` block.
#[derive(Clone, Debug)]
pub struct Impl {
    /// The scope it stands in.
    pub scope: ScopeId,
    /// The type.
    pub self_ty: TypeRef,
    /// The trait, with its arguments.
    pub trait_: Option<Path>,
    /// Its generic parameters.
    pub generics: Generics,
    /// `type Name = Type;` within (`Target` of `Deref`, `Output` of `Future`).
    pub assoc: Vec<(Name, TypeRef)>,
    /// The whole.
    pub span: Span,
}

/// A trait.
#[derive(Clone, Debug)]
pub struct Trait {
    /// Its name.
    pub name: Name,
    /// The scope it stands in.
    pub scope: ScopeId,
    /// Its generic parameters.
    pub generics: Generics,
    /// The whole.
    pub span: Span,
}

/// `type X<T> = …;`
#[derive(Clone, Debug)]
pub struct TypeAlias {
    /// Its name.
    pub name: Name,
    /// The scope it stands in.
    pub scope: ScopeId,
    /// Its generic parameters.
    pub generics: Generics,
    /// What it stands for.
    pub ty: TypeRef,
}

/// A `static` or `const`.
#[derive(Clone, Debug)]
pub struct Static {
    /// Its name.
    pub name: Name,
    /// The scope it stands in.
    pub scope: ScopeId,
    /// The impl it belongs to, for an associated constant.
    pub in_impl: Option<u32>,
    /// Its type.
    pub ty: TypeRef,
    /// `static`, not `const`.
    pub is_static: bool,
    /// Its initialiser.
    pub body: Option<BodyId>,
    /// The whole.
    pub span: Span,
}
