//! The whole check: a project in, a report out.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::config::Config;
use crate::finding::{Finding, Level, Origin, Region};
use crate::rules::engine;
use crate::source::skim::skim;
use crate::source::{Project, SourceFile};
use crate::suppress::{self, Commented};

/// What a check found, and how much it looked at.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The findings that no configuration and no comment silences, by file and position.
    pub findings: Vec<Finding>,
    /// How much was looked at.
    pub stats: Stats,
}

impl Report {
    /// How many findings have that level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}

/// How much a check looked at, and what it could not resolve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Files handed to the check.
    pub files: usize,
    /// Files that were parsed.
    pub parsed: usize,
    /// Files left unparsed because nothing in them could matter.
    pub skipped: usize,
    /// Files left out before the check because they say that a machine wrote them.
    pub generated: usize,
    /// Lines in all files that could be read.
    pub lines: usize,
    /// Bytes in all files that could be read.
    pub bytes: usize,
    /// Receivers of method calls whose type stayed unknown where a rule asked for it.
    pub unresolved_receivers: usize,
    /// Macro calls whose tokens could not be read as Rust.
    pub unread_macros: usize,
}

/// Checks a project. Never fails: what can't be read or parsed becomes a finding.
///
/// ```
/// use linger_lint::config::Config;
/// use linger_lint::source::{Edition, Project, SourceFile, Target, TargetKind};
///
/// let project = Project {
///     targets: vec![Target {
///         name: "demo".into(),
///         package: "demo".into(),
///         renames: Vec::new(),
///         kind: TargetKind::Bin,
///         edition: Edition::E2024,
///     }],
///     files: vec![SourceFile {
///         path: "src/main.rs".into(),
///         text: Err("permission denied".into()),
///         target: 0,
///         module: Vec::new(),
///         test: false,
///     }],
/// };
/// let report = linger_lint::check(&project, &Config::default());
/// assert_eq!(report.findings[0].rule, "unreadable");
/// ```
pub fn check(project: &Project, config: &Config) -> Report {
    let mut findings: Vec<Finding> =
        project.files.iter().filter_map(|file| unreadable(file, config)).collect();
    let comments: Vec<_> = project
        .files
        .par_iter()
        .map(|file| file.text.as_ref().map_or(Vec::new(), |text| skim(text).comments))
        .collect();
    let commented: BTreeMap<&str, Commented<'_>> = project
        .files
        .iter()
        .zip(&comments)
        .filter_map(|(file, comments)| {
            let text = file.text.as_deref().ok()?;
            Some((file.path.as_str(), Commented { text, comments, items: &[] }))
        })
        .collect();
    findings = suppress::apply(findings, &commented, config);
    findings.retain(|finding| finding.level != Level::Allow);
    sort(&mut findings);
    Report { findings, stats: stats(project) }
}

fn unreadable(file: &SourceFile, config: &Config) -> Option<Finding> {
    let reason = file.text.as_ref().err()?;
    Some(Finding {
        rule: engine::UNREADABLE.name.to_owned(),
        level: config.level(engine::UNREADABLE.name),
        message: reason.clone(),
        file: file.path.clone(),
        span: Region::START,
        labels: Vec::new(),
        help: None,
        fix: None,
        origin: Origin::Lint,
    })
}

/// The order in which findings are shown: by file and position, then by rule and message.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |f: &'_ Finding| (f.span.start, f.span.end);
        (&a.file, key(a), &a.rule, &a.message).cmp(&(&b.file, key(b), &b.rule, &b.message))
    });
}

fn stats(project: &Project) -> Stats {
    let texts = || project.files.iter().filter_map(|file| file.text.as_deref().ok());
    Stats {
        files: project.files.len(),
        lines: texts().map(|text| text.lines().count()).sum(),
        bytes: texts().map(str::len).sum(),
        ..Stats::default()
    }
}
