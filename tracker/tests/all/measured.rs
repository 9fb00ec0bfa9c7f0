//! What is told by its size: long polls, locks held over long waits, long queues.

use linger::tokio;
use linger::{Finding, Kind, Options, Report, Scope, Severity};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, Semaphore, mpsc};
use tokio::time::sleep;

fn check_with(options: Options, body: impl Future<Output = ()>) -> Report {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let scope = Scope::with_options("test", options.grace(Duration::from_millis(5)));
    runtime.block_on(async {
        scope.run(body).await;
        scope.check().await
    })
}

fn check(body: impl Future<Output = ()>) -> Report {
    check_with(Options::new(), body)
}

fn found(report: &Report, kind: Kind) -> Option<&Finding> {
    assert!(report.is_clean(), "{report}");
    report.findings().iter().find(|finding| finding.kind == kind)
}

#[track_caller]
fn label(finding: &Finding, start: &str) -> u32 {
    let label = finding.labels.iter().find(|label| label.message.starts_with(start));
    label.unwrap_or_else(|| panic!("no label {start:?} in {finding:?}")).span.start.line as u32
}

/// Blocks the thread for long. What runs beside it on a busy machine may be slow as well, but is of
/// other places.
fn block() {
    std::thread::sleep(Duration::from_millis(400));
}

#[test]
fn a_task_that_blocks_its_thread_is_noted_with_its_last_wait() {
    let line = line!() + 4;
    let report = check(async {
        let (tx, mut rx) = mpsc::channel(1);
        let task = tokio::spawn(async move {
            let _: Option<u32> = rx.recv().await;
            block();
        });
        sleep(Duration::from_millis(1)).await;
        tx.send(1).await.unwrap();
        task.await.unwrap();
    });
    let finding = found(&report, Kind::LongPoll).unwrap_or_else(|| panic!("{report}"));
    assert_eq!(finding.span.start.line as u32, line - 1, "{report}");
    assert_eq!(label(finding, "last waited here"), line, "{report}");
    assert_eq!(finding.severity, Severity::Note);
}

#[test]
fn a_long_poll_is_an_error_where_that_is_asked_for() {
    let options = Options::new()
        .long_poll(Duration::from_millis(100))
        .severity(Kind::LongPoll, Severity::Error);
    let report = check_with(options, async {
        tokio::spawn(async { block() }).await.unwrap();
    });
    assert!(!report.is_clean(), "{report}");
    let patient = Options::new().long_poll(Duration::from_secs(60));
    let report = check_with(patient, async {
        tokio::spawn(async { block() }).await.unwrap();
    });
    assert_eq!(found(&report, Kind::LongPoll), None);
}

#[test]
fn what_blocks_in_its_place_is_no_long_poll() {
    let report = check(async {
        let in_place = tokio::spawn(async { tokio::task::block_in_place(block) });
        tokio::task::spawn_blocking(block).await.unwrap();
        in_place.await.unwrap();
    });
    assert_eq!(found(&report, Kind::LongPoll), None, "{report}");
}

#[test]
fn a_guard_that_is_held_over_a_long_wait_is_noted() {
    let line = line!() + 5;
    let report = check(async {
        let lock = Arc::new(Mutex::new(0));
        let ready = Arc::new(Notify::new());
        let theirs = ready.clone();
        let task = tokio::spawn(async move {
            let mut guard = lock.lock().await;
            theirs.notified().await;
            *guard += 1;
        });
        sleep(Duration::from_millis(250)).await;
        ready.notify_one();
        task.await.unwrap();
    });
    let finding = found(&report, Kind::LockHeldAcrossAwait).unwrap_or_else(|| panic!("{report}"));
    assert_eq!(finding.span.start.line as u32, line + 1, "{report}");
    assert_eq!(label(finding, "last waited here"), line + 2, "{report}");
    assert_eq!(label(finding, "by the task"), line, "{report}");
}

#[test]
fn short_waits_and_permits_are_no_news() {
    let options = Options::new().lock_held(Duration::from_secs(60));
    let report = check_with(options, async {
        let lock = Arc::new(Mutex::new(0));
        let limit = Arc::new(Semaphore::new(1));
        tokio::spawn(async move {
            let (guard, permit) = (lock.lock().await, limit.acquire().await.unwrap());
            sleep(Duration::from_millis(30)).await;
            drop(guard);
            sleep(Duration::from_millis(200)).await;
            drop(permit);
        })
        .await
        .unwrap();
    });
    assert_eq!(found(&report, Kind::LockHeldAcrossAwait), None, "{report}");
}

#[test]
fn a_stopped_clock_makes_nothing_long() {
    let runtime = ::tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let runtime = tokio::runtime::Runtime::from(runtime);
    let options =
        Options::new().lock_held(Duration::from_secs(60)).long_poll(Duration::from_secs(60));
    let scope = Scope::with_options("test", options);
    let report = runtime.block_on(async {
        let hour = async {
            let lock = Arc::new(Mutex::new(0));
            tokio::spawn(async move {
                let guard = lock.lock().await;
                sleep(Duration::from_secs(3600)).await;
                drop(guard);
            })
            .await
            .unwrap();
        };
        scope.run(hour).await;
        scope.check().await
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_long_queue_is_noted_where_its_channel_was_made() {
    const MANY: usize = 20_000;
    let line = line!() + 2;
    let report = check(async {
        let (tx, mut rx) = mpsc::unbounded_channel();
        for n in 0..MANY {
            tx.send(n).unwrap();
        }
        drop(tx);
        while rx.recv().await.is_some() {}
    });
    let finding = found(&report, Kind::QueueGrowth).unwrap_or_else(|| panic!("{report}"));
    assert_eq!(finding.span.start.line as u32, line, "{report}");
    assert!(finding.message.contains("20000"), "{report}");
}

#[test]
fn a_queue_with_a_limit_or_below_it_is_no_news() {
    let report = check(async {
        let (tx, mut rx) = mpsc::unbounded_channel();
        let (some, mut few) = mpsc::channel(20_000);
        for n in 0..20_000 {
            some.send(n).await.unwrap();
            if n < 9_000 {
                tx.send(n).unwrap();
            }
        }
        drop((tx, some));
        while rx.recv().await.is_some() {}
        while few.recv().await.is_some() {}
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
#[cfg(all(feature = "crossbeam-channel", feature = "flume", feature = "async-channel"))]
fn queues_of_all_families_are_seen() {
    let options = Options::new().queue(1_000);
    let report = check_with(options, async {
        let crossbeam = linger::crossbeam_channel::unbounded();
        let flume = linger::flume::unbounded();
        let other = linger::async_channel::unbounded();
        for n in 0..1_500 {
            crossbeam.0.send(n).unwrap();
            flume.0.send(n).unwrap();
            other.0.send(n).await.unwrap();
        }
        for _ in 0..1_500 {
            crossbeam.1.recv().unwrap();
            flume.1.recv_async().await.unwrap();
            other.1.recv().await.unwrap();
        }
    });
    let growth = report.findings().iter().filter(|finding| finding.kind == Kind::QueueGrowth);
    assert_eq!(growth.count(), 3, "{report}");
}
