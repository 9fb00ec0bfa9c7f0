//! Whatever the system does around it, the command ends in an orderly way.

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use cargo_linger::exit::Exit;

use crate::sandbox::{Ran, Sandbox, command};

const PACKAGE: &str = "[package]\nname = \"p\"\nedition = \"2024\"\n";

/// A function with one finding on its second line.
const LEAK: &str = "fn f() {\n    tokio::spawn(async { loop { work().await } });\n}\n";

fn spawned(sandbox: &Sandbox, args: &str) -> Child {
    let mut command = command(&sandbox.path(""), args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Each file below the sandbox with its size and the time of its last change.
fn state(sandbox: &Sandbox) -> Vec<(PathBuf, u64, SystemTime)> {
    let mut folders = vec![sandbox.path("")];
    let mut state = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                folders.push(entry.path());
            }
            state.push((entry.path(), meta.len(), meta.modified().unwrap()));
        }
    }
    state.sort();
    state
}

#[test]
fn a_reader_that_goes_away_ends_every_subcommand_quietly() {
    let sandbox = Sandbox::new(&[("a.rs", &LEAK.repeat(2000))]);
    let formats = ["human", "short", "json", "github", "sarif", "rustc", "gitlab", "junit", "html"];
    let checks = formats.map(|format| format!("a.rs -W unstoppable-task --format {format}"));
    let others = ["rules", "explain double-lock", "man", "completions bash", "--help"];
    for args in checks.into_iter().chain(others.map(str::to_owned)) {
        let mut child = spawned(&sandbox, &args);
        // One byte, and the pipe is closed.
        let mut first = [0];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let ran = Ran::from(child.wait_with_output().unwrap()).ended(Exit::Clean);
        assert_eq!(ran.err, "", "{args}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once_and_leaves_files_whole() {
    let sandbox =
        Sandbox::new(&[("out.txt", "old"), ("known.json", "{\"version\":1,\"findings\":[]}")]);
    // Long enough to be interrupted on any machine.
    for file in 0..200 {
        sandbox.write(&format!("src/f{file}.rs"), LEAK.repeat(500));
    }
    let args = "src --output out.txt --baseline known.json --write-baseline";
    let mut child = spawned(&sandbox, args);
    std::thread::sleep(Duration::from_millis(300));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let asked = Instant::now();
    let status = child.wait().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(2));
    assert_eq!(fs::read_to_string(sandbox.path("out.txt")).unwrap(), "old");
    let names = fs::read_dir(sandbox.path("")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.count(), 3, "nothing is left behind");
}

#[test]
fn a_check_writes_nothing_but_its_cache_so_a_tree_may_be_read_only() {
    let manifest = format!("{PACKAGE}[dependencies]\np2 = {{ path = \"p2\" }}\n[workspace]\n");
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", &manifest),
        ("src/lib.rs", LEAK),
        ("p2/Cargo.toml", &PACKAGE.replace("\"p\"", "\"p2\"")),
        ("p2/src/lib.rs", ""),
    ]);
    let before = state(&sandbox);
    for args in ["--no-cache", "check . --no-cache", "src/lib.rs --stats"] {
        sandbox.run(args).ended(Exit::Denied);
    }
    assert_eq!(state(&sandbox), before);
    sandbox.run("").ended(Exit::Denied);
    fs::remove_dir_all(sandbox.path("target")).unwrap();
    assert_eq!(state(&sandbox), before);
}

#[cfg(unix)]
#[test]
fn folders_that_lead_back_to_themselves() {
    let sandbox = Sandbox::new(&[("walked/z.rs", LEAK)]);
    std::os::unix::fs::symlink("..", sandbox.path("walked/up")).unwrap();
    std::os::unix::fs::symlink("down", sandbox.path("walked/down")).unwrap();
    let out = sandbox.run("walked --format short").ended(Exit::Denied).out;
    assert!(out.lines().all(|line| line.starts_with("walked/z.rs:")), "{out}");

    let sandbox = Sandbox::new(&[
        ("Cargo.toml", PACKAGE),
        ("src/lib.rs", "mod a;"),
        ("src/a/mod.rs", &format!("mod a;\n{LEAK}")),
    ]);
    std::os::unix::fs::symlink(".", sandbox.path("src/a/a")).unwrap();
    let out = sandbox.run(". --format short -A unowned-spawn").ended(Exit::Denied).out;
    let circle = "circular modules: src/a/mod.rs declares src/a/mod.rs";
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(out.contains("src/a/mod.rs:3:5: error[unstoppable-task]"), "{out}");
    assert!(out.contains(&format!("src/a/mod.rs:1:1: error[unreadable]: {circle}\n")), "{out}");
}

