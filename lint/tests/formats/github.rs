//! Annotations in GitHub.

use linger_lint::Report;
use linger_lint::finding::Level;
use linger_lint::render::Format;

use crate::{rendered, sample};

#[test]
fn the_whole_of_it() {
    insta::assert_snapshot!(rendered(&sample::report(), Format::Github));
}

#[test]
fn ten_of_a_kind_are_annotations_and_the_rest_is_said() {
    let denied = vec![sample::plain("double-lock", Level::Deny, "twice"); 12];
    let warned = vec![sample::plain("lock-order", Level::Warn, "order"); 11];
    let text = rendered(
        &Report { findings: [denied, warned].concat(), ..Report::default() },
        Format::Github,
    );
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 10, 1));
    assert!(text.contains("20 of 23 findings are shown here"), "{text}");
    assert_eq!(count(sample::FILE), 3, "the rest is in the log");
}
