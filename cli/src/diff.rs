//! Which lines changed since a revision: what a review is to look at.

mod hunks;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use linger_lint::finding::{Finding, Region};

use crate::git::Repository;
use hunks::Lines;

/// The lines that differ from a revision, whether committed or not.
#[derive(Debug)]
pub(crate) struct Changes {
    /// By canonical path.
    files: HashMap<PathBuf, Lines>,
}

impl Changes {
    /// What changed since `base` in the repository around `folder`.
    ///
    /// What others brought into `base` in the meantime is no change of ours: it counts from where
    /// the current branch left `base`, if that can be found. A file that git does not know yet
    /// has changed as a whole.
    ///
    /// # Errors
    ///
    /// Git is not there, or refuses: the text to print.
    pub(crate) fn since(base: &str, folder: &Path) -> Result<Changes, String> {
        let repository = Repository::around(folder)?;
        let start = repository.fork_point(&repository.commit(base)?);
        let mut files = hunks::read(&repository.diff(&start)?);
        files.extend(repository.untracked()?.into_iter().map(|path| (path, Lines::All)));
        let places = files.into_iter().map(|(path, lines)| {
            let path = repository.folder.join(path);
            (path.canonicalize().unwrap_or(path), lines)
        });
        Ok(Changes { files: places.collect() })
    }

    /// Whether a line changed that the finding speaks of: its own, or one that a label shows, as
    /// a task becomes unstoppable by a change to its loop.
    pub(crate) fn touch(&self, finding: &Finding) -> bool {
        let labels = finding.labels.iter().map(|label| (&label.file, &label.span));
        labels.chain([(&finding.file, &finding.span)]).any(|(file, span)| self.change(file, span))
    }

    fn change(&self, file: &str, span: &Region) -> bool {
        let path = Path::new(file);
        let lines = path.canonicalize().ok().and_then(|path| self.files.get(&path));
        // A finding of no extent speaks of the file as a whole.
        lines.is_some_and(|lines| {
            *span == Region::START || lines.meet(span.start.line, span.end.line)
        })
    }
}
