//! Correct programs in which guards, ends and whole futures go where nobody sees them, and others act
//! of whom there is no record: nothing is ever proved of them.

use crate::acquitted::acquit;
use futures::FutureExt;
use linger::Options;
use linger::tokio;
#[cfg(feature = "tokio-util")]
use linger::tokio_util::task::JoinMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, mpsc as std_mpsc};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{Mutex, RwLock, RwLockWriteGuard, Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Each runs as a task of its own, so that what it has lies inside of that, and as the main task of a
/// program that is watched.
macro_rules! programs {
    ($($(#[$attr:meta])* $name:ident $body:block)*) => {$(
        $(#[$attr])*
        #[test]
        fn $name() {
            acquit(stringify!($name), || Box::pin(async { tokio::spawn(async $body).await.unwrap() }));
            watched(|| Box::pin(async $body));
        }
    )*};
}

/// Long enough for several looks to agree.
const WHILE: Duration = Duration::from_millis(15);

/// Runs a program as the main task, with a watchdog, whose last look comes while it waits.
fn watched(program: fn() -> Pin<Box<dyn Future<Output = ()> + Send>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let watch = linger::watch(Options::new().grace(Duration::from_millis(1)));
    runtime.block_on(program());
    let report = watch.report();
    watch.stop();
    // Other tests of this process have knots of their own.
    let here = |one: &&linger::Finding| one.file.ends_with("unseen.rs");
    assert!(report.findings().iter().find(here).is_none(), "proved of a correct program: {report}");
}

/// A thread that is there before any of the programs.
static POOL: LazyLock<std_mpsc::Sender<Box<dyn FnOnce() + Send>>> = LazyLock::new(|| {
    let (jobs, queue) = std_mpsc::channel::<Box<dyn FnOnce() + Send>>();
    std::thread::spawn(move || queue.into_iter().for_each(|job| job()));
    jobs
});

programs! {
    a_guard_of_a_static_goes_into_a_task {
        static LOCK: Mutex<u32> = Mutex::const_new(0);
        let guard = LOCK.lock().await;
        let holder = tokio::spawn(async move {
            sleep(WHILE).await;
            drop(guard);
        });
        *LOCK.lock().await += 1;
        holder.await.unwrap();
    }

    a_permit_of_a_static_goes_into_a_task {
        static LIMIT: Semaphore = Semaphore::const_new(1);
        let permit = LIMIT.acquire().await.unwrap();
        let holder = tokio::spawn(async move {
            sleep(WHILE).await;
            drop(permit);
        });
        drop(LIMIT.acquire().await.unwrap());
        holder.await.unwrap();
    }

    a_guard_of_a_static_goes_into_a_message {
        static LOCK: LazyLock<RwLock<String>> = LazyLock::new(RwLock::default);
        let (guards, mut inbox) = mpsc::channel::<RwLockWriteGuard<'static, String>>(1);
        let holder = tokio::spawn(async move {
            let guard = inbox.recv().await.unwrap();
            sleep(WHILE).await;
            drop(guard);
        });
        let guard = LOCK.write().await;
        assert!(guards.send(guard).await.is_ok());
        drop(LOCK.read().await);
        holder.await.unwrap();
    }

    work_that_takes_long_goes_into_the_background {
        let lock = Arc::new(Mutex::new(0));
        let theirs = lock.clone();
        let mut work = Box::pin(async move {
            let mut guard = theirs.lock().await;
            sleep(WHILE).await;
            *guard += 1;
        });
        // It has the lock already when it goes.
        assert!((&mut work).now_or_never().is_none());
        let background = tokio::spawn(work);
        *lock.lock().await += 1;
        background.await.unwrap();
    }

    work_that_waits_goes_into_the_background {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        let lock = Arc::new(Mutex::new(0));
        let theirs = lock.clone();
        let mut work = Box::pin(async move {
            let mut guard = theirs.lock().await;
            *guard += rx.recv().await.unwrap();
        });
        assert!((&mut work).now_or_never().is_none());
        let background = tokio::spawn(work);
        let feeder = tokio::spawn(async move {
            sleep(WHILE).await;
            tx.send(1).await.unwrap();
        });
        *lock.lock().await += 1;
        background.await.unwrap();
        feeder.await.unwrap();
    }

    a_receiver_that_was_polled_by_hand_is_given_away {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        tx.send(1).await.unwrap();
        let (give, given) = oneshot::channel::<mpsc::Receiver<u32>>();
        let (reply, answer) = oneshot::channel();
        let drain = tokio::spawn(async move {
            let mut rx = given.await.unwrap();
            sleep(WHILE).await;
            while rx.recv().await.is_some() {}
        });
        let sender = tokio::spawn(async move {
            for n in 0..5 {
                tx.send(n).await.unwrap();
            }
            reply.send(7).unwrap();
        });
        let first = tokio::spawn(async move {
            std::future::poll_fn(|cx| {
                while let Poll::Ready(Some(_)) = rx.poll_recv(cx) {}
                Poll::Ready(())
            })
            .await;
            assert!(give.send(rx).is_ok());
            assert_eq!(answer.await, Ok(7));
        });
        for task in [drain, sender, first] {
            task.await.unwrap();
        }
    }

    a_used_sender_goes_to_a_thread_that_was_there {
        let (tx, mut rx) = mpsc::channel(1);
        tx.send(1).await.unwrap();
        assert_eq!(rx.recv().await, Some(1));
        let job = move || {
            std::thread::sleep(WHILE);
            tx.blocking_send(2).unwrap();
        };
        assert!(POOL.send(Box::new(job)).is_ok());
        assert_eq!(rx.recv().await, Some(2));
    }

    a_used_sender_goes_to_rayon {
        let (tx, mut rx) = mpsc::channel(1);
        tx.send(1).await.unwrap();
        assert_eq!(rx.recv().await, Some(1));
        rayon::spawn(move || {
            std::thread::sleep(WHILE);
            tx.blocking_send(2).unwrap();
        });
        assert_eq!(rx.recv().await, Some(2));
    }

    a_used_sender_goes_to_a_task_without_a_record {
        let (tx, mut rx) = mpsc::channel(1);
        tx.send(1).await.unwrap();
        assert_eq!(rx.recv().await, Some(1));
        let task = ::tokio::spawn(async move {
            sleep(WHILE).await;
            tx.send(2).await.unwrap();
        });
        assert_eq!(rx.recv().await, Some(2));
        task.await.unwrap();
    }

    a_used_sender_goes_to_blocking_work_without_a_record {
        let (tx, mut rx) = mpsc::channel(1);
        tx.send(1).await.unwrap();
        assert_eq!(rx.recv().await, Some(1));
        let work = ::tokio::task::spawn_blocking(move || {
            std::thread::sleep(WHILE);
            tx.blocking_send(2).unwrap();
        });
        assert_eq!(rx.recv().await, Some(2));
        work.await.unwrap();
    }

    a_used_sender_goes_to_the_main_task {
        let slot = Arc::new(std::sync::Mutex::new(None));
        let theirs = slot.clone();
        let task = tokio::spawn(async move {
            let (tx, mut rx) = mpsc::channel::<u32>(1);
            tx.send(1).await.unwrap();
            assert_eq!(rx.recv().await, Some(1));
            *theirs.lock().unwrap() = Some(tx);
            assert_eq!(rx.recv().await, Some(2));
        });
        sleep(WHILE).await;
        let tx = slot.lock().unwrap().take().unwrap();
        tx.send(2).await.unwrap();
        task.await.unwrap();
    }

    a_permit_goes_to_the_main_task {
        static LIMIT: Semaphore = Semaphore::const_new(1);
        let (give, given) = oneshot::channel();
        let task = tokio::spawn(async move {
            let permit = LIMIT.acquire().await.unwrap();
            assert!(give.send(permit).is_ok());
            drop(LIMIT.acquire().await.unwrap());
        });
        let permit = given.await.unwrap();
        sleep(WHILE).await;
        drop(permit);
        task.await.unwrap();
    }

    the_main_task_closes_a_semaphore {
        let limit = Arc::new(Semaphore::new(1));
        let theirs = limit.clone();
        let task = tokio::spawn(async move {
            let first = theirs.acquire().await.unwrap();
            assert!(theirs.acquire().await.is_err());
            drop(first);
        });
        sleep(WHILE).await;
        limit.close();
        task.await.unwrap();
    }

    a_weak_sender_ends_an_actor {
        let (tx, mut rx) = mpsc::channel::<Option<u32>>(1);
        let weak = tx.downgrade();
        let actor = tokio::spawn(async move { while let Some(Some(_)) = rx.recv().await {} });
        let monitor = tokio::spawn(async move { tx.closed().await });
        sleep(WHILE).await;
        weak.upgrade().unwrap().send(None).await.unwrap();
        actor.await.unwrap();
        monitor.await.unwrap();
    }

    a_supervisor_aborts_who_waits {
        let lock = Arc::new(Mutex::new(0));
        let guard = lock.lock().await;
        let theirs = lock.clone();
        let waits = tokio::spawn(async move { *theirs.lock().await += 1 });
        let stop = waits.abort_handle();
        let supervisor = tokio::spawn(async move {
            sleep(WHILE).await;
            stop.abort();
        });
        assert!(waits.await.unwrap_err().is_cancelled());
        drop(guard);
        supervisor.await.unwrap();
    }

    a_set_is_aborted_as_its_tasks_wait {
        let lock = Arc::new(Mutex::new(0));
        for round in 0..10 {
            let guard = lock.lock().await;
            let mut tasks = JoinSet::new();
            for _ in 0..10 {
                let lock = lock.clone();
                tasks.spawn(async move { *lock.lock().await += 1 });
            }
            tokio::task::yield_now().await;
            if round % 2 == 0 {
                tasks.abort_all();
                while tasks.join_next().await.is_some() {}
            } else {
                tasks.shutdown().await;
            }
            drop(guard);
        }
    }

    #[cfg(feature = "tokio-util")]
    a_map_is_dropped_as_its_tasks_wait {
        let (lock, other) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        for _ in 0..20 {
            let guard = lock.lock().await;
            let mut tasks = JoinMap::new();
            let (theirs, both) = (lock.clone(), other.clone());
            let (up, is_up) = oneshot::channel();
            tasks.spawn("both", async move {
                let _other = both.lock().await;
                up.send(()).unwrap();
                *theirs.lock().await += 1;
            });
            is_up.await.unwrap();
            tokio::task::yield_now().await;
            drop(tasks);
            drop(other.lock().await);
            drop(guard);
        }
    }

    a_runtime_ends_in_the_background_as_its_tasks_wait {
        let (lock, other) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        for _ in 0..5 {
            let guard = lock.lock().await;
            let inner = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
            let (theirs, both) = (lock.clone(), other.clone());
            let (up, is_up) = oneshot::channel();
            inner.spawn(async move {
                let _other = both.lock().await;
                up.send(()).unwrap();
                *theirs.lock().await += 1;
            });
            is_up.await.unwrap();
            tokio::task::yield_now().await;
            inner.shutdown_background();
            drop(other.lock().await);
            drop(guard);
        }
    }

    a_member_ends_while_another_waits_for_the_owner {
        let lock = Arc::new(Mutex::new(0));
        for _ in 0..30 {
            let guard = lock.lock().await;
            let mut tasks = JoinSet::new();
            let theirs = lock.clone();
            tasks.spawn(async move { *theirs.lock().await += 1 });
            tasks.spawn_blocking(|| ());
            tasks.join_next().await.unwrap().unwrap();
            drop(guard);
            tasks.join_next().await.unwrap().unwrap();
        }
    }
}
