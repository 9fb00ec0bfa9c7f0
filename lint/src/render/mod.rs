//! Findings as text, one file per format. Rendering reads nothing and depends on nothing but
//! what it is given, so the same report always gives the same text.

mod github;
mod human;
mod json;
mod short;

use std::collections::HashMap;
use std::io::{self, Write};
use std::time::Duration;

use crate::Report;
use crate::finding::Level;
use crate::source::Project;

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
}

/// What the human format needs beside the report.
#[derive(Clone, Debug, Default)]
pub struct Surroundings<'a> {
    /// The texts of the files that findings speak of, by name.
    pub texts: HashMap<&'a str, &'a str>,
    /// Colour by terminal escapes.
    pub colour: bool,
    /// How long the check took.
    pub elapsed: Duration,
}

impl<'a> Surroundings<'a> {
    /// With the texts of `project`, no colour, and no time.
    pub fn of(project: &'a Project) -> Self {
        let readable = project.files.iter().filter_map(|file| {
            let text = file.text.as_deref().ok()?;
            Some((file.path.as_str(), text))
        });
        Surroundings { texts: readable.collect(), ..Surroundings::default() }
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

#[cfg(test)]
mod tests;
