//! From the text of a file to its pattern.
//!
//! The files keep to rustfmt's form, so that an item begins at the margin and ends with a `}` or a
//! `;` there: no parser is needed.

use super::{Mistake, Pattern, Variant};
use crate::expectation::By;

/// What the `//@` lines of a variant, or of the file's top, say: key and text.
type Notes = Vec<(String, String)>;

pub(super) fn pattern(name: &str, text: String) -> Pattern {
    let comment = prefixed(text.lines(), "//!");
    let (title, introduction) = comment.split_once('\n').unwrap_or((&comment, ""));
    let mut pattern = Pattern {
        name: name.to_owned(),
        title: title.trim_end_matches('.').to_owned(),
        introduction: introduction.trim().to_owned(),
        shared: String::new(),
        variants: Vec::new(),
        absent: Vec::new(),
        text: String::new(),
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut at = lines.iter().take_while(|line| line.starts_with("//!")).count();
    while at < lines.len() {
        if lines[at].is_empty() {
            at += 1;
            continue;
        }
        let start = at;
        let code = start + lines[start..].iter().take_while(|line| line.starts_with("//")).count();
        let end = if code < lines.len() && !lines[code].is_empty() {
            code + lines[code..].iter().position(|line| ends_item(line)).unwrap_or(0) + 1
        } else {
            code
        };
        let notes = notes(name, &lines[start..code]);
        match lines[code..end].iter().find_map(|line| variant_name(line)) {
            Some(function) => {
                let comment = prefixed(lines[start..code].iter().copied(), "///");
                let code_text = lines[code..end].join("\n");
                let variant = variant(function, &comment, code_text, code + 1..end + 1, notes);
                pattern.variants.push(variant);
            }
            None if notes.is_empty() => {
                let gap = if start > 0 && lines[start - 1].is_empty() { "\n" } else { "" };
                pattern.shared.push_str(gap);
                pattern.shared.push_str(&lines[start..end].join("\n"));
                pattern.shared.push('\n');
            }
            None => pattern.absent.extend(notes.into_iter().map(|(key, reason)| {
                let mistake = key.strip_prefix("no ").and_then(Mistake::find);
                (mistake.unwrap_or_else(|| panic!("{name}.rs: unknown key {key:?}")), reason)
            })),
        }
        at = end;
    }
    pattern.shared = pattern.shared.trim().to_owned();
    pattern.text = text;
    pattern
}

fn variant(
    name: &str,
    comment: &str,
    code: String,
    lines: std::ops::Range<usize>,
    notes: Notes,
) -> Variant {
    let (title, comment) = comment.split_once('\n').unwrap_or((comment, ""));
    let mut variant = Variant {
        name: name.to_owned(),
        title: title.trim_end_matches('.').to_owned(),
        comment: comment.trim().to_owned(),
        rules: words(By::Lint, &code),
        kinds: words(By::Run, &code),
        code,
        lines,
        mistake: None,
        not_by_lint: None,
        not_by_run: None,
    };
    for (key, text) in notes {
        match key.as_str() {
            "mistake" => {
                let mistake = Mistake::find(&text);
                variant.mistake =
                    Some(mistake.unwrap_or_else(|| panic!("{name}: no mistake is {text:?}")));
            }
            "not by lint" => variant.not_by_lint = Some(text),
            "not by run" => variant.not_by_run = Some(text),
            other => panic!("{name}: unknown key {other:?}"),
        }
    }
    variant
}

/// The words of a text's markers, each once.
fn words(by: By, code: &str) -> Vec<String> {
    let mut words: Vec<String> = by.expected(code).into_values().flatten().collect();
    words.sort();
    words.dedup();
    words
}

/// The name of the variant whose first line this is.
fn variant_name(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub async fn ").or_else(|| line.strip_prefix("pub fn "))?;
    rest.split_once("()").map(|(name, _)| name)
}

/// Whether an item ends in this line.
fn ends_item(line: &str) -> bool {
    line.starts_with('}')
        || line.starts_with(|first: char| !first.is_whitespace()) && {
            let code = line.split("//").next().unwrap_or(line).trim_end();
            code.ends_with(';') || code.ends_with('}')
        }
}

/// The text of a comment's lines.
fn prefixed<'a>(lines: impl Iterator<Item = &'a str>, prefix: &str) -> String {
    let lines = lines.filter_map(|line| line.strip_prefix(prefix));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n")
}

fn notes(name: &str, lines: &[&str]) -> Notes {
    let mut notes = Notes::new();
    for line in lines.iter().filter_map(|line| line.strip_prefix("//@ ")) {
        if line.starts_with(' ') {
            let last = notes.last_mut();
            let (_, text) =
                last.unwrap_or_else(|| panic!("{name}.rs: {line:?} goes on with what?"));
            text.push(' ');
            text.push_str(line.trim());
        } else {
            let split = line.split_once(": ");
            let (key, text) = split.unwrap_or_else(|| panic!("{name}.rs: {line:?} has no key"));
            notes.push((key.to_owned(), text.trim().to_owned()));
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::{Mistake, pattern};

    const TEXT: &str = "\
//! A queue.
//!
//! It has two ends.

//@ no capture: there is no loop,
//@   so nothing is captured

use std::thread;

/// Sends one thing.
fn send() {
    work();
}

/// Right.
pub fn right() {
    send();
}

/// The thread stays.
///
/// Nobody joins it.
//@ mistake: leak
//@ not by run: a thread is a thread
pub async fn stays() {
    thread::spawn(send); //~ unowned-spawn
}
";

    #[test]
    fn a_file_falls_into_its_parts() {
        let read = pattern("queue", TEXT.to_owned());
        assert_eq!((&*read.title, &*read.introduction), ("A queue", "It has two ends."));
        let reason = "there is no loop, so nothing is captured".to_owned();
        assert_eq!(read.absent, [(Mistake::Capture, reason)]);
        assert!(read.shared.starts_with("use std::thread;\n\n/// Sends"), "{}", read.shared);
        let [right, stays] = &read.variants[..] else { panic!("{read:?}") };
        assert_eq!((&*right.name, right.mistake), ("right", None));
        assert_eq!((&*stays.title, &*stays.comment), ("The thread stays", "Nobody joins it."));
        assert_eq!((stays.lines.clone(), stays.caught_by()), (25..28, "lint"));
        assert_eq!(stays.not_by_run.as_deref(), Some("a thread is a thread"));
    }
}
