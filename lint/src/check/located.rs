//! From what a rule reports to a finding: bytes become lines and columns.

use std::cell::OnceCell;

use super::written;
use crate::config::Config;
use crate::finding::{Edit, Finding, Fix, Label, Origin, Region};
use crate::query::{Repair, Report, Site};
use crate::rules::Rule;
use crate::source::{LineIndex, SourceFile};

/// The lines of the few files that have findings.
pub(super) struct Located<'a> {
    files: &'a [SourceFile],
    lines: Vec<OnceCell<LineIndex>>,
}

impl<'a> Located<'a> {
    pub(super) fn new(files: &'a [SourceFile]) -> Located<'a> {
        Located { files, lines: files.iter().map(|_| OnceCell::new()).collect() }
    }

    /// The finding that the report amounts to.
    pub(super) fn finding(&self, rule: &Rule, report: &Report, config: &Config) -> Finding {
        let labels = report.labels.iter().map(|(site, message)| {
            let (file, span) = self.place(*site);
            Label { message: message.clone(), file, span }
        });
        let (file, span) = self.place(report.at);
        Finding {
            rule: rule.name.to_owned(),
            level: config.level_set_in(&file, rule.name).or(report.level).unwrap_or(rule.level),
            message: report.message.clone(),
            file,
            span,
            labels: labels.collect(),
            help: report.help.clone(),
            fix: report.fix.as_ref().and_then(|repair| self.fix(report.at, repair)),
            origin: Origin::Lint,
            run: None,
            evidence: None,
        }
    }

    /// The change, if it fits what is written there.
    fn fix(&self, at: Site, repair: &Repair) -> Option<Fix> {
        let file = self.files.get(at.file as usize)?;
        let text = file.text.as_deref().ok()?;
        let lines = self.lines.get(at.file as usize)?.get_or_init(|| LineIndex::new(text));
        let edits = written::edits(text, repair)?.into_iter().map(|(range, replacement)| Edit {
            file: file.path.clone(),
            span: lines.region(text, range.start, range.end),
            replacement,
        });
        Some(Fix { message: repair.message.clone(), edits: edits.collect() })
    }

    fn place(&self, site: Site) -> (String, Region) {
        let index = site.file as usize;
        let (Some(file), Some(cell)) = (self.files.get(index), self.lines.get(index)) else {
            return (String::new(), Region::START);
        };
        let text = file.text.as_deref().unwrap_or_default();
        let lines = cell.get_or_init(|| LineIndex::new(text));
        let region = lines.region(text, site.span.start as usize, site.span.end as usize);
        (file.path.clone(), region)
    }
}
