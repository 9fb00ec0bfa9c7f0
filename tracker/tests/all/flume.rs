//! The mirror of flume.

use crate::reading::{check, check_async, in_vain, label, only};
use linger::flume::{self, Receiver, Selector, Sender};
use linger::{Kind, std, tokio};
use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[test]
fn a_thread_that_receives_says_for_whom_it_waits() {
    static KEEP: Mutex<Option<Sender<u8>>> = Mutex::new(None);
    let line = line!() + 2;
    let report = check(|| {
        let (tx, rx) = flume::unbounded::<u8>();
        *KEEP.lock().unwrap() = Some(tx);
        std::thread::spawn(move || for _ in rx.iter() {});
    });
    let finding = only(&report, Kind::LeakedThread);
    assert_eq!(label(&finding, "waits for a message of a flume channel"), line + 2);
    assert_eq!(label(&finding, "held by the sender made here"), line);
    assert_eq!(finding.help, "sending to it, or dropping every sender");
    KEEP.lock().unwrap().take();
}

#[test]
fn a_thread_that_sends_says_for_whom_it_waits() {
    let keep: Mutex<Option<Receiver<u8>>> = Mutex::new(None);
    let line = line!() + 4;
    let report = check(|| {
        let (tx, rx) = flume::bounded(0);
        *keep.lock().unwrap() = Some(rx);
        std::thread::spawn(move || tx.send(1));
    });
    let finding = only(&report, Kind::LeakedThread);
    assert_eq!(label(&finding, "waits for room in a flume channel"), line);
    keep.lock().unwrap().take();
}

#[test]
fn a_selector_waits_for_each_of_its_operations() {
    let keep: Mutex<Vec<Sender<u8>>> = Mutex::default();
    let line = line!() + 5;
    let report = check(|| {
        let ((a, first), (b, second)) = (flume::unbounded(), flume::bounded(3));
        keep.lock().unwrap().extend([a, b]);
        std::thread::spawn(move || {
            Selector::new().recv(&first, |_| ()).recv(&second, |_| ()).wait();
        });
    });
    let finding = only(&report, Kind::LeakedThread);
    assert_eq!(label(&finding, "waits for a message of a flume channel"), line);
    let ends =
        finding.labels.iter().filter(|label| label.message == "held by the sender made here");
    assert_eq!(ends.count(), 2, "{report}");
    keep.lock().unwrap().clear();
}

#[test]
fn a_task_that_has_its_own_sender_waits_for_itself() {
    let line = line!() + 5;
    let report = check_async(async {
        let (tx, rx) = flume::unbounded::<u8>();
        tokio::spawn(async move {
            let kept = &tx;
            let _ = rx.recv_async().await;
            kept.send(1).unwrap();
        });
        tokio::task::yield_now().await;
    });
    let [finding] = report.findings() else { panic!("not one finding in {report}") };
    assert_eq!(label(finding, "waits for a message of a flume channel"), line);
    assert!(matches!(finding.kind, Kind::Blocked | Kind::Deadlock | Kind::LeakedTask), "{report}");
}

#[test]
fn a_task_that_keeps_the_sender_it_waits_for_is_a_deadlock() {
    let report = check_async(async {
        let (tx, rx) = flume::unbounded::<u8>();
        linger::spawn!(async move {
            let answer = rx.recv_async().await;
            drop(tx);
            answer
        });
        tokio::task::yield_now().await;
    });
    in_vain(&report);
}

#[test]
fn two_tasks_that_answer_first_are_a_deadlock() {
    let report = check_async(async {
        let ((a, from_a), (b, from_b)) = (flume::bounded::<u8>(1), flume::bounded::<u8>(1));
        for (tx, rx) in [(a, from_b), (b, from_a)] {
            tokio::spawn(async move {
                // Both use their sender once, so that it is known to lie in the task.
                assert!(tx.send_async(0).await.is_ok());
                rx.recv_async().await.unwrap();
                rx.recv_async().await.unwrap();
                tx.send_async(1).await.unwrap();
            });
        }
        tokio::task::yield_now().await;
    });
    assert!(in_vain(&report).message.starts_with("2 tasks wait"), "{report}");
}

#[test]
fn what_the_last_receiver_leaves_unread_is_counted() {
    let report = check(|| {
        let (tx, rx) = flume::unbounded();
        for n in 0..3 {
            tx.send(n).unwrap();
        }
        let stream = rx.clone().into_stream();
        drop(rx);
        drop(stream);
        assert!(tx.send(4).is_err());
    });
    assert_eq!(only(&report, Kind::UnreadMessages).count, 3);
    assert_eq!(only(&report, Kind::SendAfterClose).count, 1);
}

#[test]
fn threads_and_tasks_pass_messages_to_each_other() {
    let report = check_async(async {
        let (jobs, queue) = flume::bounded::<u32>(2);
        let (results, done) = flume::unbounded();
        let worker = std::thread::spawn(move || {
            queue.into_iter().for_each(|job| results.send(job * 2).unwrap());
        });
        let feeder = tokio::spawn(async move {
            for job in 0..20 {
                jobs.send_async(job).await.unwrap();
            }
        });
        let mut sum = 0;
        while let Ok(result) = done.recv_async().await {
            sum += result;
        }
        assert_eq!(sum, 380);
        feeder.await.unwrap();
        worker.join().unwrap();
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn ends_are_counted_as_flume_counts_them() {
    let (tx, rx) = flume::bounded::<u8>(1);
    let weak = tx.downgrade();
    let (sink, stream) = (tx.clone().into_sink(), rx.clone().into_stream());
    assert_eq!((tx.sender_count(), tx.receiver_count()), (2, 2));
    drop((sink, stream));
    let mut receiving = pin!(rx.clone().into_recv_async());
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(receiving.as_mut().poll(&mut context), Poll::Pending);
    tx.send(1).unwrap();
    assert_eq!(receiving.as_mut().poll(&mut context), Poll::Ready(Ok(1)));
    assert!(weak.upgrade().is_some_and(|other| other.same_channel(&tx)));
    drop(tx);
    assert!(weak.upgrade().is_none());
    assert!(rx.recv_timeout(Duration::from_secs(9)).is_err());
    let rx = Receiver::from(rx.into_inner());
    assert!(rx.is_disconnected());
}
