//! A test report, for CI servers that know no other form.
//!
//! Each file is a suite and each finding a case: what is denied has failed. A warning fails no
//! build, and the form has no word for one, so its case passes and carries the text as output.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{details, place};
use crate::finding::{Finding, Level};

pub(super) fn render(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        suites.entry(&finding.file).or_default().push(finding);
    }
    let failures = findings.iter().filter(|finding| failed(finding)).count();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    // Some servers take a report without a case for a broken one.
    let tests = findings.len().max(1);
    writeln!(out, r#"<testsuites name="linger" tests="{tests}" failures="{failures}">"#)?;
    if findings.is_empty() {
        writeln!(out, r#"  <testsuite name="linger" tests="1" failures="0">"#)?;
        writeln!(out, r#"    <testcase name="no findings" classname="linger"/>"#)?;
        writeln!(out, "  </testsuite>")?;
    }
    for (file, findings) in suites {
        suite(file, &findings, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(file: &str, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    let (file, tests) = (escaped(file), findings.len());
    // A run does not always know the place.
    let name = if file.is_empty() { "linger" } else { &file };
    let failures = findings.iter().filter(|finding| failed(finding)).count();
    writeln!(out, r#"  <testsuite name="{name}" tests="{tests}" failures="{failures}">"#)?;
    for finding in findings {
        let place = place(finding);
        let title = escaped(&format!("{} at {place}", finding.rule));
        let rule = escaped(&finding.rule);
        write!(out, r#"    <testcase name="{title}" classname="linger.{rule}""#)?;
        if !file.is_empty() {
            write!(out, r#" file="{file}" line="{}""#, finding.span.start.line)?;
        }
        writeln!(out, ">")?;
        let message = escaped(&finding.message);
        let lines = [vec![format!("{place}: {}", finding.message)], details(finding)].concat();
        let text = escaped(&lines.join("\n"));
        if failed(finding) {
            writeln!(out, r#"      <failure message="{message}" type="{rule}">{text}</failure>"#)?;
        } else {
            writeln!(out, "      <system-out>warning: {text}</system-out>")?;
        }
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

fn failed(finding: &Finding) -> bool {
    finding.level == Level::Deny
}

/// Text as XML has it: some control characters can't stand in it, not even escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
