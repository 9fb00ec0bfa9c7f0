//! One line a finding, as compilers and `grep` write them.

use std::io::{self, Write};

use super::severity;
use crate::finding::{Finding, Position};

pub(super) fn render(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    for Finding { file, span, level, rule, message, .. } in findings {
        let Position { line, column, .. } = span.start;
        let message = message.replace('\n', " ");
        writeln!(out, "{file}:{line}:{column}: {}[{rule}]: {message}", severity(*level))?;
    }
    Ok(())
}
