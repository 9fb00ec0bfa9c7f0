//! The list that GitLab shows in merge requests: a code quality report.

use std::io::{self, Write};

use serde::Serialize;

use super::{Surroundings, details};
use crate::finding::{Finding, Level};
use crate::fingerprint::fingerprints;

/// One entry, with the fields that GitLab reads.
#[derive(Serialize)]
struct Entry<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
    content: Content,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

pub(super) fn render(
    findings: &[Finding],
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let fingerprints = fingerprints(findings, &surroundings.texts);
    let entries = findings.iter().zip(fingerprints).map(|(finding, fingerprint)| {
        let (start, end) = (finding.span.start.line, finding.span.end.line);
        Entry {
            description: &finding.message,
            check_name: &finding.rule,
            fingerprint,
            severity: severity(finding.level),
            location: Location {
                // GitLab drops an entry without a path or a line.
                path: if finding.file.is_empty() { "(somewhere)" } else { &finding.file },
                lines: Lines { begin: start.max(1), end: end.max(start).max(1) },
            },
            content: Content { body: details(finding).join("\n\n") },
        }
    });
    serde_json::to_writer_pretty(&mut *out, &entries.collect::<Vec<_>>())?;
    writeln!(out)
}

/// GitLab's five words are `info`, `minor`, `major`, `critical` and `blocker`.
fn severity(level: Level) -> &'static str {
    match level {
        Level::Deny => "major",
        Level::Warn => "minor",
        Level::Allow => "info",
    }
}
