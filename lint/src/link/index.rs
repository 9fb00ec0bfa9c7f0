//! What types have: fields, methods, traits, and where a dereference leads.

use rustc_hash::FxHashMap;

use super::modules::{Item, Meant, Modules};
use super::read::{Context, Reader};
use super::ty::Ty;
use crate::model::Name;
use crate::model::file::FileModel;
use crate::model::item::{Function, Struct};
use crate::query::FileId;
use crate::query::FunctionId;

/// Methods and fields of the workspace's types, by canonical path.
#[derive(Default)]
pub(super) struct Index {
    /// By type or trait, then by name: inherent methods before those of traits.
    methods: FxHashMap<Name, FxHashMap<Name, Vec<FunctionId>>>,
    /// By type: the traits of the workspace that it implements.
    traits: FxHashMap<Name, Vec<Name>>,
    /// By type: what its `Deref` leads to.
    derefs: FxHashMap<Name, Ty>,
    /// By type: what its `Future::Output`, `Stream::Item` or `Iterator::Item` is.
    outputs: FxHashMap<Name, Ty>,
    items: FxHashMap<Name, Ty>,
    structs: FxHashMap<Name, (FileId, u32)>,
    /// Types with a `Drop` of their own, and that function.
    drops: FxHashMap<Name, FunctionId>,
    /// For each function: the canonical path of the type or trait it is a method of.
    owners: FxHashMap<FunctionId, Name>,
    /// For each `impl` block: its type.
    selves: FxHashMap<(FileId, u32), Ty>,
}

impl Index {
    pub(super) fn new(
        modules: &Modules<'_>,
        models: &[(usize, FileModel)],
        reader: &Reader<'_>,
    ) -> Index {
        let mut index = Index::default();
        for (file, model) in models {
            index.types(*file as FileId, model, modules);
        }
        for (file, model) in models {
            index.impls(*file as FileId, model, modules, reader);
        }
        for (file, model) in models {
            index.functions(*file as FileId, model, modules);
        }
        index
    }

    fn types(&mut self, file: FileId, model: &FileModel, modules: &Modules<'_>) {
        for (id, item) in (0u32..).zip(&model.structs) {
            let path = modules.item_path(file, item.scope, &item.name);
            self.structs.entry(path).or_insert((file, id));
        }
    }

    fn impls(
        &mut self,
        file: FileId,
        model: &FileModel,
        modules: &Modules<'_>,
        reader: &Reader<'_>,
    ) {
        for (id, item) in (0u32..).zip(&model.impls) {
            let context =
                Context { file, scope: item.scope, this: None, generics: &[&item.generics] };
            let this = reader.read(&context, &item.self_ty);
            if let (Some(path), Some(trait_)) = (this.path().cloned(), &item.trait_) {
                let assoc = |name: &str| {
                    let (_, ty) = item.assoc.iter().find(|(known, _)| known == name)?;
                    let context = Context { this: Some(&this), ..context };
                    Some(reader.read(&context, ty))
                };
                match trait_.last().map(Name::as_str) {
                    Some("Deref") => {
                        if let Some(ty) = assoc("Target") {
                            self.derefs.insert(path.clone(), ty);
                        }
                    }
                    Some("Future") => {
                        if let Some(ty) = assoc("Output") {
                            self.outputs.insert(path.clone(), ty);
                        }
                    }
                    Some("Stream" | "Iterator" | "IntoIterator") => {
                        if let Some(ty) = assoc("Item") {
                            self.items.insert(path.clone(), ty);
                        }
                    }
                    _ => {}
                }
                if let Some(Meant::Items(name, items, None)) =
                    modules.resolve(file, item.scope, trait_)
                    && matches!(items.first(), Some(Item::Trait(..)))
                {
                    self.traits.entry(path).or_default().push(name);
                }
            }
            self.selves.insert((file, id), this);
        }
    }

    fn functions(&mut self, file: FileId, model: &FileModel, modules: &Modules<'_>) {
        let mut of_traits = Vec::new();
        for (number, item) in (0u32..).zip(&model.functions) {
            let id = FunctionId { file, function: number };
            if let Some(in_impl) = item.in_impl {
                let Some(path) = self.selves.get(&(file, in_impl)).and_then(Ty::path).cloned()
                else {
                    continue;
                };
                self.owners.insert(id, path.clone());
                let trait_ = model.impls.get(in_impl as usize).and_then(|i| i.trait_.as_ref());
                match trait_ {
                    Some(trait_) => {
                        if trait_.last().is_some_and(|name| name == "Drop") {
                            self.drops.insert(path.clone(), id);
                        }
                        of_traits.push((path, item.name.clone(), id));
                    }
                    None => self.method(path, item.name.clone(), id),
                }
            } else if let Some(in_trait) = item.in_trait
                && let Some(the) = model.traits.get(in_trait as usize)
            {
                let path = modules.item_path(file, the.scope, &the.name);
                self.owners.insert(id, path.clone());
                self.method(path, item.name.clone(), id);
            }
        }
        for (path, name, id) in of_traits {
            let known = self.methods.entry(path).or_default().entry(name).or_default();
            if known.is_empty() {
                known.push(id);
            }
        }
    }

    fn method(&mut self, owner: Name, name: Name, id: FunctionId) {
        self.methods.entry(owner).or_default().entry(name).or_default().push(id);
    }

    /// The methods of that name that a type has itself or from a trait of the workspace.
    pub(super) fn methods(&self, ty: &str, name: &str) -> &[FunctionId] {
        let own = self.methods.get(ty).and_then(|methods| methods.get(name));
        let inherited = || {
            let traits = self.traits.get(ty)?;
            traits.iter().find_map(|path| self.methods.get(path)?.get(name))
        };
        own.or_else(inherited).map_or(&[], Vec::as_slice)
    }

    pub(super) fn deref(&self, ty: &str) -> Option<&Ty> {
        self.derefs.get(ty)
    }

    pub(super) fn output(&self, ty: &str) -> Option<&Ty> {
        self.outputs.get(ty)
    }

    pub(super) fn item(&self, ty: &str) -> Option<&Ty> {
        self.items.get(ty)
    }

    /// Every type of the project with its canonical path.
    pub(super) fn structures(&self) -> impl Iterator<Item = (&Name, (FileId, u32))> {
        self.structs.iter().map(|(path, id)| (path, *id))
    }

    pub(super) fn structure(&self, ty: &str) -> Option<(FileId, u32)> {
        self.structs.get(ty).copied()
    }

    pub(super) fn self_type(&self, file: FileId, in_impl: u32) -> Option<&Ty> {
        self.selves.get(&(file, in_impl))
    }
}

/// The files of a check by number.
pub(super) struct Files<'a> {
    files: Vec<Option<&'a FileModel>>,
}

impl<'a> Files<'a> {
    pub(super) fn new(count: usize, models: &'a [(usize, FileModel)]) -> Files<'a> {
        let mut files = vec![None; count];
        for (number, model) in models {
            if let Some(place) = files.get_mut(*number) {
                *place = Some(model);
            }
        }
        Files { files }
    }

    pub(super) fn count(&self) -> usize {
        self.files.len()
    }

    pub(super) fn file(&self, id: FileId) -> Option<&'a FileModel> {
        self.files.get(id as usize).copied().flatten()
    }

    pub(super) fn function(&self, id: FunctionId) -> Option<&'a Function> {
        self.file(id.file)?.functions.get(id.function as usize)
    }

    pub(super) fn structure(&self, (file, id): (FileId, u32)) -> Option<&'a Struct> {
        self.file(file)?.structs.get(id as usize)
    }
}
