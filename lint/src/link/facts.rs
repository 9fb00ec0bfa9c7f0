//! The catalogue's types, read once.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ty::Ty;
use crate::catalogue::{Catalogue, FnFact, TypeFact};
use crate::model::{Name, TypeRef};

/// What the tables say of types, in the form in which types are compared here.
pub struct Known<'c> {
    pub(super) catalogue: &'c Catalogue,
    functions: FxHashMap<Name, Signature>,
    types: FxHashMap<Name, Parts>,
    /// The names of methods for which a rule would have to know the receiver's type.
    pub(super) asked: FxHashSet<&'c str>,
}

/// What a function gives, and what the closure gets that it is given.
#[derive(Default)]
pub(super) struct Signature {
    pub(super) ret: Ty,
    pub(super) with: Vec<Ty>,
    /// The names of the owner's parameters, in order.
    pub(super) params: Vec<Name>,
}

/// Where a type leads.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) params: Vec<Name>,
    pub(super) deref: Option<Ty>,
    pub(super) item: Option<Ty>,
    pub(super) output: Option<Ty>,
    pub(super) fields: FxHashMap<Name, Ty>,
}

impl<'c> Known<'c> {
    /// Reads the tables; what they say holds for every part of a project.
    pub fn new(catalogue: &'c Catalogue) -> Known<'c> {
        let methods = catalogue.types().flat_map(|fact| &fact.methods);
        let asked = methods
            .filter(|(_, fact)| fact.role.is_some_and(|role| role.matters()))
            .map(|(name, _)| name.as_str())
            .collect();
        let (functions, types) = (FxHashMap::default(), FxHashMap::default());
        let mut known = Known { catalogue, functions, types, asked };
        for fact in catalogue.functions() {
            known.function(fact, &[]);
        }
        for fact in catalogue.types() {
            known.ty(fact);
            for method in fact.methods.values() {
                known.function(method, &fact.params);
            }
        }
        known
    }

    /// The tables themselves.
    pub fn catalogue(&self) -> &'c Catalogue {
        self.catalogue
    }

    fn function(&mut self, fact: &FnFact, params: &[Name]) {
        let signature = Signature {
            ret: fact.ret.as_ref().map(|ty| read(ty, params)).unwrap_or_default(),
            with: fact.with.iter().map(|ty| read(ty, params)).collect(),
            params: params.to_vec(),
        };
        self.functions.insert(fact.path.clone(), signature);
    }

    fn ty(&mut self, fact: &TypeFact) {
        let part = |ty: &Option<TypeRef>| ty.as_ref().map(|ty| read(ty, &fact.params));
        let parts = Parts {
            params: fact.params.clone(),
            deref: part(&fact.deref),
            item: part(&fact.item),
            output: part(&fact.output),
            fields: fact
                .fields
                .iter()
                .map(|(name, ty)| (name.clone(), read(ty, &fact.params)))
                .collect(),
        };
        self.types.insert(fact.path.clone(), parts);
    }

    /// The signature of a function of the catalogue.
    pub(super) fn signature(&self, fact: &FnFact) -> Option<&Signature> {
        self.functions.get(&fact.path)
    }

    /// Where the type of that path leads.
    pub(super) fn parts(&self, path: &str) -> Option<&Parts> {
        self.types.get(path)
    }
}

impl Parts {
    /// A part with the arguments of the type in the place of its parameters.
    pub(super) fn with(&self, part: &Ty, args: &[Ty]) -> Ty {
        part.substitute(&|name| {
            let position = self.params.iter().position(|param| param == name)?;
            Some(args.get(position).cloned().unwrap_or_default())
        })
    }
}

/// Reads a type of the catalogue, in which names are canonical already.
fn read(ty: &TypeRef, params: &[Name]) -> Ty {
    match ty {
        TypeRef::Unknown | TypeRef::Bounds(_) => Ty::Unknown,
        TypeRef::Never => Ty::Never,
        TypeRef::Ref(inner) => Ty::Ref(Box::new(read(inner, params))),
        TypeRef::Slice(inner) => Ty::Slice(Box::new(read(inner, params))),
        TypeRef::Fn(ret) => Ty::Callable(Box::new(read(ret, params)), None),
        TypeRef::Tuple(parts) => Ty::Tuple(parts.iter().map(|part| read(part, params)).collect()),
        TypeRef::Path(path) => {
            let mut args = path.args.iter().map(|arg| read(arg, params));
            match path.segments.as_slice() {
                [word] if params.contains(word) || argument(word).is_some() => {
                    Ty::Param(word.clone())
                }
                [word] if word.starts_with(char::is_lowercase) => Ty::Primitive,
                [word] if word == "Future" => {
                    Ty::Future(Box::new(args.next().unwrap_or_default()), None)
                }
                [word] if word == "Iterator" || word == "Stream" => {
                    Ty::Iterator(Box::new(args.next().unwrap_or_default()))
                }
                segments => {
                    let path = segments.join("::");
                    match path.as_str() {
                        "std::iter::Iterator" | "futures_core::stream::Stream" => {
                            Ty::Iterator(Box::new(args.next().unwrap_or_default()))
                        }
                        _ => Ty::Named(Name::from(path), args.collect()),
                    }
                }
            }
        }
    }
}

/// The number of an `Arg…` word: the type of an argument.
pub(super) fn argument(word: &str) -> Option<usize> {
    word.strip_prefix("Arg")?.parse().ok()
}
