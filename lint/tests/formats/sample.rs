//! A report with all that a finding can have.

use std::sync::LazyLock;

use linger_lint::Report;
use linger_lint::finding::{
    Certainty, Edit, Evidence, Finding, Fix, Label, Level, Origin, Region, Run, Severity,
    Suppressed,
};
use linger_lint::render::{Crate, Surroundings};
use linger_lint::source::{Edition, LineIndex, Target, TargetKind};

/// A name with characters that mean something in most formats.
pub(crate) const FILE: &str = "src/a, b&c.rs";
const TEXT: &str = "\
fn ß(m: &Mutex<u8>) {
    let _ = m.lock();
    let b = m.lock();
}
";
const OTHER: &str = "src/main.rs";
const OTHER_TEXT: &str = "\u{feff}static M: Mutex<u8> = Mutex::new(0);\r\nfn main() {}\r\n";

/// The texts, and the crate of one of the files.
pub(crate) fn surroundings() -> Surroundings<'static> {
    static TARGET: LazyLock<Target> = LazyLock::new(|| Target {
        name: "serve".to_owned(),
        package: "server".to_owned(),
        renames: Vec::new(),
        dependencies: Vec::new(),
        kind: TargetKind::Bin,
        edition: Edition::E2024,
    });
    Surroundings {
        texts: [(FILE, TEXT), (OTHER, OTHER_TEXT)].into(),
        crates: [(FILE, Crate { target: &TARGET, root: OTHER })].into(),
        ..Surroundings::default()
    }
}

/// Where `part` stands.
fn place(text: &str, part: &str) -> Region {
    let start = text.find(part).unwrap();
    LineIndex::new(text).region(text, start, start + part.len())
}

/// A finding with nothing but a message.
pub(crate) fn plain(rule: &str, level: Level, message: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        level,
        message: message.to_owned(),
        file: FILE.to_owned(),
        span: place(TEXT, "m.lock()"),
        labels: Vec::new(),
        help: None,
        fix: None,
        origin: Origin::Lint,
        run: None,
        evidence: None,
    }
}

/// Two findings of the linter, two of the tracker, and one that a comment answers for.
pub(crate) fn report() -> Report {
    let label = |file: &str, text: &str, part: &str, message: &str| Label {
        message: message.to_owned(),
        file: file.to_owned(),
        span: place(text, part),
    };
    let mut locked = plain("double-lock", Level::Deny, "`m` is locked \"twice\", <100%> sure");
    locked.span = place(TEXT, "let b = m.lock();\n}");
    locked.labels = vec![
        label(FILE, TEXT, "m.lock()", "the first guard"),
        label(OTHER, OTHER_TEXT, "Mutex::new", "made here"),
    ];
    locked.help = Some("drop the first guard before".to_owned());
    let mut dropped = plain("dropped-guard", Level::Warn, "the guard is dropped at once");
    let name =
        Edit { file: FILE.to_owned(), span: place(TEXT, "_"), replacement: "_guard".to_owned() };
    dropped.evidence = Some(Evidence::Ended { finished: 4, cancelled: 1, panicked: 0 });
    dropped.fix = Some(Fix { message: "name it".to_owned(), edits: vec![name] });

    let mut leaked = plain("leaked-task", Level::Deny, "task outlives its scope");
    leaked.labels = vec![label(OTHER, OTHER_TEXT, "main", "waits for a message here")];
    leaked.origin = Origin::Run;
    leaked.run = Some(Run {
        certainty: Certainty::Proved,
        severity: Severity::Error,
        count: 3,
        scope: "test a".to_owned(),
        owner: vec!["server".to_owned(), "accept".to_owned()],
        task: Some("reader".to_owned()),
    });
    let mut unknown = plain("unknown-tasks", Level::Warn, "2 tasks were not seen spawning");
    (unknown.file, unknown.span) = (String::new(), Region::default());
    unknown.origin = Origin::Run;
    unknown.run = Some(Run {
        certainty: Certainty::Outlived,
        severity: Severity::Note,
        count: 1,
        scope: String::new(),
        owner: Vec::new(),
        task: None,
    });
    let allowed = plain("lock-order", Level::Deny, "the order of locks differs");
    Report {
        findings: vec![locked, dropped, leaked, unknown],
        suppressed: vec![Suppressed { finding: allowed, reason: "one thread only".to_owned() }],
        ..Report::default()
    }
}
