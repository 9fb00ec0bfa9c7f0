use super::*;
use crate::finding::{Finding, Label, Origin, Region};
use crate::source::LineIndex;

fn finding(text: &str, start: usize, end: usize) -> Finding {
    Finding {
        rule: "double-lock".to_owned(),
        level: Level::Deny,
        message: "100% sure, `x` is\nlocked".to_owned(),
        file: "src/a,b.rs".to_owned(),
        span: LineIndex::new(text).region(text, start, end),
        labels: Vec::new(),
        help: None,
        fix: None,
        origin: Origin::Lint,
    }
}

fn rendered(finding: Finding, format: Format, text: Option<&str>) -> String {
    let mut surroundings = Surroundings::default();
    if let Some(text) = text {
        surroundings.texts.insert("src/a,b.rs", text);
    }
    let report = Report { findings: vec![finding], ..Report::default() };
    let mut out = Vec::new();
    render(&report, format, &surroundings, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn any_region_of_any_text_is_survived() {
    for text in ["", "x", "\n", "a\r\nb\r\n", "\u{feff}a\n\tb", "ß\u{1b}[31mß", "a\n\n\n"] {
        for start in 0..=text.len() + 1 {
            for end in 0..=text.len() + 1 {
                let mut finding = finding(text, start, end);
                finding.span.start.byte = start;
                finding.span.end.byte = end;
                let span = finding.span;
                let label = Label { message: "l".into(), file: "src/a,b.rs".into(), span };
                finding.labels.push(label);
                rendered(finding, Format::Human, Some(text));
            }
        }
    }
}

#[test]
fn a_file_without_text_is_named() {
    let mut finding = finding("", 0, 0);
    finding.span = Region::START;
    let text = rendered(finding, Format::Human, None);
    assert!(text.contains("--> src/a,b.rs:1:1"), "{text}");
}

#[test]
fn the_source_can_not_steer_the_terminal() {
    let text = "\u{1b}[31m x";
    assert!(!rendered(finding(text, 0, 3), Format::Human, Some(text)).contains('\u{1b}'));
}

#[test]
fn github_escapes_what_would_end_a_property_or_the_message() {
    let text = rendered(finding("x", 0, 1), Format::Github, None);
    assert_eq!(
        text,
        "::error file=src/a%2Cb.rs,line=1,col=1,endLine=1,title=linger%3A double-lock\
         ::100%25 sure, `x` is%0Alocked\n"
    );
}
