//! What runs wrote down, read back: the lines of `LINGER_OUTPUT` and `LINGER_EVIDENCE`, merged and
//! counted.
//!
//! A line is a report of the tracker, which may say what ended, too, or one finding as
//! `--format json` prints it. A line that is none of these is a [`Problem`], and the lines behind
//! it are still read: a process that was killed tears its last line, and another one goes on.

mod merge;

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use crate::finding::{Finding, Origin, Position, Region};
use crate::source::LineIndex;

/// What the lines of one or several files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The findings; after [`Recorded::merge`], each once and in the order in which they are shown.
    pub findings: Vec<Finding>,
    /// The places whose tasks ended; after [`Recorded::merge`], each once.
    pub ended: Vec<Ended>,
    /// How many reports there were.
    pub reports: usize,
    /// The lines that could not be read.
    pub problems: Vec<Problem>,
}

/// How the tasks that started at one place ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ended {
    /// The file, as the compiler named it.
    pub file: String,
    /// Where they started.
    pub span: Region,
    /// How many ran to their end.
    pub finished: u64,
    /// How many were stopped from outside.
    pub cancelled: u64,
    /// How many panicked.
    pub panicked: u64,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file that it stands in, as its caller named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

#[derive(Deserialize)]
struct Report {
    findings: Vec<Finding>,
    #[serde(default)]
    ended: Vec<Ended>,
}

impl Recorded {
    /// Adds what the lines of `text` say; `file` is what problems call it.
    ///
    /// ```
    /// use linger_lint::recorded::Recorded;
    ///
    /// let mut recorded = Recorded::default();
    /// recorded.read("runs.jsonl", "{\"scope\":\"a\",\"findings\":[]}\n{\"scope\":");
    /// assert_eq!(recorded.reports, 1);
    /// assert_eq!(
    ///     recorded.problems[0].to_string(),
    ///     "runs.jsonl:2: the line is torn: it ends in the middle"
    /// );
    /// ```
    pub fn read(&mut self, file: &str, text: &str) {
        for (number, line) in (1..).zip(text.lines()) {
            // Who joins files leaves empty lines.
            if line.trim().is_empty() {
                continue;
            }
            if let Err(message) = self.line(line) {
                self.problems.push(Problem { file: file.to_owned(), line: number, message });
            }
        }
    }

    /// Puts places where they are in `texts`, by line and column: a run that could not read the
    /// source gives no bytes.
    pub fn anchor(&mut self, texts: &HashMap<&str, &str>) {
        let lines: HashMap<&str, LineIndex> =
            texts.iter().map(|(file, text)| (*file, LineIndex::new(text))).collect();
        let set = |file: &str, position: &mut Position| {
            let (Some(text), Some(lines)) = (texts.get(file), lines.get(file)) else { return };
            if let Some(byte) = lines.byte(text, position.line, position.column) {
                position.byte = byte;
            }
        };
        self.places(|file, span| {
            set(file, &mut span.start);
            set(file, &mut span.end);
        });
    }

    /// Gives files other names; those for which there is none keep theirs.
    pub fn rename(&mut self, name: impl Fn(&str) -> Option<String>) {
        self.places(|file, _| {
            if let Some(name) = name(file).filter(|_| !file.is_empty()) {
                *file = name;
            }
        });
    }

    /// Visits every file and place that something speaks of.
    fn places(&mut self, mut visit: impl FnMut(&mut String, &mut Region)) {
        for finding in &mut self.findings {
            visit(&mut finding.file, &mut finding.span);
            for label in &mut finding.labels {
                visit(&mut label.file, &mut label.span);
            }
        }
        for ended in &mut self.ended {
            visit(&mut ended.file, &mut ended.span);
        }
    }

    /// Makes one of what looks the same, with the sum of the counts, and sorts.
    pub fn merge(&mut self) {
        merge::findings(&mut self.findings);
        merge::ended(&mut self.ended);
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        let value: Value = serde_json::from_str(line).map_err(|error| match error.classify() {
            Category::Eof => "the line is torn: it ends in the middle".to_owned(),
            _ => format!("this is no JSON: {}", short(&error)),
        })?;
        if value.get("findings").is_some() {
            let report: Report = understood("report", value)?;
            let findings: Result<Vec<_>, _> = report.findings.into_iter().map(whole).collect();
            self.findings.extend(findings?);
            self.ended.extend(report.ended);
            self.reports += 1;
        } else {
            self.findings.push(whole(understood("finding", value)?)?);
        }
        Ok(())
    }
}

fn understood<T: DeserializeOwned>(what: &str, value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| format!("this is no {what}: {}", short(&error)))
}

/// A finding of a run without what only a run can tell was not written by a run.
fn whole(mut finding: Finding) -> Result<Finding, String> {
    if finding.origin == Origin::Run && finding.run.is_none() {
        return Err(format!(
            "this is no finding: `{}` lacks the certainty, severity, count, scope and owner that a \
             run gives",
            finding.rule
        ));
    }
    // The tracker says nothing by an empty text.
    finding.help = finding.help.filter(|help| !help.is_empty());
    Ok(finding)
}

/// The message without its own place, which counts from the start of the line.
fn short(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.split_once(" at line ") {
        Some((message, _)) => message.to_owned(),
        None => message,
    }
}

#[cfg(test)]
mod tests;
