//! What holds for the rules as such: names, documentation, order.

use linger_lint::rules;

const HEADINGS: [&str; 5] =
    ["## What it does", "## Why is this bad", "## Example", "## Use instead", "## Known problems"];

#[test]
fn every_rule_is_documented_under_the_fixed_headings() {
    for rule in rules::all() {
        let found: Vec<&str> = rule.docs.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(found, HEADINGS, "the headings of {}", rule.name);
    }
}

#[test]
fn every_heading_has_something_to_say() {
    for rule in rules::all() {
        let mut sections = rule.docs.split("\n## ");
        let title = sections.next().unwrap_or_default();
        assert_eq!(title.trim(), format!("# {}", rule.name));
        for section in sections {
            let (heading, text) = section.split_once('\n').unwrap_or((section, ""));
            assert!(!text.trim().is_empty(), "{}: nothing under {heading:?}", rule.name);
        }
    }
}

#[test]
fn every_rule_has_a_summary_in_one_line() {
    for rule in rules::all() {
        let summary = rule.summary;
        assert!(!summary.is_empty() && !summary.contains('\n'), "{}", rule.name);
        assert!(!summary.ends_with('.'), "{}: {summary:?} ends with a full stop", rule.name);
    }
}

#[test]
fn rules_are_listed_in_alphabetical_order() {
    assert!(rules::all().is_sorted_by(|a, b| a.name < b.name));
}

#[test]
fn explanations_show_no_marks_for_rustdoc() {
    for rule in rules::all() {
        assert!(!rule.docs.contains("```rust,"), "{}", rule.name);
    }
}
