//! From what a rule reports to a finding: bytes become lines and columns.

use std::cell::OnceCell;

use crate::config::Config;
use crate::finding::{Finding, Label, Origin, Region};
use crate::query::{Report, Site};
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
            fix: None,
            origin: Origin::Lint,
            run: None,
            evidence: None,
        }
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
