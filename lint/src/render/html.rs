//! One page for a browser: findings by rule or by file with their source, filters, light and dark.
//!
//! The page is whole without its script, and asks nothing of any network: what it could load is
//! forbidden in its head.

mod excerpt;
mod markup;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Surroundings, human, notes, place, severity};
use crate::Report;
use crate::finding::{Finding, Level, Origin};
use crate::rules;
use markup::{escaped, prose};

pub(super) fn render(
    report: &Report,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let summary = human::summary(report, surroundings);
    head(&summary, out)?;
    filters(report, out)?;
    writeln!(out, "<main>")?;
    for (rule, findings) in by_rule(&report.findings) {
        let count = findings.len();
        writeln!(out, r#"<section data-group="{0}"><h2>{0} <b>{count}</b></h2>"#, escaped(rule))?;
        documentation(rule, out)?;
        findings.iter().try_for_each(|finding| article(finding, None, surroundings, out))?;
        writeln!(out, "</section>")?;
    }
    writeln!(out, r#"<p id="nothing" hidden>No finding passes the filters.</p>"#)?;
    answered(report, surroundings, out)?;
    writeln!(out, "</main>\n<script>\n{}</script>\n</body>\n</html>", include_str!("html/page.js"))
}

fn head(summary: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>linger: {0}</title>
<style>
{1}</style>
</head>
<body>
<header><h1>linger</h1><p>{0}</p></header>"#,
        escaped(summary),
        include_str!("html/page.css"),
    )
}

/// What the script reads; without it there is nothing to choose.
fn filters(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let has = |level: Level| report.count(level) > 0;
    let of_run = |finding: &Finding| finding.origin == Origin::Run;
    let both = report.findings.iter().any(of_run) && !report.findings.iter().all(of_run);
    writeln!(out, r#"<form id="filters" hidden>"#)?;
    writeln!(
        out,
        r#"<input type="search" name="words" placeholder="Filter by rule, file or words" aria-label="Filter">"#
    )?;
    let mut switch = |name: &str, value: &str, text: &str| {
        writeln!(
            out,
            r#"<label><input type="checkbox" name="{name}" value="{value}" checked>{text}</label>"#
        )
    };
    if has(Level::Deny) && has(Level::Warn) {
        switch("level", "error", "errors")?;
        switch("level", "warning", "warnings")?;
    }
    if both {
        switch("origin", "lint", "read in the source")?;
        switch("origin", "run", "seen in a run")?;
    }
    writeln!(
        out,
        r#"<label>by <select name="group"><option value="rule">rule<option value="file">file</select></label>
<label>colours <select name="theme"><option value="light dark">of the system<option value="light">light<option value="dark">dark</select></label>
<output></output>
</form>"#
    )
}

/// The rules with findings that are denied first, and of these the ones with most.
fn by_rule(findings: &[Finding]) -> Vec<(&str, Vec<&Finding>)> {
    let mut rules: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        rules.entry(&finding.rule).or_default().push(finding);
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, findings)| {
        let denied = findings.iter().any(|finding| finding.level == Level::Deny);
        std::cmp::Reverse((denied, findings.len()))
    });
    rules
}

fn documentation(rule: &str, out: &mut dyn Write) -> io::Result<()> {
    let Some(rule) = rules::find(rule) else { return Ok(()) };
    let (summary, docs) = (prose(rule.summary), escaped(rule.docs.trim()));
    writeln!(out, "<details><summary>{summary}</summary><pre>{docs}</pre></details>")
}

fn article(
    finding: &Finding,
    reason: Option<&str>,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (level, rule) = (severity(finding.level), escaped(&finding.rule));
    let origin = match finding.origin {
        Origin::Lint => "lint",
        Origin::Run => "run",
    };
    writeln!(
        out,
        r#"<article class="{level}" data-level="{level}" data-origin="{origin}" data-rule="{rule}" data-file="{}">"#,
        escaped(&finding.file)
    )?;
    writeln!(out, "<h3><i>{level}</i> {}</h3>", prose(&finding.message))?;
    writeln!(out, r#"<p class="place">{} <span>{rule}</span></p>"#, escaped(&place(finding)))?;
    for figure in excerpt::figures(finding, surroundings) {
        writeln!(out, "{figure}")?;
    }
    for note in notes(finding) {
        writeln!(out, "<p><b>run</b> {}</p>", prose(&note))?;
    }
    if let Some(help) = &finding.help {
        writeln!(out, "<p><b>help</b> {}</p>", prose(help))?;
    }
    if let Some(fix) = &finding.fix {
        writeln!(out, "<p><b>fix</b> {}</p>", prose(&fix.message))?;
    }
    if let Some(reason) = reason {
        let reason = if reason.is_empty() { "no reason is given" } else { reason };
        writeln!(out, "<p><b>answer</b> {}</p>", prose(reason))?;
    }
    writeln!(out, "</article>")
}

/// What comments answer for, folded up at the end.
fn answered(
    report: &Report,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let count = report.suppressed.len();
    if count == 0 {
        return Ok(());
    }
    writeln!(out, r#"<details id="answered"><summary>Answered by a comment: {count}</summary>"#)?;
    for one in &report.suppressed {
        article(&one.finding, Some(&one.reason), surroundings, out)?;
    }
    writeln!(out, "</details>")
}
