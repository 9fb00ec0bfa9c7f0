//! Folders that no manifest describes.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};
use rayon::prelude::*;

use super::loose::Surroundings;
use super::plan::{Plan, Root};
use super::{manifest, read};
use crate::paths::absolute;

/// The packages below `folder`, and the Rust files below it that lie in none of them.
///
/// What `.gitignore` names is left out, as are build folders. A part of the folder that can't
/// be listed is reported, and the rest is loaded.
pub(super) fn folder(folder: &Path) -> Plan {
    let found = Found::below(folder);
    let mut plan = Plan { unreadable: found.unreadable, ..Plan::default() };
    let mut packages: HashSet<PathBuf> = HashSet::new();
    // A workspace lies above its members, so going down level by level finds it first and its
    // members need not be asked again.
    for level in found.manifests.chunk_by(|a, b| depth(a) == depth(b)) {
        let new: Vec<_> =
            level.iter().filter(|path| !packages.contains(&folder_of(path))).collect();
        let crates: Vec<_> = new.par_iter().map(|path| manifest::crates(path)).collect();
        for (path, crates) in new.into_iter().zip(crates) {
            match crates {
                Ok(crates) => {
                    packages.extend(crates.roots.iter().filter_map(package_folder));
                    packages.insert(folder_of(path));
                    plan.add(crates);
                }
                Err(error) => plan.errors.push(error),
            }
        }
    }
    let mut surroundings = Surroundings::default();
    for file in found.files {
        let in_package = absolute(&file).ancestors().any(|above| packages.contains(above));
        if !in_package {
            plan.roots.push(surroundings.root(&file, false));
        }
    }
    plan
}

fn depth(path: &Path) -> usize {
    path.components().count()
}

fn folder_of(manifest: &Path) -> PathBuf {
    absolute(manifest.parent().unwrap_or(Path::new(".")))
}

/// The folder of the package whose root this is: the nearest above it that holds a manifest.
fn package_folder(root: &Root) -> Option<PathBuf> {
    root.file.ancestors().find(|above| above.join("Cargo.toml").is_file()).map(Path::to_owned)
}

/// What a walk came upon, in the order of the names, outer folders first.
#[derive(Default)]
struct Found {
    manifests: Vec<PathBuf>,
    files: Vec<PathBuf>,
    unreadable: Vec<(PathBuf, String)>,
}

impl Found {
    fn below(folder: &Path) -> Found {
        let mut found = Found::default();
        let mut walk = WalkBuilder::new(folder);
        walk.require_git(false).sort_by_file_name(|a, b| a.cmp(b));
        walk.filter_entry(|entry| !is_build_folder(entry));
        for entry in walk.build() {
            match entry {
                Ok(entry) => found.take(entry),
                Err(error) => found.unreadable.push(unreadable(folder, &error)),
            }
        }
        found.manifests.sort_by_key(|path| depth(path));
        found
    }

    fn take(&mut self, entry: DirEntry) {
        let path = entry.into_path();
        // A folder may be called `x.rs`, and a link to one may be, too.
        if path.is_dir() {
            return;
        }
        if path.file_name().is_some_and(|name| name == "Cargo.toml") {
            self.manifests.push(path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            self.files.push(path);
        }
    }
}

/// Which place a walk could not enter, and why.
fn unreadable(folder: &Path, error: &ignore::Error) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => (absolute(path), unreadable(folder, err).1),
        ignore::Error::WithDepth { err, .. } => unreadable(folder, err),
        ignore::Error::Io(error) => (absolute(folder), read::reason(error)),
        other => (absolute(folder), other.to_string()),
    }
}

/// A module may be called `target`, too: cargo marks the folders that it builds in.
fn is_build_folder(entry: &DirEntry) -> bool {
    let path = entry.path();
    entry.depth() > 0
        && entry.file_name() == "target"
        && (path.join("CACHEDIR.TAG").exists() || path.with_file_name("Cargo.toml").exists())
}
