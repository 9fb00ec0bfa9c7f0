use super::*;
use crate::finding::{Certainty, Level};

/// A line as the tracker writes it.
fn report(scope: &str, message: &str, certainty: &str, count: u64) -> String {
    let place =
        r#"{"start":{"line":3,"column":5,"byte":20},"end":{"line":3,"column":17,"byte":32}}"#;
    format!(
        r#"{{"scope":"{scope}","findings":[{{"rule":"leaked-task","level":"deny","message":"{message}","file":"src/a.rs","span":{place},"labels":[{{"message":"waits for a message","file":"src/a.rs","span":{place}}}],"help":"dropping every sender","fix":null,"origin":"run","certainty":"{certainty}","severity":"error","count":{count},"scope":"{scope}","owner":["main","{scope}"],"task":null}}]}}"#
    )
}

fn read(lines: &[String]) -> Recorded {
    let mut recorded = Recorded::default();
    recorded.read("runs", &lines.join("\n"));
    recorded.merge();
    recorded
}

#[test]
fn what_looks_the_same_is_counted() {
    let recorded = read(&[
        report("b", "left", "outlived", 2),
        report("a", "left", "proved", 3),
        report("a", "other", "likely", 1),
    ]);
    assert_eq!((recorded.reports, recorded.problems.len()), (3, 0));
    let [first, second] = &*recorded.findings else { panic!("{:#?}", recorded.findings) };
    let run = first.run.as_ref().unwrap();
    assert_eq!((run.count, run.certainty, &*run.scope), (5, Certainty::Proved, "a, b"));
    assert_eq!(run.owner, ["main"], "only main has started both");
    assert_eq!(second.message, "other");
    assert_eq!(second.run.as_ref().unwrap().owner, ["main", "a"]);
}

#[test]
fn of_many_scopes_a_few_are_named() {
    let lines: Vec<_> =
        ["a", "b", "c", "d", "e", "a"].map(|scope| report(scope, "left", "likely", 1)).into();
    assert_eq!(read(&lines).findings[0].run.as_ref().unwrap().scope, "a, b, c and 2 more");
}

#[test]
fn lines_that_are_torn_or_foreign_are_named_and_the_rest_is_read() {
    let whole = report("a", "left", "likely", 1);
    let torn = whole[..whole.len() / 2].to_owned();
    let unmarked = whole.replace(r#""certainty":"likely","#, "");
    let lines = [torn, "hello".into(), String::new(), r#"{"a":1}"#.into(), unmarked, whole];
    let recorded = read(&lines);
    let problems: Vec<_> = recorded.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "runs:1: the line is torn: it ends in the middle",
            "runs:2: this is no JSON: expected value",
            "runs:4: this is no finding: missing field `rule`",
            "runs:5: this is no finding: `leaked-task` lacks the certainty, severity, count, scope \
             and owner that a run gives",
        ]
    );
    assert_eq!(recorded.findings.len(), 1);
}

#[test]
fn a_finding_of_the_linter_counts_once() {
    let finding = r#"{"rule":"double-lock","level":"warn","message":"m","file":"a.rs","span":{"start":{"line":1,"column":1,"byte":0},"end":{"line":1,"column":2,"byte":1}},"labels":[],"help":null,"fix":null,"origin":"lint"}"#;
    let recorded = read(&[finding.to_owned(), finding.to_owned()]);
    assert_eq!((recorded.findings.len(), recorded.findings[0].count()), (1, 1));
    assert_eq!(recorded.findings[0].level, Level::Warn);
}

#[test]
fn what_ended_is_summed() {
    let place =
        r#"{"start":{"line":3,"column":5,"byte":20},"end":{"line":3,"column":17,"byte":32}}"#;
    let line = format!(
        r#"{{"scope":"a","findings":[],"ended":[{{"file":"a.rs","span":{place},"finished":2,"cancelled":1,"panicked":0}}]}}"#
    );
    let recorded = read(&[line.clone(), line]);
    let [ended] = &*recorded.ended else { panic!("{:?}", recorded.ended) };
    assert_eq!((ended.finished, ended.cancelled, ended.panicked), (4, 2, 0));
}
