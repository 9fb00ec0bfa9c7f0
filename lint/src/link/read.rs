//! From types as they are written to types by canonical path.

use super::index::Files;
use super::modules::{Item, Meant, Modules};
use super::ty::Ty;
use crate::model::file::ScopeId;
use crate::model::item::Generics;
use crate::model::{Bound, Name, Path, TypeRef};
use crate::query::FileId;

/// Where a type is written.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) file: FileId,
    pub(super) scope: ScopeId,
    /// What `Self` stands for.
    pub(super) this: Option<&'a Ty>,
    /// The generic parameters in force, the innermost last.
    pub(super) generics: &'a [&'a Generics],
}

pub(super) struct Reader<'a> {
    pub(super) modules: &'a Modules<'a>,
    pub(super) files: &'a Files<'a>,
}

/// How deep aliases and arguments are followed.
const MAX_DEPTH: u8 = 12;

impl Reader<'_> {
    pub(super) fn read(&self, context: &Context<'_>, ty: &TypeRef) -> Ty {
        self.read_in(context, ty, MAX_DEPTH)
    }

    fn read_in(&self, context: &Context<'_>, ty: &TypeRef, depth: u8) -> Ty {
        let Some(depth) = depth.checked_sub(1) else { return Ty::Unknown };
        match ty {
            TypeRef::Unknown => Ty::Unknown,
            TypeRef::Never => Ty::Never,
            TypeRef::Ref(inner) => Ty::Ref(Box::new(self.read_in(context, inner, depth))),
            TypeRef::Slice(inner) => Ty::Slice(Box::new(self.read_in(context, inner, depth))),
            TypeRef::Fn(ret) => Ty::Callable(Box::new(self.read_in(context, ret, depth)), None),
            TypeRef::Tuple(parts) => {
                Ty::Tuple(parts.iter().map(|part| self.read_in(context, part, depth)).collect())
            }
            TypeRef::Bounds(bounds) => self.bounds(context, bounds, depth),
            TypeRef::Path(path) => self.path(context, path, depth),
        }
    }

    fn path(&self, context: &Context<'_>, path: &Path, depth: u8) -> Ty {
        if path.qself.is_some() {
            return Ty::Unknown;
        }
        if let [word] = path.segments.as_slice() {
            if word == "Self" {
                return context.this.cloned().unwrap_or_default();
            }
            if let Some(ty) = self.param(context, word, depth) {
                return ty;
            }
            if is_primitive(word) && !path.global {
                return Ty::Primitive;
            }
        }
        let args = |this: &Self| {
            path.args.iter().map(|arg| this.read_in(context, arg, depth)).collect::<Vec<_>>()
        };
        match self.modules.resolve(context.file, context.scope, path) {
            Some(Meant::Outside(name)) => Ty::Named(name, args(self)),
            Some(Meant::Items(name, items, None)) => match items.first() {
                Some(Item::Alias(file, id)) => self.alias(*file, *id, args(self), depth),
                Some(Item::Struct(..) | Item::Trait(..)) => Ty::Named(name, args(self)),
                Some(Item::Function(..) | Item::Static(..)) | None => Ty::Unknown,
            },
            Some(Meant::Items(..) | Meant::Module(_)) | None => Ty::Unknown,
        }
    }

    fn param(&self, context: &Context<'_>, word: &Name, depth: u8) -> Option<Ty> {
        let bounds = context.generics.iter().rev().find_map(|generics| {
            generics.params.iter().find(|(name, _)| name == word).map(|(_, bounds)| bounds)
        })?;
        match self.bounds(context, bounds, depth) {
            Ty::Unknown => Some(Ty::Param(word.clone())),
            known => Some(known),
        }
    }

    /// `impl A + B`: the first bound that tells something.
    fn bounds(&self, context: &Context<'_>, bounds: &[Bound], depth: u8) -> Ty {
        bounds
            .iter()
            .map(|bound| self.bound(context, bound, depth))
            .find(|ty| !ty.is_unknown())
            .unwrap_or_default()
    }

    fn bound(&self, context: &Context<'_>, bound: &Bound, depth: u8) -> Ty {
        let assoc = |name: &str| {
            let found = bound.assoc.iter().find(|(known, _)| known == name);
            found.map(|(_, ty)| Box::new(self.read_in(context, ty, depth))).unwrap_or_default()
        };
        match bound.path.last().map(Name::as_str) {
            Some("Future" | "IntoFuture") => Ty::Future(assoc("Output"), None),
            Some("Stream" | "Iterator" | "IntoIterator" | "DoubleEndedIterator") => {
                Ty::Iterator(assoc("Item"))
            }
            Some("Fn" | "FnMut" | "FnOnce" | "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce") => {
                let ret = bound.output.as_ref().map(|ty| self.read_in(context, ty, depth));
                Ty::Callable(Box::new(ret.unwrap_or_default()), None)
            }
            Some("Send" | "Sync" | "Sized" | "Clone" | "Copy" | "Debug" | "Unpin" | "Default") => {
                Ty::Unknown
            }
            _ => match self.modules.resolve(context.file, context.scope, &bound.path) {
                Some(Meant::Items(name, items, None))
                    if matches!(items.first(), Some(Item::Trait(..))) =>
                {
                    let args = bound.path.args.iter().map(|arg| self.read_in(context, arg, depth));
                    Ty::Named(name, args.collect())
                }
                // `R: AsyncRead`: the tables list its methods.
                Some(Meant::Outside(name)) if self.modules.lists(&name) => {
                    Ty::Named(name, Vec::new())
                }
                _ => Ty::Unknown,
            },
        }
    }

    fn alias(&self, file: FileId, id: u32, args: Vec<Ty>, depth: u8) -> Ty {
        let Some(alias) = self.files.file(file).and_then(|model| model.aliases.get(id as usize))
        else {
            return Ty::Unknown;
        };
        let context =
            Context { file, scope: alias.scope, this: None, generics: &[&alias.generics] };
        let ty = self.read_in(&context, &alias.ty, depth);
        substituted(&ty, &alias.generics, &args)
    }
}

/// Puts arguments in the place of parameters.
pub(super) fn substituted(ty: &Ty, generics: &Generics, args: &[Ty]) -> Ty {
    if args.is_empty() {
        return ty.clone();
    }
    ty.substitute(&|name| {
        let position = generics.params.iter().position(|(param, _)| param == name)?;
        args.get(position).cloned()
    })
}

fn is_primitive(word: &str) -> bool {
    matches!(
        word,
        "bool"
            | "char"
            | "str"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
    )
}
