//! The report for people: a tree by owner, and under each finding lines that stand in columns.

use super::Report;
use crate::finding::{Finding, Severity};
use crate::source;
use std::fmt;

/// The width of the widest heading, `would be freed by`.
const HEADING: usize = 17;

pub(super) fn report(report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let of = |severity: Severity| {
        report.findings.iter().filter(move |finding| finding.severity == severity).count()
    };
    let (errors, notes) = (of(Severity::Error), of(Severity::Note));
    if errors + notes == 0 {
        return write!(f, "linger: nothing left behind in {:?}", report.scope);
    }
    write!(f, "linger: {}", plural(errors, "finding"))?;
    if notes > 0 {
        write!(f, " and {}", plural(notes, "note"))?;
    }
    writeln!(f, " in {:?}", report.scope)?;

    let mut shown: Vec<&str> = Vec::new();
    for finding in &report.findings {
        let known = shown.iter().zip(&finding.owner).take_while(|(a, b)| **a == b.as_str()).count();
        for (depth, owner) in finding.owner.iter().enumerate().skip(known) {
            writeln!(f, "{:indent$}{owner}", "", indent = 2 * depth)?;
        }
        shown = finding.owner.iter().map(String::as_str).collect();
        one(finding, 2 * finding.owner.len(), f)?;
    }
    Ok(())
}

fn one(finding: &Finding, indent: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let pad = format!("{:indent$}", "");
    write!(f, "{pad}{}[{}]: {}", finding.severity, finding.kind, finding.message)?;
    if let Some(name) = &finding.task {
        write!(f, ", named {name:?}")?;
    }
    write!(f, " (")?;
    if finding.count > 1 {
        write!(f, "{} times, ", finding.count)?;
    }
    writeln!(f, "{})", finding.certainty)?;
    if !finding.file.is_empty() {
        let heading = match finding.kind {
            crate::Kind::LeakedChannel
            | crate::Kind::UnreadMessages
            | crate::Kind::SenderDroppedUnsent
            | crate::Kind::QueueGrowth => "made at",
            crate::Kind::SendAfterClose => "sent at",
            crate::Kind::DoubleClose => "closed at",
            crate::Kind::ForgottenPermit => "acquired at",
            crate::Kind::LockOrder | crate::Kind::LockHeldAcrossAwait => "taken at",
            _ => "spawned at",
        };
        place(
            f,
            &pad,
            heading,
            "",
            &finding.file,
            finding.span.start.line,
            finding.span.start.column,
        )?;
    }
    for label in &finding.labels {
        let (heading, rest) = split(&label.message);
        place(f, &pad, heading, rest, &label.file, label.span.start.line, label.span.start.column)?;
    }
    if !finding.help.is_empty() {
        let heading = match finding.kind {
            crate::Kind::LeakedTask
            | crate::Kind::LeakedThread
            | crate::Kind::LeakedChannel
            | crate::Kind::Deadlock
            | crate::Kind::Blocked
            | crate::Kind::ForgottenPermit => "would be freed by",
            // It has happened.
            _ => "would be avoided by",
        };
        writeln!(f, "{pad}  {heading:<HEADING$}  {}", finding.help)?;
    }
    if let Some(backtrace) = &finding.backtrace {
        writeln!(f, "{pad}  {:<HEADING$}", "backtrace")?;
        for line in backtrace.lines() {
            writeln!(f, "{pad}    {line}")?;
        }
    }
    Ok(())
}

/// One line of a place, and the source under it.
fn place(
    f: &mut fmt::Formatter<'_>,
    pad: &str,
    heading: &str,
    rest: &str,
    file: &str,
    line: usize,
    column: usize,
) -> fmt::Result {
    write!(f, "{pad}  {heading:<HEADING$}  ")?;
    if !rest.is_empty() {
        write!(f, "{rest}")?;
    }
    if line == 0 {
        return writeln!(f);
    }
    if !rest.is_empty() {
        write!(f, " at ")?;
    }
    writeln!(f, "{}:{line}:{column}", source::short(file))?;
    if let Some(text) = source::line(file, line) {
        writeln!(f, "{pad}  {:<HEADING$}    {text}", "")?;
    }
    Ok(())
}

/// A label's message as a heading and what stands behind it; the place takes the word `here`.
fn split(message: &str) -> (&str, &str) {
    let message = message.strip_suffix(" here").unwrap_or(message);
    for heading in [
        "waits for",
        "while holding",
        "with",
        "held by",
        "by",
        "against",
        "channel",
        "closed",
        "last used",
        "last waited",
        "cloned",
        "forgotten",
        "semaphore",
        "lock",
    ] {
        if let Some(rest) = message.strip_prefix(heading) {
            return (heading, rest.trim_start());
        }
    }
    ("", message)
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
