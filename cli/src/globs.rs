//! Which files patterns stand for.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::paths::{absolute, relative};

/// Patterns as in `.gitignore`: `tests` and `*.rs` match at any depth, `src/net` and `/tests`
/// from a folder on, a folder stands for all that is in it, and `!` takes back.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    lists: Vec<(PathBuf, Gitignore)>,
}

impl Globs {
    /// No pattern, which stands for no file.
    pub fn none() -> Self {
        Globs::default()
    }

    /// What `patterns` match, seen from `folder`.
    ///
    /// # Errors
    ///
    /// A pattern is malformed; the error names it.
    pub fn new(folder: &Path, patterns: &[String]) -> Result<Self, ignore::Error> {
        if patterns.is_empty() {
            return Ok(Globs::none());
        }
        let folder = absolute(folder);
        let mut builder = GitignoreBuilder::new(&folder);
        for pattern in patterns {
            builder.add_line(None, pattern)?;
        }
        Ok(Globs { lists: vec![(folder, builder.build()?)] })
    }

    /// What one or the other matches.
    pub fn or(mut self, other: Globs) -> Globs {
        self.lists.extend(other.lists);
        self
    }

    /// Whether they stand for the file at the absolute path `file`.
    pub(crate) fn cover(&self, file: &Path) -> bool {
        self.lists.iter().any(|(folder, patterns)| {
            let path = relative(folder, file);
            // What lies on another drive has no path from here.
            Path::new(&path).is_relative()
                && patterns.matched_path_or_any_parents(path, false).is_ignore()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(patterns: &[&str], file: &str) -> bool {
        let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        Globs::new(Path::new("/home/me/server"), &patterns).unwrap().cover(Path::new(file))
    }

    #[test]
    fn a_name_matches_at_any_depth_and_a_path_from_the_folder_on() {
        for pattern in ["a.rs", "*.rs", "src", "src/net/", "src/**/a.rs", "/src", "s?c"] {
            assert!(cover(&[pattern], "/home/me/server/src/net/a.rs"), "{pattern}");
        }
        for pattern in ["net/a.rs", "/a.rs", "rc"] {
            assert!(!cover(&[pattern], "/home/me/server/src/net/a.rs"), "{pattern}");
        }
        assert!(!cover(&["*.rs", "!net"], "/home/me/server/net"));
    }

    #[test]
    fn files_outside_of_the_folder_are_reached_upwards() {
        assert!(cover(&["*.rs"], "/home/me/client/a.rs"));
        assert!(cover(&["../client"], "/home/me/client/a.rs"));
        assert!(!cover(&["client/a.rs"], "/home/me/client/a.rs"));
    }

    #[test]
    fn either_list_counts() {
        let list = |folder, pattern: &str| Globs::new(folder, &[pattern.to_owned()]).unwrap();
        let both = list(Path::new("/a"), "/x.rs").or(list(Path::new("/b"), "/y.rs"));
        assert!(both.cover(Path::new("/a/x.rs")) && both.cover(Path::new("/b/y.rs")));
        assert!(!both.cover(Path::new("/a/y.rs")));
        assert!(!Globs::none().cover(Path::new("/a/x.rs")));
    }
}
