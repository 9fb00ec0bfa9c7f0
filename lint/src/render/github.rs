//! Workflow commands, which GitHub Actions shows beside the lines of a pull request.

use std::io::{self, Write};

use super::severity;
use crate::finding::Finding;

pub(super) fn render(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    for finding in findings {
        let (start, end) = (finding.span.start, finding.span.end);
        writeln!(
            out,
            "::{} file={},line={},col={},endLine={},title={}::{}",
            severity(finding.level),
            property(&finding.file),
            start.line,
            start.column,
            end.line,
            property(&format!("linger: {}", finding.rule)),
            data(&message(finding)),
        )?;
    }
    Ok(())
}

/// The annotation shows no excerpts, so labels and help become lines of the message.
fn message(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    for label in &finding.labels {
        let line = label.span.start.line;
        message.push_str(&format!("\n{}:{line}: {}", label.file, label.message));
    }
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    message
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Properties end at `,` and the last one at `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
