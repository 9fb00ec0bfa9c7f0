//! Which files a path stands for.

use std::collections::BTreeMap;

use cargo_linger::globs::Globs;
use cargo_linger::load::{Loaded, load};
use linger_lint::source::{Edition, TargetKind};

use crate::sandbox::Sandbox;

const PACKAGE: &str = "[package]\nname = \"my-p\"\nedition = \"2018\"\n";

fn loaded(sandbox: &Sandbox, paths: &[&str]) -> Loaded {
    let paths: Vec<_> = paths.iter().map(|path| sandbox.path(path)).collect();
    load(&paths, &Globs::none())
}

/// Each file below the sandbox with what it is: kind, module path, and whether it is a test.
fn files(sandbox: &Sandbox, loaded: &Loaded) -> BTreeMap<String, String> {
    let root = sandbox.path("").to_string_lossy().into_owned();
    let files = loaded.project.files.iter().map(|file| {
        let kind = loaded.project.targets[file.target].kind;
        let test = if file.test { " test" } else { "" };
        let name = file.path.trim_start_matches(&root).trim_start_matches('/');
        (name.to_owned(), format!("{kind:?} {}{test}", file.module.join("::")))
    });
    files.collect()
}

#[track_caller]
fn assert_files(sandbox: &Sandbox, paths: &[&str], expected: &[(&str, &str)]) {
    let loaded = loaded(sandbox, paths);
    assert_eq!(loaded.errors, []);
    let expected: BTreeMap<_, _> =
        expected.iter().map(|(a, b)| (String::from(*a), String::from(*b))).collect();
    assert_eq!(files(sandbox, &loaded), expected);
    assert_eq!(loaded.project.files.len(), expected.len(), "a file was loaded twice");
}

#[test]
fn a_package_is_its_targets_and_their_modules() {
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", PACKAGE),
        ("build.rs", ""),
        ("src/lib.rs", "pub mod net; mod shared; #[cfg(test)] mod tests; mod gone;"),
        ("src/main.rs", "mod shared; mod own;"),
        ("src/own.rs", ""),
        ("src/shared.rs", ""),
        ("src/tests.rs", "mod more;"),
        ("src/tests/more.rs", ""),
        ("src/net/mod.rs", "cfg_rt! { mod tcp; } mod inline { mod deep; }"),
        ("src/net/tcp.rs", ""),
        ("src/net/inline/deep.rs", ""),
        ("src/orphan.rs", ""),
        ("tests/it.rs", "mod common;"),
        ("tests/it2.rs", "mod common;"),
        ("tests/common/mod.rs", ""),
        ("tests/data/case.rs", ""),
        ("examples/ex.rs", ""),
    ]);
    assert_files(
        &sandbox,
        &["", "Cargo.toml"],
        &[
            ("build.rs", "Build "),
            ("src/lib.rs", "Lib "),
            ("src/main.rs", "Bin "),
            ("src/own.rs", "Bin own"),
            ("src/shared.rs", "Lib shared"),
            ("src/tests.rs", "Lib tests test"),
            ("src/tests/more.rs", "Lib tests::more test"),
            ("src/net/mod.rs", "Lib net"),
            ("src/net/tcp.rs", "Lib net::tcp"),
            ("src/net/inline/deep.rs", "Lib net::inline::deep"),
            ("tests/it.rs", "Test  test"),
            ("tests/it2.rs", "Test  test"),
            ("tests/common/mod.rs", "Test common test"),
            ("examples/ex.rs", "Example  test"),
        ],
    );
    let loaded = loaded(&sandbox, &[""]);
    assert_eq!(loaded.project.targets[0].name, "my_p");
    assert_eq!(loaded.project.targets[0].package, "my-p");
    assert!(loaded.project.targets.iter().all(|target| target.edition == Edition::E2018));
}

#[test]
fn a_workspace_is_its_members_and_a_member_itself() {
    let member = "[package]\nname = \"a\"\nedition.workspace = true\n\
                  [dependencies]\nfast-lock = { package = \"b-b\", path = \"../b\" }\n";
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"*\"]\n[workspace.package]\nedition = \"2024\"\n"),
        ("a/Cargo.toml", member),
        ("a/src/lib.rs", ""),
        ("b/Cargo.toml", "[package]\nname = \"b-b\"\n"),
        ("b/src/lib.rs", ""),
    ]);
    assert_files(&sandbox, &[""], &[("a/src/lib.rs", "Lib "), ("b/src/lib.rs", "Lib ")]);
    assert_files(&sandbox, &["a"], &[("a/src/lib.rs", "Lib ")]);
    let target = &loaded(&sandbox, &["a"]).project.targets[0];
    assert_eq!(target.edition, Edition::E2024);
    assert_eq!(target.renames, [("fast_lock".to_owned(), "b_b".to_owned())]);
}

#[test]
fn a_folder_is_the_packages_and_the_loose_files_below() {
    let sandbox = Sandbox::new(&[
        (".gitignore", "ignored\n"),
        ("ignored/a.rs", ""),
        ("scripts/lib.rs", "mod part;"),
        ("scripts/part.rs", ""),
        ("scripts/alone.rs", ""),
        ("crates/p/Cargo.toml", PACKAGE),
        ("crates/p/src/lib.rs", ""),
        ("crates/p/src/orphan.rs", ""),
        ("crates/p/target/debug/out.rs", ""),
        ("other/target/module.rs", ""),
    ]);
    assert_files(
        &sandbox,
        &[""],
        &[
            ("scripts/lib.rs", "Loose "),
            ("scripts/part.rs", "Loose part"),
            ("scripts/alone.rs", "Loose "),
            ("crates/p/src/lib.rs", "Lib "),
            ("other/target/module.rs", "Loose "),
        ],
    );
}

#[test]
fn a_file_is_itself_with_the_edition_of_its_package() {
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", PACKAGE),
        ("src/lib.rs", "mod a;"),
        ("src/a.rs", ""),
        ("tests/it.rs", ""),
    ]);
    assert_files(
        &sandbox,
        &["src/lib.rs", "tests/it.rs"],
        &[("src/lib.rs", "Loose "), ("tests/it.rs", "Loose  test")],
    );
    let target = &loaded(&sandbox, &["src/lib.rs"]).project.targets[0];
    assert_eq!((target.edition, target.kind), (Edition::E2018, TargetKind::Loose));
}

#[test]
fn generated_files_are_left_out_and_counted() {
    let mark = "@generated";
    let sandbox =
        Sandbox::new(&[("a.rs", &format!("// {mark} by a tool\nmod b;")), ("c/d.rs", "")]);
    assert_files(&sandbox, &[""], &[("c/d.rs", "Loose ")]);
    assert_eq!(loaded(&sandbox, &[""]).generated, 1);
}

#[test]
fn conditional_paths_are_all_followed() {
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", PACKAGE),
        (
            "src/lib.rs",
            "#[cfg_attr(unix, path = \"unix.rs\")] #[cfg_attr(windows, path = \"win.rs\")] mod sys;\n\
             #[path = \"../shared/x.rs\"] mod x;",
        ),
        ("src/unix.rs", ""),
        ("src/win.rs", ""),
        ("shared/x.rs", "mod y;"),
        ("shared/y.rs", ""),
    ]);
    assert_files(
        &sandbox,
        &[""],
        &[
            ("src/lib.rs", "Lib "),
            ("src/unix.rs", "Lib sys"),
            ("src/win.rs", "Lib sys"),
            ("shared/x.rs", "Lib x"),
            ("shared/y.rs", "Lib x::y"),
        ],
    );
}
