//! The module tree of all crates, and what names mean in it.

use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;

use crate::catalogue::Catalogue;
use crate::model::file::{FileModel, ScopeId};
use crate::model::item::Import;
use crate::model::{Name, Path};
use crate::query::FileId;
use crate::source::{Project, Target, TargetKind};

/// An index into [`Modules::modules`].
pub(super) type ModuleId = u32;

/// An item of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    /// A free function.
    Function(FileId, u32),
    /// A struct, enum or union.
    Struct(FileId, u32),
    /// A trait.
    Trait(FileId, u32),
    /// A type alias.
    Alias(FileId, u32),
    /// A static or constant.
    Static(FileId, u32),
}

/// What a path means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meant {
    /// A module of the workspace.
    Module(ModuleId),
    /// Something the catalogue lists, or lies outside the workspace: its path.
    Outside(Name),
    /// Items of the workspace under one path (twins behind `cfg`), and what follows them in the
    /// path: the name of an associated function or variant.
    Items(Name, Vec<Item>, Option<Name>),
}

#[derive(Default)]
struct Module {
    path: Name,
    parent: Option<ModuleId>,
    root: ModuleId,
    target: usize,
    children: FxHashMap<Name, ModuleId>,
    items: FxHashMap<Name, Vec<Item>>,
    imports: FxHashMap<Name, Vec<(FileId, u32)>>,
    globs: Vec<(FileId, u32)>,
    /// The tables describe its crate.
    catalogued: bool,
    /// What names have turned out to mean in it: the same few are asked for again and again.
    known: RwLock<FxHashMap<Name, Option<Meant>>>,
}

/// A function body with items of its own.
#[derive(Default)]
struct Local {
    items: FxHashMap<Name, Vec<Item>>,
    imports: FxHashMap<Name, Vec<(FileId, u32)>>,
    globs: Vec<(FileId, u32)>,
}

/// All modules, by crate and path.
pub(super) struct Modules<'a> {
    modules: Vec<Module>,
    /// The library crates by the name others import them by.
    crates: FxHashMap<Name, Vec<ModuleId>>,
    /// The module of each scope of each file.
    homes: FxHashMap<(FileId, ScopeId), ModuleId>,
    locals: FxHashMap<(FileId, ScopeId), Local>,
    files: FxHashMap<FileId, &'a FileModel>,
    project: &'a Project,
    catalogue: &'a Catalogue,
}

/// What one question has led to.
#[derive(Default)]
struct Search {
    /// A name that is asked for again while it is being looked up, or that was not found, ends
    /// nowhere. Without this, glob imports that form circles would be walked along every path
    /// through them.
    asked: Vec<(ModuleId, Name)>,
    /// The imports that are being followed: none leads to itself.
    open: Vec<(FileId, u32)>,
}

impl Search {
    fn is_fresh(&self) -> bool {
        self.asked.is_empty() && self.open.is_empty()
    }
}

