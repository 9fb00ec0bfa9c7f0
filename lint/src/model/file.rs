//! One file, lowered alone.

use super::body::{Body, BodyId};
use super::item::{Function, Impl, Import, Static, Struct, Trait, TypeAlias};
use super::{Name, Span};

/// An index into [`FileModel::scopes`].
pub type ScopeId = u32;

/// What one file holds. Ids in it are indices into its own lists.
#[derive(Clone, Debug, Default)]
pub struct FileModel {
    /// Module scopes (the first is the file itself) and the scopes of function bodies that
    /// declare items or imports of their own.
    pub scopes: Vec<Scope>,
    /// `use` declarations and `extern crate`.
    pub imports: Vec<Import>,
    /// Functions and methods, also those of traits, also nested ones.
    pub functions: Vec<Function>,
    /// Structs, enums and unions.
    pub structs: Vec<Struct>,
    /// `impl` blocks.
    pub impls: Vec<Impl>,
    /// Traits.
    pub traits: Vec<Trait>,
    /// `type X = …`.
    pub aliases: Vec<TypeAlias>,
    /// `static` and `const`.
    pub statics: Vec<Static>,
    /// Bodies of functions, closures, async blocks, statics and constants.
    pub bodies: Vec<Body>,
    /// Every item, outer ones before those within, for what speaks of a whole item.
    pub items: Vec<Item>,
    /// Macro calls whose tokens parse neither as expressions nor as statements.
    pub unread_macros: u32,
}

impl FileModel {
    /// The body of that id.
    pub fn body(&self, id: BodyId) -> &Body {
        &self.bodies[id as usize]
    }
}

/// An item of any kind.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is called: an `impl` by its type and trait, a macro call by the macro.
    pub name: Name,
    /// The whole, with attributes.
    pub span: Span,
}

/// A place where names are declared.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The name of an inline module; empty for the file itself and for function bodies.
    pub name: Name,
    /// The enclosing scope.
    pub parent: Option<ScopeId>,
    /// A module, and no function body: `self::` and glob imports mean it.
    pub module: bool,
    /// Below `#[cfg(test)]`.
    pub test: bool,
    /// `mod x;` declarations: names that are modules although this file does not hold them.
    pub outline_modules: Vec<Name>,
}
