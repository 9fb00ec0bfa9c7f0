//! The page of one pattern.

use std::fmt::Write as _;

use linger::{Kind, Severity};
use linger_lint::finding::Level;
use linger_lint::rules;

use super::{Pattern, Variant};
use crate::expectation::By;

/// The page in Markdown.
pub fn page(pattern: &Pattern) -> String {
    let mut page = format!("# {}\n\n{}\n", pattern.title, pattern.introduction);
    if !pattern.shared.is_empty() {
        page.push_str("\nThe examples share this:\n\n");
        code(&mut page, &pattern.shared);
    }
    for variant in pattern.variants.iter().filter(|variant| variant.mistake.is_none()) {
        let _ = writeln!(page, "\n## {}\n", variant.title);
        paragraph(&mut page, &variant.comment);
        code(&mut page, &variant.code);
    }
    page.push_str("\n## Mistakes\n\n");
    page.push_str("| mistake | kind | by lint | by run |\n| --- | --- | --- | --- |\n");
    for variant in mistakes(pattern) {
        let (lint, run) = (found_by_lint(variant), found_by_run(variant));
        let (title, kind) = (&variant.title, variant.mistake.map_or("", |kind| kind.title()));
        let _ = writeln!(page, "| [{title}](#{}) | {kind} | {lint} | {run} |", anchor(title));
    }
    for variant in mistakes(pattern) {
        let _ = writeln!(page, "\n### {}\n", variant.title);
        paragraph(&mut page, &variant.comment);
        code(&mut page, &variant.code);
        silence(&mut page, "Lint", &variant.not_by_lint);
        silence(&mut page, "Run", &variant.not_by_run);
    }
    if !pattern.absent.is_empty() {
        page.push_str("\n## Not in this pattern\n\n");
        for (mistake, reason) in &pattern.absent {
            let _ = writeln!(page, "- {}: {reason}", mistake.title());
        }
    }
    page
}

fn mistakes(pattern: &Pattern) -> impl Iterator<Item = &Variant> {
    pattern.variants.iter().filter(|variant| variant.mistake.is_some())
}

fn found_by_lint(variant: &Variant) -> String {
    let link = |name: &String| {
        let policy = rules::find(name).is_some_and(|rule| rule.level == Level::Allow);
        format!("[`{name}`](../rules/{name}.md){}", if policy { " (a policy, off)" } else { "" })
    };
    listed(variant.rules.iter().map(link))
}

fn found_by_run(variant: &Variant) -> String {
    let words = |name: &String| {
        let kind = Kind::from_name(name);
        let note = kind.is_some_and(|kind| kind.severity() == Severity::Note);
        format!("`{name}`{}", if note { " (a note)" } else { "" })
    };
    listed(variant.kinds.iter().map(words))
}

fn listed(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    if words.is_empty() { "no".to_owned() } else { words.join(", ") }
}

fn paragraph(page: &mut String, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(page, "{text}\n");
    }
}

fn silence(page: &mut String, who: &str, reason: &Option<String>) {
    if let Some(reason) = reason {
        let _ = writeln!(page, "\n{who} is silent: {reason}.");
    }
}

/// The end of a link to a heading, as Markdown renderers make it.
fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// A block of code in which readers, too, see where something is found.
fn code(page: &mut String, text: &str) {
    let mut notes: Vec<Vec<String>> = vec![Vec::new(); text.lines().count()];
    for (by, who) in [(By::Lint, "lint"), (By::Run, "run")] {
        for (line, words) in by.expected(text) {
            notes[line - 1].push(format!("{who}: {}", words.join(", ")));
        }
    }
    page.push_str("```rust,ignore\n");
    for (line, notes) in text.lines().zip(notes) {
        let code = [By::Lint, By::Run]
            .iter()
            .fold(line, |line, by| by.split(line).map_or(line, |(code, _, _)| code.trim_end()));
        let is_only_a_marker = code.trim().is_empty() && !line.is_empty();
        if !is_only_a_marker {
            let notes = notes.join("; ");
            let _ = writeln!(page, "{code}{}{notes}", if notes.is_empty() { "" } else { " // " });
        }
    }
    page.push_str("```\n");
}

#[test]
fn markers_become_words() {
    let mut page = String::new();
    code(&mut page, "a {\n    //~^ zero\n    //%^^ one\n    b(); //~ two //% three\n}");
    assert_eq!(
        page,
        "```rust,ignore\na { // lint: zero; run: one\n    b(); // lint: two; run: three\n}\n```\n"
    );
}
