//! What the libraries mean, as data: one table a library in `lint/catalogue`.
//!
//! A table names types and functions by path and says what they are for: this one makes a
//! channel, that one waits for a lock, dropping this handle cancels the task. `linger.toml`
//! adds a project's own wrappers in the same form.

mod facts;
mod load;

pub use facts::{Drops, FnFact, Kind, Mode, Role, Runs, TypeFact};
pub use load::CatalogueError;

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::Name;

/// Everything known about libraries.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    types: FxHashMap<Name, TypeFact>,
    functions: FxHashMap<Name, FnFact>,
    /// Other public paths of types, functions and modules, and what they stand for.
    aliases: FxHashMap<Name, Name>,
    /// The crates that these paths begin with.
    libraries: FxHashSet<Name>,
    /// What [`Catalogue::words`] gives.
    words: FxHashSet<Name>,
    /// The types as they are written, for tables that come later and are `like` them.
    entries: BTreeMap<Name, load::TypeEntry>,
}

impl Catalogue {
    /// The tables that linger brings along, read once.
    ///
    /// # Panics
    ///
    /// Never: a test reads every table.
    pub fn built_in() -> &'static Catalogue {
        load::built_in()
    }

    /// Adds the `[catalogue]` of a `linger.toml`.
    ///
    /// # Errors
    ///
    /// An entry has a key or a word that linger does not know, or its type can't be read.
    pub fn extend(&mut self, table: &toml::Table) -> Result<(), CatalogueError> {
        load::extend(self, table)
    }

    /// The path under which the tables list what `path` names: follows re-exports of a whole
    /// module as well (`futures::channel::mpsc::channel`).
    pub fn canonical(&self, path: &str) -> Option<Name> {
        if self.types.contains_key(path) || self.functions.contains_key(path) {
            return Some(Name::from(path));
        }
        if let Some(target) = self.aliases.get(path) {
            return self.canonical(target).or_else(|| Some(target.clone()));
        }
        let mut end = path.len();
        while let Some(at) = path[..end].rfind("::") {
            if let Some(target) = self.aliases.get(&path[..at]) {
                let moved = format!("{target}{}", &path[at..]);
                return self.canonical(&moved);
            }
            end = at;
        }
        None
    }

    /// Whether a crate of that name is one of those that the tables describe.
    pub fn is_library(&self, krate: &str) -> bool {
        self.libraries.contains(krate)
    }

    /// Other paths of types, functions and modules, and what they stand for.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.aliases.iter().map(|(path, target)| (path.as_str(), target.as_str()))
    }

    /// Every type.
    pub fn types(&self) -> impl Iterator<Item = &TypeFact> {
        self.types.values()
    }

    /// Every free function.
    pub fn functions(&self) -> impl Iterator<Item = &FnFact> {
        self.functions.values()
    }

    /// What is known of the type of that canonical path.
    pub fn ty(&self, path: &str) -> Option<&TypeFact> {
        self.types.get(path)
    }

    /// What is known of the free or associated function of that canonical path.
    pub fn function(&self, path: &str) -> Option<&FnFact> {
        self.functions.get(path).or_else(|| {
            let (owner, name) = path.rsplit_once("::")?;
            self.types.get(owner)?.methods.get(name)
        })
    }

    /// What is known of a method of the type of that canonical path.
    pub fn method(&self, ty: &str, name: &str) -> Option<&FnFact> {
        self.types.get(ty)?.methods.get(name)
    }

    /// The words without which a file cannot hold a finding: names of types that matter or have
    /// methods that do, and of functions that have a role.
    pub fn words(&self) -> FxHashSet<&str> {
        self.words.iter().map(|word| word.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, Role};

    #[test]
    fn the_built_in_tables_can_be_read() {
        let catalogue = Catalogue::built_in();
        assert_eq!(catalogue.function("std::thread::spawn").unwrap().role, Some(Role::Spawn));
        assert_eq!(catalogue.canonical("core::mem::drop").unwrap(), "std::mem::drop");
    }

    #[test]
    fn the_words_are_names_that_tell() {
        let catalogue = Catalogue::built_in();
        let words = catalogue.words();
        for word in ["Mutex", "spawn", "JoinSet", "scope", "blocking", "Command"] {
            assert!(words.contains(word), "{word}");
        }
        for word in ["Option", "Vec", "Iterator", "Arc", "get", "Client", "Response", "drop"] {
            assert!(!words.contains(word), "{word}");
        }
    }
}
