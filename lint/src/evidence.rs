//! What is read in the source, held against what runs saw.
//!
//! A finding at a place where something leaked is confirmed; one at a spawn whose tasks ended in
//! every run is marked as such, and stays: a run shows what happened, not what can happen. What
//! leaked where no rule found anything becomes a finding of the report.

use std::collections::HashMap;

use crate::Report;
use crate::finding::{Certainty, Evidence, Finding, Position};
use crate::recorded::Recorded;
use crate::source::skim::{Lexer, Token};

/// Marks the findings of `report` with what runs say of them, and adds what no rule saw. Findings
/// of the linter among the records count for nothing.
///
/// Both must name files alike, and the records must be
/// [anchored](Recorded::anchor) in `texts`, the texts of files by name.
pub fn weigh(report: &mut Report, recorded: Recorded, texts: &HashMap<&str, &str>) {
    report.stats.reports += recorded.reports;
    for leak in recorded.findings {
        let Some(run) = &leak.run else { continue };
        let evidence = Evidence::Confirmed {
            rule: leak.rule.clone(),
            certainty: run.certainty,
            count: run.count,
            scope: run.scope.clone(),
        };
        let places = places(&leak);
        let speaks = |finding: &Finding| places.iter().any(|at| stands_at(finding, *at, texts));
        let mut seen = false;
        for finding in report.findings.iter_mut().filter(|finding| speaks(finding)) {
            seen = true;
            // Of several leaks the surest is told.
            if finding.evidence.as_ref().is_none_or(|known| weight(known) < weight(&evidence)) {
                finding.evidence = Some(evidence.clone());
            }
        }
        // What a comment answers for was seen by a rule, too.
        seen |= report.suppressed.iter().any(|one| speaks(&one.finding));
        if !seen {
            report.findings.push(leak);
        }
    }
    for finding in report.findings.iter_mut().filter(|finding| finding.run.is_none()) {
        if finding.evidence.is_some() {
            continue;
        }
        let here = recorded
            .ended
            .iter()
            .filter(|place| stands_at(finding, (&place.file, place.span.start), texts));
        let (finished, cancelled, panicked) = here.fold((0, 0, 0), |sum, place| {
            (sum.0 + place.finished, sum.1 + place.cancelled, sum.2 + place.panicked)
        });
        if finished + cancelled + panicked > 0 {
            finding.evidence = Some(Evidence::Ended { finished, cancelled, panicked });
        }
    }
    report.findings.sort_by(Finding::order);
}

/// Where the leak began, and where it waits.
fn places(leak: &Finding) -> Vec<(&str, Position)> {
    let waits = leak.labels.iter().filter(|label| label.message.starts_with("waits for"));
    let waits = waits.map(|label| (label.file.as_str(), label.span.start));
    let all = std::iter::once((leak.file.as_str(), leak.span.start)).chain(waits);
    all.filter(|(file, at)| !file.is_empty() && at.line > 0).collect()
}

/// What is surer, and then what was seen more often, weighs more.
fn weight(evidence: &Evidence) -> (Option<Certainty>, u64) {
    match evidence {
        Evidence::Confirmed { certainty, count, .. } => (Some(*certainty), *count),
        Evidence::Ended { .. } => (None, 0),
    }
}

/// Whether the finding is about the call at that place. The compiler says of a call
/// `tokio::spawn(…)` where it begins and of `set.spawn(…)` where the method's name stands, and a
/// finding spans the whole of it. A call inside of its arguments is another one: what stands
/// before it opens a bracket that is not closed.
fn stands_at(finding: &Finding, (file, at): (&str, Position), texts: &HashMap<&str, &str>) -> bool {
    let (start, end) = (finding.span.start, finding.span.end);
    if finding.file != file {
        return false;
    }
    let key = |position: Position| (position.line, position.column);
    if key(start) == key(at) {
        return true;
    }
    if !(key(start) < key(at) && key(at) < key(end)) {
        return false;
    }
    let between = texts.get(file).and_then(|text| text.get(start.byte..at.byte));
    between.is_some_and(closed)
}

/// Whether all brackets are closed again.
fn closed(code: &str) -> bool {
    let mut open = 0_usize;
    for token in Lexer::new(code) {
        match token {
            Token::Open { .. } | Token::Attribute { .. } => open += 1,
            Token::Close { .. } => open = open.saturating_sub(1),
            Token::Semicolon { .. } | Token::Comment(_) => {}
            Token::Word(_) | Token::Mark { .. } => {}
        }
    }
    open == 0
}

#[cfg(test)]
mod tests;
