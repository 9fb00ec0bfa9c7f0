//! Runs the own tests of tokio and tokio-util against their mirrors:
//!
//! ```text
//! cargo run -p linger --features tokio-util --example upstream              # all that are listed
//! cargo run -p linger --features tokio-util --example upstream sync_mpsc    # some
//! ```
//!
//! The published crates carry their tests. They are compiled where cargo's registry has them, against
//! packages of the same names that re-export the mirrors; nothing of them is copied.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// A crate, and those of its tests that concern what is mirrored.
struct Upstream {
    name: &'static str,
    tests: &'static [&'static str],
}

const UPSTREAMS: &[Upstream] =
    &[Upstream { name: "tokio", tests: TOKIO }, Upstream { name: "tokio-util", tests: TOKIO_UTIL }];

/// Left out are the tests of files, sockets, processes and signals,
/// which are re-exported, those that need `--cfg tokio_unstable`, and `time_interval`, whose types
/// the compiler can no longer infer beside serde_json.
const TOKIO: &[&str] = &[
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

/// Left out are the tests of codecs, I/O and clocks, which are re-exported, and those of `PollSender`
/// and `PollSemaphore`, which take tokio's own types.
const TOKIO_UTIL: &[&str] = &[
    "abort_on_drop",
    "future",
    "spawn_pinned",
    "sync_cancellation_token",
    "task_join_map",
    "task_join_queue",
    "task_tracker",
];

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
    let metadata = metadata(tracker)?;
    let mut tests = String::new();
    for Upstream { name, tests: names } in UPSTREAMS {
        let module = name.replace('-', "_");
        let text = format!("//! As linger mirrors it.\npub use linger::{module}::*;\n");
        write(&work.join(name).join("src/lib.rs"), &text)?;
        write(&work.join(name).join("Cargo.toml"), &facade(name, &module, tracker))?;
        let folder = folder_of(&metadata, name)?.join("tests");
        tests.extend(names.iter().map(|test| {
            let path = folder.join(format!("{test}.rs"));
            format!("\n[[test]]\nname = {test:?}\npath = {path:?}\n")
        }));
    }
    write(&work.join("Cargo.toml"), &manifest(&tests))?;
    write(&work.join("lib.rs"), "")?;
    let lock = tracker.with_file_name("Cargo.lock");
    if !work.join("Cargo.lock").exists() && lock.exists() {
        // The versions that the workspace uses.
        fs::copy(lock, work.join("Cargo.lock"))?;
    }

    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg("test").arg("--no-fail-fast").current_dir(&work);
    cargo.env("CARGO_TARGET_DIR", target.join("upstream-target"));
    let all = UPSTREAMS.iter().flat_map(|upstream| upstream.tests);
    for test in all.filter(|test| wanted.is_empty() || wanted.iter().any(|w| w == *test)) {
        cargo.args(["--test", test]);
    }
    Ok(cargo.status()?.success())
}

/// What cargo says of the packages that the workspace uses.
fn metadata(tracker: &Path) -> io::Result<serde_json::Value> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
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

fn facade(name: &str, library: &str, tracker: &Path) -> String {
    format!(
        r#"[package]
name = "{name}-facade"
version = "0.0.0"
edition = "2024"

[lib]
name = {library:?}

[dependencies]
linger = {{ path = {tracker:?}, features = ["test-util", "tokio-util"] }}
"#
    )
}

fn manifest(tests: &str) -> String {
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
default = ["full", "test-util", "rt", "sync", "time", "join-map"]
full = []
join-map = []
rt = []
sync = []
time = []
test-util = []

[dependencies]
tokio = {{ package = "tokio-facade", path = "tokio" }}
tokio-util = {{ package = "tokio-util-facade", path = "tokio-util" }}
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
