//! Lists the variants of the pattern book, one test each, so that adding a pattern means adding
//! its file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo names the package's folder");
    let out = env::var("OUT_DIR").expect("cargo names the output folder");
    let folder = Path::new(&root).join("../fixtures/patterns");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of the patterns exists")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    let list: String = files.iter().map(|file| module(file)).collect();
    fs::write(Path::new(&out).join("patterns.rs"), list).expect("the output folder is writable");
}

/// A module that holds the file, and its tests.
fn module(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a pattern can be read");
    let name = file.file_stem().and_then(|stem| stem.to_str()).expect("its name is plain");
    let module = name.replace('-', "_");
    let mut tests = String::new();
    for line in text.lines() {
        for (start, run) in [("pub async fn ", "tasks"), ("pub fn ", "threads")] {
            if let Some((variant, _)) = line.strip_prefix(start).and_then(|l| l.split_once("()")) {
                let _ = writeln!(
                    tests,
                    "#[test] fn {variant}() {{ \
                     crate::run::{run}({name:?}, {variant:?}, pattern::{variant}) }}"
                );
            }
        }
    }
    format!(
        "mod {module} {{
            #[path = {file:?}]
            #[allow(clippy::all, unreachable_pub, unused_assignments, unused_variables, reason = \"it shows mistakes\")]
            mod pattern;
            {tests}
        }}\n"
    )
}
