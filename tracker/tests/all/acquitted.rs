//! Correct programs that are busy or parked while they are checked again and again: something of them
//! may be left over, but nothing is ever proved to be stuck.
//!
//! `LINGER_REPEAT=200 cargo test -p linger --all-features acquitted` repeats each two hundred times.

use linger::tokio;
use linger::{Certainty, Kind, Options, Report, Scope};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub(crate) type Program = fn() -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Panics if anything that waits is called stuck for certain.
#[track_caller]
fn acquitted(report: &Report) {
    let stuck = report.findings().iter().find(|finding| {
        finding.certainty == Certainty::Proved
            && matches!(finding.kind, Kind::Deadlock | Kind::Blocked | Kind::LeakedTask)
    });
    assert!(stuck.is_none(), "proved of a correct program: {report}");
    let wrong = |one: &&linger::Finding| {
        one.kind == Kind::LockOrder && one.severity == linger::Severity::Error
    };
    assert!(report.findings().iter().find(wrong).is_none(), "of a correct program: {report}");
}

pub(crate) fn acquit(name: &str, program: Program) {
    let repeat = std::env::var("LINGER_REPEAT").ok().and_then(|times| times.parse().ok());
    let single = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let multi =
        tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap();
    // With a grace period as tests have it, and one look after another, of which each must be right.
    let graces = [Duration::from_millis(4), Duration::ZERO];
    for (runtime, grace) in [&single, &multi].into_iter().flat_map(|one| graces.map(|g| (one, g))) {
        for _ in 0..repeat.unwrap_or(5) {
            let options = Options::new().grace(grace);
            let scope = Scope::with_options(name, options);
            runtime.block_on(async {
                // As a task, so that it can be accused itself. A thread of its own that checks would
                // be a stranger, of which every proof is shy.
                let main = {
                    let _entered = scope.enter();
                    tokio::spawn(program())
                };
                while !main.is_finished() {
                    acquitted(&scope.check().await);
                    tokio::task::yield_now().await;
                }
                main.await.unwrap();
            });
        }
    }
}

macro_rules! programs {
    ($($name:ident $body:block)*) => {$(
        #[test]
        fn $name() {
            acquit(stringify!($name), || Box::pin(async $body));
        }
    )*};
}

/// Long enough for several looks to agree.
const WHILE: Duration = Duration::from_millis(25);

