//! The tracker never harms its host.

use linger::tokio;
use linger::{Options, Scope};
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Panics when it is dropped, unless a panic is on its way already.
struct PanicsOnDrop;

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("expected by the test: a destructor panics");
        }
    }
}

#[test]
fn a_destructor_that_panics_ends_its_task_only() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let task = tokio::spawn(async {
            let _bomb = PanicsOnDrop;
        });
        assert!(task.await.unwrap_err().is_panic());
        let (tx, rx) = mpsc::channel(1);
        let task = tokio::spawn(async move {
            tx.send(PanicsOnDrop).await.ok();
            drop(rx);
        });
        assert!(task.await.unwrap_err().is_panic());
        assert_eq!(tokio::spawn(async { 1 }).await.unwrap(), 1);
    });
}

#[test]
fn a_runtime_may_go_in_the_middle_of_everything() {
    for _ in 0..20 {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        for _ in 0..50 {
            let tx = tx.clone();
            runtime.spawn(async move { while tx.send(1).await.is_ok() {} });
        }
        runtime.spawn(async move { while rx.recv().await.is_some() {} });
        drop(runtime);
        drop(tx);
    }
}

#[test]
fn anything_may_be_forgotten() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scope = Scope::with_options("forgetful", Options::new().grace(Duration::from_millis(5)));
    runtime.block_on(async {
        let run = scope.run(async {
            std::mem::forget(tokio::spawn(async {}));
            std::mem::forget(oneshot::channel::<u8>());
            std::mem::forget(mpsc::unbounded_channel::<u8>());
            let lock = Mutex::new(1);
            let guard = lock.lock().await;
            std::mem::forget(guard);
            std::mem::forget(lock);
            let (tx, mut rx) = mpsc::channel::<u8>(1);
            let mut receiving = Box::pin(async move { rx.recv().await });
            assert!(futures_poll(receiving.as_mut()).await.is_pending());
            std::mem::forget(receiving);
            drop(tx);
        });
        run.await;
        // A report comes out, whatever it says.
        assert!(!scope.check().await.to_string().is_empty());
    });
}

/// Polls once.
async fn futures_poll<F: Future>(mut future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
    std::future::poll_fn(|cx| std::task::Poll::Ready(future.as_mut().poll(cx))).await
}

#[test]
fn threads_that_end_leave_their_thread_locals_in_any_order() {
    struct SpawnsOnDrop;
    impl Drop for SpawnsOnDrop {
        fn drop(&mut self) {
            // Runs while the thread's own variables go.
            let (tx, rx) = mpsc::unbounded_channel();
            tx.send(1).unwrap();
            drop((tx, rx));
            let _ = linger::std::sync::Mutex::new(1).lock();
            drop(linger::snapshot());
        }
    }
    thread_local!(static LAST: SpawnsOnDrop = const { SpawnsOnDrop });
    for _ in 0..10 {
        std::thread::spawn(|| {
            LAST.with(|_| ());
            let (tx, rx) = mpsc::channel::<u8>(1);
            drop((tx, rx));
        })
        .join()
        .unwrap();
    }
}

#[test]
fn a_waker_may_outlive_its_task() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let task =
            tokio::spawn(std::future::poll_fn(|cx| std::task::Poll::Ready(cx.waker().clone())));
        let waker = task.await.unwrap();
        for _ in 0..100 {
            waker.wake_by_ref();
            tokio::spawn(async {}).await.unwrap();
        }
        waker.wake();
    });
}
