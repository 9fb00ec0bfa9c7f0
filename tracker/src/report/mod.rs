//! The result of a check, as text for people and as JSON for programs.

mod json;
mod text;

use crate::finding::{Finding, Severity};
use std::fmt;

/// What a check found.
///
/// `Display` is the report for people: the findings as a tree by owner.
///
/// # Examples
///
/// ```
/// let scope = linger::Scope::new("request");
/// let report = scope.check_blocking();
/// assert!(report.is_clean(), "{report}");
/// ```
#[derive(Clone, Debug)]
#[must_use = "a report fails nothing by itself; call assert_clean"]
pub struct Report {
    pub(crate) scope: String,
    pub(crate) findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(scope: String, findings: Vec<Finding>) -> Self {
        Report { scope, findings }
    }

    /// Whether nothing of severity `error` was found. Notes may be there.
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }

    /// What was found, notes too.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The name of the scope that was checked.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// Does nothing if the report is clean.
    ///
    /// # Panics
    ///
    /// Panics with the whole report if something of severity `error` was found, unless
    /// `LINGER=report` is set: then it is printed.
    #[track_caller]
    pub fn assert_clean(&self) {
        if self.is_clean() {
            return;
        }
        if crate::env::mode() == crate::env::Mode::Fail {
            panic!("{self}");
        }
        crate::output::warn(format_args!("{self}"));
    }

    /// The report as one JSON object, without a line break:
    /// `{"scope":…,"findings":[…]}`.
    ///
    /// # Examples
    ///
    /// ```
    /// let report = linger::Scope::new("empty").check_blocking();
    /// assert_eq!(report.to_json(), r#"{"scope":"empty","findings":[]}"#);
    /// ```
    pub fn to_json(&self) -> String {
        json::report(self)
    }
}

#[cfg(feature = "track")]
impl Report {
    /// As [`Report::to_json`], with what ended: `{"scope":…,"findings":[…],"ended":[…]}`.
    pub(crate) fn to_evidence(&self, ended: &[crate::check::Ended]) -> String {
        json::evidence(self, ended)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::report(self, f)
    }
}
