//! Findings that were there before: a file lists those that a team has yet to mend, and only
//! others are reported.
//!
//! An entry names a finding by its rule, its file, the item around it and the words of its line,
//! so that it survives when lines move. Equal findings are told apart by nothing but their
//! number: one more than the file knows is one new finding, the last of them.

mod file;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use linger_lint::Report;
use linger_lint::finding::Finding;
use linger_lint::rules::names;
use linger_lint::source::Project;

use crate::args::BaselineArgs;
use crate::atomic;
use crate::paths::{absolute, relative};
use file::Key;

/// Longer lines are cut, so that a file made by a machine does not come back in full.
const LONGEST: usize = 160;

/// What becomes of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    /// It is only read.
    Check,
    /// It shall list what was found.
    Write,
    /// It shall lose what was not found.
    Prune,
}

/// The findings that a file lists.
#[derive(Debug)]
pub(crate) struct Baseline {
    path: PathBuf,
    aim: Aim,
    /// How many findings each key stands for.
    known: BTreeMap<Key, usize>,
}

impl Baseline {
    /// The file that the arguments name, or else the configuration does. One that is not there yet is to be written, except in a
    /// CI job, where it would be lost and a slip in its name would hide every finding.
    ///
    /// # Errors
    ///
    /// It can't be read, or is no baseline: the text to print.
    pub(crate) fn of(
        args: &BaselineArgs,
        configured: Option<&Path>,
    ) -> Result<Option<Baseline>, String> {
        let Some(path) = args.baseline.as_deref().or(configured).map(Path::to_owned) else {
            if args.write_baseline || args.prune_baseline {
                return Err(
                    "no baseline is named, by `--baseline FILE` or the configuration".into()
                );
            }
            return Ok(None);
        };
        let named = path.display();
        let mut aim = match args {
            BaselineArgs { write_baseline: true, .. } => Aim::Write,
            BaselineArgs { prune_baseline: true, .. } => Aim::Prune,
            _ => Aim::Check,
        };
        let known = match std::fs::read_to_string(&path) {
            Ok(text) => file::read(&text).map_err(|error| format!("{named}:{error}"))?,
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("cannot read the baseline `{named}`: {error}"));
            }
            Err(_) if aim == Aim::Prune || (aim == Aim::Check && in_ci()) => {
                return Err(format!(
                    "there is no baseline `{named}`: `--write-baseline` writes it"
                ));
            }
            Err(_) => {
                aim = Aim::Write;
                BTreeMap::new()
            }
        };
        if aim != Aim::Check {
            atomic::writable(&path)
                .map_err(|error| format!("cannot write the baseline `{named}`: {error}"))?;
        }
        Ok(Some(Baseline { path, aim, known }))
    }

    /// Takes the findings that it lists out of `report`, writes the file if that is what it is
    /// read for, and says in a sentence or two what came of it.
    ///
    /// `checked` says of a file and a rule whether this check would have found something. Where
    /// it would not, entries stay as they are, unless the file is gone.
    ///
    /// # Errors
    ///
    /// The file can't be written: the text to print.
    pub(crate) fn apply(
        mut self,
        report: &mut Report,
        project: &Project,
        checked: impl Fn(&str, &str) -> bool,
    ) -> Result<Vec<String>, String> {
        let found = self.keys(report, project);
        let judged = Judged::new(self.folder(), report, project, checked);
        if self.aim == Aim::Write {
            self.known.retain(|key, _| !judged.covers(key));
            for key in &found {
                *self.known.entry(key.clone()).or_default() += 1;
            }
            self.write()?;
            report.findings.clear();
            return Ok(vec![format!("{} written to {}", findings(found.len()), self.name())]);
        }
        let mut left = self.known.clone();
        let mut keys = found.iter();
        report.findings.retain(|_| {
            let known = keys.next().and_then(|key| left.get_mut(key)).filter(|left| **left > 0);
            known.map(|left| *left -= 1).is_none()
        });
        let mut said = Vec::new();
        let listed = found.len() - report.findings.len();
        if listed > 0 {
            said.push(format!("{} listed in {} not shown", findings(listed), self.name()));
        }
        left.retain(|key, count| *count > 0 && judged.covers(key));
        let gone: usize = left.values().sum();
        if gone > 0 && self.aim == Aim::Prune {
            for (key, gone) in left {
                self.known.entry(key).and_modify(|count| *count -= gone);
            }
            self.known.retain(|_, count| *count > 0);
            self.write()?;
            said.push(format!("{} taken out of {}", findings(gone), self.name()));
        } else if gone > 0 {
            let (gone, name) = (findings(gone), self.name());
            said.push(format!("{gone} listed in {name} no longer there: `--prune-baseline`"));
        }
        Ok(said)
    }

    fn name(&self) -> String {
        format!("`{}`", self.path.display())
    }

    fn write(&self) -> Result<(), String> {
        atomic::write(&self.path, file::text(&self.known).as_bytes()).map_err(|error| {
            format!("cannot write the baseline `{}`: {error}", self.path.display())
        })
    }

    /// The keys of the findings, in their order.
    fn keys(&self, report: &Report, project: &Project) -> Vec<Key> {
        let folder = self.folder();
        let texts: HashMap<&str, &str> = project
            .files
            .iter()
            .filter_map(|file| Some((file.path.as_str(), file.text.as_deref().ok()?)))
            .collect();
        let key = |finding: &Finding| Key {
            file: relative(&folder, &absolute(Path::new(&finding.file))),
            rule: finding.rule.clone(),
            item: report.items.path(finding),
            line: texts.get(&*finding.file).map(|text| words(text, finding)).unwrap_or_default(),
        };
        report.findings.iter().map(key).collect()
    }

    /// What the names in the file start from.
    fn folder(&self) -> PathBuf {
        absolute(self.path.parent().unwrap_or(Path::new(".")))
    }
}

/// Which entries a check can say of that they are no longer there.
struct Judged<F> {
    folder: PathBuf,
    /// The files that the check could read, by their names in the baseline, each with its name
    /// in findings.
    files: HashMap<String, String>,
    checked: F,
}

impl<F: Fn(&str, &str) -> bool> Judged<F> {
    fn new(folder: PathBuf, report: &Report, project: &Project, checked: F) -> Judged<F> {
        let broken: HashSet<&str> = report
            .findings
            .iter()
            .filter(|finding| [names::UNREADABLE, names::UNPARSABLE].contains(&&*finding.rule))
            .map(|finding| &*finding.file)
            .collect();
        let readable = project.files.iter().filter(|file| !broken.contains(&*file.path));
        let files = readable
            .map(|file| (relative(&folder, &absolute(Path::new(&file.path))), file.path.clone()));
        Judged { files: files.collect(), folder, checked }
    }

    fn covers(&self, key: &Key) -> bool {
        match self.files.get(&key.file) {
            Some(name) => (self.checked)(name, &key.rule),
            None => !self.folder.join(&key.file).exists(),
        }
    }
}

/// Whether nobody would see a file that is written now: CI services set this variable.
fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// The words of the line where `finding` begins, with one space between them.
fn words(text: &str, finding: &Finding) -> String {
    let line = text.lines().nth(finding.span.start.line.saturating_sub(1)).unwrap_or_default();
    let words: Vec<&str> = line.trim_start_matches('\u{feff}').split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}

fn findings(count: usize) -> String {
    if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") }
}
