//! ARCHITECTURE.md names every source file, and nothing that is not there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files that have a row of their own.
fn listed(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(path, _)| path.to_owned())
        .filter(|path| path.ends_with(".rs") && !path.contains('*'))
        .collect()
}

fn sources(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in ["lint", "cli", "tracker", "macros", "tests"] {
        walk(&root.join(folder), &mut |file| {
            let path = file.strip_prefix(root).expect("it lies below the root");
            let path = path.to_string_lossy().replace('\\', "/");
            let is_rule = path.starts_with("lint/src/rules/") && !path.ends_with("/mod.rs");
            if path.ends_with(".rs") && !is_rule {
                found.insert(path);
            }
        });
    }
    found
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target" && name != "ui") {
                walk(&path, visit);
            }
        } else {
            visit(&path);
        }
    }
}

#[test]
fn it_lists_each_file_once_and_no_other() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).expect("the page can be read");
    let (listed, sources) = (listed(&text), sources(&root.canonicalize().expect("it exists")));
    let missing: Vec<_> = sources.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&sources).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md has no row for {missing:?}");
    assert!(gone.is_empty(), "ARCHITECTURE.md tells of files that are gone: {gone:?}");
}
