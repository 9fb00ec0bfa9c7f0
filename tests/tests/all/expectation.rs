//! Expectations written into a fixture, on the line they speak of.
//!
//! `//~ rule` stands on the line of the finding, `//~^ rule` below it (one line up for each
//! `^`); several rules are separated by spaces. A fixture may begin with `//@ edition: 2021`.

use std::collections::BTreeMap;

use linger_lint::source::Edition;

/// The rules expected or found, by line; a rule that fires twice on a line is there twice.
pub(crate) type ByLine = BTreeMap<usize, Vec<String>>;

/// What a fixture says of itself.
pub(crate) struct Expectation {
    pub(crate) edition: Edition,
    pub(crate) findings: ByLine,
}

impl Expectation {
    /// Reads the comments of a fixture.
    pub(crate) fn read(text: &str) -> Expectation {
        let mut expectation = Expectation { edition: Edition::E2024, findings: ByLine::new() };
        for (index, line) in text.lines().enumerate() {
            if let Some(edition) = line.strip_prefix("//@ edition:") {
                expectation.edition = edition_of(edition.trim());
            }
            let Some((_, marker)) = line.split_once("//~") else { continue };
            let rules = marker.trim_start_matches('^');
            let above = marker.len() - rules.len();
            let line = index + 1 - above;
            let expected = expectation.findings.entry(line).or_default();
            expected.extend(rules.split_whitespace().map(str::to_owned));
            expected.sort();
        }
        expectation
    }

    /// How often a rule is expected.
    pub(crate) fn count(&self, rule: &str) -> usize {
        self.findings.values().flatten().filter(|expected| *expected == rule).count()
    }
}

fn edition_of(text: &str) -> Edition {
    match text {
        "2015" => Edition::E2015,
        "2018" => Edition::E2018,
        "2021" => Edition::E2021,
        "2024" => Edition::E2024,
        other => panic!("unknown edition {other:?} in a fixture"),
    }
}

#[test]
fn a_marker_speaks_of_its_line_or_of_lines_above() {
    let read = Expectation::read("a //~ one two\n//~^ one\n\n//~^^^ three\n");
    assert_eq!(read.findings[&1], ["one", "one", "three", "two"].map(str::to_owned));
    assert_eq!(read.count("one"), 2);
}