programs! {
    permits_go_into_tasks {
        let limit = Arc::new(Semaphore::new(2));
        let mut tasks = JoinSet::new();
        for _ in 0..5 {
            let permit = limit.clone().acquire_owned().await.unwrap();
            tasks.spawn(async move {
                sleep(Duration::from_millis(10)).await;
                drop(permit);
            });
        }
        tasks.join_all().await;
    }

    a_guard_goes_into_a_task {
        let lock = Arc::new(Mutex::new(0));
        let guard = lock.clone().lock_owned().await;
        tokio::spawn(async move {
            sleep(WHILE).await;
            drop(guard);
        });
        *lock.lock().await += 1;
    }

    permits_are_added_later {
        let limit = Arc::new(Semaphore::new(1));
        let theirs = limit.clone();
        let adder = tokio::spawn(async move {
            sleep(WHILE).await;
            theirs.add_permits(1);
        });
        let first = limit.acquire().await.unwrap();
        let second = limit.acquire().await.unwrap();
        drop((first, second));
        adder.await.unwrap();
    }

    a_sender_that_was_used_goes_into_a_task {
        let (tx, mut rx) = mpsc::channel(1);
        tx.send(1).await.unwrap();
        assert_eq!(rx.recv().await, Some(1));
        tokio::spawn(async move {
            sleep(WHILE).await;
            tx.send(2).await.unwrap();
        });
        assert_eq!(rx.recv().await, Some(2));
    }

    a_sender_that_was_used_goes_into_an_unknown_thread {
        let (tx, mut rx) = mpsc::channel(1);
        tx.send(1).await.unwrap();
        assert_eq!(rx.recv().await, Some(1));
        let thread = std::thread::spawn(move || {
            std::thread::sleep(WHILE);
            tx.blocking_send(2).unwrap();
        });
        assert_eq!(rx.recv().await, Some(2));
        tokio::task::spawn_blocking(move || thread.join().unwrap()).await.unwrap();
    }

    a_sender_that_was_used_goes_into_a_message {
        let (give, mut given) = mpsc::channel::<mpsc::Sender<u32>>(1);
        let (tx, mut rx) = mpsc::channel(1);
        let other = tokio::spawn(async move {
            let tx = given.recv().await.unwrap();
            sleep(WHILE).await;
            tx.send(2).await.unwrap();
        });
        tx.send(1).await.unwrap();
        assert_eq!(rx.recv().await, Some(1));
        give.send(tx).await.unwrap();
        assert_eq!(rx.recv().await, Some(2));
        other.await.unwrap();
    }

    a_sender_lies_in_something_shared {
        let shared = Arc::new(std::sync::Mutex::new(None));
        let (tx, mut rx) = mpsc::channel(1);
        tx.send(1).await.unwrap();
        assert_eq!(rx.recv().await, Some(1));
        *shared.lock().unwrap() = Some(tx);
        let other = tokio::spawn(async move {
            sleep(WHILE).await;
            let tx: mpsc::Sender<u32> = shared.lock().unwrap().take().unwrap();
            tx.send(2).await.unwrap();
        });
        assert_eq!(rx.recv().await, Some(2));
        other.await.unwrap();
    }

    a_static_keeps_a_sender {
        static KEPT: linger::std::sync::Mutex<Vec<mpsc::Sender<u32>>> =
            linger::std::sync::Mutex::new(Vec::new());
        let (tx, mut rx) = mpsc::channel(1);
        KEPT.lock().unwrap().push(tx);
        let reader = tokio::spawn(async move { while rx.recv().await.is_some() {} });
        sleep(WHILE).await;
        KEPT.lock().unwrap().clear();
        reader.await.unwrap();
    }

    replies_come_late {
        type Call = (u32, oneshot::Sender<u32>);
        let (calls, mut inbox) = mpsc::channel::<Call>(4);
        let server = tokio::spawn(async move {
            while let Some((n, reply)) = inbox.recv().await {
                sleep(Duration::from_millis(5)).await;
                let _ = reply.send(n);
            }
        });
        for n in 0..3 {
            let (reply, answer) = oneshot::channel();
            calls.send((n, reply)).await.unwrap();
            assert_eq!(answer.await, Ok(n));
        }
        drop(calls);
        server.await.unwrap();
    }

    a_writer_gives_up_its_turn {
        let lock = Arc::new(RwLock::new(0));
        let first = lock.read().await;
        let theirs = lock.clone();
        let writer =
            tokio::spawn(async move { timeout(WHILE, theirs.write()).await.is_err() });
        sleep(Duration::from_millis(3)).await;
        // Behind the writer, until that one gives up.
        let second = lock.read().await;
        assert!(writer.await.unwrap());
        drop((first, second));
    }

    whoever_is_before_in_the_queue_gives_up {
        let limit = Arc::new(Semaphore::new(2));
        let one = limit.acquire().await.unwrap();
        let theirs = limit.clone();
        let many =
            tokio::spawn(async move { timeout(WHILE, theirs.acquire_many(2)).await.is_err() });
        sleep(Duration::from_millis(3)).await;
        let two = limit.acquire().await.unwrap();
        assert!(many.await.unwrap());
        drop((one, two));
    }

    several_sources_are_selected_from {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        let (stop, mut stopped) = watch::channel(false);
        let lock = Arc::new(Mutex::new(0));
        let worker = tokio::spawn(async move {
            let mut seen = lock.lock().await;
            loop {
                tokio::select! {
                    n = rx.recv() => *seen += n.unwrap_or(0),
                    _ = stopped.changed() => break,
                    () = sleep(Duration::from_millis(7)) => {}
                }
            }
        });
        for n in 0..20 {
            tx.send(n).await.unwrap();
        }
        sleep(WHILE).await;
        stop.send(true).unwrap();
        worker.await.unwrap();
    }

    members_of_a_set_sleep {
        let mut set = JoinSet::new();
        for _ in 0..3 {
            set.spawn(sleep(WHILE));
        }
        while set.join_next().await.is_some() {}
    }

    news_come_late {
        let (news, _) = broadcast::channel::<u32>(4);
        let (version, _) = watch::channel(0);
        let mut readers = JoinSet::new();
        for _ in 0..2 {
            let (mut news, mut version) = (news.subscribe(), version.subscribe());
            readers.spawn(async move {
                while news.recv().await.is_ok() {}
                while version.changed().await.is_ok() {}
            });
        }
        news.send(1).unwrap();
        version.send(1).unwrap();
        sleep(WHILE).await;
        drop((news, version));
        readers.join_all().await;
    }

    whoever_sleeps_notifies {
        let ready = Arc::new(Notify::new());
        let theirs = ready.clone();
        let sleeper = tokio::spawn(async move {
            sleep(WHILE).await;
            theirs.notify_waiters();
            theirs.notify_one();
        });
        ready.notified().await;
        sleeper.await.unwrap();
    }

    messages_go_round_and_round {
        // More than a task may do in one turn, so that it is made to yield.
        let (to_a, mut a) = mpsc::channel::<u32>(2);
        let (to_b, mut b) = mpsc::channel::<u32>(2);
        to_a.send(3_000).await.unwrap();
        let first = tokio::spawn(async move {
            while let Some(n) = a.recv().await {
                if to_b.send(n).await.is_err() {
                    break;
                }
            }
        });
        let second = tokio::spawn(async move {
            while let Some(n) = b.recv().await {
                if n == 0 {
                    break;
                }
                to_a.send(n - 1).await.unwrap();
            }
        });
        second.await.unwrap();
        first.await.unwrap();
    }

    many_take_two_locks_in_one_order {
        let (a, b) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let (a, b) = (a.clone(), b.clone());
            tasks.spawn(async move {
                for _ in 0..100 {
                    let mut a = a.lock().await;
                    *b.lock().await += 1;
                    *a += 1;
                }
            });
        }
        tasks.join_all().await;
    }

    all_meet_again_and_again {
        let (barrier, lock) = (Arc::new(tokio::sync::Barrier::new(4)), Arc::new(Mutex::new(0)));
        let mut tasks = JoinSet::new();
        for n in 0..4_u64 {
            let (barrier, lock) = (barrier.clone(), lock.clone());
            tasks.spawn(async move {
                for round in 0..5 {
                    *lock.lock().await += 1;
                    if n == round % 4 {
                        sleep(Duration::from_millis(5)).await;
                    }
                    barrier.wait().await;
                }
            });
        }
        tasks.join_all().await;
    }

    accounts_are_locked_by_number {
        let accounts: Arc<[Mutex<i64>; 6]> = Arc::new(std::array::from_fn(|_| Mutex::new(10)));
        let mut tasks = JoinSet::new();
        for seed in 0..12_usize {
            let accounts = accounts.clone();
            tasks.spawn(async move {
                for n in 0..40 {
                    let (from, to) = ((seed + n) % 6, (seed * 5 + n * n + 1) % 6);
                    if from == to {
                        continue;
                    }
                    let mut low = accounts[from.min(to)].lock().await;
                    if n % 7 == 0 {
                        tokio::task::yield_now().await;
                    }
                    let mut high = accounts[from.max(to)].lock().await;
                    *low -= 1;
                    *high += 1;
                }
            });
        }
        tasks.join_all().await;
    }

    two_orders_are_kept_apart {
        use linger::std::sync::{Mutex, RwLock};
        let all = Arc::new((RwLock::new(()), Mutex::new(0), Mutex::new(0)));
        let work = |turned: bool| {
            let all = all.clone();
            move || {
                for _ in 0..100 {
                    let gate = all.0.write().unwrap();
                    let (one, two) = if turned { (&all.2, &all.1) } else { (&all.1, &all.2) };
                    let one = one.lock().unwrap();
                    *two.lock().unwrap() += *one;
                    drop((one, gate));
                }
            }
        };
        let other = tokio::task::spawn_blocking(work(true));
        let thread = linger::std::thread::spawn(work(false));
        other.await.unwrap();
        tokio::task::spawn_blocking(move || thread.join().unwrap()).await.unwrap();
        assert!(*all.2.lock().unwrap() <= *all.1.lock().unwrap() + 1_000_000);
    }

    locks_are_held_side_by_side_in_one_task {
        async fn hold(lock: &Mutex<u32>, before: u64) {
            sleep(Duration::from_millis(before)).await;
            let mut guard = lock.lock().await;
            sleep(Duration::from_millis(2)).await;
            *guard += 1;
        }
        let locks: Arc<[Mutex<u32>; 3]> = Arc::new(std::array::from_fn(|_| Mutex::new(0)));
        let mut tasks = JoinSet::new();
        for first in 0..3 {
            let locks = locks.clone();
            tasks.spawn(async move {
                let order = [first, (first + 1) % 3, (first + 2) % 3];
                let [a, b, c] = order.map(|n| hold(&locks[n], n as u64));
                tokio::join!(a, b, c);
                let many = order.map(|n| hold(&locks[n], 0));
                futures::future::join_all(many).await;
                // So many that they have wakers of their own.
                let many = (0..40).map(|n| hold(&locks[order[n % 3]], 0));
                tokio::select! {
                    _ = futures::future::join_all(many) => {}
                    () = sleep(Duration::from_millis(9)) => {}
                }
            });
        }
        tasks.join_all().await;
    }

    threads_fight_for_locks {
        use linger::std::sync::{Mutex, RwLock};
        let shared = Arc::new((Mutex::new(0), RwLock::new(0)));
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let shared = shared.clone();
                linger::std::thread::spawn(move || {
                    for _ in 0..300 {
                        let mut count = shared.0.lock().unwrap();
                        if n % 2 == 0 {
                            *shared.1.write().unwrap() += 1;
                        } else {
                            *count += *shared.1.read().unwrap();
                        }
                    }
                })
            })
            .collect();
        let join = || threads.into_iter().for_each(|thread| thread.join().unwrap());
        tokio::task::spawn_blocking(join).await.unwrap();
    }

    threads_play_ping_pong {
        use linger::std::sync::mpsc;
        let (to_a, a) = mpsc::sync_channel::<u32>(0);
        let (to_b, b) = mpsc::channel::<u32>();
        let first = linger::std::thread::spawn(move || a.iter().for_each(|n| to_b.send(n).unwrap()));
        let second = linger::std::thread::spawn(move || {
            for n in 0..500 {
                to_a.send(n).unwrap();
                assert_eq!(b.recv(), Ok(n));
            }
        });
        let join = || [first, second].into_iter().for_each(|thread| thread.join().unwrap());
        tokio::task::spawn_blocking(join).await.unwrap();
    }

    tasks_are_dropped_as_they_wait {
        let (news, _) = broadcast::channel::<u32>(4);
        let (work, _) = watch::channel(0);
        let lock = Arc::new(Mutex::new(0));
        let limit = Arc::new(Semaphore::new(0));
        for round in 0..100 {
            let guard = lock.lock().await;
            let mut tasks = JoinSet::new();
            for _ in 0..4 {
                let (mut news, mut work) = (news.subscribe(), work.subscribe());
                let (lock, limit) = (lock.clone(), limit.clone());
                tasks.spawn(async move {
                    let own = lock.clone();
                    tokio::join!(
                        async { news.recv().await.is_ok() },
                        async { work.changed().await.is_ok() },
                        async { *lock.lock().await += 1 },
                        async { *own.lock().await += 1 },
                        async { limit.acquire().await.is_ok() },
                    );
                });
            }
            tokio::task::yield_now().await;
            if round % 3 == 0 {
                tasks.shutdown().await;
            }
            drop(tasks);
            drop(guard);
        }
    }

    runtimes_end_as_their_tasks_wait {
        let (calls, _) = broadcast::channel::<u32>(4);
        for _ in 0..20 {
            let mut inbox = calls.subscribe();
            let inner = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
            let (tx, mut rx) = mpsc::channel::<u32>(1);
            let listener = inner.spawn(async move {
                let first = rx.recv();
                tokio::select! {
                    n = first => n.is_some(),
                    n = inbox.recv() => n.is_ok(),
                }
            });
            inner.spawn(async move {
                // Keeps the listener's channel open for as long as there is one.
                let _open = tx;
                listener.await.is_ok()
            });
            tokio::task::yield_now().await;
            inner.shutdown_background();
        }
    }

    senders_are_cloned_and_dropped {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        let (reply, answer) = oneshot::channel();
        let theirs = tx.clone();
        let asker = tokio::spawn(async move {
            theirs.send(0).await.unwrap();
            // Its sender is no help as long as it waits here.
            assert_eq!(answer.await, Ok(1));
            drop(theirs);
        });
        let server = tokio::spawn(async move {
            let both = [rx.recv().await.unwrap(), rx.recv().await.unwrap()];
            reply.send(both.iter().sum()).unwrap();
        });
        tokio::task::spawn_blocking(move || {
            let mut mine = tx;
            for _ in 0..2_000 {
                let next = mine.clone();
                mine = next;
            }
            mine.blocking_send(1).unwrap();
        })
        .await
        .unwrap();
        asker.await.unwrap();
        server.await.unwrap();
    }
}
