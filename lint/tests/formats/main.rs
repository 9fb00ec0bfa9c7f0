//! What each format writes of one report that has everything in it, read back by whoever reads
//! that format.

mod github;
mod gitlab;
mod html;
mod junit;
mod rustc;
mod sample;
mod sarif;

use linger_lint::Report;
use linger_lint::render::{Format, render};

/// The report in that format.
fn rendered(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    render(report, format, &sample::surroundings(), &mut out).unwrap();
    String::from_utf8(out).unwrap().replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn short() {
    insta::assert_snapshot!(rendered(&sample::report(), Format::Short));
}

#[test]
fn human() {
    insta::assert_snapshot!(rendered(&sample::report(), Format::Human));
}

#[test]
fn json() {
    let text = rendered(&sample::report(), Format::Json);
    let read: Vec<linger_lint::finding::Finding> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, sample::report().findings);
    insta::assert_snapshot!(text);
}
