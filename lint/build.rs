//! Lists the rules and the catalogue's tables: one entry for each file in `src/rules` and in
//! `catalogue`, so that adding one means adding its file.
//!
//! The name of a rule's file is the name of the rule, and the `//!` comment at its top is the
//! documentation that `cargo linger explain` prints.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo names the package's folder");
    let out = env::var("OUT_DIR").expect("cargo names the output folder");
    let write = |name: &str, text: String| {
        fs::write(Path::new(&out).join(name), text).expect("the output folder is writable");
    };
    let rules = Path::new(&root).join("src/rules");
    let mut names = stems(&rules, "rs");
    names.retain(|stem| stem != "mod");
    write("rules.rs", listing(&rules, &names));
    let catalogue = Path::new(&root).join("catalogue");
    write("tables.rs", tables(&catalogue, &stems(&catalogue, "toml")));
}

/// The names of a folder's files of one kind, in order.
fn stems(folder: &Path, extension: &str) -> Vec<String> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut stems: Vec<String> = fs::read_dir(folder)
        .expect("the folder exists")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    stems.sort();
    stems
}

/// The name and text of each table.
fn tables(folder: &Path, stems: &[String]) -> String {
    let mut list = String::new();
    for stem in stems {
        let path = folder.join(format!("{stem}.toml"));
        let _ = writeln!(list, "({stem:?}, include_str!({path:?})),");
    }
    format!("static TABLES: &[(&str, &str)] = &[\n{list}];\n")
}

/// The modules, a constant for each name, and the list of all rules.
fn listing(folder: &Path, names: &[String]) -> String {
    let mut modules = String::new();
    let mut constants = String::new();
    let mut list = String::new();
    for stem in names {
        let path = folder.join(format!("{stem}.rs"));
        let source = fs::read_to_string(&path).expect("a rule's file can be read");
        let name = stem.replace('_', "-");
        let docs = docs(&name, &source);
        let constant = stem.to_uppercase();
        let _ = writeln!(modules, "#[path = {path:?}]\nmod {stem};");
        let _ = writeln!(constants, "/// `{name}`\npub const {constant}: &str = {name:?};");
        let _ = writeln!(list, "{stem}::RULE.named({name:?}, {docs:?}),");
    }
    format!(
        "{modules}
        /// The name of each rule, so that a misspelling does not compile.
        pub mod names {{\n{constants}}}
        static RULES: [Rule; {count}] = [\n{list}];\n",
        count = names.len(),
    )
}

/// The rule's documentation: the comment at the top of its file under the rule's name.
fn docs(name: &str, source: &str) -> String {
    let mut docs = format!("# {name}\n\n");
    for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        // What stands behind `rust` tells rustdoc how to test the example; readers need not see it.
        docs.push_str(if line.starts_with("```rust,") { "```rust" } else { line });
        docs.push('\n');
    }
    docs
}
