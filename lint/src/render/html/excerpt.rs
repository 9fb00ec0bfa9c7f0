//! The lines of source that a finding speaks of, marked.

use std::collections::BTreeSet;

use super::markup::escaped;
use crate::finding::{Finding, Region};
use crate::render::Surroundings;

/// Lines shown before and behind the ends of what is marked.
const AROUND: usize = 2;

/// A place in the file of one excerpt; the finding's own has no label.
struct Mark<'a> {
    region: Region,
    label: Option<&'a str>,
}

/// One figure for each file, the finding's own first. A file without text has none, and its labels
/// are a line each.
pub(super) fn figures(finding: &Finding, surroundings: &Surroundings<'_>) -> Vec<String> {
    let mut files: Vec<(&str, Vec<Mark<'_>>)> = Vec::new();
    let own = (finding.file.as_str(), Mark { region: finding.span, label: None });
    let labels = finding.labels.iter().map(|label| {
        let mark = Mark { region: label.span, label: Some(&label.message) };
        (label.file.as_str(), mark)
    });
    for (file, mark) in std::iter::once(own).chain(labels) {
        match files.iter_mut().find(|(known, _)| *known == file) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((file, vec![mark])),
        }
    }
    let figures = files.iter().map(|(file, marks)| match surroundings.texts.get(file) {
        Some(text) => figure(file, text, marks, *file != finding.file),
        None => unread(file, marks),
    });
    figures.filter(|figure| !figure.is_empty()).collect()
}

fn figure(file: &str, text: &str, marks: &[Mark<'_>], named: bool) -> String {
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap_or(text).lines().collect();
    let mut figure = "<figure>".to_owned();
    if named {
        figure.push_str(&format!("<figcaption>{}</figcaption>", escaped(file)));
    }
    figure.push_str("<pre>");
    let mut before = None;
    for number in shown(marks, lines.len()) {
        if before.is_some_and(|before| before + 1 < number) {
            figure.push_str("<s>⋮</s>\n");
        }
        before = Some(number);
        figure.push_str(&format!("<u>{number}</u>{}\n", marked(lines[number - 1], number, marks)));
        let here = marks.iter().filter(|mark| mark.region.start.line == number);
        for label in here.filter_map(|mark| mark.label) {
            figure.push_str(&format!("<em>{}</em>\n", escaped(label)));
        }
    }
    figure.push_str("</pre></figure>");
    figure
}

/// The numbers of the lines to show: those about the ends of each mark.
fn shown(marks: &[Mark<'_>], lines: usize) -> BTreeSet<usize> {
    let ends = marks.iter().flat_map(|mark| [mark.region.start.line, mark.region.end.line]);
    let around = ends.filter(|line| (1..=lines).contains(line));
    around
        .flat_map(|line| {
            line.saturating_sub(AROUND).max(1)..=line.saturating_add(AROUND).min(lines)
        })
        .collect()
}

/// A line with what is marked in it; the space that indents it is not.
fn marked(line: &str, number: usize, marks: &[Mark<'_>]) -> String {
    let mut html = String::new();
    let mut open = None;
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    for (column, c) in (1..).zip(line.chars()) {
        let kind = if column > indent { kind(number, column, marks) } else { None };
        if kind != open {
            html.push_str(if open.is_some() { "</mark>" } else { "" });
            html.push_str(match kind {
                Some(Kind::Own) => "<mark>",
                Some(Kind::Label) => r#"<mark class="label">"#,
                None => "",
            });
            open = kind;
        }
        html.push_str(&escaped(c.encode_utf8(&mut [0; 4])));
    }
    html.push_str(if open.is_some() { "</mark>" } else { "" });
    html
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Own,
    Label,
}

/// How a character is marked: a label is seen also inside of the finding's own place.
fn kind(line: usize, column: usize, marks: &[Mark<'_>]) -> Option<Kind> {
    let at = (line, column);
    let covers = |mark: &&Mark<'_>| {
        let (start, end) = (mark.region.start, mark.region.end);
        (start.line, start.column) <= at && at < (end.line, end.column)
    };
    let mut covering = marks.iter().filter(covers).peekable();
    covering.peek()?;
    Some(if covering.any(|mark| mark.label.is_some()) { Kind::Label } else { Kind::Own })
}

fn unread(file: &str, marks: &[Mark<'_>]) -> String {
    let lines = marks.iter().filter_map(|mark| {
        let place = match mark.region.start.line {
            0 => String::new(),
            line => format!("{file}:{line}: "),
        };
        Some(format!("<p>{}{}</p>", escaped(&place), escaped(mark.label?)))
    });
    lines.collect()
}
