//! `check --evidence`.

use std::collections::HashMap;
use std::path::PathBuf;

use linger_lint::Report;
use linger_lint::evidence::weigh;

use super::report::{read, sources};
use crate::load::Loaded;
use crate::paths::{self, Names};

/// What runs wrote, and the sources that only they name.
pub(super) struct Weighed {
    /// Texts by the names that findings have.
    pub(super) texts: HashMap<String, String>,
    /// Something could not be read.
    pub(super) failed: bool,
}

/// Holds what runs wrote into `files` against the report.
pub(super) fn evidence(
    files: &[PathBuf],
    given: &[PathBuf],
    loaded: &Loaded,
    report: &mut Report,
) -> Weighed {
    let (mut recorded, failed) = read(files);
    // The compiler names files from the root of the workspace, this check from where it runs.
    let names = Names::new(given);
    recorded.rename(|file| paths::compiled(file).map(|path| names.name(&path)));
    let texts = sources(&recorded.findings);
    let of_project = loaded.project.files.iter().filter_map(|file| {
        let text = file.text.as_deref().ok()?;
        Some((file.path.as_str(), text))
    });
    let all = texts.iter().map(|(file, text)| (file.as_str(), text.as_str()));
    let all: HashMap<&str, &str> = all.chain(of_project).collect();
    recorded.anchor(&all);
    weigh(report, recorded, &all);
    Weighed { texts, failed }
}
