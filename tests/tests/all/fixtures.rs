//! Every rule runs on every fixture, and finds what the fixture's comments say: no more, no less.
//! Policies, which are off until somebody asks for them, flag good code too: they run on their own
//! fixture only.
//!
//! `fixtures/rules/<rule>.rs` holds what the rule must flag, each with a `//~` marker (see
//! [`expectation`](linger_tests::expectation)), and what it must not: the near misses, in functions
//! whose names begin with `ok_`.

use std::fs;
use std::path::{Path, PathBuf};

use linger_lint::config::Config;
use linger_lint::finding::{Finding, Level};
use linger_lint::rules::{self, Check, Rule};
use linger_lint::source::{Edition, Project, SourceFile, Target, TargetKind};

use linger_tests::expectation::{ByLine, Expectation};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/rules")
}

/// The fixtures: the rule that each is named after, and its text.
fn fixtures() -> Vec<(String, String)> {
    let mut fixtures: Vec<(String, String)> = fs::read_dir(folder())
        .expect("the fixtures exist")
        .map(|entry| entry.expect("the folder of fixtures can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let name = path.file_stem().expect("a fixture has a name").to_string_lossy();
            (name.into_owned(), fs::read_to_string(&path).expect("a fixture can be read"))
        })
        .collect();
    fixtures.sort();
    fixtures
}

/// Everything that the rules which are asked find in the fixture `name`.
pub(crate) fn findings(
    name: &str,
    text: &str,
    edition: Edition,
    asked: impl Fn(&Rule) -> bool,
) -> Vec<Finding> {
    findings_with(Config::default(), name, text, edition, asked)
}

/// The same where a configuration says more.
pub(crate) fn findings_with(
    mut config: Config,
    name: &str,
    text: &str,
    edition: Edition,
    asked: impl Fn(&Rule) -> bool,
) -> Vec<Finding> {
    for rule in rules::all().iter().filter(|rule| asked(rule)) {
        config.set(rule.name, Level::Deny).expect("the rule exists");
    }
    let target = Target {
        name: "fixture".into(),
        package: "fixture".into(),
        renames: Vec::new(),
        dependencies: Vec::new(),
        kind: TargetKind::Loose,
        edition,
    };
    let file = SourceFile {
        path: format!("{name}.rs"),
        text: Ok(text.into()),
        target: 0,
        module: Vec::new(),
        test: false,
    };
    let project = Project { targets: vec![target], files: vec![file] };
    linger_lint::check(&project, &config).findings
}

fn by_line(findings: &[Finding]) -> ByLine {
    let mut lines = ByLine::new();
    for finding in findings {
        lines.entry(finding.span.start.line).or_default().push(finding.rule.clone());
    }
    lines.values_mut().for_each(|rules| rules.sort());
    lines
}

/// The lines on which two sides differ, as text.
pub(crate) fn differences(name: &str, expected: &ByLine, found: &[Finding]) -> String {
    let actual = by_line(found);
    let mut report = String::new();
    let mut lines: Vec<usize> = expected.keys().chain(actual.keys()).copied().collect();
    lines.sort_unstable();
    lines.dedup();
    for line in lines {
        let (wanted, got) = (expected.get(&line), actual.get(&line));
        if wanted == got {
            continue;
        }
        let none = Vec::new();
        let (wanted, got) = (wanted.unwrap_or(&none), got.unwrap_or(&none));
        report.push_str(&format!("{name}.rs:{line}: expected {wanted:?}, found {got:?}\n"));
        for finding in found.iter().filter(|finding| finding.span.start.line == line) {
            report.push_str(&format!("    {}: {}\n", finding.rule, finding.message));
        }
    }
    report
}

#[test]
fn every_rule_finds_exactly_what_the_fixtures_say() {
    let mut report = String::new();
    for (name, text) in fixtures() {
        let expectation = Expectation::read(&text);
        let asked = |rule: &Rule| rule.level != Level::Allow || rule.name == name;
        let found = findings(&name, &text, expectation.edition, asked);
        report.push_str(&differences(&name, &expectation.findings, &found));
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn every_rule_has_a_fixture_with_a_hit_and_a_near_miss() {
    let fixtures = fixtures();
    for rule in rules::all() {
        if matches!(rule.check, Check::Engine) {
            continue;
        }
        let text = fixtures.iter().find(|(name, _)| name == rule.name).map(|(_, text)| text);
        let text = text.unwrap_or_else(|| panic!("fixtures/rules/{}.rs is missing", rule.name));
        let hits = Expectation::read(text).count(rule.name);
        assert!(hits > 0, "fixtures/rules/{}.rs has no `//~ {0}`", rule.name);
        assert!(text.contains("fn ok_"), "fixtures/rules/{}.rs has no `fn ok_…`", rule.name);
    }
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    for (name, _) in fixtures() {
        assert!(rules::find(&name).is_some(), "no rule is called {name}");
    }
}

#[test]
fn every_marker_names_a_rule() {
    for (name, text) in fixtures() {
        for rule in Expectation::read(&text).findings.values().flatten() {
            assert!(rules::find(rule).is_some(), "{name}.rs expects {rule}, which is no rule");
        }
    }
}

#[test]
fn a_near_miss_has_no_marker() {
    for (name, text) in fixtures() {
        let expectation = Expectation::read(&text);
        let mut near_miss = None;
        for (index, line) in text.lines().enumerate() {
            // Items of a fixture begin at the margin, so that the next one ends a near miss.
            if line.starts_with(|first: char| first.is_alphabetic()) {
                near_miss = line.contains("fn ok_").then_some(index + 1);
            }
            if let Some(start) = near_miss {
                let marked = expectation.findings.contains_key(&(index + 1));
                assert!(
                    !marked,
                    "{name}.rs:{}: a marker in the near miss of line {start}",
                    index + 1
                );
            }
        }
    }
}
