//! `--fix`: what it changes compiles, and it changes nothing that could not be taken back.
//!
//! `fixtures/fixes` has a program for each rule that proposes changes, as it is before and, under
//! the name `….fixed.rs`, after.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_linger::exit::Exit;

use crate::sandbox::Sandbox;

const LEAK: &str = "async fn f() {\n    g();\n}\nasync fn g() {}\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rules that have a fixture, with its text before and after.
fn fixtures() -> Vec<(String, String, String)> {
    let folder = root().join("fixtures/fixes");
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let mut rules: Vec<_> = names
        .filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned()))
        .filter(|name| !name.ends_with(".fixed"))
        .collect();
    rules.sort();
    let read = |name: String| fs::read_to_string(folder.join(name)).unwrap();
    let texts =
        |rule: String| (rule.clone(), read(format!("{rule}.rs")), read(format!("{rule}.fixed.rs")));
    rules.into_iter().map(texts).collect()
}

/// A package with a program for each fixture.
fn package() -> Sandbox {
    let manifest = "[package]\nname = \"fixes\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
         [workspace]\n\n[dependencies]\n\
         tokio = { version = \"1\", features = [\"macros\", \"rt\", \"sync\", \"time\"] }\ntokio-util = \"0.7\"\n\
         parking_lot = \"0.12\"\n";
    let sandbox = Sandbox::new(&[("Cargo.toml", manifest)]);
    // The same versions as this workspace has, so that they are there already.
    sandbox.write("Cargo.lock", fs::read(root().join("Cargo.lock")).unwrap());
    for (rule, before, _) in fixtures() {
        sandbox.write(&format!("src/bin/{rule}.rs"), before);
    }
    sandbox
}

#[test]
fn each_change_compiles_and_silences_its_finding() {
    let sandbox = package();
    let found = |args: &str| {
        let ran = sandbox.run(&format!("check --format json {args}"));
        let lines: Vec<serde_json::Value> =
            ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines
    };
    let fixable = |findings: &[serde_json::Value]| {
        findings.iter().filter(|finding| !finding["fix"].is_null()).count()
    };
    let before = found("");
    let after = found("--fix --allow-dirty");
    assert_eq!(fixable(&after), 0, "{after:#?}");
    assert_eq!(after.len() + fixable(&before), before.len(), "{after:#?}");
    for (rule, _, fixed) in fixtures() {
        let of_rule = before.iter().filter(|finding| finding["rule"] == rule.as_str());
        assert!(of_rule.clone().any(|finding| !finding["fix"].is_null()), "{rule} fixes nothing");
        assert!(of_rule.clone().any(|finding| finding["fix"].is_null()), "{rule} fixes all");
        let text = fs::read_to_string(sandbox.path(&format!("src/bin/{rule}.rs"))).unwrap();
        assert_eq!(text, fixed, "{rule}");
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(sandbox.path("")).args(["check", "--quiet"]);
    cargo.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixes"));
    cargo.env_remove("RUSTFLAGS");
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn each_rule_that_proposes_a_change_has_a_fixture() {
    let rules = fs::read_dir(root().join("lint/src/rules")).unwrap();
    for path in rules.map(|entry| entry.unwrap().path()) {
        let proposes = fs::read_to_string(&path).unwrap().contains(".fix(");
        let rule = path.file_stem().unwrap().to_string_lossy().replace('_', "-");
        let has = fixtures().iter().any(|(name, ..)| *name == rule);
        assert_eq!(proposes, has, "{rule}");
    }
}

/// A git repository with the files in one commit.
fn repository(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new(files);
    for args in [
        &["init", "-q"][..],
        &["config", "user.email", "a@b"],
        &["config", "user.name", "a"],
        &["add", "."],
        &["commit", "-q", "--no-gpg-sign", "-m", "a"],
    ] {
        let mut git = Command::new("git");
        assert!(git.current_dir(sandbox.path("")).args(args).status().unwrap().success());
    }
    sandbox
}

#[test]
fn a_clean_tree_is_changed_and_what_was_done_is_said() {
    let sandbox = repository(&[("a.rs", LEAK)]);
    let ran = sandbox.run("--fix a.rs --format short").ended(Exit::Clean);
    assert_eq!((&*ran.out, &*ran.err), ("", "note: 1 finding fixed in 1 file\n"));
    let text = fs::read_to_string(sandbox.path("a.rs")).unwrap();
    assert_eq!(text, LEAK.replace("    g();", "    g().await;"));
    // Again, when that is committed no more: there is nothing left to change.
    let ran = sandbox.run("--fix --allow-dirty a.rs --format short").ended(Exit::Clean);
    assert_eq!(ran.err, "note: nothing here can be fixed by a machine\n");
}

#[test]
fn a_tree_with_changes_is_left_alone_unless_told_otherwise() {
    let sandbox = repository(&[("a.rs", LEAK), ("b.txt", "b")]);
    sandbox.write("b.txt", "c");
    let ran = sandbox.run("--fix a.rs").ended(Exit::Wrong);
    assert_eq!(
        ran.err,
        "error: `b.txt` has changes that are not committed: `--fix` needs `--allow-dirty` here\n"
    );
    assert_eq!(fs::read_to_string(sandbox.path("a.rs")).unwrap(), LEAK);
    sandbox.run("--fix --allow-dirty a.rs").ended(Exit::Clean);
    assert_ne!(fs::read_to_string(sandbox.path("a.rs")).unwrap(), LEAK);
}

#[test]
fn without_a_repository_nothing_is_changed_unless_told_otherwise() {
    let sandbox = Sandbox::new(&[("a.rs", LEAK)]);
    let ran = sandbox.run("--fix a.rs").ended(Exit::Wrong);
    assert!(ran.err.contains("no git repository"), "{}", ran.err);
    assert_eq!(fs::read_to_string(sandbox.path("a.rs")).unwrap(), LEAK);
}

#[test]
fn line_ends_and_a_byte_order_mark_stay() {
    let text = format!("\u{feff}{}", LEAK.replace('\n', "\r\n"));
    let sandbox = repository(&[("a.rs", &text)]);
    sandbox.run("--fix a.rs").ended(Exit::Clean);
    let fixed = fs::read_to_string(sandbox.path("a.rs")).unwrap();
    assert_eq!(fixed, text.replace("    g();", "    g().await;"));
}
