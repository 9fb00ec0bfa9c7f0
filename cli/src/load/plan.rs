//! Which crates the given paths hold.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use linger_lint::source::{Target, TargetKind};
use rayon::prelude::*;

use super::{LoadError, loose, manifest, metadata, read, walk};
use crate::paths::absolute;

/// The root of a crate.
#[derive(Debug)]
pub(super) struct Root {
    pub(super) target: Target,
    /// Its first file, absolute.
    pub(super) file: PathBuf,
    /// Test code as a whole.
    pub(super) test: bool,
    /// Its `mod` declarations are not followed: a file that was named alone is checked alone.
    pub(super) alone: bool,
    /// Roots of a lower stage claim their files first.
    pub(super) stage: usize,
}

impl Root {
    /// The root of a target that a manifest describes.
    pub(super) fn of(target: Target, file: PathBuf) -> Root {
        let (stage, test) = match target.kind {
            TargetKind::Lib => (0, false),
            TargetKind::Bin => (1, false),
            TargetKind::Build => (3, false),
            TargetKind::Test | TargetKind::Example | TargetKind::Bench => (2, true),
            TargetKind::Loose => (loose::STAGE, false),
        };
        Root { target, file: absolute(&file), test, alone: false, stage }
    }
}

/// What a manifest describes.
#[derive(Debug)]
pub(super) struct Crates {
    pub(super) roots: Vec<Root>,
    /// Where cargo builds them; nothing where it never has, and nobody asked cargo.
    pub(super) target_folder: Option<PathBuf>,
    /// What cargo calls the packages, by their names; nothing where nobody asked cargo.
    pub(super) packages: BTreeMap<String, String>,
}

/// What is to be loaded, and what can't be.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) roots: Vec<Root>,
    /// Files and folders that are known to be unreadable, each with the reason.
    pub(super) unreadable: Vec<(PathBuf, String)>,
    pub(super) errors: Vec<LoadError>,
    /// Where cargo builds the first package of which that is known.
    pub(super) target_folder: Option<PathBuf>,
    /// What cargo calls the packages, by their names.
    pub(super) packages: BTreeMap<String, String>,
}

impl Plan {
    pub(super) fn extend(&mut self, other: Plan) {
        self.roots.extend(other.roots);
        self.unreadable.extend(other.unreadable);
        self.errors.extend(other.errors);
        self.target_folder = self.target_folder.take().or(other.target_folder);
        self.packages.extend(other.packages);
    }

    /// Takes in what a manifest describes.
    pub(super) fn add(&mut self, crates: Crates) {
        self.roots.extend(crates.roots);
        self.target_folder = self.target_folder.take().or(crates.target_folder);
        self.packages.extend(crates.packages);
    }
}

impl From<Result<Crates, LoadError>> for Plan {
    fn from(result: Result<Crates, LoadError>) -> Plan {
        match result {
            Ok(Crates { roots, target_folder, packages }) => {
                Plan { roots, target_folder, packages, ..Plan::default() }
            }
            Err(error) => Plan { errors: vec![error], ..Plan::default() },
        }
    }
}

/// Every member of the workspace around the current folder.
pub(super) fn workspace() -> Plan {
    metadata::workspace(None).into()
}

/// What the paths hold, in their order.
pub(super) fn paths(paths: &[PathBuf]) -> Plan {
    let plans: Vec<Plan> = paths.par_iter().map(|path| one(path)).collect();
    let mut whole = Plan::default();
    plans.into_iter().for_each(|plan| whole.extend(plan));
    whole
}

fn one(path: &Path) -> Plan {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return Err(LoadError::new(path, read::reason(&error))).into(),
    };
    if metadata.is_dir() {
        let manifest = path.join("Cargo.toml");
        return if manifest.is_file() {
            manifest::crates(&manifest).into()
        } else {
            walk::folder(path)
        };
    }
    if path.file_name().is_some_and(|name| name == "Cargo.toml") {
        return manifest::crates(path).into();
    }
    if path.extension().is_some_and(|extension| extension == "rs") {
        let roots = vec![loose::Surroundings::default().root(path, true)];
        return Plan { roots, ..Plan::default() };
    }
    Err(LoadError::new(path, "neither a folder nor a `.rs` file")).into()
}
