//! The mirror of crossbeam-channel.

use crate::reading::{check, kinds, label, only};
use linger::crossbeam_channel::{
    Receiver, Select, Sender, after, bounded, never, select, select_biased, tick, unbounded,
};
use linger::{Kind, std};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[test]
fn a_thread_that_receives_says_for_whom_it_waits() {
    let keep: Arc<Mutex<Option<Sender<u8>>>> = Arc::default();
    let line = line!() + 2;
    let report = check(|| {
        let (tx, rx) = unbounded::<u8>();
        *keep.lock().unwrap() = Some(tx);
        std::thread::spawn(move || rx.recv());
    });
    let finding = only(&report, Kind::LeakedThread);
    assert_eq!(finding.span.start.line as u32, line + 2);
    assert_eq!(label(&finding, "waits for a message of a crossbeam channel"), line + 2);
    assert_eq!(label(&finding, "held by the sender made here"), line);
    assert_eq!(finding.help, "sending to it, or dropping every sender");
    drop(keep.lock().unwrap().take());
}

#[test]
fn a_thread_that_sends_says_for_whom_it_waits() {
    let keep: Arc<Mutex<Vec<Receiver<u8>>>> = Arc::default();
    for room in [0, 1] {
        let line = line!() + 6;
        let report = check(|| {
            let (tx, rx) = bounded(room);
            keep.lock().unwrap().push(rx);
            std::thread::spawn(move || {
                for n in 0..=1 {
                    tx.send(n)?;
                }
                Ok::<_, linger::crossbeam_channel::SendError<u8>>(())
            });
        });
        let finding = only(&report, Kind::LeakedThread);
        assert_eq!(label(&finding, "waits for room in a crossbeam channel"), line);
        assert_eq!(label(&finding, "held by the receiver made here"), line - 4);
        keep.lock().unwrap().clear();
    }
}

#[test]
fn a_selection_waits_for_each_of_its_operations() {
    let keep: Arc<Mutex<Vec<Sender<u8>>>> = Arc::default();
    let line = line!() + 5;
    let report = check(|| {
        let ((a, first), (b, second)) = (unbounded(), bounded(3));
        keep.lock().unwrap().extend([a, b]);
        std::thread::spawn(move || {
            select! {
                recv(first) -> _ => {}
                recv(second) -> _ => {}
            }
        });
    });
    let finding = only(&report, Kind::LeakedThread);
    assert_eq!(label(&finding, "waits for a message of a crossbeam channel"), line);
    let ends =
        finding.labels.iter().filter(|label| label.message == "held by the sender made here");
    assert_eq!(ends.count(), 2, "{report}");
    keep.lock().unwrap().clear();
}

#[test]
fn threads_that_wait_for_each_other_are_not_likely_to_go_on() {
    // These two threads stay until the process ends.
    let report = check(|| {
        let ((ask, asked), (answer, answered)) = (bounded::<u8>(1), bounded::<u8>(1));
        std::thread::spawn(move || {
            if answered.recv().is_ok() {
                ask.send(1).unwrap();
            }
        });
        std::thread::spawn(move || {
            if asked.recv().is_ok() {
                answer.send(1).unwrap();
            }
        });
    });
    // They made no use of their senders: who has these is only known by who made them.
    assert_eq!(report.findings().len(), 2, "{report}");
    for finding in report.findings() {
        assert!(matches!(finding.kind, Kind::LeakedThread | Kind::Blocked | Kind::Deadlock));
    }
}

#[test]
fn a_wait_for_the_clock_accuses_nobody() {
    let report = check(|| {
        std::thread::spawn(|| tick(Duration::from_millis(400)).recv());
    });
    assert_eq!(kinds(&report), [Kind::DetachedTask, Kind::LeakedThread][1..], "{report}");
    label(&report.findings()[0], "waits for the next tick");
}

#[test]
fn what_the_last_receiver_leaves_unread_is_counted() {
    let report = check(|| {
        let (tx, rx) = unbounded();
        let other = rx.clone();
        for n in 0..3 {
            tx.send(n).unwrap();
        }
        drop(rx);
        drop(other);
        assert!(tx.send(4).is_err());
    });
    assert_eq!(only(&report, Kind::UnreadMessages).count, 3);
    assert_eq!(only(&report, Kind::SendAfterClose).count, 1);
}

#[test]
fn a_pool_of_workers_ends_with_its_queue() {
    let report = check(|| {
        let (jobs, queue) = bounded::<u32>(2);
        let (results, done) = unbounded();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                let (queue, results) = (queue.clone(), results.clone());
                scope.spawn(move || queue.iter().for_each(|job| results.send(job * 2).unwrap()));
            }
            drop((queue, results));
            (0..20).for_each(|job| jobs.send(job).unwrap());
            drop(jobs);
            assert_eq!(done.into_iter().sum::<u32>(), 380);
        });
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_worker_stops_when_it_is_told_to() {
    let report = check(|| {
        let (work, todo) = unbounded::<u32>();
        let (stop, stopped) = bounded::<()>(0);
        let worker = std::thread::spawn(move || {
            let mut sum = 0;
            loop {
                select_biased! {
                    recv(todo) -> job => match job {
                        Ok(job) => sum += job,
                        Err(_) => break sum,
                    },
                    recv(stopped) -> _ => break sum,
                    default(Duration::from_secs(60)) => unreachable!(),
                }
            }
        });
        (1..=4).for_each(|job| work.send(job).unwrap());
        stop.send(()).unwrap();
        assert_eq!(worker.join().unwrap(), 10);
        drop(work);
    });
    assert!(report.findings().is_empty(), "{report}");
}

/// Only the chosen arm makes its message.
fn not_made() -> u8 {
    unreachable!("this arm is not chosen")
}

#[test]
fn arms_may_be_written_in_every_form() {
    let ((tx, rx), (full, full_rx)) = (bounded::<u8>(1), bounded::<u8>(0));
    let none = never::<u8>();
    let sent = select! {
        send(tx, 1) -> sent => sent.is_ok(),
        recv(none) -> _ => { false }
        send(full, not_made()) -> _ => false,
    };
    assert!(sent);
    let got = select! { recv(&rx,) -> message => { message } };
    assert_eq!(got, Ok(1));
    let nothing = select! {
        recv(rx) -> _ => false,
        recv(full_rx) -> _ => false,
        default => true
    };
    assert!(nothing);
    select! {
        recv(none) -> _ => unreachable!(),
        recv(after(Duration::from_millis(1))) -> time => assert!(time.is_ok()),
    }
    let (a, b) = (rx.clone(), rx);
    let mut select = Select::new();
    let (first, second) = (select.recv(&a), select.recv(&b));
    select.remove(first);
    tx.send(2).unwrap();
    assert_eq!(select.ready(), second);
    assert_eq!(select.select().recv(&b), Ok(2));
}

#[test]
fn ends_go_to_crossbeam_and_come_back() {
    let (tx, rx) = unbounded();
    let (theirs, theirs_rx) = (tx.into_inner(), rx.into_inner());
    theirs.send(1).unwrap();
    let (tx, rx) = (Sender::from(theirs), Receiver::from(theirs_rx));
    tx.send(2).unwrap();
    assert_eq!(rx.try_iter().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(format!("{tx:?} {rx:?}"), "Sender { .. } Receiver { .. }");
}
