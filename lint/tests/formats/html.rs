//! The page for a browser.

use linger_lint::Report;
use linger_lint::finding::Level;
use linger_lint::render::Format;

use crate::{rendered, sample};

/// The page without its style and script.
fn body(page: &str) -> &str {
    let start = page.find("<body>").unwrap();
    &page[start..page.rfind("<script>").unwrap()]
}

#[test]
fn the_body_of_it() {
    let page = rendered(&sample::report(), Format::Html);
    // The documentation of rules is long, and changes with them.
    let mut body = body(&page).to_owned();
    while let Some((before, rest)) = body.split_once("<details><summary>") {
        let (_, after) = rest.split_once("</details>").unwrap();
        body = format!("{before}(documentation){after}");
    }
    insta::assert_snapshot!(body);
}

#[test]
fn it_asks_nothing_of_the_network() {
    let page = rendered(&sample::report(), Format::Html);
    for word in [" src=", " href=", "url(", "@import", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn what_findings_say_is_no_markup() {
    let hostile = "</script><script>alert(1)</script>\" onload=\"x\u{202e}";
    let mut finding = sample::plain(hostile, Level::Deny, hostile);
    finding.file = hostile.to_owned();
    finding.help = Some(hostile.to_owned());
    let page = rendered(&Report { findings: vec![finding], ..Report::default() }, Format::Html);
    assert_eq!(page.matches("<script>").count(), 1);
    assert_eq!(page.matches("</script>").count(), 1);
    assert!(!body(&page).contains("onload=\""));
    assert!(!page.contains('\u{202e}'));
}

#[test]
fn no_finding_is_a_page_too() {
    let page = rendered(&Report::default(), Format::Html);
    assert!(body(&page).contains("no findings"));
}
