//! Which files matter: a look at their words, before anything is parsed.
//!
//! Parsing is what a check costs, and a sketch costs a small part of that. A file in which no
//! word of the catalogue occurs, nor the name of an item of the project that has to do with one,
//! cannot hold a finding. Of the other files, the bodies that matter are parsed.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::lowered::Lowered;
use super::matter::{Vocabulary, mattering};
use crate::catalogue::Catalogue;
use crate::model::file::FileModel;
use crate::model::{Name, TypeRef};
use crate::source::sketch::{Sketch, Word};
use crate::source::{Project, SourceFile};

/// Types that hold types that hold types: further than this nobody wraps a lock.
const ROUNDS: usize = 4;

/// What is looked for in every file.
pub(super) struct Prescan<'c> {
    words: FxHashSet<&'c str>,
    /// The same as a sketch has them.
    telling: FxHashSet<Word>,
    /// Everything is parsed, whatever it says.
    all: bool,
    /// By which the bodies are told that matter.
    vocabulary: Vocabulary,
}

impl<'c> Prescan<'c> {
    /// Everything is parsed where that is not more than `small` bytes.
    pub(super) fn new(project: &Project, catalogue: &'c Catalogue, small: usize) -> Prescan<'c> {
        let words = catalogue.words();
        let bytes: usize = project.files.iter().filter_map(text).map(str::len).sum();
        let telling = words.iter().map(|word| Word::of(word)).collect();
        let vocabulary = Vocabulary::new(catalogue);
        Prescan { words, telling, all: bytes <= small, vocabulary }
    }

    /// Whether every file is parsed, whatever it holds.
    pub(super) fn parses_all(&self) -> bool {
        self.all
    }

    /// Lowers the files of a project that can matter.
    pub(super) fn lower(&self, project: &Project) -> Lowered {
        let mut lowered = Lowered::default();
        let readable =
            (0..project.files.len()).filter(|file| text(&project.files[*file]).is_some());
        let mut rest: Vec<usize> = readable.collect();
        if self.all {
            lowered.add(project, &rest, &[]);
            return lowered;
        }
        let sketches: Vec<Sketch> = project
            .files
            .par_iter()
            .map(|file| Sketch::of(text(file).unwrap_or_default(), file.test))
            .collect();
        let mattering = mattering(project, &sketches, &self.vocabulary);
        let says = |file: usize, words: &FxHashSet<Word>| sketches[file].says_any(words);
        let mut wanted = split(&mut rest, |file| {
            mattering[file].any
                || says(file, &self.telling)
                // Such a file stands between a name and its meaning.
                || sketches[file].re_exports
        });
        let mut names = Names::default();
        for _ in 0..ROUNDS {
            let first = lowered.models.len();
            lowered.add(project, &wanted, &mattering);
            if rest.is_empty() {
                wanted.clear();
                break;
            }
            names.learn(project, &lowered.models[first..], &self.words);
            let searches = names.searches(project);
            wanted = split(&mut rest, |file| {
                let the = &project.files[file];
                let package = project.targets.get(the.target).map(|target| &*target.package);
                let search = package.and_then(|package| searches.get(package));
                search.is_some_and(|search| says(file, search))
            });
            if wanted.is_empty() {
                break;
            }
        }
        lowered.add(project, &wanted, &mattering);
        lowered.models.sort_unstable_by_key(|(file, _)| *file);
        lowered
    }
}

fn text(file: &SourceFile) -> Option<&str> {
    file.text.as_deref().ok()
}

/// Takes out of `rest` what `matters`.
fn split(rest: &mut Vec<usize>, matters: impl Fn(usize) -> bool + Sync) -> Vec<usize> {
    let (taken, left) = rest.par_iter().partition(|file| matters(**file));
    *rest = left;
    taken
}

/// The names of items that have to do with a word, by package.
#[derive(Default)]
struct Names<'p> {
    by_package: FxHashMap<&'p str, FxHashSet<Name>>,
}

impl<'p> Names<'p> {
    /// Adds the items of these files.
    fn learn(
        &mut self,
        project: &'p Project,
        models: &[(usize, FileModel)],
        words: &FxHashSet<&str>,
    ) {
        for (file, model) in models {
            let target = project.files.get(*file).and_then(|file| project.targets.get(file.target));
            let Some(target) = target else { continue };
            let known = self.by_package.entry(&target.package).or_default();
            let tells = |ty: &TypeRef| mentions(ty, words, known);
            let mut found: Vec<Name> = Vec::new();
            for item in &model.structs {
                if item.fields.iter().any(|field| tells(&field.ty)) {
                    found.push(item.name.clone());
                }
            }
            let aliases = model.aliases.iter().filter(|item| tells(&item.ty));
            found.extend(aliases.map(|item| item.name.clone()));
            let statics = model.statics.iter().filter(|item| tells(&item.ty));
            found.extend(statics.map(|item| item.name.clone()));
            // Methods are called on a value, whose type has a name of its own.
            let free = model.functions.iter().filter(|item| {
                item.in_impl.is_none() && item.in_trait.is_none() && item.name != "main"
            });
            found.extend(free.filter(|item| !item.test).map(|item| item.name.clone()));
            known.extend(found);
        }
    }

    /// One search for each package: its own names, and those of what it depends on.
    fn searches(&self, project: &'p Project) -> FxHashMap<&'p str, FxHashSet<Word>> {
        let mut dependencies: FxHashMap<&str, &[String]> = FxHashMap::default();
        for target in &project.targets {
            dependencies.insert(&target.package, &target.dependencies);
        }
        let packages: Vec<&str> = dependencies.keys().copied().collect();
        let search = |package: &'p str| {
            let mut names: FxHashSet<Word> = FxHashSet::default();
            let mut seen: FxHashSet<&str> = FxHashSet::default();
            let mut todo = vec![package];
            while let Some(package) = todo.pop() {
                if !seen.insert(package) {
                    continue;
                }
                let own = self.by_package.get(package);
                names.extend(own.into_iter().flatten().map(|name| Word::of(name)));
                let further = dependencies.get(package).copied().unwrap_or_default();
                todo.extend(further.iter().map(String::as_str));
            }
            (package, names)
        };
        packages.into_par_iter().map(search).collect()
    }
}

/// Whether a type is, or is made of, something that one of these words names.
fn mentions(ty: &TypeRef, words: &FxHashSet<&str>, names: &FxHashSet<Name>) -> bool {
    let any = |types: &[TypeRef]| types.iter().any(|ty| mentions(ty, words, names));
    match ty {
        TypeRef::Path(path) => {
            let named = path
                .last()
                .is_some_and(|name| words.contains(name.as_str()) || names.contains(name.as_str()));
            named || any(&path.args)
        }
        TypeRef::Ref(inner) | TypeRef::Slice(inner) | TypeRef::Fn(inner) => {
            mentions(inner, words, names)
        }
        TypeRef::Tuple(parts) => any(parts),
        TypeRef::Bounds(bounds) => bounds.iter().any(|bound| {
            any(&bound.path.args) || bound.assoc.iter().any(|(_, ty)| mentions(ty, words, names))
        }),
        TypeRef::Unknown | TypeRef::Never => false,
    }
}
