//! `linger.toml` and its place.

use cargo_linger::exit::Exit;

use crate::sandbox::{Sandbox, run_in};

fn with(config: &str) -> Sandbox {
    let sandbox = Sandbox::new(&[("linger.toml", config), ("src/deep/ok.rs", "")]);
    sandbox.write("src/deep/bad.rs", b"\xff");
    sandbox
}

#[test]
fn the_nearest_file_above_what_is_checked_is_read() {
    let sandbox = with("[levels]\nunreadable = \"warn\"\n");
    sandbox.run("src/deep/bad.rs").ended(Exit::Clean);
    run_in(&sandbox.path("src/deep"), ".").ended(Exit::Clean);
    let path = sandbox.path("src");
    run_in(std::path::Path::new("/"), path.to_str().unwrap()).ended(Exit::Clean);
    sandbox.write("src/linger.toml", "");
    sandbox.run("src/deep").ended(Exit::Denied);
    sandbox.run("src/deep --config linger.toml").ended(Exit::Clean);
}

#[test]
fn arguments_win_over_the_file() {
    with("[levels]\nunreadable = \"warn\"\n").run("src -D unreadable").ended(Exit::Denied);
}

#[test]
fn a_manifest_may_hold_it() {
    let sandbox = Sandbox::new(&[(
        "Cargo.toml",
        "[workspace]\n[workspace.metadata.linger.levels]\nunreadable = \"allow\"\n",
    )]);
    sandbox.write("loose/bad.rs", b"\xff");
    sandbox.run("loose").ended(Exit::Clean);
}

#[test]
fn excluded_paths_are_not_read() {
    let sandbox = with("exclude = [\"bad.rs\"]\n");
    let out = sandbox.run("src").ended(Exit::Clean).out;
    assert!(out.contains("in 1 file "), "{out}");
    let sandbox = with("exclude = [\"/src/deep\"]\n");
    sandbox.run(".").ended(Exit::Clean);
    sandbox.run(". --config linger.toml").ended(Exit::Clean);
}

#[test]
fn what_is_wrong_in_it_is_named_with_its_place() {
    let err = with("[level]\n").run("src").ended(Exit::Wrong).err;
    assert!(err.contains("linger.toml:1:2: unknown key `level`, did you mean `levels`?"), "{err}");
    let err = with("exclude = [\"a{\"]\n").run("src --config no.toml").ended(Exit::Wrong).err;
    assert!(err.contains("cannot read `no.toml`"), "{err}");
}

#[test]
fn paths_have_levels_of_their_own() {
    let config = "[paths.\"src/deep\"]\nunreadable = \"warn\"\n[paths.\"last.rs\"]\nunreadable = \"allow\"\n";
    let sandbox = with(config);
    sandbox.write("src/bad.rs", b"\xff");
    sandbox.write("src/deep/last.rs", b"\xff");
    let out = sandbox.run("src --format short").ended(Exit::Denied).out;
    let levels: Vec<_> = out.lines().map(|line| line.split('[').next().unwrap()).collect();
    assert_eq!(levels, ["src/bad.rs:1:1: error", "src/deep/bad.rs:1:1: warning"]);
    run_in(&sandbox.path("src/deep"), "bad.rs").ended(Exit::Clean);
    sandbox.run("src/deep -D unreadable").ended(Exit::Denied);
    let err = with("[paths.\"a{\"]\n").run("src").ended(Exit::Wrong).err;
    assert!(err.contains("linger.toml: paths: "), "{err}");
}
