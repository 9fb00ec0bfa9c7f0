//! What the variables of the environment do, seen from a process of its own.

use linger::tokio;
use std::path::Path;
use std::process::{Command, Output};

#[linger::test(grace = "5ms")]
#[ignore = "leaks on purpose: the other tests run it"]
async fn leaks() {
    linger::spawn!(name = "left behind", std::future::pending::<()>());
}

#[linger::test(grace = "5ms")]
#[ignore = "leaks on purpose: the other tests run it"]
async fn fails_and_leaks() -> Result<(), String> {
    tokio::spawn(std::future::pending::<()>());
    Err("the test's own failure".to_owned())
}

/// Runs one of the tests above.
fn run(test: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("environment::{test}"), "--ignored", "--nocapture"]);
    for name in ["LINGER", "LINGER_OUTPUT", "LINGER_EVIDENCE", "LINGER_BACKTRACE"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied()).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_leak_fails_the_test_unless_told_otherwise() {
    let output = run("leaks", &[]);
    assert!(!output.status.success());
    assert!(text(&output).contains("error[leaked-task]"), "{}", text(&output));
    assert!(run("leaks", &[("LINGER", "fail")]).status.code() == output.status.code());
}

#[test]
fn off_sees_nothing() {
    let output = run("leaks", &[("LINGER", "off")]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(!text(&output).contains("leaked-task"));
}

#[test]
fn report_prints_and_fails_nothing() {
    let output = run("leaks", &[("LINGER", "report")]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("error[leaked-task]"));
}

#[test]
fn an_unknown_word_is_said_and_taken_as_fail() {
    let output = run("leaks", &[("LINGER", "quiet")]);
    assert!(!output.status.success());
    assert!(text(&output).contains("LINGER=quiet is none of off, report and fail"));
}

#[test]
fn a_failing_test_shows_its_leaks_beside_its_failure() {
    let output = run("fails_and_leaks", &[]);
    assert!(!output.status.success());
    let text = text(&output);
    assert!(text.contains("the test's own failure"), "{text}");
    assert!(text.contains("the test failed, and left something behind"), "{text}");
}

#[test]
fn reports_are_appended_as_lines_of_json() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports.jsonl");
    let _ = std::fs::remove_file(&file);
    let path = file.to_str().unwrap();
    let both = [("LINGER", "report"), ("LINGER_OUTPUT", path)];
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| run("leaks", &both));
        }
    });
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 4);
    for line in text.lines() {
        let report: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(report["findings"][0]["task"], "left behind");
        assert_eq!(report["scope"], "all::environment::leaks");
    }
}

#[linger::test(grace = "5ms")]
#[ignore = "the other tests run it"]
async fn ends_and_leaks() {
    tokio::spawn(async {}).await.unwrap();
    tokio::spawn(async {}).await.unwrap();
    tokio::spawn(std::future::pending::<()>());
}

#[test]
fn evidence_says_what_leaked_and_what_ended() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("evidence.jsonl");
    let _ = std::fs::remove_file(&file);
    run("ends_and_leaks", &[("LINGER_EVIDENCE", file.to_str().unwrap())]);
    let text = std::fs::read_to_string(&file).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{text}");
    let ended = report["ended"].as_array().unwrap();
    let here = ended.iter().filter(|one| one["file"].as_str().unwrap().ends_with("environment.rs"));
    let finished: Vec<_> = here.map(|one| one["finished"].as_u64().unwrap()).collect();
    assert_eq!(finished, [1, 1], "{text}");
}

#[test]
fn a_backtrace_is_shown_on_request() {
    let output = run("leaks", &[("LINGER_BACKTRACE", "1")]);
    let text = text(&output);
    assert!(text.contains("backtrace"), "{text}");
    assert!(text.contains("environment::leaks"), "{text}");
}

#[linger::test(grace = "5ms")]
#[ignore = "leaves a task of somebody else: the other tests run it"]
async fn leaves_an_unknown_task() {
    ::tokio::spawn(std::future::pending::<()>());
}

#[test]
fn tasks_of_others_are_counted_in_a_note() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unknown.jsonl");
    let _ = std::fs::remove_file(&file);
    let output = run("leaves_an_unknown_task", &[("LINGER_OUTPUT", file.to_str().unwrap())]);
    assert!(output.status.success(), "{}", text(&output));
    let report = std::fs::read_to_string(&file).unwrap();
    assert!(report.contains("\"rule\":\"unknown-tasks\",\"level\":\"warn\""), "{report}");
}
