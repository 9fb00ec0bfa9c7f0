//! Files that no manifest lists: named alone, or found in a folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use cargo_toml::Manifest;
use linger_lint::source::{Edition, Target, TargetKind};

use super::manifest;
use super::plan::Root;
use crate::paths::absolute;

/// Loose files claim what no manifest's crate has claimed; each folder level is a pair of
/// stages of its own, because a file is more likely the root of what lies below it.
pub(super) const STAGE: usize = 4;

/// What the packages around loose files tell about them, each manifest read once.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    packages: HashMap<PathBuf, Option<Package>>,
}

#[derive(Clone, Debug)]
struct Package {
    folder: PathBuf,
    name: String,
    edition: Edition,
}

impl Surroundings {
    /// The file as a crate of its own, with the edition of the package around it.
    pub(super) fn root(&mut self, file: &Path, alone: bool) -> Root {
        let file = absolute(file);
        let package = file.parent().and_then(|folder| self.package(folder));
        let below = package.as_ref().and_then(|p| file.strip_prefix(&p.folder).ok());
        let first = below.and_then(|below| below.components().next());
        let test = first.is_some_and(|first| {
            ["tests", "benches", "examples"].iter().any(|name| first.as_os_str() == *name)
        });
        let mut target = target(&file);
        if let Some(package) = package {
            target.package = package.name;
            target.edition = package.edition;
        }
        let stage = STAGE + 2 * file.components().count() + usize::from(!is_root_name(&file));
        Root { test, alone, stage, ..Root::of(target, file) }
    }

    /// The package that `folder` lies in.
    fn package(&mut self, folder: &Path) -> Option<Package> {
        if let Some(known) = self.packages.get(folder) {
            return known.clone();
        }
        let path = folder.join("Cargo.toml");
        let found = if path.is_file() {
            read(&path)
        } else {
            folder.parent().and_then(|above| self.package(above))
        };
        self.packages.insert(folder.to_owned(), found.clone());
        found
    }
}

/// A crate of its own for a file that lies in no package.
pub(super) fn target(file: &Path) -> Target {
    Target {
        name: file.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_"),
        package: String::new(),
        renames: Vec::new(),
        dependencies: Vec::new(),
        kind: TargetKind::Loose,
        edition: Edition::default(),
    }
}

fn read(path: &Path) -> Option<Package> {
    let package = Manifest::from_path(path).ok()?.package?;
    Some(Package {
        folder: path.parent()?.to_owned(),
        edition: manifest::edition(package.edition()),
        name: package.name,
    })
}

fn is_root_name(file: &Path) -> bool {
    ["lib.rs", "main.rs", "mod.rs"].iter().any(|name| file.ends_with(name))
}
