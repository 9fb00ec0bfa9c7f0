//! What goes in: the texts of a project's files, and what they are to each other.
//!
//! Whoever calls the check reads the files; this module only holds them. [`skim`] tells the
//! caller which further files a file's `mod` declarations ask for.

mod islands;
mod lines;
pub(crate) mod sketch;
pub mod skim;

use std::sync::Arc;

pub use lines::LineIndex;

/// The edition of a crate, which decides how long temporaries live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// Rust 2015, whose paths in `use` start at the crate root.
    E2015,
    /// Rust 2018.
    E2018,
    /// Rust 2021, the default for a file that belongs to no package.
    #[default]
    E2021,
    /// Rust 2024: temporaries of `if let` heads and of tail expressions die earlier.
    E2024,
}

/// What a target is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// A library, also a procedural macro.
    Lib,
    /// A program.
    Bin,
    /// An integration test.
    Test,
    /// An example.
    Example,
    /// A benchmark.
    Bench,
    /// A build script.
    Build,
    /// A file that was named alone, or a folder that no manifest describes.
    Loose,
}

/// One crate: what one `rustc` call would compile.
#[derive(Clone, Debug)]
pub struct Target {
    /// The name other crates import it by, with `_` for `-`.
    pub name: String,
    /// The package's name in its manifest.
    pub package: String,
    /// Names under which this target's own dependencies are imported, when renamed in the
    /// manifest: `(local name, real crate name)`, both with `_` for `-`.
    pub renames: Vec<(String, String)>,
    /// The packages of the same source tree that it depends on by path; what else it names is
    /// what others published, whatever lies in the project under that name.
    pub dependencies: Vec<String>,
    /// What it is built for.
    pub kind: TargetKind,
    /// Its edition.
    pub edition: Edition,
}

/// One file of a project.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its name in findings, with `/` between folders.
    pub path: String,
    /// Its text, or why it could not be read.
    pub text: Result<Arc<str>, String>,
    /// The target it belongs to, an index into [`Project::targets`].
    pub target: usize,
    /// Its module path below the crate root: empty for the root, `["sync", "mpsc"]` for
    /// `crate::sync::mpsc`.
    pub module: Vec<String>,
    /// Test code: below a `#[cfg(test)]` module, or in a test, bench or example target.
    pub test: bool,
}

/// Everything one check looks at together.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The crates.
    pub targets: Vec<Target>,
    /// Their files, each once.
    pub files: Vec<SourceFile>,
}
