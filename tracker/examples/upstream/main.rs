//! Runs the own tests of mirrored crates against their mirrors:
//!
//! ```text
//! cargo run -p linger --features full --example upstream                    # all that are listed
//! cargo run -p linger --features full --example upstream tokio              # those of one crate
//! cargo run -p linger --features full --example upstream tokio sync_mpsc    # some of them
//! ```
//!
//! The published crates carry their tests. They are compiled where cargo's registry has them, against
//! packages of the same names that re-export the mirrors; nothing of them is copied.

mod suites;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};
use suites::{SUITES, Suite};

fn main() -> ExitCode {
    let wanted: Vec<String> = env::args().skip(1).collect();
    match run(&wanted) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("upstream: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(wanted: &[String]) -> io::Result<bool> {
    let tracker = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| tracker.with_file_name("target"), PathBuf::from);
    let work = target.join("upstream");
    let (name, files) = match wanted {
        [] => (None, wanted),
        [name, files @ ..] => (Some(name.as_str()), files),
    };
    if let Some(name) = name.filter(|name| SUITES.iter().all(|suite| suite.name != *name)) {
        return Err(io::Error::other(format!("no crate {name:?} is mirrored")));
    }
    let metadata = metadata(tracker)?;
    let members: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
    write(
        &work.join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"2\"\nmembers = {members:?}\n"),
    )?;
    for suite in SUITES {
        lay_out(suite, &work.join(suite.name), &metadata, tracker)?;
    }
    let lock = tracker.with_file_name("Cargo.lock");
    if !work.join("Cargo.lock").exists() && lock.exists() {
        // The versions that the workspace uses.
        fs::copy(lock, work.join("Cargo.lock"))?;
    }

    let mut passed = true;
    for suite in SUITES.iter().filter(|suite| name.is_none_or(|name| name == suite.name)) {
        let mut cargo = cargo();
        cargo.args(["test", "--no-fail-fast", "-p", &format!("upstream-{}", suite.name)]);
        cargo.current_dir(&work).env("CARGO_TARGET_DIR", target.join("upstream-target"));
        let all = suite.tests.iter().chain(suite.unit_tests);
        for test in all.filter(|test| files.is_empty() || files.iter().any(|file| file == *test)) {
            cargo.args(["--test", test]);
        }
        passed &= cargo.status()?.success();
    }
    Ok(passed)
}

/// Writes two packages: one that has the crate's name and is the mirror, and one that has the
/// crate's tests.
fn lay_out(
    suite: &Suite,
    folder: &Path,
    metadata: &serde_json::Value,
    tracker: &Path,
) -> io::Result<()> {
    let library = suite.name.replace('-', "_");
    let facade = folder.join("facade");
    let text = format!("//! As linger mirrors it.\npub use linger::{library}::*;\n");
    write(&facade.join("src/lib.rs"), &text)?;
    write(&facade.join("Cargo.toml"), &facade_manifest(suite, &library, tracker))?;
    let upstream = folder_of(metadata, suite.from.unwrap_or(suite.name))?;
    let mut tests = String::new();
    let mut add = |test: &str, path: &Path| {
        tests.push_str(&format!("\n[[test]]\nname = {test:?}\npath = {path:?}\n"));
    };
    for test in suite.tests {
        add(test, &upstream.join("tests").join(format!("{test}.rs")));
    }
    for test in suite.unit_tests {
        let source = fs::read_to_string(upstream.join("src").join(format!("{test}.rs")))?;
        let path = folder.join("src").join(format!("{test}.rs"));
        write(&path, &unit_tests(&source, &library, suite.private))?;
        add(test, &path);
    }
    write(&folder.join("Cargo.toml"), &manifest(suite, &tests))?;
    write(&folder.join("lib.rs"), "")
}

/// The test modules at the end of a source file, as a file of their own in the target folder.
fn unit_tests(source: &str, library: &str, private: &str) -> String {
    let tests = source.find("\n#[cfg(test)]\n").map_or("", |start| &source[start..]);
    let import = if private.is_empty() { "" } else { "use super::Private as _; " };
    format!("{private}{}", tests.replace("use crate::", &format!("{import}use {library}::")))
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What cargo says of the packages that the workspace uses.
fn metadata(tracker: &Path) -> io::Result<serde_json::Value> {
    let output = cargo()
        .args(["metadata", "--format-version", "1", "--all-features"])
        .current_dir(tracker)
        .output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Where cargo keeps the source of a package that the workspace uses.
fn folder_of(metadata: &serde_json::Value, name: &str) -> io::Result<PathBuf> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    packages
        .iter()
        .find(|package| package["name"] == name)
        .and_then(|package| package["manifest_path"].as_str())
        .and_then(|manifest| Path::new(manifest).parent())
        .map(Path::to_owned)
        .ok_or_else(|| io::Error::other(format!("the workspace does not use {name}")))
}

fn facade_manifest(suite: &Suite, library: &str, tracker: &Path) -> String {
    let name = suite.name;
    // Tokio's tests stop the clock.
    let features = if name.starts_with("tokio") { ", \"test-util\"" } else { "" };
    format!(
        r#"[package]
name = "{name}-facade"
version = "0.0.0"
edition = "2024"

[lib]
name = {library:?}

[dependencies]
linger = {{ path = {tracker:?}, features = [{name:?}{features}] }}
"#
    )
}

fn manifest(suite: &Suite, tests: &str) -> String {
    let Suite { name, features, dependencies, .. } = suite;
    format!(
        r#"[package]
name = "upstream-{name}"
# One of tokio's tests looks for this in the manifest.
homepage = "https://tokio.rs"
version = "0.0.0"
edition = "2021"
autotests = false

[lib]
path = "lib.rs"

[features]{features}
[dependencies]
{name} = {{ package = "{name}-facade", path = "facade" }}{dependencies}
[lints.rust]
unexpected_cfgs = "allow"
{tests}"#
    )
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // An unchanged file keeps its time, so that cargo builds nothing anew.
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)
}
