//! The pattern book: each file of `fixtures/patterns` is a pattern of concurrent programs, its
//! right form and its classic mistakes.
//!
//! A file serves three ends. The linter checks it, and finds what the `//~` markers say; the tests
//! run each of its public functions, and the tracker finds what the `//%` markers say; and its page
//! in the guide is made of it, so that what the page says is what was seen.
//!
//! Its `//!` comment is the introduction. Each public function without arguments is a *variant*.
//! The comment above it is its text; lines that begin with `//@` say the rest:
//!
//! ```text
//! //@ no deadlock: why the mistake does not exist in this pattern (at the file's top)
//! //@ mistake: leak (without this line the variant is a right form)
//! //@ not by lint: why the linter is silent
//! //@ not by run: why the tracker is silent
//! ```
//!
//! A reason goes on in further `//@` lines that are indented by more than one blank.

mod matrix;
mod mistake;
mod page;
mod read;

pub use matrix::matrix;
pub use mistake::Mistake;
pub use page::page;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::expectation::{By, ByLine};

/// One file of the book.
#[derive(Debug)]
pub struct Pattern {
    /// The name of the file, without its end.
    pub name: String,
    /// The first line of the introduction, without its full stop.
    pub title: String,
    /// The rest of the introduction, in Markdown.
    pub introduction: String,
    /// The items that are no variants: what these have in common.
    pub shared: String,
    /// The variants, in order.
    pub variants: Vec<Variant>,
    /// The mistakes that are not there, and why not.
    pub absent: Vec<(Mistake, String)>,
    /// The whole file.
    pub text: String,
}

/// One public function of a pattern.
#[derive(Debug)]
pub struct Variant {
    /// The name of the function.
    pub name: String,
    /// The first line of its comment, without its full stop.
    pub title: String,
    /// The rest of its comment, in Markdown.
    pub comment: String,
    /// Its code, with markers.
    pub code: String,
    /// The lines of its code in the file, from 1.
    pub lines: Range<usize>,
    /// What is wrong with it; nothing if it is a right form.
    pub mistake: Option<Mistake>,
    /// The rules that fire in it, each once.
    pub rules: Vec<String>,
    /// The kinds of findings that its run gives, each once.
    pub kinds: Vec<String>,
    /// Why the linter is silent.
    pub not_by_lint: Option<String>,
    /// Why the tracker is silent.
    pub not_by_run: Option<String>,
}

impl Variant {
    /// Who finds its mistake, in a word.
    pub fn caught_by(&self) -> &'static str {
        match (self.rules.is_empty(), self.kinds.is_empty()) {
            (false, false) => "both",
            (false, true) => "lint",
            (true, false) => "run",
            (true, true) => "neither",
        }
    }

    /// What the tracker must find when it runs, by the lines of the file.
    pub fn expected(&self, pattern: &str) -> ByLine {
        let mut lines = By::Run.expected(pattern);
        lines.retain(|line, _| self.lines.contains(line));
        lines
    }
}

/// Where the patterns are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/patterns")
}

/// The pattern of that name.
///
/// # Panics
///
/// Panics if there is no such file, or if it is not as a pattern must be.
pub fn find(name: &str) -> Pattern {
    let path = folder().join(format!("{name}.rs"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    read::pattern(name, text)
}

/// All patterns, by name.
///
/// # Panics
///
/// Panics if the folder or one of its files is not as it must be.
pub fn all() -> Vec<Pattern> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("the folder of the patterns can be read")
        .map(|entry| entry.expect("the folder of the patterns can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names.iter().map(|name| find(name)).collect()
}
