//! One test for each kind of finding: kind, place and labels.

use linger::tokio;
use linger::{Certainty, Finding, Kind, Options, Report, Scope};
use std::future::Future;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Runs `body` in a scope of its own, on a runtime of its own, and checks the scope.
fn check(body: impl Future<Output = ()>) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scope = Scope::with_options("test", Options::new().grace(Duration::from_millis(30)));
    runtime.block_on(async {
        scope.run(body).await;
        scope.check().await
    })
}

/// The only finding of a kind.
#[track_caller]
fn only(report: &Report, kind: Kind) -> Finding {
    let mut found = report.findings().iter().filter(|finding| finding.kind == kind);
    let first = found.next().unwrap_or_else(|| panic!("no {kind} in {report}")).clone();
    assert!(found.next().is_none(), "more than one {kind} in {report}");
    first
}

#[test]
fn a_task_that_sleeps_past_its_scope_is_leaked() {
    let line = line!() + 2;
    let report = check(async {
        let _handle = tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)));
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(finding.span.start.line, line as usize);
    assert_eq!(finding.certainty, Certainty::Outlived);
}

#[test]
fn a_task_that_waits_for_a_global_sender_names_its_wait() {
    static GLOBAL: std::sync::Mutex<Option<mpsc::Sender<u8>>> = std::sync::Mutex::new(None);
    let line = line!() + 4;
    let report = check(async {
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        *GLOBAL.lock().unwrap() = Some(tx);
        tokio::spawn(async move { rx.recv().await });
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(finding.span.start.line, line as usize);
    assert!(finding.labels[0].message.contains("waits for a message of an mpsc channel"));
    assert_eq!(finding.labels[0].span.start.line, line as usize);
}

#[test]
fn tasks_that_hold_each_others_senders_are_a_proved_deadlock() {
    let report = check(async {
        let (tx1, mut rx1) = mpsc::channel::<u8>(1);
        let (tx2, mut rx2) = mpsc::channel::<u8>(1);
        tokio::spawn(async move {
            tx2.send(1).await.unwrap();
            while rx1.recv().await.is_some() {}
            drop(tx2);
        });
        tokio::spawn(async move {
            tx1.send(1).await.unwrap();
            while rx2.recv().await.is_some() {}
            drop(tx1);
        });
    });
    assert_eq!(report.findings().iter().filter(|f| f.kind == Kind::Deadlock).count(), 2);
}

#[test]
fn nothing_left_is_nothing_found() {
    let report = check(async {
        let (tx, rx) = oneshot::channel();
        let handle = tokio::spawn(async move { tx.send(1) });
        assert_eq!(rx.await, Ok(1));
        handle.await.unwrap().unwrap();
    });
    assert!(report.findings().is_empty());
}
