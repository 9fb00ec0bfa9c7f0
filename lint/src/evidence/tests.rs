use super::*;
use crate::finding::{Label, Level, Origin, Region, Run, Severity};
use crate::recorded::Ended;
use crate::source::LineIndex;

const TEXT: &str = "\
fn f() {
    tokio::spawn(async move {
        inner.spawn(work());
        set.tasks().spawn(rx.recv());
    });
    other();
}
";

fn place(part: &str) -> Region {
    let start = TEXT.find(part).unwrap();
    LineIndex::new(TEXT).region(TEXT, start, start + part.len())
}

fn read_at(span: Region) -> Finding {
    Finding {
        rule: "unowned-spawn".to_owned(),
        level: Level::Warn,
        message: "nobody owns it".to_owned(),
        file: "a.rs".to_owned(),
        span,
        labels: Vec::new(),
        help: None,
        fix: None,
        origin: Origin::Lint,
        run: None,
        evidence: None,
    }
}

fn leak_at(span: Region, certainty: Certainty) -> Finding {
    let run = Run {
        certainty,
        severity: Severity::Error,
        count: 2,
        scope: "test".to_owned(),
        owner: Vec::new(),
        task: None,
    };
    let rule = "leaked-task".to_owned();
    Finding { rule, origin: Origin::Run, run: Some(run), ..read_at(span) }
}

/// The whole spawn, as a finding spans it.
fn outer() -> Region {
    let (start, end) = (TEXT.find("tokio::spawn").unwrap(), TEXT.find(";\n    other").unwrap());
    LineIndex::new(TEXT).region(TEXT, start, end)
}

fn weighed(read: Vec<Finding>, recorded: Recorded) -> Vec<(String, Option<Evidence>)> {
    let mut report = Report { findings: read, ..Report::default() };
    weigh(&mut report, recorded, &HashMap::from([("a.rs", TEXT)]));
    report.findings.into_iter().map(|finding| (finding.rule, finding.evidence)).collect()
}

fn leaks(findings: Vec<Finding>) -> Recorded {
    Recorded { findings, ..Recorded::default() }
}

#[test]
fn a_leak_confirms_what_was_read_at_its_spawn() {
    let found = weighed(
        vec![read_at(outer())],
        leaks(vec![leak_at(place("tokio::spawn"), Certainty::Likely)]),
    );
    let [(rule, Some(Evidence::Confirmed { count, certainty, .. }))] = &*found else {
        panic!("{found:?}")
    };
    assert_eq!((rule.as_str(), *count, *certainty), ("unowned-spawn", 2, Certainty::Likely));
}

#[test]
fn a_method_is_told_by_its_name() {
    let read = read_at(place("set.tasks().spawn(rx.recv())"));
    let found = weighed(vec![read], leaks(vec![leak_at(place("spawn(rx"), Certainty::Likely)]));
    assert_eq!(found.len(), 1);
    assert!(found[0].1.is_some());
}

#[test]
fn a_spawn_inside_of_another_is_another() {
    let found = weighed(
        vec![read_at(outer())],
        leaks(vec![leak_at(place("spawn(work"), Certainty::Likely)]),
    );
    let rules: Vec<_> =
        found.iter().map(|(rule, found)| (rule.as_str(), found.is_some())).collect();
    assert_eq!(rules, [("unowned-spawn", false), ("leaked-task", false)]);
}

#[test]
fn what_waits_where_a_rule_warned_is_confirmed_too() {
    let mut leak = leak_at(place("other()"), Certainty::Proved);
    let message = "waits for a message here".to_owned();
    leak.labels = vec![Label { message, file: "a.rs".to_owned(), span: place("recv()") }];
    let found = weighed(vec![read_at(place("rx.recv()"))], leaks(vec![leak]));
    assert_eq!(found.len(), 1);
    assert!(found[0].1.is_some());
}

#[test]
fn the_surest_leak_is_told() {
    let all = [Certainty::Likely, Certainty::Proved, Certainty::Outlived];
    let all = all.map(|certainty| leak_at(place("tokio::spawn"), certainty));
    let found = weighed(vec![read_at(outer())], leaks(all.into()));
    assert!(matches!(found[0].1, Some(Evidence::Confirmed { certainty: Certainty::Proved, .. })));
}

#[test]
fn what_always_ended_is_marked_and_stays() {
    let ended = |finished| Ended {
        file: "a.rs".to_owned(),
        span: place("tokio::spawn"),
        finished,
        cancelled: 1,
        panicked: 0,
    };
    let recorded = Recorded { ended: vec![ended(3), ended(4)], ..Recorded::default() };
    let found = weighed(vec![read_at(outer())], recorded.clone());
    assert_eq!(found[0].1, Some(Evidence::Ended { finished: 7, cancelled: 2, panicked: 0 }));
    // Once is enough to say that it does not always end.
    let findings = vec![leak_at(place("tokio::spawn"), Certainty::Outlived)];
    let found = weighed(vec![read_at(outer())], Recorded { findings, ..recorded });
    assert!(matches!(found[0].1, Some(Evidence::Confirmed { .. })));
}

#[test]
fn what_a_comment_answers_for_was_seen() {
    let mut report = Report::default();
    let suppressed =
        crate::finding::Suppressed { finding: read_at(outer()), reason: "why".to_owned() };
    report.suppressed.push(suppressed);
    let recorded = leaks(vec![leak_at(place("tokio::spawn"), Certainty::Likely)]);
    weigh(&mut report, recorded, &HashMap::from([("a.rs", TEXT)]));
    assert_eq!(report.findings, []);
}
