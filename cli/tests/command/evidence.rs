//! What was read, held against what runs saw.

use cargo_linger::exit::Exit;

use crate::sandbox::{Sandbox, run_in};

const SOURCE: &str = "\
pub fn left() {
    tokio::spawn(async { std::future::pending::<()>().await });
}

pub fn over() {
    tokio::spawn(async {});
}

pub fn unseen() {
    other::start();
}
";

const MANIFEST: &str =
    "[package]\nname = \"member\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n";

fn place(line: usize) -> String {
    let column = 5;
    format!(
        r#"{{"start":{{"line":{line},"column":{column},"byte":0}},"end":{{"line":{line},"column":9,"byte":0}}}}"#
    )
}

fn leak(line: usize) -> String {
    format!(
        r#"{{"rule":"leaked-task","level":"deny","message":"task outlives its scope","file":"member/src/lib.rs","span":{},"labels":[],"help":"","fix":null,"origin":"run","certainty":"likely","severity":"error","count":2,"scope":"a test","owner":[],"task":null}}"#,
        place(line)
    )
}

/// A workspace, and what a run in it wrote.
fn sandbox() -> Sandbox {
    let lines = format!(
        r#"{{"scope":"a test","findings":[{},{}],"ended":[{{"file":"member/src/lib.rs","span":{},"finished":3,"cancelled":1,"panicked":0}}]}}"#,
        leak(2),
        leak(10),
        place(6)
    );
    Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"member\"]\nresolver = \"2\"\n"),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"member\"\nversion = \"0.1.0\"\n"),
        ("member/Cargo.toml", MANIFEST),
        ("member/src/lib.rs", SOURCE),
        ("runs.jsonl", &lines),
    ])
}

/// What is said of each line.
fn lines(out: &str) -> Vec<(usize, &str)> {
    let line = |line: &str| line.split(':').nth(1).and_then(|number| number.parse().ok());
    out.lines().filter_map(|text| Some((line(text)?, text))).collect()
}

#[test]
fn leaks_confirm_and_ends_are_told() {
    let ran = sandbox().run("--format short --evidence runs.jsonl").ended(Exit::Denied);
    let [(2, left), (6, over), (10, unseen)] = &*lines(&ran.out) else { panic!("{ran:#?}") };
    assert!(left.contains("warning[unowned-spawn]"), "{left}");
    assert!(
        left.ends_with("(confirmed by a run: leaked-task, likely, seen 2 times in a test)"),
        "{left}"
    );
    assert!(over.ends_with("(ran to its end every time: seen 4 times, 1 cancelled)"), "{over}");
    assert!(unseen.contains("error[leaked-task]"), "{unseen}");
    assert!(unseen.ends_with("(likely, seen 2 times in a test)"), "{unseen}");
}

#[test]
fn the_compilers_names_are_understood_from_a_folder_of_the_workspace() {
    let sandbox = sandbox();
    let ran = run_in(&sandbox.path("member"), "--format short --evidence ../runs.jsonl");
    let ran = ran.ended(Exit::Denied);
    assert!(ran.out.contains("src/lib.rs:2:5: warning[unowned-spawn]"), "{}", ran.out);
    assert_eq!(ran.out.matches("confirmed by a run").count(), 1, "{}", ran.out);
    assert_eq!(ran.out.matches("leaked-task]").count(), 1, "{}", ran.out);
}

#[test]
fn the_json_says_it_in_a_field_of_its_own() {
    let out = sandbox().run("--format json --evidence runs.jsonl").out;
    assert!(
        out.contains(
            r#""origin":"lint","evidence":{"verdict":"confirmed","rule":"leaked-task","certainty":"likely","count":2,"scope":"a test"}}"#
        ),
        "{out}"
    );
    assert!(
        out.contains(r#""evidence":{"verdict":"ended","finished":3,"cancelled":1,"panicked":0}}"#),
        "{out}"
    );
}

#[test]
fn evidence_that_can_not_be_read_is_an_error_and_the_check_is_made() {
    let ran = sandbox().run("--format short --evidence none.jsonl").ended(Exit::Wrong);
    assert!(ran.err.contains("cannot read `none.jsonl`"), "{}", ran.err);
    assert!(ran.out.contains("unowned-spawn"), "{}", ran.out);
}

#[test]
fn what_is_wrong_with_a_record_is_said_once_however_often_a_fix_looks_again() {
    let sandbox = sandbox();
    sandbox.write("member/src/lib.rs", "async fn f() {\n    g();\n}\nasync fn g() {}\n");
    sandbox.write("torn.jsonl", "{\"scope\":");
    sandbox.write("kept.json", "{\"version\":1,\"findings\":[]}");
    let ran = sandbox
        .run("--fix --allow-dirty --evidence torn.jsonl --baseline kept.json --prune-baseline");
    let ran = ran.ended(Exit::Wrong);
    assert_eq!(ran.err.matches("torn.jsonl").count(), 1, "{}", ran.err);
    assert!(ran.err.matches("kept.json").count() <= 1, "{}", ran.err);
    assert!(ran.err.contains("1 finding fixed"), "{}", ran.err);
}
