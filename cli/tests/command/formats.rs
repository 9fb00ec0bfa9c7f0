//! Each format once, whole.

use cargo_metadata::{Message, MetadataCommand};

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

#[test]
fn the_compilers_messages_name_packages_as_cargo_does() {
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"member\"]\nresolver = \"2\"\n"),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"member\"\nversion = \"0.1.0\"\n"),
        ("member/Cargo.toml", "[package]\nname = \"member\"\nversion = \"0.1.0\"\n"),
        ("member/src/lib.rs", "// linger: allow(unreadable)\nfn f() {}\n"),
    ]);
    let metadata = MetadataCommand::new().current_dir(sandbox.path("")).no_deps().exec().unwrap();
    let out = sandbox.run("--format rustc").out;
    let mut messages = Message::parse_stream(out.as_bytes());
    let Some(Ok(Message::CompilerMessage(message))) = messages.next() else { panic!("{out}") };
    assert_eq!(message.package_id, metadata.packages[0].id);
}
