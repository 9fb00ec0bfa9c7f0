//! Threads that linger did not see starting, seen from a process that runs one test.
#![cfg(target_os = "linux")]

use linger::tokio;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A thread that ends with the process, and is there when this returns.
fn left_behind(name: Option<&str>) {
    let (started, ready) = mpsc::channel();
    let mut builder = thread::Builder::new();
    if let Some(name) = name {
        builder = builder.name(name.to_owned());
    }
    let run = move || {
        started.send(()).unwrap();
        thread::sleep(Duration::from_secs(3600));
    };
    builder.spawn(run).unwrap();
    ready.recv().unwrap();
}

#[linger::test]
#[ignore = "leaks on purpose: the other tests run it"]
fn a_thread_of_a_library() {
    left_behind(Some("pump"));
    thread::spawn(|| ()).join().unwrap();
}

#[linger::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other tests run it"]
async fn threads_of_the_runtime() {
    tokio::spawn(async {}).await.unwrap();
    tokio::task::spawn_blocking(|| ()).await.unwrap();
    linger::std::thread::spawn(|| ()).join().unwrap();
    thread::spawn(|| ()).join().unwrap();
}

/// What a test of this module that runs so reports as JSON.
fn run(test: &str, arguments: &[&str]) -> String {
    let name = format!("{test}{}-{}.json", arguments.concat(), std::process::id());
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    // An earlier process may have had this number.
    let _ = std::fs::remove_file(&file);
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("system::{test}"), "--ignored"]).args(arguments);
    command.env("LINGER_OUTPUT", &file).env_remove("LINGER");
    command.env_remove("NEXTEST").env_remove("RUST_TEST_THREADS");
    let output = command.output().unwrap();
    // A note fails nothing.
    assert!(output.status.success(), "{output:?}");
    std::fs::read_to_string(&file).unwrap_or_default()
}

#[test]
fn a_thread_that_stays_is_noted_where_tests_run_one_by_one() {
    for arguments in [&["--test-threads=1"][..], &["--test-threads", "1"]] {
        let json = run("a_thread_of_a_library", arguments);
        let report: serde_json::Value = serde_json::from_str(&json).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let [finding] = &findings[..] else { panic!("not one finding in {json}") };
        assert_eq!(finding["rule"], "leaked-thread");
        assert_eq!(finding["severity"], "note");
        assert_eq!(finding["task"], "pump");
        let message = finding["message"].as_str().unwrap();
        let expected = "thread that linger did not see starting outlives its scope";
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn where_tests_run_side_by_side_nobody_is_blamed_for_a_strange_thread() {
    assert_eq!(run("a_thread_of_a_library", &["--test-threads=2"]), "");
}

#[test]
fn threads_that_are_joined_or_of_the_runtime_are_not_noted() {
    assert_eq!(run("threads_of_the_runtime", &["--test-threads=1"]), "");
}
