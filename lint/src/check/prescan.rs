//! Which files matter: a look at their bytes, before anything is parsed.
//!
//! Parsing is what a check costs, and a search for words is a hundred times faster. A file in
//! which no word of the catalogue occurs, nor the name of an item of the project that has to do
//! with one, cannot hold a finding.

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::lowered::Lowered;
use crate::catalogue::Catalogue;
use crate::model::file::FileModel;
use crate::model::{Name, TypeRef};
use crate::source::{Project, SourceFile};

/// Up to this many bytes everything is parsed: that takes less than half a second, and tells
/// every file that is no Rust.
const SMALL: usize = 8 << 20;
/// Types that hold types that hold types: further than this nobody wraps a lock.
const ROUNDS: usize = 4;

/// What is looked for in every file.
pub(super) struct Prescan<'c> {
    words: FxHashSet<&'c str>,
    /// Nothing to search by where everything is parsed.
    search: Option<Words>,
}

impl<'c> Prescan<'c> {
    pub(super) fn new(project: &Project, catalogue: &'c Catalogue) -> Prescan<'c> {
        let words = catalogue.words();
        let bytes: usize = project.files.iter().filter_map(text).map(str::len).sum();
        let search = if bytes <= SMALL { None } else { Words::new(words.iter().copied()) };
        Prescan { words, search }
    }

    /// Whether every file is parsed, whatever it holds.
    pub(super) fn parses_all(&self) -> bool {
        self.search.is_none()
    }

    /// Lowers the files of a project that can matter.
    pub(super) fn lower(&self, project: &Project) -> Lowered {
        let mut lowered = Lowered::default();
        let readable =
            (0..project.files.len()).filter(|file| text(&project.files[*file]).is_some());
        let mut rest: Vec<usize> = readable.collect();
        let Some(search) = &self.search else {
            lowered.add(project, &rest);
            return lowered;
        };
        let mut wanted = split(&mut rest, |file| {
            text(&project.files[file]).is_some_and(|text| search.occur_in(text) || re_exports(text))
        });
        let mut names = Names::default();
        for _ in 0..ROUNDS {
            let first = lowered.models.len();
            lowered.add(project, &wanted);
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
                search.is_some_and(|search| text(the).is_some_and(|text| search.occur_in(text)))
            });
            if wanted.is_empty() {
                break;
            }
        }
        lowered.add(project, &wanted);
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

/// A file that hands on all names of another module stands between a name and its meaning.
fn re_exports(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| line.starts_with("pub use ") && line.ends_with("::*;"))
}

/// Identifiers to be looked for.
struct Words(AhoCorasick);

impl Words {
    fn new<'w>(words: impl Iterator<Item = &'w str>) -> Option<Words> {
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words);
        search.ok().map(Words)
    }

    /// Whether one of them occurs as a whole identifier.
    fn occur_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let part = |byte: Option<&u8>| {
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
        };
        self.0.find_iter(bytes).any(|found| {
            let before = found.start().checked_sub(1).and_then(|at| bytes.get(at));
            !part(before) && !part(bytes.get(found.end()))
        })
    }
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
    fn searches(&self, project: &'p Project) -> FxHashMap<&'p str, Words> {
        let mut dependencies: FxHashMap<&str, &[String]> = FxHashMap::default();
        for target in &project.targets {
            dependencies.insert(&target.package, &target.dependencies);
        }
        let packages: Vec<&str> = dependencies.keys().copied().collect();
        let search = |package: &'p str| {
            let mut names: FxHashSet<&str> = FxHashSet::default();
            let mut seen: FxHashSet<&str> = FxHashSet::default();
            let mut todo = vec![package];
            while let Some(package) = todo.pop() {
                if !seen.insert(package) {
                    continue;
                }
                let own = self.by_package.get(package);
                names.extend(own.into_iter().flatten().map(Name::as_str));
                let further = dependencies.get(package).copied().unwrap_or_default();
                todo.extend(further.iter().map(String::as_str));
            }
            let names = names.into_iter().filter(|name| !name.is_empty());
            Some((package, Words::new(names)?))
        };
        packages.into_par_iter().filter_map(search).collect()
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

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn only_whole_identifiers_count() {
        let words = Words::new(["spawn", "Mutex"].into_iter()).unwrap();
        assert!(words.occur_in("tokio::spawn(f())"));
        assert!(words.occur_in("x: Mutex<u8>"));
        assert!(!words.occur_in("respawn(); spawned(); MutexGuard; spawn_blocking"));
    }
}
