//! The last line: how much was found in how much.

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
    fn large_numbers_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
