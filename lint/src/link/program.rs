//! All that is known of types: the tables, the workspace's items, and how they hang together.

use super::facts::{Known, argument};
use super::index::{Files, Index};
use super::modules::Modules;
use super::read::Reader;
use super::signature::Signatures;
use super::ty::Ty;
use crate::catalogue::{Catalogue, Drops, FnFact, Kind, TypeFact};
use crate::model::Name;
use crate::model::file::FileModel;
use crate::query::{FileId, FunctionId};
use crate::source::Project;

/// Everything that inference asks.
pub struct Program<'a> {
    pub(super) modules: Modules<'a>,
    pub(super) files: Files<'a>,
    pub(super) index: Index,
    pub(super) signatures: Signatures,
    pub(super) known: &'a Known<'a>,
    pub(super) catalogue: &'a Catalogue,
}

/// What a call calls.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// A function of the catalogue.
    Library(&'a FnFact),
    /// A function of the workspace.
    Workspace(FunctionId),
}

/// A method, and the type it was found on.
pub(super) struct Method<'a> {
    pub(super) target: Target<'a>,
    pub(super) owner: Ty,
    /// It is a method of what a guard or a shared pointer leads to, not of the value itself.
    pub(super) through: bool,
}

/// Dereferences are followed no further: a chain that is longer runs in a circle.
const MAX_DEREFS: usize = 8;

