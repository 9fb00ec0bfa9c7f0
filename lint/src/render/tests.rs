use super::*;
use crate::finding::{Finding, Label, Origin, Position, Region};
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
        run: None,
        evidence: None,
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
fn any_numbers_are_survived() {
    let text = "fn f() {}\nfn g() {}\n";
    let last = Position { line: usize::MAX, column: usize::MAX, byte: usize::MAX };
    let first = Position { line: 0, column: 0, byte: 0 };
    for (start, end) in [(first, last), (last, last), (last, first), (first, first)] {
        let mut finding = finding(text, 0, 1);
        finding.span = Region { start, end };
        let (file, span) = (finding.file.clone(), finding.span);
        finding.labels.push(Label { message: "l".into(), file, span });
        for format in [
            Format::Human,
            Format::Short,
            Format::Json,
            Format::Github,
            Format::Sarif,
            Format::Rustc,
            Format::Gitlab,
            Format::Junit,
            Format::Html,
        ] {
            rendered(finding.clone(), format, Some(text));
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

#[test]
fn labels_are_shown_in_their_files() {
    let own = "let a = m.lock();\n\n\n\n\nlet b = m.lock();\n";
    let other = "let m = make();\n";
    let place = |text: &str, byte: usize| LineIndex::new(text).region(text, byte, byte + 1);
    let label = |file: &str, span, message: &str| Label {
        message: message.to_owned(),
        file: file.to_owned(),
        span,
    };
    let mut finding = finding(own, 30, 38);
    finding.message = "`m` is locked twice".to_owned();
    finding.labels = vec![
        label("src/a,b.rs", place(own, 4), "the first guard"),
        label("src/c.rs", place(other, 4), "made here"),
    ];
    finding.help = Some("drop `a` before".to_owned());
    let mut surroundings = Surroundings::default();
    surroundings.texts.extend([("src/a,b.rs", own), ("src/c.rs", other)]);
    let report = Report { findings: vec![finding], ..Report::default() };
    let mut out = Vec::new();
    render(&report, Format::Human, &surroundings, &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "\
error[double-lock]: `m` is locked twice
 --> src/a,b.rs:6:9
  |
1 | let a = m.lock();
  |     - the first guard
...
6 | let b = m.lock();
  |         ^^^^^^^^
  |
 ::: src/c.rs:1:5
  |
1 | let m = make();
  |     - made here
  |
  = help: drop `a` before

1 finding: 1 denied, 0 warnings in 0 files (0 lines), 0.0 s
"
    );
}
