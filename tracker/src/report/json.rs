//! The JSON form: the linter's object for a finding, and the tracker's own fields.
//!
//! It is written by miniserde and not by serde_json, because whoever tests with linger has in scope
//! what its dependencies implement: beside `impl PartialEq<serde_json::Value> for u32`, the compiler
//! can no longer infer the type of `y.into()` in `assert_eq!(x, y.into())`.

use super::Report;
#[cfg(feature = "track")]
use crate::check::Ended;
use crate::finding::{Finding, Label, Severity};
use crate::source::{Position, Span};
use miniserde::{Serialize, json};

#[derive(Serialize)]
struct ReportJson<'a> {
    scope: &'a str,
    findings: Vec<FindingJson<'a>>,
}

/// The report, and what ended: a line of `LINGER_EVIDENCE`.
#[cfg(feature = "track")]
#[derive(Serialize)]
struct EvidenceJson<'a> {
    scope: &'a str,
    findings: Vec<FindingJson<'a>>,
    ended: Vec<EndedJson<'a>>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    level: &'a str,
    message: &'a str,
    file: &'a str,
    span: SpanJson,
    labels: Vec<LabelJson<'a>>,
    help: &'a str,
    fix: (),
    origin: &'a str,
    certainty: String,
    severity: String,
    count: u64,
    scope: &'a str,
    owner: &'a [String],
    task: &'a Option<String>,
}

#[derive(Serialize)]
struct LabelJson<'a> {
    message: &'a str,
    file: &'a str,
    span: SpanJson,
}

#[cfg(feature = "track")]
#[derive(Serialize)]
struct EndedJson<'a> {
    file: &'a str,
    span: SpanJson,
    finished: u64,
    cancelled: u64,
    panicked: u64,
}

#[derive(Serialize)]
struct SpanJson {
    start: PositionJson,
    end: PositionJson,
}

#[derive(Serialize)]
struct PositionJson {
    line: usize,
    column: usize,
    byte: usize,
}

impl<'a> FindingJson<'a> {
    fn new(finding: &'a Finding) -> Self {
        FindingJson {
            rule: finding.kind.name(),
            level: if finding.severity == Severity::Error { "deny" } else { "warn" },
            message: &finding.message,
            file: &finding.file,
            span: finding.span.into(),
            labels: finding.labels.iter().map(LabelJson::new).collect(),
            help: &finding.help,
            fix: (),
            origin: "run",
            certainty: finding.certainty.to_string(),
            severity: finding.severity.to_string(),
            count: finding.count,
            scope: &finding.scope,
            owner: &finding.owner,
            task: &finding.task,
        }
    }
}

impl<'a> LabelJson<'a> {
    fn new(label: &'a Label) -> Self {
        LabelJson { message: &label.message, file: &label.file, span: label.span.into() }
    }
}

impl From<Span> for SpanJson {
    fn from(span: Span) -> Self {
        SpanJson { start: span.start.into(), end: span.end.into() }
    }
}

impl From<Position> for PositionJson {
    fn from(Position { line, column, byte }: Position) -> Self {
        PositionJson { line, column, byte }
    }
}

fn findings(report: &Report) -> Vec<FindingJson<'_>> {
    report.findings.iter().map(FindingJson::new).collect()
}

/// The report as one object.
pub(super) fn report(report: &Report) -> String {
    json::to_string(&ReportJson { scope: &report.scope, findings: findings(report) })
}

/// The report as one object, with what ended beside the findings.
#[cfg(feature = "track")]
pub(super) fn evidence(report: &Report, ended: &[Ended]) -> String {
    let ended = ended.iter().map(|ended| EndedJson {
        file: ended.file,
        span: ended.span.into(),
        finished: ended.finished,
        cancelled: ended.cancelled,
        panicked: ended.panicked,
    });
    let (findings, ended) = (findings(report), ended.collect());
    json::to_string(&EvidenceJson { scope: &report.scope, findings, ended })
}
