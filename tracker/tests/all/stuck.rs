//! Tests that can only wait fail, at once where that is proved; those that only seem to wait do not.

use linger::tokio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Notify, mpsc, oneshot};

/// Fails with the panic of a test, unless it took longer than it should.
struct AtOnce(Instant);

impl AtOnce {
    fn new() -> Self {
        AtOnce(Instant::now())
    }
}

impl Drop for AtOnce {
    fn drop(&mut self) {
        // The grace period of these tests is an hour. Beside other tests, of which any may have threads
        // that nobody knows, a proof may have to wait until those are over.
        assert!(self.0.elapsed() < Duration::from_secs(1800), "it took too long");
    }
}

#[linger::test(grace = "3600s")]
#[should_panic(expected = "main task waits for itself (proved)")]
async fn a_test_that_locks_twice_fails_at_once() {
    let _at_once = AtOnce::new();
    let lock = Mutex::new(1);
    let first = lock.lock().await;
    let second = lock.lock().await;
    drop((first, second));
}

#[linger::test(flavor = "multi_thread", worker_threads = 2, grace = "3600s")]
#[should_panic(expected = "main task waits for itself (proved)")]
async fn so_it_does_on_several_threads() {
    let _at_once = AtOnce::new();
    let lock = Mutex::new(1);
    let first = lock.lock().await;
    let second = lock.lock().await;
    drop((first, second));
}

#[linger::test(grace = "3600s")]
#[should_panic(expected = "2 tasks wait for each other (proved)")]
async fn a_test_that_joins_a_deadlock_fails_at_once() {
    let _at_once = AtOnce::new();
    let (a, b) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    let tasks = [(a.clone(), b.clone()), (b, a)].map(|(first, second)| {
        tokio::spawn(async move {
            let first = first.lock().await;
            tokio::task::yield_now().await;
            let second = second.lock().await;
            drop((first, second));
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
}

#[linger::test(grace = "3600s")]
#[should_panic(expected = "main task waits for itself (proved)")]
async fn a_sender_that_was_not_dropped_fails_at_once() {
    let _at_once = AtOnce::new();
    let (tx, mut rx) = mpsc::channel(4);
    for n in 0..3 {
        let tx = tx.clone();
        tokio::spawn(async move { tx.send(n).await.unwrap() });
    }
    while rx.recv().await.is_some() {}
    drop(tx);
}

#[linger::test(grace = "50ms")]
#[should_panic(expected = "waits for          a notification")]
async fn what_is_only_likely_fails_after_the_grace_period() {
    Notify::new().notified().await;
}

#[linger::test(flavor = "multi_thread", worker_threads = 2, grace = "50ms")]
#[should_panic(expected = "(likely)")]
async fn so_it_does_on_several_threads_too() {
    let (tx, rx) = oneshot::channel::<()>();
    let task = tokio::spawn(rx);
    let _ = task.await;
    drop(tx);
}

#[linger::test(grace = "30ms")]
async fn a_thread_that_nobody_knows_may_take_its_time() {
    let (tx, mut rx) = mpsc::channel(1);
    tx.send(1).await.unwrap();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        tx.blocking_send(2).unwrap();
    });
    assert_eq!((rx.recv().await, rx.recv().await, rx.recv().await), (Some(1), Some(2), None));
    thread.join().unwrap();
}

#[linger::test(grace = "30ms")]
async fn blocking_work_may_take_its_time() {
    let notify = Arc::new(Notify::new());
    let theirs = notify.clone();
    let work = tokio::task::spawn_blocking(move || {
        std::thread::sleep(Duration::from_millis(200));
        theirs.notify_one();
    });
    notify.notified().await;
    work.await.unwrap();
}

#[linger::test(grace = "30ms")]
async fn a_timer_elsewhere_may_take_its_time() {
    let lock = Arc::new(Mutex::new(1));
    let guard = lock.clone().lock_owned().await;
    let task = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        drop(guard);
    });
    assert_eq!(*lock.lock().await, 1);
    task.await.unwrap();
}

#[linger::test(start_paused = true, grace = "30ms")]
async fn a_clock_that_stands_still_is_a_timer_too() {
    let (tx, rx) = oneshot::channel();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        tx.send(1).unwrap();
    });
    assert_eq!(rx.await, Ok(1));
}

#[linger::test(grace = "30ms")]
async fn a_waker_of_somebody_else_may_take_its_time() {
    let mut thread = None;
    std::future::poll_fn(|cx| {
        if thread.is_some() {
            return std::task::Poll::Ready(());
        }
        let waker = cx.waker().clone();
        thread = Some(std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            waker.wake();
        }));
        std::task::Poll::Pending
    })
    .await;
    thread.unwrap().join().unwrap();
}

#[linger::test(flavor = "multi_thread", worker_threads = 2, grace = "30ms")]
async fn a_permit_that_went_into_a_task_comes_back() {
    let limit = Arc::new(tokio::sync::Semaphore::new(1));
    for _ in 0..3 {
        let permit = limit.clone().acquire_owned().await.unwrap();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(60)).await;
            drop(permit);
        });
    }
    let _last = limit.acquire().await.unwrap();
}
