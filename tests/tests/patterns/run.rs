//! Runs one variant in a scope of its own, and compares what is found with what is expected.

use std::future::Future;
use std::thread::sleep;
use std::time::{Duration, Instant};

use linger::{Finding, Kind, Options, Report, Scope, Severity};
use linger_tests::patterns::{self, Pattern, Variant};

/// How long a right form may take to come to its end, and to leave nothing behind.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a mistake is watched, and how long what it leaves may take to go.
const IMPATIENCE: Duration = Duration::from_millis(250);

/// Runs a variant that is a task.
pub(crate) fn tasks<F>(name: &str, variant: &str, body: fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = linger::tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be made");
    judge(name, variant, |scope, limit| {
        runtime.block_on(async {
            let mut task = {
                let _entered = scope.enter();
                linger::tokio::spawn(body())
            };
            if let Ok(ended) = tokio::time::timeout(limit, &mut task).await {
                ended.expect("the variant itself does not panic");
            }
            scope.check().await
        })
    });
    runtime.shutdown_background();
}

/// Runs a variant that is a thread.
pub(crate) fn threads(name: &str, variant: &str, body: fn()) {
    judge(name, variant, |scope, limit| {
        let thread = {
            let _entered = scope.enter();
            linger::std::thread::spawn(body)
        };
        let start = Instant::now();
        while !thread.is_finished() && start.elapsed() < limit {
            sleep(Duration::from_millis(2));
        }
        if thread.is_finished() {
            thread.join().expect("the variant itself does not panic");
            return scope.check_blocking();
        }
        scope.check_blocking()
    });
}

/// Has a variant run, and says what of the result is not as expected.
fn judge(name: &str, variant: &str, run: impl FnOnce(&Scope, Duration) -> Report) {
    let pattern = patterns::find(name);
    let found = pattern.variants.iter().find(|found| found.name == variant);
    let variant = found.unwrap_or_else(|| panic!("{name}.rs has no variant {variant}"));
    let limit = if variant.mistake.is_some() { IMPATIENCE } else { PATIENCE };
    let scope = Scope::with_options(&*variant.name, Options::new().grace(limit));
    let report = run(&scope, limit);
    let wrong = differences(&pattern, variant, report.findings());
    assert!(wrong.is_empty(), "{name}.rs, {}:\n{wrong}\n{report}", variant.name);
}

/// Which markers no finding speaks of, and which findings no marker speaks of.
///
/// A finding answers every marker of its kind on one of its lines, those of its labels too: a knot
/// of several tasks is one finding. What is started here is the variant itself, and stands for its
/// first line. Notes need no marker: correct programs give some, too.
fn differences(pattern: &Pattern, variant: &Variant, findings: &[Finding]) -> String {
    let expected = variant.expected(&pattern.text);
    let file = format!("fixtures/patterns/{}.rs", pattern.name);
    let mut markers: Vec<(usize, &str, bool)> = (expected.iter())
        .flat_map(|(line, kinds)| kinds.iter().map(|kind| (*line, kind.as_str(), false)))
        .collect();
    let mut wrong = String::new();
    for finding in findings {
        let labels = finding.labels.iter().map(|label| (&label.file, label.span.start.line));
        let places = std::iter::once((&finding.file, finding.span.start.line)).chain(labels);
        let line = |(path, line): (&String, usize)| {
            let itself = path.ends_with("tests/patterns/run.rs");
            if itself { Some(variant.lines.start) } else { path.ends_with(&file).then_some(line) }
        };
        let lines: Vec<usize> = places.filter_map(line).collect();
        let mut answers = false;
        for (line, kind, answered) in &mut markers {
            if same(kind, finding.kind) && lines.contains(line) {
                (answers, *answered) = (true, true);
            }
        }
        if !answers && finding.severity == Severity::Error {
            wrong.push_str(&format!("no marker for {} at {lines:?}\n", finding.kind));
        }
    }
    for (line, kind, _) in markers.iter().filter(|(_, _, answered)| !answered) {
        wrong.push_str(&format!("line {line}: {kind} was not found\n"));
    }
    wrong
}

/// Whether a finding is what a marker names, or says the same with more certainty. How much can be
/// proved of what is stuck depends on what the tracker sees; the marker names the least.
fn same(marker: &str, found: Kind) -> bool {
    let stronger: &[Kind] = match marker {
        "leaked-task" | "leaked-thread" => &[Kind::Blocked, Kind::Deadlock],
        "blocked" => &[Kind::Deadlock],
        _ => &[],
    };
    marker == found.name() || stronger.contains(&found)
}
