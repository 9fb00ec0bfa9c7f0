//! What runs wrote, shown.

use cargo_linger::exit::Exit;

use crate::sandbox::Sandbox;

const PLACE: &str =
    r#"{"start":{"line":2,"column":5,"byte":0},"end":{"line":2,"column":17,"byte":0}}"#;

/// A line as the tracker writes it.
fn line(scope: &str, severity: &str) -> String {
    let level = if severity == "error" { "deny" } else { "warn" };
    format!(
        r#"{{"scope":"{scope}","findings":[{{"rule":"leaked-task","level":"{level}","message":"task outlives its scope","file":"member/src/a.rs","span":{PLACE},"labels":[],"help":"","fix":null,"origin":"run","certainty":"likely","severity":"{severity}","count":2,"scope":"{scope}","owner":[],"task":null}}]}}"#
    )
}

fn sandbox(lines: &str) -> Sandbox {
    Sandbox::new(&[
        ("member/src/a.rs", "async fn f() {\n    tokio::spawn(g());\n}\n"),
        ("runs.jsonl", lines),
    ])
}

#[test]
fn runs_are_merged_and_shown_with_their_source() {
    let lines = format!("{}\n{}\n", line("a", "error"), line("b", "error"));
    let ran = sandbox(&lines).run("report runs.jsonl").ended(Exit::Denied);
    assert!(ran.out.contains("--> member/src/a.rs:2:5"), "{}", ran.out);
    assert!(ran.out.contains("tokio::spawn(g());\n  |     ^^^^^^^^^^^^\n"), "{}", ran.out);
    assert!(!ran.out.contains("help"), "{}", ran.out);
    assert!(ran.out.contains("likely, seen 4 times in a, b"), "{}", ran.out);
    assert!(
        ran.out.contains("1 finding: 1 denied, 0 warnings in 2 reports of runs"),
        "{}",
        ran.out
    );
}

#[test]
fn the_source_is_found_from_a_folder_of_the_workspace() {
    let sandbox = sandbox(&line("a", "note"));
    let ran = crate::sandbox::run_in(&sandbox.path("member/src"), "report ../../runs.jsonl");
    assert!(ran.ended(Exit::Clean).out.contains("tokio::spawn(g());"));
}

#[test]
fn every_format_takes_runs() {
    let sandbox = sandbox(&line("a", "error"));
    for format in ["human", "short", "json", "github", "sarif", "rustc", "gitlab", "junit", "html"]
    {
        let ran = sandbox.run(&format!("report runs.jsonl --format {format}")).ended(Exit::Denied);
        assert!(ran.out.contains("task outlives its scope"), "{format}: {}", ran.out);
    }
}

#[test]
fn a_torn_line_is_named_and_the_rest_is_shown() {
    let whole = line("a", "error");
    let lines = format!("{whole}\n{}\nlinger: something\n{whole}\n", &whole[..40]);
    let ran = sandbox(&lines).run("report runs.jsonl --format short").ended(Exit::Wrong);
    assert!(ran.out.contains("seen 4 times in a"), "{}", ran.out);
    assert_eq!(
        ran.err,
        "error: runs.jsonl:2: the line is torn: it ends in the middle\n\
         error: runs.jsonl:3: this is no JSON: expected value\n"
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let ran = sandbox(&line("a", "note")).run("report none runs.jsonl --format short");
    let ran = ran.ended(Exit::Wrong);
    assert!(ran.err.contains("cannot read `none`"), "{}", ran.err);
    assert!(ran.out.contains("leaked-task"), "{}", ran.out);
}

#[test]
fn what_the_linter_printed_can_be_shown_again() {
    let sandbox = Sandbox::new(&[("a.rs", "fn f() {} // linger: allow(no-rule): why\n")]);
    let json = sandbox.run("a.rs --format json").out;
    sandbox.write("found.jsonl", &json);
    assert_eq!(sandbox.run("report found.jsonl --format json").out, json);
}
