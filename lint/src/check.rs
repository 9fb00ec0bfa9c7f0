//! The whole check: a project in, a report out.

mod enclosing;
mod located;
mod lowered;
mod matter;
mod prescan;
mod recall;
mod written;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::finding::{Finding, Level, Origin, Region, Suppressed};
use crate::link::{Known, Linked, Program};
use crate::model::file::Item;
use crate::query::{self, ModelCx};
use crate::rules::names;
use crate::source::skim::skim;
use crate::source::{LineIndex, Project};
use crate::suppress::{self, Applied, Commented};
use crate::syntax;
pub use enclosing::Enclosing;
use located::Located;
use lowered::Lowered;
use prescan::Prescan;
use recall::recalled;
pub use recall::{Cache, Key};

/// What a check found, and how much it looked at.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The findings that no configuration and no suppression silences, by file and position.
    pub findings: Vec<Finding>,
    /// What suppressions answer for, by file and position.
    pub suppressed: Vec<Suppressed>,
    /// The items that findings stand in.
    pub items: Enclosing,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Reports of runs that were read beside the source.
    pub reports: usize,
    /// Receivers of method calls whose type stayed unknown where a rule asked for it.
    pub unresolved_receivers: usize,
    /// Macro calls whose tokens could not be read as Rust.
    pub unread_macros: usize,
}

impl Stats {
    /// Adds what was counted in a part.
    fn add(&mut self, part: &Stats) {
        let Stats {
            files,
            parsed,
            skipped,
            generated,
            lines,
            bytes,
            reports,
            unresolved_receivers,
            unread_macros,
        } = part;
        self.files += files;
        self.parsed += parsed;
        self.skipped += skipped;
        self.generated += generated;
        self.lines += lines;
        self.bytes += bytes;
        self.reports += reports;
        self.unresolved_receivers += unresolved_receivers;
        self.unread_macros += unread_macros;
    }
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
///         dependencies: Vec::new(),
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
    check_with(project, config, None)
}

/// [`check`], except that what `cache` keeps of earlier checks is not looked for again.
pub fn check_with(project: &Project, config: &Config, cache: Option<&dyn Cache>) -> Report {
    // Threads of our own: a recursive parser needs more stack than a caller's pool may have.
    match rayon::ThreadPoolBuilder::new().stack_size(syntax::STACK).build() {
        Ok(pool) => pool.install(|| check_in_pool(project, config, cache, SMALL)),
        Err(_) => check_in_pool(project, config, cache, SMALL),
    }
}

/// Up to this many bytes everything is parsed: that takes less than half a second, and tells
/// every file that is no Rust.
const SMALL: usize = 8 << 20;

fn check_in_pool(
    project: &Project,
    config: &Config,
    cache: Option<&dyn Cache>,
    small: usize,
) -> Report {
    // Read once: whoever checks small projects again and again waits for little else.
    static BUILT_IN: LazyLock<Known<'static>> = LazyLock::new(|| Known::new(Catalogue::built_in()));
    match extended(config) {
        Some(catalogue) => check_knowing(project, config, cache, small, &Known::new(&catalogue)),
        None => check_knowing(project, config, cache, small, &BUILT_IN),
    }
}

/// The built-in catalogue with what the configuration adds, if it adds anything.
fn extended(config: &Config) -> Option<Catalogue> {
    if config.catalogue.is_empty() {
        return None;
    }
    let mut catalogue = Catalogue::built_in().clone();
    // A configuration was read with its catalogue; one put together by hand may be wrong there,
    // and then adds nothing.
    catalogue.extend(&config.catalogue).ok()?;
    Some(catalogue)
}

fn check_knowing(
    project: &Project,
    config: &Config,
    cache: Option<&dyn Cache>,
    small: usize,
    known: &Known<'_>,
) -> Report {
    let prescan = Prescan::new(project, known.catalogue(), small);
    // What has nothing to do with each other is checked apart, so that only few models are in
    // memory at a time.
    let islands: Vec<Report> = project
        .islands()
        .into_par_iter()
        .map(|island| {
            let key = || Key::of(&island, config, prescan.parses_all());
            recalled(cache, key, || check_island(&island, config, known, &prescan))
        })
        .collect();
    let mut report = Report { stats: stats(project), ..Report::default() };
    for island in islands {
        report.findings.extend(island.findings);
        report.suppressed.extend(island.suppressed);
        report.items.add(island.items);
        report.stats.add(&island.stats);
    }
    report.findings.sort_by(Finding::order);
    report.suppressed.sort_by(|a, b| a.finding.order(&b.finding));
    report
}

