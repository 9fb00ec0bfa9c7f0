//! Each format once, whole.

use crate::sandbox::Sandbox;

fn rendered(format: &str) -> String {
    let sandbox = Sandbox::new(&[(
        "src/a.rs",
        "fn f() {\n\tg(); // linger: allow(unreadible): tabs, ß and 100%\n}\n\n\
         // linger: allow(unreadable)\nfn g() {}\n",
    )]);
    sandbox.write("src/b.rs", b"\xff");
    let out = sandbox.run(&format!("src --format {format}")).out;
    // The time is the only part of an output that differs from run to run.
    match out.rsplit_once(", ") {
        Some((all, _)) if format == "human" => format!("{all}, 0.0 s\n"),
        _ => out,
    }
}

#[test]
fn human() {
    insta::assert_snapshot!(rendered("human"));
}

#[test]
fn short() {
    insta::assert_snapshot!(rendered("short"));
}

#[test]
fn json() {
    insta::assert_snapshot!(rendered("json"));
}

#[test]
fn github() {
    insta::assert_snapshot!(rendered("github"));
}