impl<'a> Program<'a> {
    /// Reads the items of all files; each lowered file comes with its number in the project.
    pub fn new(
        project: &'a Project,
        models: &'a [(usize, FileModel)],
        known: &'a Known<'a>,
    ) -> Program<'a> {
        let catalogue = known.catalogue;
        let modules = Modules::new(project, models, catalogue);
        let files = Files::new(project.files.len(), models);
        let reader = Reader { modules: &modules, files: &files };
        let index = Index::new(&modules, models, &reader);
        let signatures = Signatures::new(models, &files, &index, &reader);
        Program { modules, files, index, signatures, known, catalogue }
    }

    /// The type that `*value` has.
    pub(super) fn deref(&self, ty: &Ty) -> Option<Ty> {
        match ty {
            Ty::Ref(inner) => Some((**inner).clone()),
            Ty::Named(path, args) => {
                if let Some(target) = self.index.deref(path) {
                    return Some(target.clone());
                }
                let parts = self.known.parts(path)?;
                Some(parts.with(parts.deref.as_ref()?, args))
            }
            _ => None,
        }
    }

    /// The type, what it dereferences to, and so on.
    pub(super) fn derefs(&self, ty: &Ty) -> impl Iterator<Item = Ty> {
        std::iter::successors(Some(ty.clone()), |ty| self.deref(ty)).take(MAX_DEREFS)
    }

    /// The type, and what is behind it: references, pointers, guards, `Option` and `Result`.
    pub(super) fn inward(&self, ty: &Ty) -> impl Iterator<Item = Ty> {
        let next = |ty: &Ty| {
            let success = ty.success();
            if success.is_unknown() { self.deref(ty) } else { Some(success) }
        };
        std::iter::successors(Some(ty.clone()), next).take(MAX_DEREFS)
    }

    /// The workspace's type that a value is or leads to; its own type where there is none.
    pub(super) fn bare(&self, ty: &Ty) -> Ty {
        let is_own = |step: &Ty| matches!(step, Ty::Named(path, _) if self.is_own(path));
        self.inward(ty).find(is_own).unwrap_or_else(|| ty.clone())
    }

    /// Whether a type is declared in the workspace.
    pub(super) fn is_own(&self, path: &str) -> bool {
        self.index.structure(path).is_some()
    }

    /// What awaiting a value gives.
    pub(super) fn output(&self, ty: &Ty) -> Ty {
        for step in self.derefs(ty) {
            match step {
                Ty::Future(output, _) => return *output,
                // Streams and iterators are one type here, so that `next()` already gives the
                // item, and awaiting it changes nothing.
                Ty::Named(ref path, _) if path == "std::option::Option" => return step,
                Ty::Named(path, args) => {
                    if let Some(output) = self.index.output(&path) {
                        return output.clone();
                    }
                    if let Some(parts) = self.known.parts(&path)
                        && let Some(output) = &parts.output
                    {
                        return self.reduced(parts.with(output, &args));
                    }
                }
                _ => {}
            }
        }
        Ty::Unknown
    }

    /// What iterating over a value gives.
    pub(super) fn item(&self, ty: &Ty) -> Ty {
        let mut borrowed = false;
        for step in self.derefs(ty) {
            let item = match step {
                Ty::Ref(_) => {
                    borrowed = true;
                    continue;
                }
                Ty::Iterator(item) => return *item,
                Ty::Slice(item) => *item,
                Ty::Named(path, args) => {
                    if let Some(item) = self.index.item(&path) {
                        return item.clone();
                    }
                    let Some(parts) = self.known.parts(&path) else { continue };
                    let Some(item) = &parts.item else { continue };
                    self.reduced(parts.with(item, &args))
                }
                _ => continue,
            };
            return if borrowed && !item.is_unknown() { Ty::Ref(Box::new(item)) } else { item };
        }
        Ty::Unknown
    }

    /// What calling a value gives.
    pub(super) fn returned(&self, ty: &Ty) -> Ty {
        self.derefs(ty)
            .find_map(|step| match step {
                Ty::Callable(ret, _) => Some(*ret),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// The method of that name, on the type or on what it dereferences to, as code of the file
    /// `from` sees it.
    pub(super) fn method(&self, from: FileId, receiver: &Ty, name: &str) -> Option<Method<'a>> {
        let mut iterates = None;
        let mut through = false;
        for step in self.derefs(receiver) {
            let step = as_named(step);
            let Ty::Named(path, args) = &step else { continue };
            // The tables win, so that the libraries' own sources are seen with their public
            // meaning.
            let pointer = self.catalogue.ty(path).is_some_and(|fact| fact.deref.is_some());
            if let Some(fact) = self.catalogue.method(path, name)
                && !(pointer && fact.takes_itself())
            {
                return Some(Method { target: Target::Library(fact), owner: step, through });
            }
            let mut known = self.index.methods(path, name).iter();
            if let Some(id) = known.find(|id| self.is_own(path) || self.brings_in(from, **id)) {
                let target = Target::Workspace(*id);
                return Some(Method { target, owner: step, through });
            }
            // A clone of the pointer, not of what it points to; guards have no clones.
            let kind = self.catalogue.ty(path).map(|fact| fact.kind);
            if name == "clone" && kind != Some(Kind::Guard) {
                return None;
            }
            through |= path != "std::boxed::Box";
            if iterates.is_none() {
                let item = self.item(&Ty::Named(path.clone(), args.clone()));
                iterates = (!item.is_unknown()).then_some(item);
            }
        }
        let owner = Ty::named(ITERATOR, vec![iterates?]);
        let fact = self.catalogue.method(ITERATOR, name)?;
        Some(Method { target: Target::Library(fact), owner, through: false })
    }

    /// Whether a file can call a method that a trait of the project adds to a type from elsewhere:
    /// it names the trait, or all of some module.
    fn brings_in(&self, from: FileId, method: FunctionId) -> bool {
        let (Some(file), Some(home)) = (self.files.file(from), self.files.file(method.file)) else {
            return false;
        };
        let Some(item) = self.files.function(method) else { return false };
        let of_impl =
            item.in_impl.and_then(|id| home.impls.get(id as usize)?.trait_.as_ref()?.last());
        let of_trait = item.in_trait.and_then(|id| Some(&home.traits.get(id as usize)?.name));
        let Some(name) = of_impl.or(of_trait) else { return true };
        self.modules.may_use(from, method.file)
            && (file.traits.iter().any(|own| own.name == *name)
                || file.imports.iter().any(|import| match &import.alias {
                    Some(_) => import.path.last() == Some(name),
                    None => true,
                }))
    }

    /// What a function of the catalogue gives when it is called on that owner with these
    /// arguments, the receiver first.
    pub(super) fn given(&self, fact: &FnFact, owner: Option<&Ty>, args: &[Ty]) -> Ty {
        let Some(signature) = self.known.signature(fact) else { return Ty::Unknown };
        let ret = self.filled(&signature.ret, &signature.params, owner, args);
        if fact.is_async { Ty::Future(Box::new(ret), None) } else { ret }
    }

    /// What the closure gets that is given to a function of the catalogue.
    pub(super) fn closure_params(&self, fact: &FnFact, owner: Option<&Ty>, args: &[Ty]) -> Vec<Ty> {
        let Some(signature) = self.known.signature(fact) else { return Vec::new() };
        let filled = |ty: &Ty| self.filled(ty, &signature.params, owner, args);
        signature.with.iter().map(filled).collect()
    }

    fn filled(&self, ty: &Ty, params: &[Name], owner: Option<&Ty>, args: &[Ty]) -> Ty {
        let ty = ty.substitute(&|name| {
            if let Some(position) = params.iter().position(|param| param == name) {
                return Some(
                    owner.and_then(|owner| owner.arg(position)).cloned().unwrap_or_default(),
                );
            }
            Some(args.get(argument(name)?).cloned().unwrap_or_default())
        });
        self.reduced(ty)
    }

    /// Works out `Output<T>`, `Returned<T>` and `Item<T>`.
    fn reduced(&self, ty: Ty) -> Ty {
        match ty {
            Ty::Named(path, args) => {
                let args: Vec<Ty> = args.into_iter().map(|arg| self.reduced(arg)).collect();
                let first = || args.first().cloned().unwrap_or_default();
                match path.as_str() {
                    "Output" => self.output(&first()),
                    "Returned" => self.returned(&first()),
                    "Item" => self.item(&first()),
                    _ => Ty::Named(path, args),
                }
            }
            Ty::Ref(inner) => Ty::Ref(Box::new(self.reduced(*inner))),
            Ty::Slice(inner) => Ty::Slice(Box::new(self.reduced(*inner))),
            Ty::Iterator(inner) => Ty::Iterator(Box::new(self.reduced(*inner))),
            Ty::Future(inner, body) => Ty::Future(Box::new(self.reduced(*inner)), body),
            Ty::Callable(inner, body) => Ty::Callable(Box::new(self.reduced(*inner)), body),
            Ty::Tuple(parts) => {
                Ty::Tuple(parts.into_iter().map(|part| self.reduced(part)).collect())
            }
            other => other,
        }
    }

    /// What a function of the workspace gives when it is called with these arguments, the
    /// receiver first.
    pub(super) fn returns(&self, id: FunctionId, args: &[Ty]) -> Ty {
        let Some(signature) = self.signatures.function(id) else { return Ty::Unknown };
        let mut bound = Vec::new();
        for (param, arg) in signature.params.iter().zip(args) {
            self.unify(param, arg, &mut bound);
        }
        signature.ret.substitute(&|name| {
            bound.iter().find(|(known, _)| known == name).map(|(_, ty)| ty.clone())
        })
    }

    /// Finds what the parameters in `pattern` stand for.
    fn unify(&self, pattern: &Ty, actual: &Ty, bound: &mut Vec<(Name, Ty)>) {
        match (pattern, actual) {
            (Ty::Param(name), actual)
                if !actual.is_unknown() && !bound.iter().any(|(known, _)| known == name) =>
            {
                bound.push((name.clone(), actual.clone()));
            }
            (Ty::Ref(pattern), Ty::Ref(actual)) => self.unify(pattern, actual, bound),
            (Ty::Ref(pattern), actual) => self.unify(pattern, actual, bound),
            (Ty::Future(pattern, _), actual) => self.unify(pattern, &self.output(actual), bound),
            (Ty::Callable(pattern, _), actual) => {
                self.unify(pattern, &self.returned(actual), bound);
            }
            (Ty::Iterator(pattern), actual) => self.unify(pattern, &self.item(actual), bound),
            (Ty::Named(left, patterns), Ty::Named(right, actuals)) if left == right => {
                patterns.iter().zip(actuals).for_each(|(p, a)| self.unify(p, a, bound));
            }
            (Ty::Tuple(patterns), Ty::Tuple(actuals)) => {
                patterns.iter().zip(actuals).for_each(|(p, a)| self.unify(p, a, bound));
            }
            (Ty::Slice(pattern), Ty::Slice(actual)) => self.unify(pattern, actual, bound),
            (pattern, Ty::Ref(actual)) => self.unify(pattern, actual, bound),
            _ => {}
        }
    }

    /// The type of a field, on the type or on what it dereferences to; within that variant of an
    /// enum, if one is given.
    pub(super) fn field(&self, ty: &Ty, variant: Option<&Name>, name: &str) -> Ty {
        for step in self.derefs(ty) {
            match &step {
                Ty::Tuple(parts) => {
                    let part = name.parse().ok().and_then(|number: usize| parts.get(number));
                    return part.cloned().unwrap_or_default();
                }
                Ty::Named(path, args) => {
                    if let Some(variant) = variant
                        && let Some(position) = payload(path, variant)
                    {
                        return args.get(position).cloned().unwrap_or_default();
                    }
                    if let Some(found) = self.declared_field(path, args, variant, name) {
                        return found;
                    }
                    if let Some(parts) = self.known.parts(path)
                        && let Some(found) = parts.fields.get(name)
                    {
                        return parts.with(found, args);
                    }
                }
                _ => {}
            }
        }
        Ty::Unknown
    }

    fn declared_field(
        &self,
        path: &str,
        args: &[Ty],
        variant: Option<&Name>,
        name: &str,
    ) -> Option<Ty> {
        let id = self.index.structure(path)?;
        let the = self.files.structure(id)?;
        let position = the.fields.iter().position(|field| {
            field.name == name
                && (variant.is_none()
                    || field.variant.as_ref() == variant
                    || the.variants.is_empty())
        })?;
        let ty = self.signatures.fields(id).get(position)?;
        Some(super::read::substituted(ty, &the.generics, args))
    }

    /// Whether a value of this type is, or owns in a field, something of that kind.
    pub(super) fn holds(&self, ty: &Ty, kind: Kind) -> bool {
        self.holds_within(ty, kind, MAX_DEREFS)
    }

    fn holds_within(&self, ty: &Ty, kind: Kind, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let any = |types: &[Ty]| types.iter().any(|ty| self.holds_within(ty, kind, depth));
        match ty {
            Ty::Named(path, args) => {
                let is_one = self.catalogue.ty(path).is_some_and(|fact| fact.kind == kind);
                let fields = self.index.structure(path).map(|id| self.signatures.fields(id));
                is_one || any(args) || fields.is_some_and(any)
            }
            Ty::Tuple(parts) => any(parts),
            Ty::Slice(inner) => self.holds_within(inner, kind, depth),
            _ => false,
        }
    }

    /// The handle that runs on when it is dropped, which a field of this type keeps: itself, or in
    /// an `Option`, a collection or a lock.
    pub(super) fn kept_handle(&self, ty: &Ty) -> Option<&'a TypeFact> {
        let Ty::Named(path, args) = ty else { return None };
        match self.catalogue.ty(path) {
            Some(fact) if fact.kind == Kind::Handle => {
                (fact.drops == Drops::Detaches).then_some(fact)
            }
            Some(fact) if fact.kind == Kind::WeakPointer => None,
            _ if self.is_own(path) => None,
            _ => args.iter().find_map(|arg| self.kept_handle(arg)),
        }
    }

    /// What indexing gives.
    pub(super) fn indexed(&self, ty: &Ty) -> Ty {
        for step in self.derefs(ty) {
            match step {
                Ty::Slice(item) => return *item,
                Ty::Named(path, args) => match path.as_str() {
                    "std::vec::Vec" | "std::collections::VecDeque" => {
                        return args.first().cloned().unwrap_or_default();
                    }
                    "std::collections::HashMap" | "std::collections::BTreeMap" => {
                        return args.get(1).cloned().unwrap_or_default();
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        Ty::Unknown
    }

    /// Whether using a value of this type leaves it where it was. `Ref` is not told from
    /// `&mut`, so that references count as moved.
    pub(super) fn is_copy(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Primitive => true,
            Ty::Tuple(parts) => !parts.is_empty() && parts.iter().all(|part| self.is_copy(part)),
            Ty::Named(path, args) => {
                if path == "std::option::Option" {
                    return args.first().is_some_and(|arg| self.is_copy(arg));
                }
                if let Some(fact) = self.catalogue.ty(path) {
                    return fact.is_copy;
                }
                let the = self.index.structure(path).and_then(|id| self.files.structure(id));
                the.is_some_and(|the| the.derives.iter().any(|name| name == "Copy"))
            }
            _ => false,
        }
    }
}

/// The type whose methods iterators and streams have.
const ITERATOR: &str = "std::iter::Iterator";

/// Types that have no name of their own, by the name under which the tables list their methods.
fn as_named(ty: Ty) -> Ty {
    match ty {
        Ty::Slice(item) => Ty::named("std::vec::Vec", vec![*item]),
        Ty::Iterator(item) => Ty::named(ITERATOR, vec![*item]),
        Ty::Future(output, _) => Ty::named("std::future::Future", vec![*output]),
        other => other,
    }
}

/// The argument of std's enums that a variant holds.
fn payload(path: &str, variant: &str) -> Option<usize> {
    match (path, variant) {
        ("std::option::Option", "Some")
        | ("std::result::Result", "Ok")
        | ("std::task::Poll", "Ready")
        | ("std::ops::ControlFlow", "Break") => Some(0),
        ("std::result::Result", "Err") | ("std::ops::ControlFlow", "Continue") => Some(1),
        _ => None,
    }
}
