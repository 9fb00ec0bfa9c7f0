//! One line a finding, as compilers and `grep` write them.

use std::io::{self, Write};

use super::{notes, place, severity};
use crate::finding::Finding;

pub(super) fn render(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    findings.iter().try_for_each(|finding| writeln!(out, "{}", line(finding)))
}

/// The line of one finding.
pub(super) fn line(finding: &Finding) -> String {
    let message = finding.message.replace('\n', " ");
    let notes = notes(finding);
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
    format!("{}: {}[{}]: {message}{notes}", place(finding), severity(finding.level), finding.rule)
}
