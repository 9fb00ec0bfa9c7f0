//! The last lines: how much was found in how much.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::Report;
use crate::finding::Level;
use crate::render::Surroundings;

pub(in crate::render) fn summary(report: &Report, surroundings: &Surroundings<'_>) -> String {
    let denied = report.count(Level::Deny);
    let warnings = report.count(Level::Warn);
    let found = match report.findings.len() {
        0 => "no findings".to_owned(),
        all => format!(
            "{}: {} denied, {}",
            counted(all, "finding"),
            thousands(denied),
            counted(warnings, "warning")
        ),
    };
    let files = counted(report.stats.files, "file");
    let lines = counted(report.stats.lines, "line");
    let reports = counted(report.stats.reports, "report");
    let looked = match (report.stats.files, report.stats.reports) {
        (_, 0) => format!("{files} ({lines})"),
        (0, _) => format!("{reports} of runs"),
        (_, _) => format!("{files} ({lines}) and {reports} of runs"),
    };
    format!("{found} in {looked}, {:.1} s", surroundings.elapsed.as_secs_f64())
}

/// Fewer findings than these are seen at a glance.
const MANY: usize = 20;

/// How many findings there are of each rule, a line each, the most first; nothing where a glance
/// tells.
pub(super) fn by_rule(report: &Report) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(&finding.rule).or_default() += 1;
    }
    let mut text = String::new();
    if report.findings.len() > MANY {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (rule, count) in counts {
            let _ = writeln!(text, "{:>6}  {rule}", thousands(count));
        }
        text.push('\n');
    }
    text
}

fn counted(count: usize, noun: &str) -> String {
    format!("{} {noun}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// `45000` as `45,000`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_counted_where_there_are_many_findings() {
        let of = |rule: &str, count: usize| {
            let line = format!(
                r#"{{"rule":"{rule}","level":"warn","message":"","file":"","span":{span},"labels":[],"help":null,"fix":null,"origin":"lint"}}"#,
                span = r#"{"start":{"line":0,"column":0,"byte":0},"end":{"line":0,"column":0,"byte":0}}"#,
            );
            vec![serde_json::from_str(&line).unwrap(); count]
        };
        let report = |rare, common| Report {
            findings: [of("rare", rare), of("common", common)].concat(),
            ..Report::default()
        };
        assert_eq!(by_rule(&report(1, 19)), "");
        assert_eq!(by_rule(&report(1, 20)), "    20  common\n     1  rare\n\n");
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
