//! The JSON form: the linter's object for a finding, and the tracker's own fields.

use super::Report;
#[cfg(feature = "track")]
use crate::check::Ended;
use crate::finding::{Certainty, Finding, Label, Severity};
use crate::source::Span;
use serde::Serialize;

#[derive(Serialize)]
struct ReportJson<'a> {
    scope: &'a str,
    findings: Vec<FindingJson<'a>>,
}

/// The report, and what ended: a line of `LINGER_EVIDENCE`.
#[cfg(feature = "track")]
#[derive(Serialize)]
struct EvidenceJson<'a> {
    #[serde(flatten)]
    report: ReportJson<'a>,
    ended: &'a [Ended],
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'static str,
    level: &'static str,
    message: &'a str,
    file: &'a str,
    span: Span,
    labels: &'a [Label],
    help: &'a str,
    fix: Option<()>,
    origin: &'static str,
    certainty: Certainty,
    severity: Severity,
    count: u64,
    scope: &'a str,
    owner: &'a [String],
    task: Option<&'a str>,
}

impl<'a> FindingJson<'a> {
    fn new(finding: &'a Finding) -> Self {
        FindingJson {
            rule: finding.kind.name(),
            level: if finding.severity == Severity::Error { "deny" } else { "warn" },
            message: &finding.message,
            file: &finding.file,
            span: finding.span,
            labels: &finding.labels,
            help: &finding.help,
            fix: None,
            origin: "run",
            certainty: finding.certainty,
            severity: finding.severity,
            count: finding.count,
            scope: &finding.scope,
            owner: &finding.owner,
            task: finding.task.as_deref(),
        }
    }
}

impl<'a> ReportJson<'a> {
    fn new(report: &'a Report) -> Self {
        let findings = report.findings.iter().map(FindingJson::new).collect();
        ReportJson { scope: &report.scope, findings }
    }
}

/// The report as one object.
pub(super) fn report(report: &Report) -> String {
    // Strings and numbers only: nothing in it can fail to become JSON.
    serde_json::to_string(&ReportJson::new(report)).unwrap_or_default()
}

/// The report as one object, with what ended beside the findings.
#[cfg(feature = "track")]
pub(super) fn evidence(report: &Report, ended: &[Ended]) -> String {
    let line = EvidenceJson { report: ReportJson::new(report), ended };
    serde_json::to_string(&line).unwrap_or_default()
}
