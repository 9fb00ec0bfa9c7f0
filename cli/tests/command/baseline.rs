//! Findings that a baseline lists are not reported again.

use std::process::Command;

use cargo_linger::exit::Exit;

use crate::sandbox::{Ran, Sandbox, command};

/// A function with one finding, which is denied in these tests.
fn leak(name: &str) -> String {
    format!("fn {name}() {{\n    tokio::spawn(async {{ loop {{ work().await }} }});\n}}\n")
}

fn sandbox(text: &str) -> Sandbox {
    Sandbox::new(&[("src/a.rs", text)])
}

/// Runs with a baseline, as on a developer's machine.
fn run(sandbox: &Sandbox, args: &str) -> Ran {
    Ran::from(local(sandbox, args).output().unwrap())
}

fn local(sandbox: &Sandbox, args: &str) -> Command {
    let mut command = command(
        &sandbox.path(""),
        &format!(
            "src -D unstoppable-task -A unowned-spawn --format short --baseline known.json {args}"
        ),
    );
    command.env_remove("CI");
    command
}

fn kept(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.path("known.json")).unwrap()
}

#[test]
fn the_first_use_lists_all_and_later_ones_report_what_is_new() {
    let sandbox = sandbox(&leak("old"));
    let ran = run(&sandbox, "").ended(Exit::Clean);
    assert_eq!((&*ran.out, &*ran.err), ("", "note: 1 finding written to `known.json`\n"));
    let ran = run(&sandbox, "").ended(Exit::Clean);
    let note = "note: 1 finding listed in `known.json` not shown\n";
    assert_eq!((&*ran.out, &*ran.err), ("", note));

    sandbox.write("src/a.rs", format!("\n// moved\n{}{}", leak("new"), leak("old")));
    let ran = run(&sandbox, "").ended(Exit::Denied);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(ran.out.starts_with("src/a.rs:4:"), "{}", ran.out);
    run(&sandbox, "--write-baseline").ended(Exit::Clean);
    run(&sandbox, "").ended(Exit::Clean);
}

#[test]
fn lines_and_indentation_may_change() {
    let sandbox = sandbox(&leak("old"));
    run(&sandbox, "").ended(Exit::Clean);
    let indented = leak("old").replace("    ", "\t\t");
    sandbox
        .write("src/a.rs", format!("\u{feff}use a::b;\r\n\r\n{}", indented.replace('\n', "\r\n")));
    run(&sandbox, "").ended(Exit::Clean);
}

#[test]
fn of_equal_findings_one_more_is_new() {
    let line = "    tokio::spawn(async { loop { work().await } });\n";
    let file = |count: usize| format!("fn f() {{\n{}}}\n", line.repeat(count));
    let sandbox = sandbox(&file(2));
    run(&sandbox, "").ended(Exit::Clean);
    assert!(kept(&sandbox).contains("\"count\":2"), "{}", kept(&sandbox));
    sandbox.write("src/a.rs", file(3));
    let out = run(&sandbox, "").ended(Exit::Denied).out;
    assert!(out.starts_with("src/a.rs:4:") && out.lines().count() == 1, "{out}");
    sandbox.write("src/a.rs", file(1));
    run(&sandbox, "--prune-baseline").ended(Exit::Clean);
    assert!(!kept(&sandbox).contains("count"), "{}", kept(&sandbox));
}

#[test]
fn what_is_mended_is_told_and_pruned_and_nothing_else() {
    let sandbox = Sandbox::new(&[
        ("src/a.rs", &leak("a")),
        ("src/b.rs", &leak("b")),
        ("src/gone.rs", &leak("gone")),
        ("other/c.rs", &leak("c")),
    ]);
    run(&sandbox, "other --write-baseline").ended(Exit::Clean);
    sandbox.write("src/a.rs", "");
    sandbox.write("other/c.rs", "");
    std::fs::remove_file(sandbox.path("src/gone.rs")).unwrap();
    let before = kept(&sandbox);
    let err = run(&sandbox, "").ended(Exit::Clean).err;
    let note = "note: 2 findings listed in `known.json` no longer there: `--prune-baseline`\n";
    assert!(err.contains(note), "{err}");
    assert_eq!(kept(&sandbox), before);

    run(&sandbox, "-A unstoppable-task --prune-baseline").ended(Exit::Clean);
    let after = kept(&sandbox);
    assert!(after.contains("a.rs"), "a rule that is off says nothing of its entries: {after}");
    assert!(!after.contains("gone.rs"), "{after}");
    let err = run(&sandbox, "--prune-baseline").ended(Exit::Clean).err;
    assert!(err.contains("note: 1 finding taken out of `known.json`\n"), "{err}");
    let after = kept(&sandbox);
    assert!(!after.contains("a.rs"), "{after}");
    assert!(after.contains("b.rs") && after.contains("other/c.rs"), "{after}");
}

#[test]
fn a_file_that_no_longer_parses_keeps_its_entries() {
    let sandbox = sandbox(&leak("old"));
    run(&sandbox, "").ended(Exit::Clean);
    let before = kept(&sandbox);
    sandbox.write("src/a.rs", "fn f( {");
    run(&sandbox, "--prune-baseline").ended(Exit::Denied);
    assert_eq!(kept(&sandbox), before);
}

#[test]
fn it_is_the_same_from_every_folder() {
    let sandbox = sandbox(&leak("old"));
    run(&sandbox, "").ended(Exit::Clean);
    let mut below =
        command(&sandbox.path("src"), "a.rs -D unstoppable-task --baseline ../known.json");
    Ran::from(below.env_remove("CI").output().unwrap()).ended(Exit::Clean);
}

#[test]
fn a_ci_job_writes_none_unless_told() {
    let sandbox = sandbox(&leak("old"));
    let ran = Ran::from(local(&sandbox, "").env("CI", "true").output().unwrap()).ended(Exit::Wrong);
    let error = "error: there is no baseline `known.json`: `--write-baseline` writes it\n";
    assert_eq!(ran.err, error);
    assert_eq!(run(&sandbox, "--prune-baseline").ended(Exit::Wrong).err, error);
    let mut told = local(&sandbox, "--write-baseline");
    Ran::from(told.env("CI", "true").output().unwrap()).ended(Exit::Clean);
}

#[test]
fn a_file_that_is_no_baseline_is_an_error_and_stays() {
    let sandbox = sandbox(&leak("old"));
    sandbox.write("known.json", "{\"version\":1,\n\"findings\":[{\"file\":1}]}");
    for args in ["", "--write-baseline", "--prune-baseline"] {
        let err = run(&sandbox, args).ended(Exit::Wrong).err;
        assert!(err.starts_with("error: known.json:2:21: not a baseline: invalid type"), "{err}");
    }
    run(&sandbox, "--write-baseline --prune-baseline").ended(Exit::Wrong);
    sandbox.run("src --write-baseline").ended(Exit::Wrong);
    let err = sandbox.run("src --baseline src").ended(Exit::Wrong).err;
    assert!(err.starts_with("error: cannot read the baseline `src`: "), "{err}");
    let err = sandbox.run("src --write-baseline --baseline no/known.json").ended(Exit::Wrong).err;
    assert!(err.starts_with("error: cannot write the baseline `no/known.json`: "), "{err}");
}
