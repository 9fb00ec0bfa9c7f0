//! The pattern book is whole: the linter finds what its markers say, and no cell of its matrix is
//! empty without a reason.

use linger_lint::finding::Level;
use linger_lint::rules;
use linger_tests::expectation::Expectation;
use linger_tests::patterns::{self, Mistake};

use crate::fixtures::{differences, findings};

#[test]
fn the_linter_finds_exactly_what_the_patterns_say() {
    let mut report = String::new();
    for pattern in patterns::all() {
        let expectation = Expectation::read(&pattern.text);
        // A policy is asked only where a pattern speaks of it.
        let asked =
            |rule: &rules::Rule| rule.level != Level::Allow || expectation.count(rule.name) > 0;
        let found = findings(&pattern.name, &pattern.text, expectation.edition, asked);
        report.push_str(&differences(&pattern.name, &expectation.findings, &found));
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn every_mistake_is_shown_or_its_absence_explained() {
    for pattern in patterns::all() {
        for mistake in Mistake::ALL {
            let shown = pattern.variants.iter().any(|variant| variant.mistake == Some(mistake));
            let explained = pattern.absent.iter().filter(|(absent, _)| *absent == mistake).count();
            let name = &pattern.name;
            assert_eq!(usize::from(shown) + explained, 1, "{name}.rs and the mistake {mistake}");
        }
    }
}

#[test]
fn every_silence_has_a_reason() {
    for pattern in patterns::all() {
        for variant in pattern.variants.iter().filter(|variant| variant.mistake.is_some()) {
            let name = format!("{}.rs, {}", pattern.name, variant.name);
            assert_eq!(variant.rules.is_empty(), variant.not_by_lint.is_some(), "{name}: lint");
            assert_eq!(variant.kinds.is_empty(), variant.not_by_run.is_some(), "{name}: run");
        }
    }
}

#[test]
fn every_pattern_has_a_right_form_on_which_both_are_silent() {
    for pattern in patterns::all() {
        let mut right = pattern.variants.iter().filter(|variant| variant.mistake.is_none());
        assert!(right.clone().next().is_some(), "{}.rs has no right form", pattern.name);
        let loud = right.find(|variant| variant.caught_by() != "neither");
        assert!(loud.is_none(), "{}.rs: {loud:?} is right and has markers", pattern.name);
    }
}

#[test]
fn every_variant_has_a_text() {
    for pattern in patterns::all() {
        for variant in &pattern.variants {
            assert!(!variant.title.is_empty(), "{}.rs, {}", pattern.name, variant.name);
        }
    }
}
