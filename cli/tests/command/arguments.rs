//! Subcommands, options and their mistakes.

use cargo_linger::exit::Exit;

use crate::sandbox::Sandbox;

fn empty() -> Sandbox {
    Sandbox::new(&[("a.rs", "fn main() {}\n")])
}

#[test]
fn the_word_that_cargo_passes_is_taken_away() {
    let sandbox = empty();
    for args in ["a.rs", "linger a.rs", "check a.rs", "linger check a.rs"] {
        let ran = sandbox.run(args).ended(Exit::Clean);
        assert!(ran.out.starts_with("no findings in 1 file (1 line)"), "{}", ran.out);
    }
}

#[test]
fn a_folder_may_be_called_like_a_subcommand() {
    let sandbox = Sandbox::new(&[("rules/a.rs", "")]);
    assert!(sandbox.run("./rules").ended(Exit::Clean).out.contains("1 file"));
}

#[test]
fn rules_are_listed_with_level_and_summary() {
    let out = empty().run("rules").ended(Exit::Clean).out;
    let line = out.lines().find(|line| line.starts_with("unreadable ")).unwrap();
    assert!(line.contains(" deny "), "{line}");
    assert_eq!(out.lines().count(), linger_lint::rules::all().len());
}

#[test]
fn explain_prints_the_documentation() {
    let out = empty().run("explain unused-suppression").ended(Exit::Clean).out;
    assert_eq!(out.trim(), linger_lint::rules::find("unused-suppression").unwrap().docs.trim());
}

#[test]
fn a_rule_that_does_not_exist_is_answered_with_the_near_one() {
    let sandbox = empty();
    for args in ["explain unredable", "-D unredable a.rs", "a.rs --allow=unredable"] {
        let err = sandbox.run(args).ended(Exit::Wrong).err;
        assert_eq!(err, "error: unknown rule `unredable`, did you mean `unreadable`?\n");
    }
}

#[test]
fn the_last_level_wins() {
    let sandbox = Sandbox::new(&[]);
    sandbox.write("a.rs", b"\xff");
    sandbox.run("a.rs").ended(Exit::Denied);
    sandbox.run("a.rs -W unreadable").ended(Exit::Clean);
    sandbox.run("a.rs -W unreadable -D unreadable").ended(Exit::Denied);
    let ran = sandbox.run("a.rs -D unreadable -A unreadable").ended(Exit::Clean);
    assert!(ran.out.starts_with("no findings"));
}

#[test]
fn wrong_usage_and_help_end_differently() {
    let sandbox = empty();
    sandbox.run("--nothing").ended(Exit::Wrong);
    sandbox.run("--format=xml").ended(Exit::Wrong);
    let help = sandbox.run("--help").ended(Exit::Clean).out;
    for exit in Exit::ALL {
        let start = exit.sentence().split(' ').take(4).collect::<Vec<_>>().join(" ");
        assert!(help.contains(&start), "{help}");
    }
}

#[test]
fn findings_can_be_kept_in_a_file() {
    let sandbox = Sandbox::new(&[]);
    sandbox.write("a.rs", b"\xff");
    let ran = sandbox.run("a.rs --format json --output out.json").ended(Exit::Denied);
    assert_eq!(ran.out, "");
    let kept = std::fs::read_to_string(sandbox.path("out.json")).unwrap();
    assert!(kept.starts_with("{\"rule\":\"unreadable\""), "{kept}");
    let err = sandbox.run("a.rs --output no/such/folder").ended(Exit::Wrong).err;
    assert!(err.contains("cannot write `no/such/folder`"), "{err}");
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let sandbox = Sandbox::new(&[]);
    sandbox.write("a.rs", b"\xff");
    assert!(!sandbox.run("a.rs").out.contains('\u{1b}'));
    assert!(!sandbox.run("a.rs --color never").out.contains('\u{1b}'));
    assert!(sandbox.run("a.rs --color always").out.contains('\u{1b}'));
}

#[test]
fn stats_go_to_the_standard_error() {
    let ran = empty().run("a.rs --stats --format json").ended(Exit::Clean);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("1  files"), "{}", ran.err);
}