impl<'a> Modules<'a> {
    pub(super) fn new(
        project: &'a Project,
        models: &'a [(usize, FileModel)],
        catalogue: &'a Catalogue,
    ) -> Modules<'a> {
        let mut this = Modules {
            modules: Vec::new(),
            crates: FxHashMap::default(),
            homes: FxHashMap::default(),
            locals: FxHashMap::default(),
            files: models.iter().map(|(index, model)| (*index as FileId, model)).collect(),
            project,
            catalogue,
        };
        let mut roots = Vec::with_capacity(project.targets.len());
        for (index, target) in project.targets.iter().enumerate() {
            let name = Name::from(&target.name);
            let is_lib = target.kind == TargetKind::Lib;
            // Only a library can be named by others; the rest, and another library of the same
            // name, must not be mistaken for it.
            let path = if is_lib && !this.crates.contains_key(&name) {
                name.clone()
            } else {
                Name::from(format!("{name}@{index}"))
            };
            let id = this.modules.len() as ModuleId;
            let catalogued = catalogue.is_library(&path);
            let module = Module { path, root: id, target: index, catalogued, ..Module::default() };
            this.modules.push(module);
            roots.push(id);
            if is_lib {
                this.crates.entry(name).or_default().push(id);
            }
        }
        // Every file is a module, also those that were not parsed.
        let mut of_file = Vec::with_capacity(project.files.len());
        for file in &project.files {
            let mut module = roots.get(file.target).copied().unwrap_or_default();
            for name in &file.module {
                module = this.child(module, &Name::from(name));
            }
            of_file.push(module);
        }
        for (index, model) in models {
            if let Some(module) = of_file.get(*index) {
                this.file(*index as FileId, model, *module);
            }
        }
        this
    }

    fn child(&mut self, parent: ModuleId, name: &Name) -> ModuleId {
        if let Some(found) = self.modules[parent as usize].children.get(name) {
            return *found;
        }
        let above = &self.modules[parent as usize];
        let module = Module {
            path: Name::from(format!("{}::{name}", above.path)),
            parent: Some(parent),
            root: above.root,
            target: above.target,
            catalogued: above.catalogued,
            ..Module::default()
        };
        let id = self.modules.len() as ModuleId;
        self.modules.push(module);
        self.modules[parent as usize].children.insert(name.clone(), id);
        id
    }

    fn file(&mut self, file: FileId, model: &FileModel, module: ModuleId) {
        for (id, scope) in (0u32..).zip(&model.scopes) {
            let above = scope.parent.and_then(|parent| self.homes.get(&(file, parent)).copied());
            let home = match above {
                None => module,
                Some(above) if scope.module => self.child(above, &scope.name),
                Some(above) => {
                    self.locals.insert((file, id), Local::default());
                    above
                }
            };
            self.homes.insert((file, id), home);
        }
        let free =
            |in_impl: Option<u32>, in_trait: Option<u32>| in_impl.is_none() && in_trait.is_none();
        for (id, item) in (0u32..).zip(&model.functions) {
            if free(item.in_impl, item.in_trait) {
                self.declare(file, item.scope, &item.name, Item::Function(file, id));
            }
        }
        for (id, item) in (0u32..).zip(&model.structs) {
            self.declare(file, item.scope, &item.name, Item::Struct(file, id));
        }
        for (id, item) in (0u32..).zip(&model.traits) {
            self.declare(file, item.scope, &item.name, Item::Trait(file, id));
        }
        for (id, item) in (0u32..).zip(&model.aliases) {
            self.declare(file, item.scope, &item.name, Item::Alias(file, id));
        }
        for (id, item) in (0u32..).zip(&model.statics) {
            if item.in_impl.is_none() {
                self.declare(file, item.scope, &item.name, Item::Static(file, id));
            }
        }
        for (id, import) in (0u32..).zip(&model.imports) {
            self.import(file, id, import);
        }
    }

    fn declare(&mut self, file: FileId, scope: ScopeId, name: &Name, item: Item) {
        let items = match self.locals.get_mut(&(file, scope)) {
            Some(local) => &mut local.items,
            None => match self.homes.get(&(file, scope)) {
                Some(module) => &mut self.modules[*module as usize].items,
                None => return,
            },
        };
        items.entry(name.clone()).or_default().push(item);
    }

    fn import(&mut self, file: FileId, id: u32, import: &Import) {
        let (imports, globs) = match self.locals.get_mut(&(file, import.scope)) {
            Some(local) => (&mut local.imports, &mut local.globs),
            None => match self.homes.get(&(file, import.scope)) {
                Some(module) => {
                    let module = &mut self.modules[*module as usize];
                    (&mut module.imports, &mut module.globs)
                }
                None => return,
            },
        };
        match &import.alias {
            Some(alias) => imports.entry(alias.clone()).or_default().push((file, id)),
            None => globs.push((file, id)),
        }
    }

    /// The canonical path of a module.
    pub(super) fn path(&self, module: ModuleId) -> &Name {
        &self.modules[module as usize].path
    }

    /// The canonical path of an item declared in a scope.
    pub(super) fn item_path(&self, file: FileId, scope: ScopeId, name: &str) -> Name {
        match self.homes.get(&(file, scope)) {
            Some(module) if self.locals.contains_key(&(file, scope)) => {
                Name::from(format!("{}::{{{file}:{scope}}}::{name}", self.path(*module)))
            }
            Some(module) => Name::from(format!("{}::{name}", self.path(*module))),
            None => Name::from(name),
        }
    }

    /// What a path means where it stands; `None` when that can't be told.
    pub(super) fn resolve(&self, file: FileId, scope: ScopeId, path: &Path) -> Option<Meant> {
        if path.qself.is_some() {
            return None;
        }
        self.resolve_in(file, scope, path.global, &path.segments, &mut Search::default())
    }

    fn resolve_in(
        &self,
        file: FileId,
        scope: ScopeId,
        global: bool,
        segments: &[Name],
        search: &mut Search,
    ) -> Option<Meant> {
        let (first, rest) = segments.split_first()?;
        let home = *self.homes.get(&(file, scope))?;
        if global {
            let base = self.crate_named(first, home);
            return self.walk(base, rest, search);
        }
        match first.as_str() {
            "crate" => {
                let root = self.modules[home as usize].root;
                return self.walk(Meant::Module(root), rest, search);
            }
            "self" => return self.walk(Meant::Module(home), rest, search),
            "super" => {
                let mut module = self.modules[home as usize].parent?;
                let mut rest = rest;
                while let Some((next, behind)) = rest.split_first()
                    && next == "super"
                {
                    module = self.modules[module as usize].parent?;
                    rest = behind;
                }
                return self.walk(Meant::Module(module), rest, search);
            }
            "Self" => return None,
            _ => {}
        }
        // Function bodies with items of their own, from the inside out.
        let mut inner = Some(scope);
        while let Some(id) = inner
            && let Some(local) = self.locals.get(&(file, id))
        {
            if let Some(items) = local.items.get(first) {
                let path = self.item_path(file, id, first);
                return self.walk(Meant::Items(path, items.clone(), None), rest, search);
            }
            if let Some(meant) = self.imported(&local.imports, &local.globs, first, search) {
                return self.walk(meant, rest, search);
            }
            inner = self.files.get(&file)?.scopes.get(id as usize)?.parent;
        }
        if let Some(meant) = self.member_known(home, first, search) {
            return self.walk(meant, rest, search);
        }
        if let Some(path) = prelude(first) {
            return self.walk(Meant::Outside(Name::from(path)), rest, search);
        }
        if rest.is_empty() {
            return None;
        }
        let base = self.crate_named(first, home);
        self.walk(base, rest, search)
    }

    /// A crate by the name that the manifest of the importing crate gives it.
    fn crate_named(&self, name: &Name, from: ModuleId) -> Meant {
        let target = self.project.targets.get(self.modules[from as usize].target);
        let renamed = target
            .and_then(|target| target.renames.iter().find(|(local, _)| local == name.as_str()))
            .map(|(_, real)| Name::from(real));
        let name = renamed.as_ref().unwrap_or(name);
        let mut known = self.crates.get(name).into_iter().flatten();
        match known.find(|root| self.may_import(target, **root)) {
            Some(root) => Meant::Module(*root),
            None => Meant::Outside(name.clone()),
        }
    }

    /// Whether code of one file can use what another declares: they are of one package, or the
    /// first one's depends on the other's.
    pub(super) fn may_use(&self, from: FileId, other: FileId) -> bool {
        let target = |file: FileId| {
            let file = self.project.files.get(file as usize)?;
            self.project.targets.get(file.target)
        };
        target(from).zip(target(other)).is_some_and(|(from, other)| {
            from.package == other.package || from.dependencies.contains(&other.package)
        })
    }

    /// Whether a target's name for a library means the one that lies in the project.
    fn may_import(&self, target: Option<&Target>, root: ModuleId) -> bool {
        let library = self.project.targets.get(self.modules[root as usize].target);
        target.zip(library).is_some_and(|(target, library)| {
            target.package == library.package || target.dependencies.contains(&library.package)
        })
    }

    /// Follows the rest of a path.
    fn walk(&self, mut meant: Meant, rest: &[Name], search: &mut Search) -> Option<Meant> {
        for (index, name) in rest.iter().enumerate() {
            meant = match meant {
                Meant::Module(module) => self.member(module, name, search)?,
                Meant::Outside(path) => Meant::Outside(Name::from(format!("{path}::{name}"))),
                Meant::Items(path, items, None) if index + 1 == rest.len() => {
                    Meant::Items(path, items, Some(name.clone()))
                }
                Meant::Items(..) => return None,
            };
        }
        if let Meant::Outside(path) = &meant
            && let Some(canonical) = self.catalogue.canonical(path)
        {
            return Some(Meant::Outside(canonical));
        }
        Some(meant)
    }

    /// Whether the catalogue lists a type of that path.
    pub(super) fn lists(&self, path: &str) -> bool {
        self.catalogue.ty(path).is_some()
    }

    /// The same as [`Self::member`], looked up only once: unless a search is under way, which
    /// must not go round in circles, it does not matter who asks.
    fn member_known(&self, id: ModuleId, name: &Name, search: &mut Search) -> Option<Meant> {
        if !search.is_fresh() {
            return self.member(id, name, search);
        }
        let known = &self.modules[id as usize].known;
        let found = known.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(found) = found {
            return found;
        }
        let meant = self.member(id, name, search);
        let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(name.clone(), meant.clone());
        meant
    }

    /// What a name means in a module, imports included. Where the catalogue knows the path it
    /// wins, so that the libraries' own sources are seen with their public meaning.
    fn member(&self, id: ModuleId, name: &Name, search: &mut Search) -> Option<Meant> {
        let asked = (id, name.clone());
        if search.asked.contains(&asked) {
            return None;
        }
        search.asked.push(asked.clone());
        let meant = self.member_unseen(id, name, search)?;
        search.asked.retain(|known| *known != asked);
        Some(meant)
    }

    fn member_unseen(&self, id: ModuleId, name: &Name, search: &mut Search) -> Option<Meant> {
        let module = &self.modules[id as usize];
        if module.catalogued {
            let path = format!("{}::{name}", module.path);
            if let Some(canonical) = self.catalogue.canonical(&path) {
                return Some(Meant::Outside(canonical));
            }
        }
        if let Some(items) = module.items.get(name) {
            let path = Name::from(format!("{}::{name}", module.path));
            return Some(Meant::Items(path, items.clone(), None));
        }
        if let Some(child) = module.children.get(name) {
            return Some(Meant::Module(*child));
        }
        self.imported(&module.imports, &module.globs, name, search)
    }

    fn imported(
        &self,
        imports: &FxHashMap<Name, Vec<(FileId, u32)>>,
        globs: &[(FileId, u32)],
        name: &Name,
        search: &mut Search,
    ) -> Option<Meant> {
        let mut unlisted = None;
        for id in imports.get(name).into_iter().flatten() {
            match self.follow(*id, Some(name), search) {
                // Of twins behind `cfg`, the one that the tables list tells more.
                Some(Meant::Outside(path)) if self.catalogue.canonical(&path).is_none() => {
                    unlisted = unlisted.or(Some(Meant::Outside(path)));
                }
                None => {}
                found => return found,
            }
        }
        if unlisted.is_some() {
            return unlisted;
        }
        globs.iter().find_map(|id| match self.follow(*id, None, search)? {
            Meant::Module(module) => self.member(module, name, search),
            Meant::Outside(path) => {
                let path = self.catalogue.canonical(&format!("{path}::{name}"))?;
                Some(Meant::Outside(path))
            }
            Meant::Items(..) => None,
        })
    }

    /// What an import names; it brings in `name`, or everything.
    fn follow(&self, id: (FileId, u32), name: Option<&Name>, search: &mut Search) -> Option<Meant> {
        if search.open.contains(&id) {
            return None;
        }
        let (file, number) = id;
        let import = self.files.get(&file)?.imports.get(number as usize)?;
        let path = &import.path;
        let (first, rest) = path.segments.split_first()?;
        search.open.push(id);
        // `use tokio;` must not find itself.
        let meant = if !path.global && Some(first) == name {
            let home = *self.homes.get(&(file, import.scope))?;
            let child = self.modules[home as usize].children.get(first);
            let base = child.map_or_else(|| self.crate_named(first, home), |id| Meant::Module(*id));
            self.walk(base, rest, search)
        } else {
            self.resolve_in(file, import.scope, path.global, &path.segments, search)
        };
        search.open.pop();
        meant
    }
}

/// What every module sees without an import.
fn prelude(name: &str) -> Option<&'static str> {
    Some(match name {
        "Option" => "std::option::Option",
        "Some" => "std::option::Option::Some",
        "None" => "std::option::Option::None",
        "Result" => "std::result::Result",
        "Ok" => "std::result::Result::Ok",
        "Err" => "std::result::Result::Err",
        "Box" => "std::boxed::Box",
        "Vec" => "std::vec::Vec",
        "String" => "std::string::String",
        "drop" => "std::mem::drop",
        "std" => "std",
        "core" => "core",
        "alloc" => "alloc",
        _ => return None,
    })
}
