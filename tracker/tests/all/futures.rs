//! The mirror of futures.

use crate::reading::{check_async, in_vain, label, only};
use linger::futures::channel::{mpsc, oneshot};
use linger::futures::executor::block_on;
use linger::futures::{SinkExt, StreamExt};
use linger::{Kind, tokio};
use std::sync::Mutex;

#[test]
fn a_task_that_reads_a_stream_says_for_whom_it_waits() {
    static KEEP: Mutex<Option<mpsc::UnboundedSender<u8>>> = Mutex::new(None);
    let line = line!() + 2;
    let report = check_async(async {
        let (tx, mut rx) = mpsc::unbounded();
        *KEEP.lock().unwrap() = Some(tx);
        tokio::spawn(async move { while rx.next().await.is_some() {} });
        tokio::task::yield_now().await;
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(label(&finding, "waits for a message of a futures channel"), line);
    assert_eq!(label(&finding, "held by the sender made here"), line);
    KEEP.lock().unwrap().take();
}

#[test]
fn a_task_that_receives_says_where() {
    static KEEP: Mutex<Option<mpsc::Sender<u8>>> = Mutex::new(None);
    let line = line!() + 4;
    let report = check_async(async {
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        *KEEP.lock().unwrap() = Some(tx);
        tokio::spawn(async move { rx.recv().await });
        tokio::task::yield_now().await;
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(label(&finding, "waits for a message of a futures channel"), line);
    KEEP.lock().unwrap().take();
}

#[test]
fn a_task_that_sends_says_for_whom_it_waits() {
    static KEEP: Mutex<Option<mpsc::Receiver<u8>>> = Mutex::new(None);
    let line = line!() + 2;
    let report = check_async(async {
        let (mut tx, rx) = mpsc::channel(0);
        *KEEP.lock().unwrap() = Some(rx);
        tokio::spawn(async move { while tx.send(1).await.is_ok() {} });
        tokio::task::yield_now().await;
    });
    let finding = only(&report, Kind::LeakedTask);
    assert_eq!(label(&finding, "waits for room in a futures channel"), line);
    assert_eq!(label(&finding, "held by the receiver made here"), line);
    KEEP.lock().unwrap().take();
}

#[test]
fn tasks_that_wait_for_each_others_answer_are_a_deadlock() {
    let report = check_async(async {
        let ((a, from_a), (b, from_b)) = (oneshot::channel::<u8>(), oneshot::channel::<u8>());
        for (tx, rx) in [(a, from_b), (b, from_a)] {
            linger::spawn!(async move { tx.send(rx.await.unwrap()).unwrap() });
        }
        tokio::task::yield_now().await;
    });
    assert!(in_vain(&report).message.starts_with("2 tasks wait"), "{report}");
}

#[test]
fn a_sender_that_goes_unsent_and_what_nobody_reads_are_noted() {
    let report = check_async(async {
        let (tx, rx) = oneshot::channel::<u8>();
        drop(tx);
        assert!(rx.await.is_err());
        let (mut tx, rx) = mpsc::channel(3);
        tx.send(1).await.unwrap();
        tx.send(2).await.unwrap();
        drop(rx);
        assert!(tx.send(3).await.is_err());
    });
    assert_eq!(only(&report, Kind::SenderDroppedUnsent).count, 1);
    assert_eq!(only(&report, Kind::UnreadMessages).count, 2);
}

#[test]
fn a_pipeline_of_sinks_and_streams_leaves_nothing() {
    let report = check_async(async {
        let (source, middle) = mpsc::channel(2);
        let (sink, end) = mpsc::unbounded();
        let doubling = tokio::spawn(middle.map(|n: u32| Ok(n * 2)).forward(sink));
        let mut feeding = source.clone();
        drop(source);
        let feeder = tokio::spawn(async move {
            for n in 0..20 {
                feeding.feed(n).await.unwrap();
            }
            feeding.close().await.unwrap();
        });
        assert_eq!(end.fold(0, |sum, n| async move { sum + n }).await, 380);
        feeder.await.unwrap();
        doubling.await.unwrap().unwrap();
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_oneshot_is_cancelled_from_the_other_end() {
    let report = check_async(async {
        let (mut tx, mut rx) = oneshot::channel::<u8>();
        assert!(tx.is_connected_to(&rx));
        let closer = tokio::spawn(async move {
            tokio::task::yield_now().await;
            rx.close();
        });
        tx.cancellation().await;
        assert!(tx.is_canceled());
        closer.await.unwrap();
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn ends_go_to_futures_and_come_back() {
    let (tx, rx) = mpsc::unbounded();
    let (theirs, theirs_rx) = (tx.into_inner(), rx.into_inner());
    let tx = mpsc::UnboundedSender::from(theirs);
    let mut rx = mpsc::UnboundedReceiver::from(theirs_rx);
    assert!(tx.is_connected_to(&rx));
    tx.unbounded_send(1).unwrap();
    assert_eq!((tx.len(), block_on(rx.recv())), (1, Ok(1)));
    assert!(rx.try_recv().unwrap_err().is_empty());
}
