use super::*;
use crate::source::skim::skim;

fn finding(text: &str, rule: &str, at: &str) -> Finding {
    let start = text.find(at).unwrap();
    Finding {
        rule: rule.to_owned(),
        level: Level::Deny,
        message: "message".to_owned(),
        file: "a.rs".to_owned(),
        span: LineIndex::new(text).region(text, start, start + at.len()),
        labels: Vec::new(),
        help: None,
        fix: None,
        origin: Origin::Lint,
        run: None,
        evidence: None,
    }
}

/// The findings left of one by `unparsable` at `x()`, as `rule: message`.
fn left(text: &str) -> Vec<String> {
    let suppressions = skim(text).suppressions;
    let files =
        BTreeMap::from([("a.rs", Commented { text, suppressions: &suppressions, items: &[] })]);
    let findings = vec![finding(text, "unparsable", "x()")];
    let left = apply(findings, &files, &Config::default()).findings;
    left.into_iter().map(|f| format!("{}: {}", f.rule, f.message)).collect()
}

#[test]
fn a_matching_suppression_takes_the_finding() {
    assert_eq!(left("x(); // linger: allow(unparsable): why"), [""; 0]);
    assert_eq!(left("// linger: allow(unparsable): why\nx();"), [""; 0]);
}

#[test]
fn what_is_taken_is_kept_with_the_reason() {
    let text = "x(); // linger: allow(unparsable): why";
    let suppressions = skim(text).suppressions;
    let files =
        BTreeMap::from([("a.rs", Commented { text, suppressions: &suppressions, items: &[] })]);
    let finding = finding(text, "unparsable", "x()");
    let applied = apply(vec![finding.clone()], &files, &Config::default());
    assert_eq!(applied.suppressed, [Suppressed { finding, reason: "why".to_owned() }]);
}

#[test]
fn a_missing_reason_is_reported_and_the_suppression_works() {
    assert_eq!(
        left("x(); // linger: allow(unparsable)"),
        ["suppression-without-reason: no reason is given for allowing `unparsable`"]
    );
}

#[test]
fn a_suppression_that_matches_nothing_is_reported() {
    assert_eq!(
        left("x(); // linger: allow(unreadable): why"),
        [
            "unparsable: message",
            "unused-suppression: `unreadable` reports nothing here that could be allowed"
        ]
    );
}

#[test]
fn an_unknown_rule_is_reported_with_the_near_match() {
    assert_eq!(
        left("x(); // linger: allow(unparseable, unparsable): why"),
        ["unused-suppression: unknown rule `unparseable`, did you mean `unparsable`?"]
    );
}

#[test]
fn every_comment_that_matches_is_in_use() {
    let text = "// linger: allow(unparsable): why\nx(); // linger: allow(unparsable): why";
    assert_eq!(left(text), [""; 0]);
}

#[test]
fn a_rule_that_is_off_is_not_missed() {
    let text = "y(); // linger: allow(unreadable): why";
    let suppressions = skim(text).suppressions;
    let files =
        BTreeMap::from([("a.rs", Commented { text, suppressions: &suppressions, items: &[] })]);
    let mut config = Config::default();
    config.set("unreadable", Level::Allow).unwrap();
    assert_eq!(apply(Vec::new(), &files, &config), Applied::default());
}

#[test]
fn an_attribute_speaks_for_its_item() {
    let text = "#[doc = \"x\"]\n#[linger::allow(unparsable, reason = \"why\")]\n#[derive(\n  A\n)]\n\
                fn f() {\n  x();\n}";
    let suppressions = skim(text).suppressions;
    let item = 0..text.len();
    let whole = Commented { text, suppressions: &suppressions, items: std::slice::from_ref(&item) };
    let found = || vec![finding(text, "unparsable", "x();")];
    let applied = apply(found(), &BTreeMap::from([("a.rs", whole)]), &Config::default());
    assert_eq!(applied.findings, []);
    assert_eq!(applied.suppressed[0].reason, "why");
}

#[test]
fn an_attribute_is_complained_of_like_a_comment() {
    let complaints = |attribute: &str| left(&format!("x();\n{attribute}\nfn f() {{}}"));
    assert_eq!(
        complaints("#[linger::allow(unparsable)]")[1..],
        [
            "unused-suppression: `unparsable` reports nothing here that could be allowed",
            "suppression-without-reason: no reason is given for allowing `unparsable`",
        ]
    );
    assert_eq!(
        complaints("#[linger::allow(unparsable = 1)]")[1..],
        ["unused-suppression: this suppression can't be understood"]
    );
}
