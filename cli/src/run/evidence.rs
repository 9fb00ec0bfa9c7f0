//! `check --evidence`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use linger_lint::Report;
use linger_lint::evidence::weigh;
use linger_lint::recorded::Recorded;

use super::report::{read, sources};
use crate::load::Loaded;
use crate::paths::{self, Names};

/// What runs wrote, and the sources that it names. It is read once: what can't be read is said
/// once, however often the findings are looked at, and a pipe gives its text only once.
pub(super) struct Record {
    recorded: Recorded,
    /// Texts by the names that findings have.
    pub(super) texts: HashMap<String, String>,
    /// Something could not be read.
    pub(super) failed: bool,
}

impl Record {
    /// Reads the files, for a check of the paths that were `given`.
    pub(super) fn of(files: &[impl AsRef<Path>], given: &[PathBuf]) -> Record {
        let (mut recorded, failed) = read(files);
        // The compiler names files from the root of the workspace, a check from where it runs.
        let names = Names::new(given);
        recorded.rename(|file| paths::compiled(file).map(|path| names.name(&path)));
        let texts = sources(&recorded.findings);
        Record { recorded, texts, failed }
    }

    /// Holds it against the report of a check.
    pub(super) fn weigh(&self, loaded: &Loaded, report: &mut Report) {
        let of_project = loaded.project.files.iter().filter_map(|file| {
            let text = file.text.as_deref().ok()?;
            Some((file.path.as_str(), text))
        });
        let all = self.texts.iter().map(|(file, text)| (file.as_str(), text.as_str()));
        let all: HashMap<&str, &str> = all.chain(of_project).collect();
        let mut recorded = self.recorded.clone();
        recorded.anchor(&all);
        weigh(report, recorded, &all);
    }
}