/// Checks packages that depend on each other; leaves to the caller what is counted in texts.
fn check_island(
    project: &Project,
    config: &Config,
    known: &Known<'_>,
    prescan: &Prescan<'_>,
) -> Report {
    let lowered = prescan.lower(project);
    let mut findings = unusable(project, &lowered, config);
    let program = Program::new(project, &lowered.models, known);
    let linked = Linked::new(&program, &lowered.models);
    let model = ModelCx::new(project, &lowered.models, &linked);
    let reports = query::run(&model, |rule| config.is_on(rule.name));
    let located = Located::new(&project.files);
    findings.extend(reports.iter().map(|(rule, report)| located.finding(rule, report, config)));
    let stats = Stats {
        parsed: lowered.parsed(),
        skipped: project.files.iter().filter(|file| file.text.is_ok()).count() - lowered.parsed(),
        unresolved_receivers: linked.unresolved_receivers(),
        unread_macros: lowered.models.iter().map(|(_, model)| model.unread_macros as usize).sum(),
        ..Stats::default()
    };
    let suppressions = suppressions(project, &lowered);
    let commented: BTreeMap<&str, Commented<'_>> = suppressions
        .iter()
        .map(|(index, suppressions, items)| {
            let file = &project.files[*index];
            let text = file.text.as_deref().unwrap_or_default();
            (file.path.as_str(), Commented { text, suppressions, items })
        })
        .collect();
    let Applied { mut findings, mut suppressed } = suppress::apply(findings, &commented, config);
    findings.retain(|finding| finding.level != Level::Allow);
    suppressed.retain(|suppressed| suppressed.finding.level != Level::Allow);
    let items = Enclosing::of(&findings, project, &lowered.models);
    Report { findings, suppressed, items, stats }
}

/// The files with comments or attributes that speak to linger: those, and the file's items.
type Suppressions = Vec<(usize, Vec<Range<usize>>, Vec<Range<usize>>)>;

fn suppressions(project: &Project, lowered: &Lowered) -> Suppressions {
    let mut items: Vec<&[Item]> = vec![&[]; project.files.len()];
    for (index, model) in &lowered.models {
        items[*index] = &model.items;
    }
    project
        .files
        .par_iter()
        .enumerate()
        .filter_map(|(index, file)| {
            let text = file.text.as_deref().ok()?;
            // Most files hold nothing of the kind, and a search is faster than a look at each token.
            memmem::find(text.as_bytes(), b"linger:")?;
            let items = items[index].iter().map(|item| item.span.bytes()).collect();
            Some((index, skim(text).suppressions, items))
        })
        .collect()
}

/// Findings for the files that could not be read or parsed.
fn unusable(project: &Project, lowered: &Lowered, config: &Config) -> Vec<Finding> {
    let unreadable = project.files.iter().filter_map(|file| {
        let reason = file.text.as_ref().err()?;
        Some(of_engine(names::UNREADABLE, config, &file.path, Region::START, reason))
    });
    let unparsable = lowered.refused.iter().filter_map(|(index, error)| {
        let file = project.files.get(*index)?;
        let text = file.text.as_deref().ok()?;
        let span = error.span;
        let region = LineIndex::new(text).region(text, span.start as usize, span.end as usize);
        Some(of_engine(names::UNPARSABLE, config, &file.path, region, &error.message))
    });
    unreadable.chain(unparsable).collect()
}

fn of_engine(rule: &str, config: &Config, file: &str, span: Region, message: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        level: config.level_in(file, rule),
        message: message.to_owned(),
        file: file.to_owned(),
        span,
        labels: Vec::new(),
        help: None,
        fix: None,
        origin: Origin::Lint,
        run: None,
        evidence: None,
    }
}

fn stats(project: &Project) -> Stats {
    let texts = || project.files.iter().filter_map(|file| file.text.as_deref().ok());
    Stats {
        files: project.files.len(),
        lines: texts().map(lines).sum(),
        bytes: texts().map(str::len).sum(),
        ..Stats::default()
    }
}

/// Counts lines as editors do: what follows the last line end is one more, unless empty.
fn lines(text: &str) -> usize {
    let unended = !text.is_empty() && !text.ends_with('\n');
    memchr::memchr_iter(b'\n', text.as_bytes()).count() + usize::from(unended)
}

#[cfg(test)]
mod tests;
