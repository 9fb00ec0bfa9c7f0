//! The mirror of async-channel.

use crate::reading::{check, check_async, in_vain, label, only};
use linger::async_channel::{self, Receiver, Sender};
use linger::{Kind, std, tokio};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

#[test]
fn a_thread_that_receives_says_for_whom_it_waits() {
    let keep: Mutex<Option<Sender<u8>>> = Mutex::new(None);
    let line = line!() + 2;
    let report = check(|| {
        let (tx, rx) = async_channel::unbounded::<u8>();
        *keep.lock().unwrap() = Some(tx);
        std::thread::spawn(move || rx.recv_blocking());
    });
    let finding = only(&report, Kind::LeakedThread);
    assert_eq!(label(&finding, "waits for a message of an async channel"), line + 2);
    assert_eq!(label(&finding, "held by the sender made here"), line);
    keep.lock().unwrap().take();
}

#[test]
fn a_task_that_sends_says_for_whom_it_waits() {
    static KEEP: Mutex<Option<Receiver<u8>>> = Mutex::new(None);
    let line = line!() + 4;
    let report = check_async(async {
        let (tx, rx) = async_channel::bounded(1);
        *KEEP.lock().unwrap() = Some(rx);
        tokio::spawn(async move { while tx.send(1).await.is_ok() {} });
        tokio::task::yield_now().await;
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(label(&finding, "waits for room in an async channel"), line);
    assert_eq!(label(&finding, "held by the receiver made here"), line - 2);
    KEEP.lock().unwrap().take();
}

#[test]
fn two_tasks_that_answer_first_are_a_deadlock() {
    let report = check_async(async {
        let (a, from_a) = async_channel::bounded::<u8>(1);
        let (b, from_b) = async_channel::bounded::<u8>(1);
        for (tx, rx) in [(a, from_b), (b, from_a)] {
            tokio::spawn(async move {
                // Both use their sender once, so that it is known to lie in the task.
                tx.send(0).await.unwrap();
                rx.recv().await.unwrap();
                rx.recv().await.unwrap();
                tx.send(1).await.unwrap();
            });
        }
        tokio::task::yield_now().await;
    });
    assert!(in_vain(&report).message.starts_with("2 tasks wait"), "{report}");
}

#[test]
fn a_stream_that_is_polled_waits_as_its_receiver() {
    use futures_core::Stream;
    static KEEP: Mutex<Option<Sender<u8>>> = Mutex::new(None);
    let line = line!() + 2;
    let report = check_async(async {
        let (tx, rx) = async_channel::unbounded();
        *KEEP.lock().unwrap() = Some(tx);
        tokio::spawn(async move {
            let mut rx = std::pin::pin!(rx);
            while std::future::poll_fn(|cx| rx.as_mut().poll_next(cx)).await.is_some() {}
        });
        tokio::task::yield_now().await;
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(label(&finding, "waits for a message of an async channel"), line);
    KEEP.lock().unwrap().take();
}

#[test]
fn what_the_last_receiver_leaves_unread_is_counted() {
    let report = check(|| {
        let (tx, rx) = async_channel::unbounded();
        let weak = rx.downgrade();
        for n in 0..3 {
            tx.try_send(n).unwrap();
        }
        let other = weak.upgrade().unwrap();
        drop(rx);
        drop(other);
        assert!(tx.send_blocking(4).is_err());
        assert!(weak.upgrade().is_none());
    });
    assert_eq!(only(&report, Kind::UnreadMessages).count, 3);
    assert_eq!(only(&report, Kind::SendAfterClose).count, 1);
}

#[test]
fn workers_that_share_a_queue_end_when_it_is_closed() {
    let report = check_async(async {
        let (jobs, queue) = async_channel::bounded::<u32>(2);
        let (results, done) = async_channel::unbounded();
        for _ in 0..3 {
            let (queue, results) = (queue.clone(), results.clone());
            tokio::spawn(async move {
                while let Ok(job) = queue.recv().await {
                    results.send(job * 2).await.unwrap();
                }
            });
        }
        drop((queue, results));
        for job in 0..20 {
            jobs.send(job).await.unwrap();
        }
        assert!(jobs.close());
        assert!(!jobs.close());
        jobs.closed().await;
        let mut sum = 0;
        while let Ok(result) = done.recv().await {
            sum += result;
        }
        assert_eq!(sum, 380);
    });
    let real: Vec<_> =
        report.findings().iter().filter(|finding| finding.kind != Kind::DetachedTask).collect();
    assert!(real.is_empty(), "{report}");
}

#[test]
fn ends_go_to_async_channel_and_come_back() {
    let (tx, rx) = async_channel::bounded(1);
    let (theirs, theirs_rx) = (tx.into_inner(), rx.into_inner());
    assert_eq!((theirs.sender_count(), theirs.receiver_count()), (1, 1));
    let (tx, rx) = (Sender::from(theirs), Receiver::from(theirs_rx));
    assert_eq!(tx.force_send(1), Ok(None));
    assert_eq!(tx.force_send(2), Ok(Some(1)));
    let mut context = Context::from_waker(Waker::noop());
    let mut receiving = std::pin::pin!(rx.recv());
    assert_eq!(std::future::Future::poll(receiving.as_mut(), &mut context), Poll::Ready(Ok(2)));
    assert_eq!(format!("{tx:?} {rx:?}"), "Sender { .. } Receiver { .. }");
}
