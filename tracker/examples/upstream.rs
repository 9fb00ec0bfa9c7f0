//! Runs tokio's own tests against the mirror:
//!
//! ```text
//! cargo run -p linger --example upstream                    # all that are listed here
//! cargo run -p linger --example upstream sync_mpsc          # some
//! ```
//!
//! The published tokio carries its tests. They are compiled where cargo's registry has them, against
//! a package named `tokio` that re-exports the mirror; nothing of them is copied.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// The tests of what is mirrored. Left out are those of files, sockets, processes and signals,
/// which are re-exported, those that need `--cfg tokio_unstable`, and `time_interval`, whose types
/// the compiler can no longer infer beside serde_json.
const TESTS: &[&str] = &[
    "async_send_sync",
    "coop_budget",
    "join_handle_panic",
    "macros_join",
    "macros_pin",
    "macros_select",
    "macros_test",
    "macros_try_join",
    "no_rt",
    "rt_basic",
    "rt_busy_tick",
    "rt_common",
    "rt_common_before_park",
    "rt_handle",
    "rt_handle_block_on",
    "rt_local",
    "rt_metrics",
    "rt_panic",
    "rt_shutdown_err",
    "rt_spawn_blocking",
    "rt_threaded",
    "rt_time_start_paused",
    "rt_worker_index",
    "sync_barrier",
    "sync_broadcast",
    "sync_broadcast_weak",
    "sync_errors",
    "sync_mpsc",
    "sync_mpsc_weak",
    "sync_mutex",
    "sync_mutex_owned",
    "sync_notify",
    "sync_notify_owned",
    "sync_once_cell",
    "sync_oneshot",
    "sync_panic",
    "sync_rwlock",
    "sync_semaphore",
    "sync_semaphore_owned",
    "sync_set_once",
    "sync_watch",
    "task_abort",
    "task_blocking",
    "task_id",
    "task_join_set",
    "task_local",
    "task_local_set",
    "task_panic",
    "task_yield_now",
    "test_clock",
    "time_panic",
    "time_pause",
    "time_rt",
    "time_sleep",
    "time_timeout",
    "unwindsafe",
];

const FACADE: &str = r#"//! Tokio, as linger mirrors it.
pub use linger::tokio::*;
"#;

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
    let tokio = folder_of_tokio(tracker)?;
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| tracker.with_file_name("target"), PathBuf::from);
    let work = target.join("upstream");
    write(&work.join("facade/src/lib.rs"), FACADE)?;
    write(&work.join("facade/Cargo.toml"), &facade(tracker))?;
    write(&work.join("Cargo.toml"), &manifest(&tokio))?;
    write(&work.join("lib.rs"), "")?;
    let lock = tracker.with_file_name("Cargo.lock");
    if !work.join("Cargo.lock").exists() && lock.exists() {
        // The versions that the workspace uses.
        fs::copy(lock, work.join("Cargo.lock"))?;
    }

    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg("test").arg("--no-fail-fast").current_dir(&work);
    cargo.env("CARGO_TARGET_DIR", target.join("upstream-target"));
    for test in TESTS.iter().filter(|test| wanted.is_empty() || wanted.iter().any(|w| w == *test)) {
        cargo.args(["--test", test]);
    }
    Ok(cargo.status()?.success())
}

/// Where cargo keeps the source of the tokio that the workspace uses.
fn folder_of_tokio(tracker: &Path) -> io::Result<PathBuf> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1"])
        .current_dir(tracker)
        .output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    packages
        .iter()
        .find(|package| package["name"] == "tokio")
        .and_then(|package| package["manifest_path"].as_str())
        .and_then(|manifest| Path::new(manifest).parent())
        .map(Path::to_owned)
        .ok_or_else(|| io::Error::other("the workspace does not use tokio"))
}

fn facade(tracker: &Path) -> String {
    format!(
        r#"[package]
name = "tokio-facade"
version = "0.0.0"
edition = "2024"

[lib]
name = "tokio"

[dependencies]
linger = {{ path = {tracker:?}, features = ["test-util"] }}
"#
    )
}

fn manifest(tokio: &Path) -> String {
    let tests: String = TESTS
        .iter()
        .map(|test| {
            let path = tokio.join("tests").join(format!("{test}.rs"));
            format!("\n[[test]]\nname = {test:?}\npath = {path:?}\n")
        })
        .collect();
    format!(
        r#"[package]
name = "upstream"
# One of the tests looks for this in the manifest.
homepage = "https://tokio.rs"
version = "0.0.0"
edition = "2021"
autotests = false

[workspace]

[lib]
path = "lib.rs"

[features]
default = ["full", "test-util", "rt", "sync", "time"]
full = []
rt = []
sync = []
time = []
test-util = []

[dependencies]
tokio = {{ package = "tokio-facade", path = "facade" }}
# What upstream's tests use besides.
real-tokio = {{ package = "tokio", version = "1", features = ["full", "test-util"] }}
async-stream = "0.3"
bytes = "1"
futures = {{ version = "0.3", features = ["async-await"] }}
futures-concurrency = "7"
futures-test = "0.3"
mockall = "0.13"
pin-project-lite = "0.2"
proptest = "1"
rand = "0.9"
socket2 = "0.6"
tempfile = "3"
tokio-stream = "0.1"
tokio-test = "0.4"
tokio-util = {{ version = "0.7", features = ["rt"] }}

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
