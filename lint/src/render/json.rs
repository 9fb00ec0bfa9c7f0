//! One JSON object a line: the form that the linter and the tracker share.

use std::io::{self, Write};

use crate::finding::Finding;

pub(super) fn render(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    for finding in findings {
        serde_json::to_writer(&mut *out, finding)?;
        writeln!(out)?;
    }
    Ok(())
}