#[test]
fn files_that_come_and_go_meanwhile() {
    let sandbox = Sandbox::new(&[("Cargo.toml", PACKAGE), ("src/lib.rs", "mod a; mod b;\n")]);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                for text in [LEAK, "fn f( {", ""] {
                    sandbox.write("src/a.rs", text);
                    sandbox.write("src/b.rs", text);
                }
                fs::remove_file(sandbox.path("src/a.rs")).unwrap();
            }
        });
        for format in ["human", "sarif", "html"].iter().cycle().take(15) {
            let ran = sandbox.run(&format!(". --format {format}"));
            assert!(!ran.err.contains("panicked") && !ran.out.is_empty(), "{ran:?}");
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new(&[]);
    let folder = sandbox.path("").join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.rs"), LEAK).unwrap();
    let formats = ["human", "short", "json", "github", "sarif", "rustc", "gitlab", "junit", "html"];
    for format in formats {
        let out = sandbox.run(&format!(". --format {format}")).ended(Exit::Denied).out;
        assert!(out.contains("caf"), "{out}");
    }
    let named = command(&sandbox.path(""), "--format short").arg(&folder).output().unwrap();
    let out = Ran::from(named).ended(Exit::Denied).out;
    assert!(out.contains("caf\u{fffd}/a.rs:2:5: "), "{out}");
    let mut baseline = command(&sandbox.path(""), ". --baseline known.json");
    baseline.env_remove("CI");
    for _ in 0..2 {
        Ran::from(baseline.output().unwrap()).ended(Exit::Clean);
    }
}

#[test]
fn marks_and_carriage_returns_shift_no_column() {
    let text = "\u{feff}fn f() { tokio::spawn(async { loop { ß().await } }); }\r\n\
                fn g() {\r\n\t/* ß */ tokio::spawn(async { loop { work().await } });\r\n}\r\n";
    let sandbox = Sandbox::new(&[("a.rs", text)]);
    let out = sandbox.run("a.rs --format short -A unowned-spawn").ended(Exit::Denied).out;
    let places: Vec<_> = out.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["a.rs:1:10", "a.rs:3:10"]);
    let out = sandbox.run("a.rs -A unowned-spawn").out;
    assert!(out.contains("--> a.rs:1:10\n") && out.contains("--> a.rs:3:10\n"), "{out}");
}

#[test]
fn a_file_of_100_mb() {
    let sandbox = Sandbox::new(&[]);
    // Long lines, as a build without optimisation is slow at short ones.
    let line = format!("// {}\n", "a table of constants ".repeat(5000));
    sandbox.write("plain.rs", line.repeat((100 << 20) / line.len()));
    let ran = sandbox.run("plain.rs --stats --format short").ended(Exit::Clean);
    assert!(ran.err.contains("1    skipped, as nothing in them could matter"), "{}", ran.err);

    let words = format!("fn f() {{ tokio::spawn(g()); }} // {}", "x".repeat(100 << 20));
    sandbox.write("words.rs", words);
    sandbox.write("z.rs", LEAK);
    let ran = sandbox.run("words.rs z.rs").ended(Exit::Denied);
    let error = "error[unparsable]: too large to be parsed: 100 MiB, and 16 are the most";
    assert!(ran.out.contains(error), "{}", ran.out.get(..2000).unwrap_or(&ran.out));
    assert!(ran.out.contains("--> z.rs:2:5"), "the rest is checked");
    assert!(ran.out.len() < 10_000, "a line of 100 MB is not shown");
}

#[test]
fn a_workspace_of_10_000_files() {
    let sandbox = Sandbox::new(&[("Cargo.toml", PACKAGE)]);
    let modules: String = (0..10_000).map(|file| format!("mod m{file};\n")).collect();
    sandbox.write("src/lib.rs", modules);
    for file in 0..10_000 {
        sandbox.write(&format!("src/m{file}.rs"), if file == 7_777 { LEAK } else { "fn f() {}\n" });
    }
    let ran = sandbox.run(". --format short -A unowned-spawn --stats").ended(Exit::Denied);
    assert!(ran.out.starts_with("src/m7777.rs:2:5: "), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 1);
    assert!(ran.err.contains("10001  files"), "{}", ran.err);
}
