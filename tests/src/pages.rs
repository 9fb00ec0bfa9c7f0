//! The pages of the guide that are made of something else, so that they can't go stale.
//!
//! `cargo run -p linger-tests --example pages` writes them; a test compares.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use linger_lint::rules;

use crate::patterns::{self, Pattern};
use crate::rule_pages;

/// A page: its path in the guide's folder, and its text.
pub type Page = (PathBuf, String);

/// The folder of the guide's sources.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src")
}

/// All generated pages.
pub fn all() -> Vec<Page> {
    let patterns = patterns::all();
    let mut pages = vec![("patterns.md".into(), patterns::matrix(&patterns))];
    for pattern in &patterns {
        let path = Path::new("patterns").join(format!("{}.md", pattern.name));
        pages.push((path, patterns::page(pattern)));
    }
    pages.push(("rules.md".into(), rule_pages::list()));
    for rule in rules::all() {
        let path = Path::new("rules").join(format!("{}.md", rule.name));
        pages.push((path, rule_pages::page(rule, &patterns)));
    }
    pages.push(("SUMMARY.md".into(), summary(&patterns)));
    pages
}

/// The chapters that are written by hand, in order.
const CHAPTERS: [&str; 7] =
    ["introduction", "adopting", "tests", "wrappers", "ci", "editor", "verdicts"];

/// The table of contents, in mdBook's form.
fn summary(patterns: &[Pattern]) -> String {
    let mut summary = "# Summary\n\n".to_owned();
    for chapter in CHAPTERS {
        let path = folder().join(format!("{chapter}.md"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let title = text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let _ = writeln!(summary, "- [{title}]({chapter}.md)");
    }
    summary.push_str("- [The pattern book](patterns.md)\n");
    for pattern in patterns {
        let _ = writeln!(summary, "  - [{}](patterns/{}.md)", pattern.title, pattern.name);
    }
    summary.push_str("- [The rules](rules.md)\n");
    for rule in rules::all() {
        let _ = writeln!(summary, "  - [{0}](rules/{0}.md)", rule.name);
    }
    summary
}

/// The folders in which every page is generated.
const GENERATED: [&str; 2] = ["patterns", "rules"];

/// The pages in these folders that nothing makes any more.
///
/// # Errors
///
/// A folder can't be read.
pub fn left_over(pages: &[Page]) -> io::Result<Vec<PathBuf>> {
    let mut left = Vec::new();
    for generated in GENERATED {
        let inside = folder().join(generated);
        if !inside.exists() {
            continue;
        }
        for entry in fs::read_dir(inside)? {
            let path = Path::new(generated).join(entry?.file_name());
            if !pages.iter().any(|(page, _)| *page == path) {
                left.push(path);
            }
        }
    }
    Ok(left)
}
