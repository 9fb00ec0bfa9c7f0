//! Input that can't be used is reported, and the rest is still checked.

use std::io::Read;
use std::process::Stdio;

use cargo_linger::exit::Exit;

use crate::sandbox::{Sandbox, command};

/// A finding in a file that is read after the broken one, to see that it was.
const WITNESS: &str = "// linger: allow(nothing): a witness\nfn f() {}\n";

const PACKAGE: &str = "[package]\nname = \"p\"\nedition = \"2024\"\n";

#[test]
fn a_file_that_is_not_utf_8() {
    let sandbox = Sandbox::new(&[("z.rs", WITNESS)]);
    sandbox.write("a.rs", b"// caf\xe9\n");
    let out = sandbox.run(". --format short").ended(Exit::Denied).out;
    assert!(out.starts_with(
        "a.rs:1:1: error[unreadable]: not UTF-8: the byte at offset 6 begins no character\nz.rs:"
    ));
}

#[test]
fn a_folder_where_a_file_is_declared() {
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", PACKAGE),
        ("src/lib.rs", "mod x;\nmod z;\n"),
        ("src/x.rs/y", ""),
        ("src/z.rs", WITNESS),
    ]);
    let out = sandbox.run(". --format short").ended(Exit::Denied).out;
    assert!(out.contains("src/x.rs:1:1: error[unreadable]: a folder, not a file\n"), "{out}");
    assert!(out.contains("src/z.rs:"), "{out}");
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_or_round_in_a_circle() {
    let sandbox = Sandbox::new(&[("z.rs", WITNESS)]);
    std::os::unix::fs::symlink("nowhere", sandbox.path("a.rs")).unwrap();
    std::os::unix::fs::symlink("b.rs", sandbox.path("b.rs")).unwrap();
    let out = sandbox.run(". --format short").ended(Exit::Denied).out;
    assert!(out.contains("a.rs:1:1: error[unreadable]: a symbolic link to nothing\n"), "{out}");
    assert!(out.contains("b.rs:1:1: error[unreadable]: too many levels"), "{out}");
    assert!(out.contains("z.rs:"), "{out}");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_no_file() {
    let sandbox = Sandbox::new(&[("real/z.rs", WITNESS)]);
    std::os::unix::fs::symlink("real", sandbox.path("a.rs")).unwrap();
    let out = sandbox.run(". --format short").ended(Exit::Clean).out;
    assert!(out.starts_with("real/z.rs:"), "{out}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let sandbox = Sandbox::new(&[]);
    let made = std::process::Command::new("mkfifo").arg(sandbox.path("a.rs")).status();
    assert!(made.unwrap().success());
    let out = sandbox.run("a.rs --format short").ended(Exit::Denied).out;
    assert!(out.contains("not a regular file"), "{out}");
}

#[test]
fn modules_that_run_in_a_circle() {
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", PACKAGE),
        ("src/lib.rs", "mod a;\nmod z;\n"),
        ("src/a.rs", "#[path = \"b.rs\"] mod b;\n"),
        ("src/b.rs", "#[path = \"a.rs\"] mod a;\n"),
        ("src/z.rs", WITNESS),
    ]);
    let out = sandbox.run(". --format short").ended(Exit::Denied).out;
    let circle = "circular modules: src/a.rs declares src/b.rs declares src/a.rs";
    assert!(out.contains(&format!("src/a.rs:1:1: error[unreadable]: {circle}\n")), "{out}");
    assert!(out.contains("src/z.rs:"), "{out}");
}

#[test]
fn a_manifest_that_cargo_rejects() {
    let sandbox = Sandbox::new(&[
        ("bad/Cargo.toml", "[package]\nname = 1\n"),
        ("bad/src/lib.rs", ""),
        ("good/Cargo.toml", PACKAGE),
        ("good/src/lib.rs", WITNESS),
    ]);
    let ran = sandbox.run("bad good --format short").ended(Exit::Wrong);
    assert!(ran.err.starts_with("error: cannot check `bad/Cargo.toml`: "), "{}", ran.err);
    assert!(ran.out.contains("good/src/lib.rs:1:18: warning[unused-suppression]"), "{}", ran.out);
}

#[test]
fn a_path_that_does_not_exist() {
    let sandbox = Sandbox::new(&[("z.rs", WITNESS), ("notes.txt", "")]);
    let ran = sandbox.run("nowhere notes.txt z.rs --format short").ended(Exit::Wrong);
    assert!(ran.err.contains("cannot check `nowhere`: no such file"), "{}", ran.err);
    assert!(ran.err.contains("cannot check `notes.txt`: neither a folder"), "{}", ran.err);
    assert!(ran.out.starts_with("z.rs:"), "{}", ran.out);
}

#[test]
fn a_folder_without_a_workspace_is_said_to_be_one() {
    let err = Sandbox::new(&[]).run("").ended(Exit::Wrong).err;
    assert!(err.contains("could not find `Cargo.toml`"), "{err}");
}

#[test]
fn byte_order_marks_and_carriage_returns_do_not_shift_positions() {
    let sandbox = Sandbox::new(&[(
        "a.rs",
        "\u{feff}// linger: allow(nothing): x\r\n\tconst A: u8 = 0; // linger: allow(nothing): ß\r\n",
    )]);
    let out = sandbox.run("a.rs --format short").ended(Exit::Clean).out;
    assert!(out.contains("a.rs:1:18: "), "{out}");
    assert!(out.contains("a.rs:2:36: "), "{out}");
    let out = sandbox.run("a.rs").ended(Exit::Clean).out;
    assert!(out.contains("--> a.rs:1:18\n"), "{out}");
    assert!(out.contains("--> a.rs:2:36\n"), "{out}");
}

#[test]
fn text_that_is_not_rust() {
    let sandbox = Sandbox::new(&[("a.rs", "fn f( {}\n"), ("z.rs", WITNESS)]);
    let out = sandbox.run(". --format short").ended(Exit::Denied).out;
    assert!(out.starts_with("a.rs:1:"), "{out}");
    assert!(out.contains("error[unparsable]"), "{out}");
    assert!(out.contains("z.rs:"), "{out}");
}

#[test]
fn nesting_that_would_overflow_a_stack() {
    let deep = 50_000;
    let (open, close) = ("(".repeat(deep), ")".repeat(deep));
    let sandbox = Sandbox::new(&[
        ("balanced.rs", &format!("const A: u8 = {open}0{close};\n")),
        ("minus.rs", &format!("const A: i8 = {}0;\n", "-".repeat(deep))),
        ("open.rs", &open),
        ("z.rs", WITNESS),
    ]);
    let out = sandbox.run(". --format short").ended(Exit::Denied).out;
    for file in ["balanced.rs", "open.rs"] {
        assert!(out.contains(&format!("{file}:1:")), "{out}");
    }
    assert!(out.contains("z.rs:"), "{out}");
}

#[test]
fn empty_and_odd_texts() {
    let sandbox = Sandbox::new(&[
        ("empty.rs", ""),
        ("nul.rs", "\0\0"),
        ("open.rs", "/* \" '"),
        ("shebang.rs", "#!/usr/bin/env run\nfn main() {}\n"),
    ]);
    let out = sandbox.run(".").out;
    assert!(out.contains("in 4 files"), "{out}");
}

#[test]
fn a_reader_that_has_read_enough() {
    let sandbox = Sandbox::new(&[("z.rs", &WITNESS.repeat(5000))]);
    let mut child = command(&sandbox.path(""), "z.rs")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(Exit::Clean.code())));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
