//! Findings as text, one file per format. Rendering reads nothing and depends on nothing but
//! what it is given, so the same report always gives the same text.

mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod junit;
mod rustc;
mod sarif;
mod short;

use std::collections::HashMap;
use std::io::{self, Write};
use std::time::Duration;

use crate::Report;
use crate::finding::{Finding, Level};
use crate::source::{Project, Target};

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Source excerpts for people, with a summary at the end.
    #[default]
    Human,
    /// One line each, as compilers and `grep` write them.
    Short,
    /// One JSON object a line.
    Json,
    /// Commands that GitHub Actions turns into annotations.
    Github,
    /// The log that code scanning services read, SARIF 2.1.0.
    Sarif,
    /// The compiler's messages, as `cargo check --message-format=json` prints them.
    Rustc,
    /// The list that GitLab shows as code quality.
    Gitlab,
    /// The test report that CI servers show.
    Junit,
    /// One page for a browser.
    Html,
}

/// What formats need beside the report.
#[derive(Clone, Debug, Default)]
pub struct Surroundings<'a> {
    /// The texts of the files that findings speak of, by name.
    pub texts: HashMap<&'a str, &'a str>,
    /// The crates of files, by the file's name.
    pub crates: HashMap<&'a str, Crate<'a>>,
    /// Cargo's identifiers of packages, by name, as far as they are known.
    pub packages: HashMap<&'a str, &'a str>,
    /// Colour by terminal escapes.
    pub colour: bool,
    /// How long the check took.
    pub elapsed: Duration,
}

/// The crate that a file belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Crate<'a> {
    /// What it is called and built for.
    pub target: &'a Target,
    /// The name of its root file.
    pub root: &'a str,
}

impl<'a> Surroundings<'a> {
    /// With the texts and crates of `project`, no colour, and no time.
    pub fn of(project: &'a Project) -> Self {
        let mut roots = HashMap::new();
        for file in project.files.iter().filter(|file| file.module.is_empty()) {
            roots.entry(file.target).or_insert(file.path.as_str());
        }
        let crates = project.files.iter().filter_map(|file| {
            let target = project.targets.get(file.target)?;
            let root = roots.get(&file.target).copied().unwrap_or(&file.path);
            Some((file.path.as_str(), Crate { target, root }))
        });
        let readable = project.files.iter().filter_map(|file| {
            let text = file.text.as_deref().ok()?;
            Some((file.path.as_str(), text))
        });
        Surroundings {
            texts: readable.collect(),
            crates: crates.collect(),
            ..Surroundings::default()
        }
    }
}

/// Writes the findings of `report` to `out`.
///
/// ```
/// use linger_lint::Report;
/// use linger_lint::render::{Format, Surroundings, render};
///
/// let mut out = Vec::new();
/// render(&Report::default(), Format::Human, &Surroundings::default(), &mut out).unwrap();
/// assert_eq!(String::from_utf8(out).unwrap(), "no findings in 0 files (0 lines), 0.0 s\n");
/// ```
///
/// # Errors
///
/// `out` refuses what is written.
pub fn render(
    report: &Report,
    format: Format,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::render(report, surroundings, out),
        Format::Short => short::render(&report.findings, out),
        Format::Json => json::render(&report.findings, out),
        Format::Github => github::render(&report.findings, out),
        Format::Sarif => sarif::render(report, surroundings, out),
        Format::Rustc => rustc::render(report, surroundings, out),
        Format::Gitlab => gitlab::render(&report.findings, surroundings, out),
        Format::Junit => junit::render(&report.findings, out),
        Format::Html => html::render(report, surroundings, out),
    }
}

/// What a level is called where people know compilers.
fn severity(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "note",
    }
}

/// The place in one line; a run does not always know it.
fn place(finding: &Finding) -> String {
    let Finding { file, span, .. } = finding;
    match (file.as_str(), span.start.line) {
        ("", _) => "(somewhere)".to_owned(),
        (file, 0) => file.to_owned(),
        (file, line) => format!("{file}:{line}:{}", span.start.column),
    }
}

/// What runs say of a finding, a sentence each.
fn notes(finding: &Finding) -> Vec<String> {
    let run = finding.run.iter().map(ToString::to_string);
    run.chain(finding.evidence.iter().map(ToString::to_string)).collect()
}

/// All that a finding says beyond its message, a line each, for formats that show plain text.
fn details(finding: &Finding) -> Vec<String> {
    let labels = finding.labels.iter().map(|label| match label.span.start.line {
        0 => label.message.clone(),
        line => format!("{}:{line}: {}", label.file, label.message),
    });
    let notes = notes(finding).into_iter().map(|note| format!("note: {note}"));
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    labels.chain(notes).chain(help).collect()
}

#[cfg(test)]
mod tests;
