//! Where a rule puts what it found.

use super::repair::Repair;
use crate::finding::Level;
use crate::model::Span;

/// An index into the files of the model.
pub type FileId = u32;

/// A place in some file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// The place in it.
    pub span: Span,
}

/// One finding in the making; the rule's name and level are known to the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The place that the message speaks of.
    pub at: Site,
    /// What is wrong, naming the thing: lower case, no full stop.
    pub message: String,
    /// Further places.
    pub labels: Vec<(Site, String)>,
    /// Why it matters and what to write instead.
    pub help: Option<String>,
    /// How much is lost here against other findings of the same rule: more comes first.
    pub rank: u8,
    /// A milder level than the rule's, where the project sets none.
    pub level: Option<Level>,
    /// A change that is surely what the author means.
    pub fix: Option<Repair>,
}

impl Report {
    /// Says what is wrong.
    pub fn message(&mut self, message: impl Into<String>) -> &mut Report {
        self.message = message.into();
        self
    }

    /// Shows a second place in the same file.
    pub fn label(&mut self, span: Span, message: impl Into<String>) -> &mut Report {
        self.label_in(Site { file: self.at.file, span }, message)
    }

    /// Shows a second place in any file.
    pub fn label_in(&mut self, site: Site, message: impl Into<String>) -> &mut Report {
        self.labels.push((site, message.into()));
        self
    }

    /// Says why it matters and what to write instead.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Report {
        self.help = Some(help.into());
        self
    }

    /// Proposes a change that a machine may make, because it is surely what the author means. Its
    /// parts are said to what this gives.
    pub fn fix(&mut self, message: impl Into<String>) -> &mut Repair {
        self.fix.insert(Repair { message: message.into(), parts: Vec::new() })
    }

    /// Says that this finding weighs less than others of its rule.
    pub fn level(&mut self, level: Level) -> &mut Report {
        self.level = Some(level);
        self
    }

    /// Says how much is lost: 0 unless told otherwise.
    pub fn rank(&mut self, rank: u8) -> &mut Report {
        self.rank = rank;
        self
    }
}

/// What one rule found.
#[derive(Debug, Default)]
pub struct Sink {
    file: FileId,
    reports: Vec<Report>,
}

impl Sink {
    /// The reports of a rule that looks at `file`.
    pub(crate) fn new(file: FileId) -> Sink {
        Sink { file, reports: Vec::new() }
    }

    /// Begins a finding in the file that the rule looks at.
    pub fn report(&mut self, span: Span) -> &mut Report {
        self.report_in(Site { file: self.file, span })
    }

    /// Begins a finding in any file.
    pub fn report_in(&mut self, at: Site) -> &mut Report {
        self.reports.push(Report {
            at,
            message: String::new(),
            labels: Vec::new(),
            help: None,
            rank: 0,
            level: None,
            fix: None,
        });
        let last = self.reports.len() - 1;
        &mut self.reports[last]
    }

    /// All that was found; the same place with the same message counts once.
    pub(crate) fn into_reports(mut self) -> Vec<Report> {
        self.reports.sort_by(|a, b| (a.at, &a.message).cmp(&(b.at, &b.message)));
        self.reports.dedup_by(|a, b| a.at == b.at && a.message == b.message);
        self.reports
    }
}
