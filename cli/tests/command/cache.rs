//! What earlier runs found is used, and never believed blindly.

use std::fs;
use std::path::PathBuf;

use cargo_linger::exit::Exit;

use crate::sandbox::Sandbox;

const MANIFEST: &str = "[package]\nname = \"p\"\nedition = \"2024\"\n[workspace]\n";
const LEAK: &str =
    "pub fn f() {\n    std::thread::spawn(|| loop {\n        work()\n    });\n}\nfn work() {}\n";

fn package() -> Sandbox {
    Sandbox::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", LEAK)])
}

/// The files of the cache.
fn kept(sandbox: &Sandbox) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(sandbox.path("target/linger")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_second_run_finds_the_same() {
    let sandbox = package();
    let cold = sandbox.run("check --format json").ended(Exit::Denied);
    assert_eq!(kept(&sandbox).len(), 1);
    let warm = sandbox.run("check --format json").ended(Exit::Denied);
    assert!(cold.out.contains("unstoppable-task"));
    assert_eq!(cold.out, warm.out);
    assert_eq!(kept(&sandbox).len(), 1);
}

#[test]
fn what_is_kept_is_what_is_shown() {
    // The only way to see that the cache is read at all: what it holds is changed by hand.
    let sandbox = package();
    sandbox.run("check").ended(Exit::Denied);
    let file = kept(&sandbox).remove(0);
    let bytes = fs::read(&file).unwrap();
    let value = String::from_utf8(bytes[32..].to_vec()).unwrap().replace("deny", "warn");
    fs::write(&file, [blake3::hash(value.as_bytes()).as_bytes(), value.as_bytes()].concat())
        .unwrap();
    sandbox.run("check").ended(Exit::Clean);
    sandbox.run("check --no-cache").ended(Exit::Denied);
}

#[test]
fn a_change_is_seen() {
    let sandbox = package();
    sandbox.run("check").ended(Exit::Denied);
    sandbox.write("src/lib.rs", "pub fn f() {}\n");
    sandbox.run("check").ended(Exit::Clean);
    sandbox.write("src/lib.rs", LEAK);
    sandbox.run("check -A unstoppable-task").ended(Exit::Clean);
    sandbox.run("check").ended(Exit::Denied);
}

#[test]
fn broken_files_of_the_cache_do_no_harm() {
    let sandbox = package();
    let cold = sandbox.run("check --format json").ended(Exit::Denied);
    for bytes in [&b""[..], b"text", &[0; 4096]] {
        kept(&sandbox).iter().for_each(|file| fs::write(file, bytes).unwrap());
        assert_eq!(sandbox.run("check --format json").ended(Exit::Denied).out, cold.out);
    }
    fs::remove_dir_all(sandbox.path("target/linger")).unwrap();
    sandbox.write("target/linger", "a file where the folder was");
    assert_eq!(sandbox.run("check --format json").ended(Exit::Denied).out, cold.out);
}

#[test]
fn nothing_is_kept_where_nothing_was_asked_for_or_built() {
    let sandbox = package();
    sandbox.run("check --no-cache").ended(Exit::Denied);
    assert!(kept(&sandbox).is_empty());
    let folder = Sandbox::new(&[("lib.rs", LEAK)]);
    folder.run("check .").ended(Exit::Denied);
    assert!(!folder.path("target").exists());
}
