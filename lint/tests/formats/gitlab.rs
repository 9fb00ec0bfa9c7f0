//! Code quality in GitLab.

use std::collections::HashSet;

use linger_lint::Report;
use linger_lint::finding::Level;
use linger_lint::render::Format;

use crate::{rendered, sample};

#[test]
fn the_whole_of_it() {
    insta::assert_snapshot!(rendered(&sample::report(), Format::Gitlab));
}

#[test]
fn no_finding_is_an_empty_list() {
    assert_eq!(rendered(&Report::default(), Format::Gitlab), "[]\n");
}

#[test]
fn fingerprints_are_unique() {
    let findings = vec![sample::plain("double-lock", Level::Deny, "twice"); 5];
    let text = rendered(&Report { findings, ..Report::default() }, Format::Gitlab);
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    let entries = list.as_array().unwrap().iter();
    let fingerprints: HashSet<_> = entries.map(|entry| entry["fingerprint"].as_str()).collect();
    assert_eq!(fingerprints.len(), 5);
}
