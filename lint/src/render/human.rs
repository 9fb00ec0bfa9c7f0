//! Source excerpts for people.

mod excerpt;
mod summary;

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level as Severity, Origin, Renderer};

use super::{Surroundings, notes};
use crate::Report;
use crate::finding::{Finding, Level};
use excerpt::Excerpt;
pub(in crate::render) use summary::summary;

pub(super) fn render(
    report: &Report,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for finding in &report.findings {
        writeln!(out, "{}\n", one(finding, surroundings))?;
    }
    writeln!(out, "{}{}", summary::by_rule(report), summary(report, surroundings))
}

/// One finding, without a line end behind it.
pub(super) fn one(finding: &Finding, surroundings: &Surroundings<'_>) -> String {
    let renderer = if surroundings.colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group(finding, &notes(finding), surroundings)])
}

fn group<'a>(
    finding: &'a Finding,
    notes: &'a [String],
    surroundings: &Surroundings<'a>,
) -> Group<'a> {
    let severity = match finding.level {
        Level::Deny => Severity::ERROR,
        Level::Warn => Severity::WARNING,
        Level::Allow => Severity::NOTE,
    };
    let mut group = severity
        .primary_title(finding.message.as_str())
        .id(finding.rule.as_str())
        .elements(std::iter::empty::<Origin<'_>>());
    for excerpt in excerpts(finding, surroundings) {
        group = match excerpt.snippet() {
            Some(snippet) => group.element(snippet),
            None => group.element(excerpt.origin()),
        };
    }
    for note in notes {
        group = group.element(Severity::NOTE.message(note.as_str()));
    }
    match &finding.help {
        Some(help) => group.element(Severity::HELP.message(help.as_str())),
        None => group,
    }
}

/// One excerpt for each file that the finding speaks of, its own file first.
fn excerpts<'a>(finding: &'a Finding, surroundings: &Surroundings<'a>) -> Vec<Excerpt<'a>> {
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    let own = (finding.file.as_str(), finding.span, AnnotationKind::Primary, None);
    let labels = finding.labels.iter().map(|label| {
        let message = Some(label.message.as_str());
        (label.file.as_str(), label.span, AnnotationKind::Context, message)
    });
    let all = std::iter::once(own).chain(labels);
    // A run does not know where what libraries start comes from.
    for (file, region, kind, label) in all.filter(|(file, ..)| !file.is_empty()) {
        let index = excerpts.iter().position(|excerpt| excerpt.file == file).unwrap_or_else(|| {
            excerpts.push(Excerpt::new(file, surroundings.texts.get(file).copied()));
            excerpts.len() - 1
        });
        excerpts[index].mark(region, kind, label);
    }
    excerpts
}
