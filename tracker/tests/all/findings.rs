//! One test for each kind of finding: kind, place and labels.

use linger::tokio;
use linger::{Certainty, Finding, Kind, Options, Report, Scope};
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, oneshot};

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

/// The line of a label whose message starts so.
#[track_caller]
fn label(finding: &Finding, start: &str) -> u32 {
    let label = finding.labels.iter().find(|label| label.message.starts_with(start));
    let label = label.unwrap_or_else(|| panic!("no label {start:?} in {finding:?}"));
    label.span.start.line as u32
}

#[test]
fn nothing_left_is_nothing_found() {
    let report = check(async {
        let (tx, rx) = oneshot::channel();
        let handle = tokio::spawn(async move { tx.send(1) });
        assert_eq!(rx.await, Ok(1));
        handle.await.unwrap().unwrap();
    });
    assert!(report.findings().is_empty(), "{report}");
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
    assert!(finding.message.contains("its handle was dropped"), "{report}");
}

#[test]
fn tasks_of_one_site_are_counted_together() {
    let report = check(async {
        for _ in 0..5 {
            tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)));
        }
    });
    assert_eq!(only(&report, Kind::LeakedTask).count, 5);
    assert!(report.to_string().contains("(5 times, outlived)"), "{report}");
}

#[test]
fn a_task_that_waits_for_a_forgotten_sender_names_its_wait() {
    static GLOBAL: Mutex<Option<mpsc::Sender<u8>>> = Mutex::new(None);
    let line = line!() + 2;
    let report = check(async {
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        *GLOBAL.lock().unwrap() = Some(tx);
        let task = async move { rx.recv().await };
        tokio::spawn(task);
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(finding.span.start.line as u32, line + 3);
    assert_eq!(label(&finding, "waits for a message of an mpsc channel"), line + 2);
    assert_eq!(label(&finding, "held by the sender made here"), line);
    assert!(finding.help.contains("dropping every sender"), "{report}");
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
    let knot = only(&report, Kind::Deadlock);
    assert_eq!(knot.certainty, Certainty::Proved);
    assert_eq!(knot.message, "2 tasks wait for each other");
    assert_eq!(label(&knot, "held by"), label(&knot, "with the task"));
    assert!(!report.findings().iter().any(|one| one.kind == Kind::DetachedTask), "{report}");
}

#[test]
fn captured_ends_are_known_from_the_start() {
    // Neither task uses its sender before it waits, so that only the macro can know.
    let report = check(async {
        let (tx1, mut rx1) = mpsc::channel::<u8>(1);
        let (tx2, mut rx2) = mpsc::channel::<u8>(1);
        linger::spawn!(async move {
            rx1.recv().await;
            tx2.send(1).await.unwrap();
        });
        linger::spawn!(async move {
            rx2.recv().await;
            tx1.send(1).await.unwrap();
        });
    });
    assert_eq!(only(&report, Kind::Deadlock).message, "2 tasks wait for each other");
}

#[test]
fn a_lock_taken_twice_by_one_task_is_a_proved_deadlock() {
    let line = line!() + 4;
    let report = check(async {
        let lock = Arc::new(tokio::sync::Mutex::new(0));
        tokio::spawn(async move {
            let first = lock.lock().await;
            let second = lock.lock().await;
            drop((first, second));
        });
    });
    let finding = only(&report, Kind::Deadlock);
    assert_eq!(label(&finding, "waits for a tokio Mutex"), line + 1);
    assert_eq!(label(&finding, "held by the task itself"), line);
}

#[test]
fn locks_taken_in_two_orders_are_a_proved_deadlock() {
    let report = check(async {
        let (a, b) = (Arc::new(tokio::sync::Mutex::new(0)), Arc::new(tokio::sync::Mutex::new(0)));
        for (first, second) in [(a.clone(), b.clone()), (b, a)] {
            tokio::spawn(async move {
                let first = first.lock().await;
                tokio::task::yield_now().await;
                let second = second.lock().await;
                drop((first, second));
            });
        }
    });
    let knot = only(&report, Kind::Deadlock);
    assert_eq!(knot.message, "2 tasks wait for each other");
    assert!(knot.help.starts_with("dropping the guard of "), "{report}");
}

#[test]
fn whoever_waits_for_a_deadlock_is_blocked() {
    let report = check(async {
        let lock = Arc::new(tokio::sync::Mutex::new(0));
        let stuck = tokio::spawn(async move {
            let first = lock.lock().await;
            let second = lock.lock().await;
            drop((first, second));
        });
        tokio::spawn(async move { stuck.await.unwrap() });
    });
    let finding = only(&report, Kind::Blocked);
    assert_eq!(finding.certainty, Certainty::Proved, "{report}");
    assert!(finding.labels[0].message.starts_with("waits for the end of a task"), "{report}");
}

#[test]
fn a_timer_beside_the_wait_is_no_deadlock() {
    let report = check(async {
        let lock = Arc::new(tokio::sync::Mutex::new(0));
        tokio::spawn(async move {
            let first = lock.lock().await;
            let _ = tokio::time::timeout(Duration::from_secs(3600), lock.lock()).await;
            drop(first);
        });
    });
    assert_eq!(only(&report, Kind::LeakedTask).certainty, Certainty::Outlived, "{report}");
}

#[test]
fn a_forgotten_end_is_a_leaked_channel() {
    let line = line!() + 2;
    let report = check(async {
        let (tx, rx) = mpsc::channel::<u8>(1);
        std::mem::forget(tx);
        drop(rx);
    });
    let finding = only(&report, Kind::LeakedChannel);
    assert_eq!(finding.span.start.line, line as usize);
    assert!(finding.message.starts_with("sender of a bounded mpsc channel"), "{report}");
}

#[test]
fn a_channel_closed_twice_is_noted_with_both_places() {
    let line = line!() + 3;
    let report = check(async {
        let (_tx, mut rx) = mpsc::channel::<u8>(1);
        rx.close();
        rx.close();
    });
    let finding = only(&report, Kind::DoubleClose);
    assert_eq!(finding.span.start.line as u32, line + 1);
    assert_eq!(label(&finding, "closed first"), line);
}

#[test]
fn a_message_sent_after_the_close_is_noted_with_both_places() {
    let line = line!() + 3;
    let report = check(async {
        let (tx, mut rx) = mpsc::channel(1);
        rx.close();
        tx.send(1).await.unwrap_err();
    });
    let finding = only(&report, Kind::SendAfterClose);
    assert_eq!(finding.span.start.line as u32, line + 1);
    assert_eq!(label(&finding, "closed here"), line);
}

#[test]
fn a_message_to_a_receiver_that_is_gone_has_one_place() {
    let report = check(async {
        let (tx, rx) = mpsc::channel(1);
        drop(rx);
        tx.send(1).await.unwrap_err();
    });
    let finding = only(&report, Kind::SendAfterClose);
    assert!(finding.message.contains("gone") && finding.labels.is_empty(), "{report}");
}

#[test]
fn messages_that_nobody_received_are_counted() {
    let line = line!() + 2;
    let report = check(async {
        let (tx, rx) = mpsc::channel(4);
        tx.send(1).await.unwrap();
        tx.send(2).await.unwrap();
        drop(rx);
    });
    let finding = only(&report, Kind::UnreadMessages);
    assert_eq!((finding.span.start.line, finding.count), (line as usize, 2));
}

#[test]
fn a_sender_that_goes_unsent_is_noted() {
    let line = line!() + 2;
    let report = check(async {
        let (tx, rx) = oneshot::channel::<u8>();
        drop(tx);
        rx.await.unwrap_err();
    });
    assert_eq!(only(&report, Kind::SenderDroppedUnsent).span.start.line, line as usize);
}

#[test]
fn a_panic_that_nobody_looks_at_is_an_error() {
    let line = line!() + 2;
    let report = check(async {
        let early = tokio::spawn(async { panic!("expected by the test: nobody looks") });
        drop(early);
        tokio::task::yield_now().await;
    });
    assert_eq!(only(&report, Kind::SwallowedPanic).span.start.line, line as usize);

    let report = check(async {
        let late = tokio::spawn(async { panic!("expected by the test: dropped later") });
        while !late.is_finished() {
            tokio::task::yield_now().await;
        }
        drop(late);
    });
    only(&report, Kind::SwallowedPanic);
}

#[test]
fn a_panic_that_is_joined_is_none_of_ours() {
    let report = check(async {
        let task = tokio::spawn(async { panic!("expected by the test: joined") });
        assert!(task.await.unwrap_err().is_panic());
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_cloned_sender_names_the_channel_too() {
    #[derive(Clone)]
    struct Client {
        requests: mpsc::Sender<u8>,
    }
    static GLOBAL: Mutex<Option<Client>> = Mutex::new(None);
    let line = line!() + 2;
    let report = check(async {
        let (requests, mut inbox) = mpsc::channel::<u8>(1);
        let client = Client { requests };
        *GLOBAL.lock().unwrap() = Some(client.clone());
        tokio::spawn(async move { inbox.recv().await });
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(label(&finding, "held by the sender made here"), line - 7);
    assert_eq!(label(&finding, "channel made here"), line);
    assert!(report.to_string().contains("\n  channel            made at "), "{report}");
    let held = GLOBAL.lock().unwrap().take();
    assert!(held.is_some_and(|client| client.requests.is_closed()));
}

#[test]
fn a_thread_that_is_left_says_once_that_its_handle_was_dropped() {
    let report = check(async {
        let (forgotten, waited) = linger::std::sync::mpsc::channel::<u8>();
        std::mem::forget(forgotten);
        linger::std::thread::spawn(move || waited.recv());
    });
    let finding = only(&report, Kind::LeakedThread);
    assert!(finding.message.contains("its handle was dropped"), "{report}");
    assert!(!report.findings().iter().any(|one| one.kind == Kind::DetachedTask), "{report}");
}

#[test]
fn a_task_whose_handle_was_dropped_is_a_note() {
    let line = line!() + 2;
    let report = check(async {
        tokio::spawn(async {});
    });
    assert!(report.is_clean());
    assert_eq!(only(&report, Kind::DetachedTask).span.start.line, line as usize);
}

#[test]
fn a_forgotten_permit_names_where_it_was_taken() {
    let line = line!() + 3;
    let report = check(async {
        let semaphore = Arc::new(Semaphore::new(1));
        let permit = semaphore.clone().acquire_owned().await.unwrap();
        std::mem::forget(permit);
    });
    assert_eq!(only(&report, Kind::ForgottenPermit).span.start.line, line as usize);
}

#[test]
fn a_wait_for_forgotten_permits_says_where_they_went() {
    let line = line!() + 3;
    let report = check(async {
        let semaphore = Arc::new(Semaphore::new(1));
        semaphore.acquire().await.unwrap().forget();
        tokio::spawn(async move { semaphore.acquire().await.map(drop) });
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(label(&finding, "forgotten 1 permit here"), line);
}

#[test]
fn a_blocking_task_is_leaked_too() {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scope = Scope::with_options("test", Options::new().grace(Duration::from_millis(30)));
    let report = runtime.block_on(async {
        scope.run(async { drop(tokio::task::spawn_blocking(move || released.recv())) }).await;
        scope.check().await
    });
    // It must end for the runtime to end.
    drop(release);
    let blocking = |finding: &&Finding| finding.message.starts_with("blocking task");
    assert!(report.findings().iter().any(|finding| blocking(&finding)), "{report}");
}

#[test]
fn what_one_scope_leaves_is_not_blamed_on_another() {
    let options = Options::new().grace(Duration::from_millis(10));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (bad, good) =
        (Scope::with_options("bad", options.clone()), Scope::with_options("good", options));
    runtime.block_on(async {
        bad.run(async {
            let outer = tokio::spawn(async {
                drop(tokio::spawn(std::future::pending::<()>()));
            });
            outer.await.unwrap();
        })
        .await;
        good.run(async { tokio::spawn(async {}).await.unwrap() }).await;
        assert!(good.check().await.findings().is_empty());
        // Inherited over two spawns.
        let report = bad.check().await;
        assert_eq!(report.findings().iter().filter(|f| f.kind == Kind::LeakedTask).count(), 1);
    });
    runtime.shutdown_background();
}

#[test]
fn a_lost_wake_up_is_named() {
    let report = check(async {
        let task = tokio::spawn(std::future::poll_fn(|_| std::task::Poll::<()>::Pending));
        let sleeper = tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)));
        std::mem::forget((task, sleeper));
    });
    let lost = |finding: &&Finding| finding.message.ends_with("nobody has its waker");
    assert_eq!(report.findings().iter().filter(lost).count(), 1, "{report}");
}

#[test]
fn a_barrier_that_too_few_reach_is_waited_at() {
    let line = line!() + 4;
    let report = check(async {
        let barrier = Arc::new(tokio::sync::Barrier::new(3));
        let tasks = [barrier.clone(), barrier]
            .map(|barrier| tokio::spawn(async move { barrier.wait().await.is_leader() }));
        std::mem::forget(tasks);
    });
    let left = report.findings().iter().find(|finding| finding.count == 2);
    let left = left.unwrap_or_else(|| panic!("{report}"));
    assert_eq!(label(left, "waits for the others at a tokio Barrier"), line, "{report}");
    assert_ne!(left.certainty, Certainty::Proved);
}
