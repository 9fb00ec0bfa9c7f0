//! The pages of the guide that are made of something else, so that they can't go stale.
//!
//! `cargo run -p linger-tests --example pages` writes them; a test compares.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::patterns;

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
    pages
}

/// The folders in which every page is generated.
const GENERATED: [&str; 1] = ["patterns"];

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
