//! The compiler's messages, wrapped as `cargo check --message-format=json` wraps them, so that
//! what shows the compiler's findings shows ours: rust-analyzer, editors, `cargo_metadata`.

use std::io::{self, Write};

use serde::Serialize;

use super::{Crate, Surroundings, human, notes, severity};
use crate::Report;
use crate::finding::{Edit, Finding, Level, Region};
use crate::source::{Edition, TargetKind};

/// One line of the output.
#[derive(Serialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Line<'a> {
    CompilerMessage { package_id: &'a str, target: Target<'a>, message: Box<Diagnostic<'a>> },
    BuildFinished { success: bool },
}

#[derive(Serialize)]
struct Target<'a> {
    name: &'a str,
    kind: [&'static str; 1],
    crate_types: [&'static str; 1],
    src_path: &'a str,
    edition: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: &'a str,
    code: Option<Code>,
    level: &'static str,
    spans: Vec<Span<'a>>,
    children: Vec<Diagnostic<'a>>,
    rendered: Option<String>,
}

#[derive(Serialize)]
struct Code {
    code: String,
    explanation: Option<&'static str>,
}

#[derive(Serialize)]
struct Span<'a> {
    file_name: &'a str,
    byte_start: usize,
    byte_end: usize,
    line_start: usize,
    line_end: usize,
    column_start: usize,
    column_end: usize,
    is_primary: bool,
    text: Vec<Excerpt<'a>>,
    label: Option<&'a str>,
    suggested_replacement: Option<&'a str>,
    suggestion_applicability: Option<&'static str>,
    expansion: Option<()>,
}

/// A line of source, and the columns of it that are meant.
#[derive(Serialize)]
struct Excerpt<'a> {
    text: &'a str,
    highlight_start: usize,
    highlight_end: usize,
}

pub(super) fn render(
    report: &Report,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    // Whoever shows these messages has their own colours.
    let plain = Surroundings { colour: false, ..surroundings.clone() };
    for finding in &report.findings {
        let known = surroundings.crates.get(finding.file.as_str());
        let notes = notes(finding);
        line(
            &Line::CompilerMessage {
                package_id: package(known, surroundings),
                target: target(known, &finding.file),
                message: Box::new(diagnostic(finding, &notes, &plain)),
            },
            out,
        )?;
    }
    line(&Line::BuildFinished { success: report.count(Level::Deny) == 0 }, out)
}

fn line(line: &Line<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}

/// The package as cargo calls it. rust-analyzer takes back what it showed of a package before only
/// if later messages speak of that package by the same name as cargo does.
fn package<'a>(known: Option<&Crate<'a>>, surroundings: &Surroundings<'a>) -> &'a str {
    let Some(Crate { target, .. }) = known else { return "linger" };
    surroundings.packages.get(&*target.package).copied().unwrap_or(&target.package)
}

fn target<'a>(known: Option<&Crate<'a>>, file: &'a str) -> Target<'a> {
    let Some(Crate { target, root }) = known else {
        let (kind, edition) = (["bin"], Edition::default());
        return Target {
            name: "linger",
            kind,
            crate_types: kind,
            src_path: file,
            edition: year(edition),
        };
    };
    let kind = match target.kind {
        TargetKind::Lib => "lib",
        TargetKind::Bin | TargetKind::Loose => "bin",
        TargetKind::Test => "test",
        TargetKind::Example => "example",
        TargetKind::Bench => "bench",
        TargetKind::Build => "custom-build",
    };
    Target {
        name: &target.name,
        kind: [kind],
        // What is no library is a program to cargo.
        crate_types: [if kind == "lib" { "lib" } else { "bin" }],
        src_path: root,
        edition: year(target.edition),
    }
}

fn year(edition: Edition) -> &'static str {
    match edition {
        Edition::E2015 => "2015",
        Edition::E2018 => "2018",
        Edition::E2021 => "2021",
        Edition::E2024 => "2024",
    }
}

fn diagnostic<'a>(
    finding: &'a Finding,
    notes: &'a [String],
    surroundings: &Surroundings<'a>,
) -> Diagnostic<'a> {
    let own = (finding.file.as_str(), finding.span, None);
    let labels = finding
        .labels
        .iter()
        .map(|label| (label.file.as_str(), label.span, Some(label.message.as_str())));
    let spans = std::iter::once(own).chain(labels).enumerate();
    let spans = spans.filter(|(_, (file, ..))| !file.is_empty());
    let spans = spans.map(|(index, (file, region, label))| {
        let spanned = span(file, region, surroundings);
        Span { is_primary: index == 0, label, ..spanned }
    });
    let notes = notes.iter().map(|note| child("note", note, Vec::new()));
    let help = finding.help.as_deref().map(|help| child("help", help, Vec::new()));
    let fix = finding.fix.as_ref().map(|fix| {
        let edits = fix.edits.iter().map(|edit| replacement(edit, surroundings));
        child("help", &fix.message, edits.collect())
    });
    Diagnostic {
        message: &finding.message,
        code: Some(Code { code: format!("linger::{}", finding.rule), explanation: None }),
        level: severity(finding.level),
        spans: spans.collect(),
        children: notes.chain(help).chain(fix).collect(),
        rendered: Some(format!("{}\n\n", human::one(finding, surroundings))),
    }
}

fn child<'a>(level: &'static str, message: &'a str, spans: Vec<Span<'a>>) -> Diagnostic<'a> {
    Diagnostic { message, code: None, level, spans, children: Vec::new(), rendered: None }
}

fn replacement<'a>(edit: &'a Edit, surroundings: &Surroundings<'a>) -> Span<'a> {
    Span {
        is_primary: true,
        suggested_replacement: Some(&edit.replacement),
        suggestion_applicability: Some("MachineApplicable"),
        ..span(&edit.file, edit.span, surroundings)
    }
}

fn span<'a>(file: &'a str, region: Region, surroundings: &Surroundings<'a>) -> Span<'a> {
    let (start, end) = (region.start, region.end);
    let text = surroundings.texts.get(file).copied().unwrap_or_default();
    // A byte order mark has no column.
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
    let excerpt = lines.skip(start.line.saturating_sub(1)).map(|(index, line)| Excerpt {
        text: line,
        highlight_start: if index + 1 == start.line { start.column } else { 1 },
        highlight_end: if index + 1 == end.line { end.column } else { line.chars().count() + 1 },
    });
    Span {
        file_name: file,
        byte_start: start.byte,
        byte_end: end.byte,
        line_start: start.line,
        line_end: end.line,
        column_start: start.column,
        column_end: end.column,
        is_primary: false,
        text: excerpt.take(end.line.saturating_add(1).saturating_sub(start.line)).collect(),
        label: None,
        suggested_replacement: None,
        suggestion_applicability: None,
        expansion: None,
    }
}
