//! Only a part of what is found is reported: some files, or what changed since a revision.

use std::process::Command;

use cargo_linger::exit::Exit;

use crate::sandbox::{Ran, Sandbox, command};

/// A function whose only finding is on its first line, or on the second if that changes.
const LEAK: &str = "fn f() {\n    tokio::spawn(async { loop { work().await } });\n}\n";

fn git(sandbox: &Sandbox, args: &str) {
    let mut git = Command::new("git");
    git.current_dir(sandbox.path("")).args(args.split(' '));
    for (key, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GIT_AUTHOR_NAME", "a"),
        ("GIT_AUTHOR_EMAIL", "a@b"),
        ("GIT_COMMITTER_NAME", "a"),
        ("GIT_COMMITTER_EMAIL", "a@b"),
    ] {
        git.env(key, value);
    }
    let output = git.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// With everything in a first commit, which is called `first`.
fn repository(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new(files);
    git(&sandbox, "init -q -b main");
    commit(&sandbox);
    git(&sandbox, "tag first");
    sandbox
}

fn commit(sandbox: &Sandbox) {
    git(sandbox, "add -A");
    git(sandbox, "commit -q -m x");
}

/// The places of what is reported.
#[track_caller]
fn places(sandbox: &Sandbox, args: &str) -> Vec<String> {
    let args = format!("{args} -D unstoppable-task -A unowned-spawn --format short");
    let ran = sandbox.run(&args);
    let ended = if ran.out.is_empty() { Exit::Clean } else { Exit::Denied };
    let out = ran.ended(ended).out;
    out.lines().map(|line| line.split(": ").next().unwrap().to_owned()).collect()
}

#[test]
fn only_files_that_match_are_reported() {
    let sandbox = Sandbox::new(&[
        ("src/lib.rs", &format!("mod net;\n{LEAK}")),
        ("src/net.rs", LEAK),
        ("src/bin/tool.rs", LEAK),
        ("Cargo.toml", "[package]\nname = \"p\"\nedition = \"2024\"\n"),
    ]);
    assert_eq!(places(&sandbox, ".").len(), 3);
    assert_eq!(places(&sandbox, ". --only net.rs"), ["src/net.rs:2:5"]);
    assert_eq!(places(&sandbox, ". --only /src --only !net.rs --only !bin"), ["src/lib.rs:3:5"]);
    assert_eq!(places(&sandbox, ". --exclude bin --exclude net.rs"), ["src/lib.rs:3:5"]);
    let err = sandbox.run(". --only a{").ended(Exit::Wrong).err;
    assert!(err.starts_with("error: --only: "), "{err}");
}

#[test]
fn lines_that_changed_since_a_revision_count() {
    let sandbox = repository(&[("src/a.rs", LEAK), ("src/b.rs", LEAK), ("src/c d.rs", LEAK)]);
    assert_eq!(places(&sandbox, "src --diff first"), [""; 0]);
    sandbox.write("src/a.rs", format!("// new\n{LEAK}{}", LEAK.replace("f()", "g()")));
    sandbox.write("src/c d.rs", LEAK.replace("loop", "loop "));
    sandbox.write("src/new.rs", LEAK);
    let expected = ["src/a.rs:6:5", "src/c d.rs:2:5", "src/new.rs:2:5"];
    assert_eq!(places(&sandbox, "src --diff first"), expected);
    commit(&sandbox);
    assert_eq!(places(&sandbox, "src --diff first"), expected);
    assert_eq!(places(&sandbox, "src --diff HEAD"), [""; 0]);
    let below = command(&sandbox.path("src"), ". --diff first").output().unwrap();
    assert!(Ran::from(below).out.contains(" --> a.rs:6:5"));
}

#[test]
fn a_file_that_only_moved_has_not_changed() {
    let sandbox = repository(&[("src/a.rs", LEAK)]);
    git(&sandbox, "mv src/a.rs src/b.rs");
    assert_eq!(places(&sandbox, "src --diff first"), [""; 0]);
}

#[test]
fn a_line_that_a_finding_shows_counts_and_so_does_one_taken_out_of_it() {
    let text = "fn f() {\n    tokio::spawn(async {\n        loop {\n            a().await;\n        \
                    if b() { break }\n            c().await;\n        }\n    });\n}\n";
    let sandbox = repository(&[("src/a.rs", text)]);
    sandbox.write("src/a.rs", text.replace("        if b() { break }\n    ", ""));
    assert_eq!(places(&sandbox, "src --diff first"), ["src/a.rs:2:5"]);
}

#[test]
fn what_others_did_on_the_base_is_not_ours() {
    let sandbox = repository(&[("src/a.rs", LEAK), ("src/b.rs", LEAK)]);
    git(&sandbox, "checkout -q -b ours");
    sandbox.write("src/a.rs", LEAK.replace("loop", "loop "));
    commit(&sandbox);
    git(&sandbox, "checkout -q main");
    sandbox.write("src/b.rs", "");
    commit(&sandbox);
    git(&sandbox, "checkout -q ours");
    assert_eq!(places(&sandbox, "src --diff main"), ["src/a.rs:2:5"]);
}

#[test]
fn what_git_can_not_answer_is_an_error() {
    let sandbox = repository(&[("a.rs", LEAK)]);
    for base in ["nowhere", "--all", "main..main"] {
        let err = sandbox.run(&format!("a.rs --diff={base}")).ended(Exit::Wrong).err;
        assert_eq!(err, format!("error: git knows no revision `{base}` here\n"));
    }
    let outside = Sandbox::new(&[("a.rs", LEAK)]);
    let err = outside.run("a.rs --diff main").ended(Exit::Wrong).err;
    assert!(err.starts_with("error: git: not a git repository"), "{err}");
    let mut without = command(&sandbox.path(""), "a.rs --diff main");
    let err = Ran::from(without.env("PATH", "").output().unwrap()).ended(Exit::Wrong).err;
    assert_eq!(err, "error: this needs git, and there is none in `PATH`\n");
}

#[test]
fn baseline_and_diff_go_together() {
    let sandbox = repository(&[("src/a.rs", LEAK)]);
    assert_eq!(places(&sandbox, "src --baseline known.json --write-baseline"), [""; 0]);
    sandbox.write("src/a.rs", format!("{LEAK}{}", LEAK.replace("f()", "g()")));
    assert_eq!(places(&sandbox, "src --baseline known.json --diff first"), ["src/a.rs:5:5"]);
    let err = sandbox.run("src --baseline known.json --write-baseline --diff first");
    assert!(err.ended(Exit::Wrong).err.contains("cannot be used with"));
}
