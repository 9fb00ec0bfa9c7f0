//! The test report.

use linger_lint::Report;
use linger_lint::finding::Level;
use linger_lint::render::Format;
use roxmltree::Document;

use crate::{rendered, sample};

#[test]
fn the_whole_of_it() {
    insta::assert_snapshot!(rendered(&sample::report(), Format::Junit));
}

#[test]
fn the_counts_are_those_of_the_cases() {
    let text = rendered(&sample::report(), Format::Junit);
    let document = Document::parse(&text).unwrap();
    let count = |name: &str| {
        let nodes = document.descendants().filter(|node| node.has_tag_name(name));
        nodes.count().to_string()
    };
    let root = document.root_element();
    assert_eq!(root.attribute("tests"), Some(&*count("testcase")));
    assert_eq!(root.attribute("failures"), Some(&*count("failure")));
}

#[test]
fn no_finding_is_one_test_that_passes() {
    let text = rendered(&Report::default(), Format::Junit);
    let document = Document::parse(&text).unwrap();
    assert_eq!(document.descendants().filter(|node| node.has_tag_name("testcase")).count(), 1);
}

#[test]
fn characters_that_xml_forbids_are_replaced() {
    let finding = sample::plain("double-lock", Level::Deny, "\u{1b}[31m \u{0} \u{ffff} ]]> ß");
    let report = Report { findings: vec![finding], ..Report::default() };
    let text = rendered(&report, Format::Junit);
    let document = Document::parse(&text).unwrap();
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert_eq!(failure.attribute("message"), Some("\u{fffd}[31m \u{fffd} \u{fffd} ]]> ß"));
}
