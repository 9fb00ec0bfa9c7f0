//! Which paths the configuration leaves out.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::paths::absolute;

/// The paths that the configuration leaves out: neither read nor followed.
#[derive(Clone, Debug)]
pub struct Exclude {
    patterns: Gitignore,
}

impl Exclude {
    /// Leaves nothing out.
    pub fn nothing() -> Self {
        Exclude { patterns: Gitignore::empty() }
    }

    /// Leaves out what `patterns`, written as in `.gitignore`, match below `folder`.
    ///
    /// # Errors
    ///
    /// A pattern is malformed; the error names it.
    pub fn new(folder: &Path, patterns: &[String]) -> Result<Self, ignore::Error> {
        let mut builder = GitignoreBuilder::new(absolute(folder));
        for pattern in patterns {
            builder.add_line(None, pattern)?;
        }
        Ok(Exclude { patterns: builder.build()? })
    }

    /// Whether the file at the absolute path `file` is left out.
    pub(super) fn covers(&self, file: &Path) -> bool {
        !self.patterns.is_empty()
            && file.starts_with(self.patterns.path())
            && self.patterns.matched_path_or_any_parents(file, false).is_ignore()
    }
}
