//! From paths to a [`Project`]: which crates there are, and which files each is made of.
//!
//! `plan` asks manifests and folders for the roots of crates, `follow` reads from each root along
//! its `mod` declarations.

mod follow;
mod loose;
mod manifest;
mod metadata;
mod plan;
mod read;
mod walk;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use linger_lint::source::Project;

use crate::globs::Globs;
use crate::paths::Names;

/// What was loaded, and what could not be.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The crates and their files; a file that could not be read is among them.
    pub project: Project,
    /// Places that could not be loaded at all.
    pub errors: Vec<LoadError>,
    /// Files left out because they say that a machine wrote them.
    pub generated: usize,
    /// Where cargo builds what was loaded, as far as that is known.
    pub target_folder: Option<PathBuf>,
    /// What cargo calls the packages, by their names, where it was asked.
    pub packages: BTreeMap<String, String>,
}

/// A path or manifest that could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Which.
    pub path: PathBuf,
    /// Why, in lower case and without a full stop.
    pub reason: String,
}

impl LoadError {
    fn new(path: impl Into<PathBuf>, reason: impl Into<String>) -> Self {
        LoadError { path: path.into(), reason: reason.into() }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot check `{}`: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for LoadError {}

/// Loads what `paths` name: packages, workspaces, folders or single files. Without a path, every
/// member of the workspace around the current folder.
///
/// Each file is loaded once, for the first target that has it: libraries come before programs,
/// and both before tests, examples, benchmarks and build scripts.
///
/// ```no_run
/// use cargo_linger::globs::Globs;
/// use cargo_linger::load::load;
///
/// let loaded = load(&["crates/server".into()], &Globs::none());
/// for error in &loaded.errors {
///     eprintln!("{error}");
/// }
/// let report = linger_lint::check(&loaded.project, &Default::default());
/// ```
pub fn load(paths: &[PathBuf], exclude: &Globs) -> Loaded {
    let plan = if paths.is_empty() { plan::workspace() } else { plan::paths(paths) };
    let names = Names::new(paths);
    let (project, generated) = follow::follow(plan.roots, plan.unreadable, exclude, &names);
    Loaded {
        project,
        errors: plan.errors,
        generated,
        target_folder: plan.target_folder,
        packages: plan.packages,
    }
}
