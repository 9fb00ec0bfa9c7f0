//! Lists the rules: one entry for each file in `src/rules`, so that adding a rule means adding
//! its file.
//!
//! The name of the file is the name of the rule, and the `//!` comment at its top is the
//! documentation that `cargo linger explain` prints.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=src/rules");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo names the package's folder");
    let folder = Path::new(&root).join("src/rules");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder of rules exists")
        .map(|entry| entry.expect("the folder of rules can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|stem| stem != "mod")
        .collect();
    names.sort();
    let out = env::var("OUT_DIR").expect("cargo names the output folder");
    let listing = listing(&folder, &names);
    fs::write(Path::new(&out).join("rules.rs"), listing).expect("the output folder is writable");
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
