//! `check --fix`.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use linger_lint::Report;
use linger_lint::fix::fix;
use linger_lint::render::Surroundings;

use crate::atomic;
use crate::git::Repository;
use crate::load::Loaded;

/// How often files are changed and checked again. One change may wait for another; one that brings
/// the next for ever would be a fault of ours.
const ROUNDS: usize = 4;

/// Refuses to touch what could not be told from the user's own changes afterwards.
pub(super) fn allowed(folder: &Path, allow_dirty: bool) -> Result<(), String> {
    if allow_dirty {
        return Ok(());
    }
    let why = match Repository::around(folder) {
        Err(_) => "this is no git repository, so that a change could not be taken back".to_owned(),
        Ok(repository) => match repository.changed()?.as_slice() {
            [] => return Ok(()),
            [one] => format!("`{one}` has changes that are not committed"),
            [one, rest @ ..] => {
                format!("`{one}` and {} more have changes that are not committed", rest.len())
            }
        },
    };
    Err(format!("{why}: `--fix` needs `--allow-dirty` here"))
}

/// What was mended so far.
#[derive(Debug, Default)]
pub(super) struct Mended {
    rounds: usize,
    findings: usize,
    files: BTreeSet<String>,
}

impl Mended {
    /// Makes the changes that the report proposes. Whether there were any, so that the files are
    /// to be checked again.
    ///
    /// # Errors
    ///
    /// A file can't be written, or somebody else has written it: the text to print.
    pub(super) fn make(&mut self, report: &Report, loaded: &Loaded) -> Result<bool, String> {
        if self.rounds == ROUNDS {
            return Ok(false);
        }
        self.rounds += 1;
        let texts = Surroundings::of(&loaded.project).texts;
        let fixed = fix(&report.findings, &texts);
        for (file, text) in &fixed.files {
            let path = Path::new(file);
            // Whoever saved the file meanwhile must not lose what they wrote.
            let now = std::fs::read_to_string(path)
                .map_err(|error| format!("cannot read `{file}`: {error}"))?;
            if texts.get(file.as_str()) != Some(&now.as_str()) {
                return Err(format!("`{file}` has changed since it was checked: it is not fixed"));
            }
            atomic::write(path, text.as_bytes())
                .map_err(|error| format!("cannot write `{file}`: {error}"))?;
            self.files.insert(file.clone());
        }
        self.findings += fixed.count;
        Ok(!fixed.files.is_empty())
    }
}

impl fmt::Display for Mended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted =
            |count: usize, noun| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        match self.findings {
            0 => write!(f, "nothing here can be fixed by a machine"),
            findings => write!(
                f,
                "{} fixed in {}",
                counted(findings, "finding"),
                counted(self.files.len(), "file")
            ),
        }
    }
}
