//! What a project and a shell are set up with.

use cargo_linger::exit::Exit;

use crate::sandbox::{Sandbox, run_in};

fn read(sandbox: &Sandbox, path: &str) -> String {
    std::fs::read_to_string(sandbox.path(path)).unwrap()
}

fn workspace() -> Sandbox {
    Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\nresolver = \"3\"\n"),
        ("a/Cargo.toml", "[package]\nname = \"a\"\nedition = \"2024\"\n"),
        ("a/src/lib.rs", ""),
    ])
}

#[test]
fn a_configuration_is_written_at_the_top_of_the_workspace() {
    let sandbox = workspace();
    let ran = run_in(&sandbox.path("a"), "init").ended(Exit::Clean);
    assert!(
        ran.err.starts_with("note: wrote `") && ran.err.contains("linger.toml`"),
        "{}",
        ran.err
    );
    assert!(read(&sandbox, "linger.toml").contains("# unowned-spawn"));
    sandbox.run("").ended(Exit::Clean);
}

#[test]
fn no_file_is_overwritten() {
    let sandbox = workspace();
    sandbox.write("linger.toml", "exclude = []\n");
    let err = sandbox.run("init").ended(Exit::Wrong).err;
    assert!(err.contains("note: `linger.toml` is there already\n"), "{err}");
    sandbox.run("init --ci github").ended(Exit::Clean);
    assert_eq!(read(&sandbox, "linger.toml"), "exclude = []\n");
    let workflow = read(&sandbox, ".github/workflows/linger.yml");
    assert!(workflow.contains("run: cargo linger --format github"), "{workflow}");
}

#[test]
fn a_manifest_that_holds_the_configuration_is_enough() {
    let sandbox = workspace();
    let manifest = read(&sandbox, "Cargo.toml");
    sandbox.write("Cargo.toml", format!("{manifest}[workspace.metadata.linger.levels]\n"));
    sandbox.run("init --ci github").ended(Exit::Clean);
    assert!(!sandbox.path("linger.toml").exists());
}

#[test]
fn a_pipeline_of_gitlab_is_included_or_told_to_be() {
    let sandbox = workspace();
    sandbox.run("init --ci gitlab").ended(Exit::Clean);
    assert_eq!(read(&sandbox, ".gitlab-ci.yml"), "include:\n  - local: /.gitlab/ci/linger.yml\n");
    assert!(read(&sandbox, ".gitlab/ci/linger.yml").contains("- cargo linger "));
    let sandbox = workspace();
    sandbox.write(".gitlab-ci.yml", "stages: [test]\n");
    let err = sandbox.run("init --ci gitlab").ended(Exit::Clean).err;
    assert!(err.contains("`.gitlab-ci.yml` has to include `/.gitlab/ci/linger.yml`"), "{err}");
    assert_eq!(read(&sandbox, ".gitlab-ci.yml"), "stages: [test]\n");
}

#[test]
fn outside_of_a_workspace_it_is_the_current_folder() {
    let sandbox = Sandbox::new(&[]);
    sandbox.run("init").ended(Exit::Clean);
    assert!(sandbox.path("linger.toml").exists());
}

#[test]
fn a_baseline_may_be_named_by_the_configuration() {
    let sandbox = Sandbox::new(&[("linger.toml", "baseline = \"known.json\"\n")]);
    sandbox.write("src/a.rs", b"\xff");
    run_in(&sandbox.path("src"), "a.rs --write-baseline").ended(Exit::Clean);
    assert!(read(&sandbox, "known.json").contains("\"file\":\"src/a.rs\""));
    let err = sandbox.run("src").ended(Exit::Clean).err;
    assert_eq!(err, "note: 1 finding listed in `known.json` not shown\n");
    sandbox.run("src --baseline other.json --write-baseline").ended(Exit::Clean);
    assert!(sandbox.path("other.json").exists());
}

#[test]
fn shells_are_told_the_options() {
    let sandbox = Sandbox::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = sandbox.run(&format!("completions {shell}")).ended(Exit::Clean).out;
        assert!(
            script.contains("cargo-linger") && script.contains("baseline"),
            "{shell}: {script}"
        );
    }
    sandbox.run("completions csh").ended(Exit::Wrong);
}

#[test]
fn the_manual_page_tells_of_options_subcommands_and_exit_codes() {
    let page = Sandbox::new(&[]).run("man").ended(Exit::Clean).out;
    assert!(page.contains(".TH cargo-linger 1"), "{page}");
    for part in ["\\-\\-baseline", "cargo linger explain", "EXIT STATUS", "\\-\\-ci"] {
        assert!(page.contains(part), "{part}: {page}");
    }
}
