//! Workflow commands, which GitHub Actions shows beside the lines of a pull request.
//!
//! Of one step GitHub shows ten errors and ten warnings, and drops the rest without a word. So
//! only the first ten of each are commands; the others stand in the log as plain lines, and a
//! notice says how many they are.

use std::io::{self, Write};

use super::{details, severity, short};
use crate::finding::Finding;

/// How many annotations of one severity GitHub shows for a step.
const SHOWN: usize = 10;

pub(super) fn render(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let mut shown = [0; 3];
    let mut rest: Vec<&Finding> = Vec::new();
    for finding in findings {
        let shown = &mut shown[finding.level as usize];
        if *shown < SHOWN {
            command(finding, out)?;
            *shown += 1;
        } else {
            rest.push(finding);
        }
    }
    if rest.is_empty() {
        return Ok(());
    }
    let shown = findings.len() - rest.len();
    let notice = format!(
        "{shown} of {} findings are shown here, because GitHub shows {SHOWN} errors and {SHOWN} \
         warnings of a step; the other {} are in the log of this step, and `--format sarif` \
         gives all of them to code scanning",
        findings.len(),
        rest.len(),
    );
    writeln!(out, "::notice title={}::{}", property("linger"), data(&notice))?;
    rest.into_iter().try_for_each(|finding| writeln!(out, "{}", short::line(finding)))
}

fn command(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let mut properties = Vec::new();
    let (start, end) = (finding.span.start, finding.span.end);
    if !finding.file.is_empty() {
        properties.push(format!("file={}", property(&finding.file)));
    }
    if start.line > 0 {
        properties.push(format!("line={},col={}", start.line, start.column));
        properties.push(format!("endLine={}", end.line));
    }
    properties.push(format!("title={}", property(&format!("linger: {}", finding.rule))));
    // The annotation shows no excerpts, so labels and help become lines of the message.
    let message = [vec![finding.message.clone()], details(finding)].concat().join("\n");
    writeln!(out, "::{} {}::{}", severity(finding.level), properties.join(","), data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Properties end at `,` and the last one at `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
