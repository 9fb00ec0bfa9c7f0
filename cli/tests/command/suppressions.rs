//! What the author answers for is not reported, by a comment or by an attribute.

use cargo_linger::exit::Exit;

use crate::sandbox::Sandbox;

/// A module with the same finding in two functions, below `head`.
fn module(head: &str) -> Sandbox {
    let function = |name| {
        format!(
            "    pub fn {name}() {{\n        tokio::spawn(async {{ loop {{ work().await }} }});\n    }}\n"
        )
    };
    let text = format!("{head}\nmod jobs {{\n{}{}}}\n", function("a"), function("b"));
    Sandbox::new(&[("a.rs", &text)])
}

fn left(head: &str) -> Vec<String> {
    let out = module(head).run("a.rs --format short").out;
    let line = |line: &str| line.split_once(": ").unwrap().1.to_owned();
    out.lines().map(line).collect()
}

const BOTH: &str = "unstoppable-task, unowned-spawn";

#[test]
fn a_comment_and_an_attribute_speak_for_an_item() {
    assert_ne!(left(""), [""; 0]);
    for head in [
        format!("// linger: allow({BOTH}): runs as long as the process"),
        format!("#[linger::allow({BOTH}, reason = \"runs as long as the process\")]"),
        format!("#[linger::allow(\n    {BOTH},\n    reason = \"runs\"\n)]\n#[derive(\n  A\n)]"),
    ] {
        assert_eq!(left(&head), [""; 0], "{head}");
    }
}

#[test]
fn an_attribute_that_says_no_reason_or_matches_nothing_is_found() {
    assert_eq!(
        left(&format!("#[linger::allow({BOTH})]")),
        ["warning[suppression-without-reason]: no reason is given for allowing \
          `unstoppable-task`, `unowned-spawn`"]
    );
    let left = left(&format!("#[linger::allow({BOTH}, double-lock, reason = \"runs\")]"));
    assert_eq!(
        left,
        ["warning[unused-suppression]: `double-lock` reports nothing here that could be allowed"]
    );
    let human = module("#[linger::allow(unstopable-task)]").run("a.rs").ended(Exit::Denied).out;
    assert!(human.contains("did you mean `unstoppable-task`?"), "{human}");
    assert!(human.contains("help: write `#[linger::allow(rule, reason = \"…\")]`"), "{human}");
}
