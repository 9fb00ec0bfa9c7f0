//! The mirror of tokio-util: what is said of who waits for a token or a tracker.

use linger::tokio;
use linger::tokio_util::{sync::CancellationToken, task::TaskTracker};
use linger::{Certainty, Finding, Kind, Options, Report, Scope};
use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

/// Runs `body` in a scope of its own, on a runtime of its own, and checks the scope.
fn check(body: impl Future<Output = ()>) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scope = Scope::with_options("test", Options::new().grace(Duration::from_millis(30)));
    runtime.block_on(async {
        scope.run(body).await;
        scope.check().await
    })
}

#[track_caller]
fn only(report: &Report) -> &Finding {
    let [finding] = report.findings() else { panic!("not one finding in {report}") };
    finding
}

#[test]
fn a_task_whose_token_is_never_cancelled_says_so() {
    static STOP: Mutex<Option<CancellationToken>> = Mutex::new(None);
    let line = line!() + 1;
    let report = check(async {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        tokio::spawn(async move { stopped.cancelled().await });
        tokio::task::yield_now().await;
        *STOP.lock().unwrap() = Some(stop);
    });
    let finding = only(&report);
    assert_eq!(finding.kind, Kind::LeakedTask, "{report}");
    let labels: Vec<_> = (finding.labels.iter())
        .map(|label| (label.message.as_str(), label.span.start.line as u32))
        .collect();
    assert_eq!(
        labels,
        [
            ("waits for the cancellation of a token here", line + 3),
            ("held by the token made here", line + 1),
            ("held by the task itself: the token made here", line + 2),
        ],
        "{report}"
    );
    assert!(finding.help.starts_with("cancel() on the token"), "{report}");
}

#[test]
fn a_task_that_alone_has_the_token_it_waits_for_is_stuck() {
    let report = check(async {
        let stop = CancellationToken::new();
        let stopped = stop.child_token();
        tokio::spawn(stopped.cancelled_owned());
        tokio::task::yield_now().await;
        drop(stop);
    });
    let finding = only(&report);
    assert_eq!((finding.kind, finding.certainty), (Kind::Deadlock, Certainty::Proved), "{report}");
}

#[test]
fn a_token_that_is_left_over_is_no_leak() {
    static KEPT: Mutex<Option<CancellationToken>> = Mutex::new(None);
    let report = check(async {
        *KEPT.lock().unwrap() = Some(CancellationToken::new());
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_tracker_answers_for_the_handles_of_its_tasks() {
    let report = check(async {
        let tracker = TaskTracker::new();
        for _ in 0..3 {
            tracker.spawn(tokio::task::yield_now());
        }
        tracker.close();
        tracker.wait().await;
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_panic_in_a_tracker_is_still_swallowed() {
    let report = check(async {
        let tracker = TaskTracker::new();
        tracker.spawn(async { panic!("expected by the test: nobody looks") });
        tracker.close();
        tracker.wait().await;
    });
    assert_eq!(only(&report).kind, Kind::SwallowedPanic, "{report}");
}

#[test]
fn who_waits_for_an_open_tracker_is_told_to_close_it() {
    let report = check(async {
        let tracker = TaskTracker::new();
        tokio::spawn(async move { tracker.wait().await });
        tokio::task::yield_now().await;
    });
    let finding = report.findings().iter().find(|finding| finding.kind == Kind::LeakedTask);
    let finding = finding.unwrap_or_else(|| panic!("no leaked task in {report}"));
    assert_eq!(finding.labels[0].message, "waits for the close of a TaskTracker here", "{report}");
    assert!(finding.help.starts_with("close(), without which wait() never ends"), "{report}");
}
