//! Expectations written into a fixture, on the line they speak of.
//!
//! `//~ rule` stands on the line of what the linter finds, `//~^ rule` below it (one line up for
//! each `^`); several rules are separated by spaces. `//% kind` says the same of what the tracker
//! finds. A fixture may begin with `//@ edition: 2021`.

use std::collections::BTreeMap;

use linger_lint::source::Edition;

/// The rules or kinds expected or found, by line; what is there twice is there twice.
pub type ByLine = BTreeMap<usize, Vec<String>>;

/// Whom a marker speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// `//~`: the linter finds it.
    Lint,
    /// `//%`: the tracker finds it, when the function runs.
    Run,
}

impl By {
    fn sign(self) -> &'static str {
        match self {
            By::Lint => "//~",
            By::Run => "//%",
        }
    }

    /// The line without its marker, the number of lines that the marker points up, and its words.
    pub fn split(self, line: &str) -> Option<(&str, usize, impl Iterator<Item = &str>)> {
        let (code, marker) = line.split_once(self.sign())?;
        let marker = marker.split("//").next().unwrap_or_default();
        let words = marker.trim_start_matches('^');
        Some((code, marker.len() - words.len(), words.split_whitespace()))
    }

    /// What a text expects.
    pub fn expected(self, text: &str) -> ByLine {
        let mut lines = ByLine::new();
        for (index, line) in text.lines().enumerate() {
            let Some((_, above, words)) = self.split(line) else { continue };
            let expected = lines.entry(index + 1 - above).or_default();
            expected.extend(words.map(str::to_owned));
            expected.sort();
        }
        lines
    }
}

/// What a fixture says of itself.
pub struct Expectation {
    /// The edition that it is written in.
    pub edition: Edition,
    /// What the linter finds.
    pub findings: ByLine,
}

impl Expectation {
    /// Reads the comments of a fixture.
    pub fn read(text: &str) -> Expectation {
        let edition = text.lines().find_map(|line| line.strip_prefix("//@ edition:"));
        Expectation {
            edition: edition.map_or(Edition::E2024, |edition| edition_of(edition.trim())),
            findings: By::Lint.expected(text),
        }
    }

    /// How often a rule is expected.
    pub fn count(&self, rule: &str) -> usize {
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

#[cfg(test)]
mod tests {
    use super::{By, Expectation};

    #[test]
    fn a_marker_speaks_of_its_line_or_of_lines_above() {
        let read = Expectation::read("a //~ one two\n//~^ one\n\n//~^^^ three\n");
        assert_eq!(read.findings[&1], ["one", "one", "three", "two"].map(str::to_owned));
        assert_eq!(read.count("one"), 2);
    }

    #[test]
    fn a_line_may_speak_of_both() {
        let text = "a //~ one //% two\nb\n//%^ three\n";
        assert_eq!(By::Lint.expected(text), [(1, vec!["one".to_owned()])].into());
        let run = [(1, vec!["two".to_owned()]), (2, vec!["three".to_owned()])];
        assert_eq!(By::Run.expected(text), run.into());
    }
}
