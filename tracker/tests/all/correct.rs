//! Correct concurrent programs: each must be clean, every time, on one thread and on several.
//!
//! `LINGER_REPEAT=1000 cargo test -p linger --release correct` repeats each a thousand times.

use axum::{Router, extract::State, routing::get};
use linger::tokio;
#[cfg(feature = "tokio-util")]
use linger::tokio_util::{sync::CancellationToken, task::TaskTracker};
use linger::{Options, Scope};
use rayon::prelude::*;
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{
    Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, broadcast, mpsc, oneshot, watch,
};
use tokio::task::JoinSet;

type Program = fn() -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs a program many times, each time in a scope of its own that must be clean.
fn clean(name: &str, program: Program) {
    let repeat = std::env::var("LINGER_REPEAT").ok().and_then(|times| times.parse().ok());
    let single = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let multi =
        tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap();
    for runtime in [&single, &multi] {
        for _ in 0..repeat.unwrap_or(40) {
            let options = Options::new().grace(Duration::from_secs(5));
            let scope = Scope::with_options(name, options);
            let report = runtime.block_on(async {
                // As in a test: the body runs in the scope, and is gone when it is checked.
                scope.run(program()).await;
                scope.check().await
            });
            report.assert_clean();
        }
    }
}

macro_rules! programs {
    ($($(#[$attr:meta])* $name:ident $body:block)*) => {$(
        $(#[$attr])*
        #[test]
        fn $name() {
            clean(stringify!($name), || Box::pin(async $body));
        }
    )*};
}

programs! {
    a_pool_of_workers_shares_a_queue {
        let (jobs, queue) = mpsc::channel::<u32>(4);
        let queue = Arc::new(Mutex::new(queue));
        let sum = Arc::new(AtomicUsize::new(0));
        let workers: Vec<_> = (0..3)
            .map(|_| {
                let (queue, sum) = (queue.clone(), sum.clone());
                tokio::spawn(async move {
                    loop {
                        let job = queue.lock().await.recv().await;
                        let Some(job) = job else { break };
                        sum.fetch_add(job as usize, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for job in 0..20 {
            jobs.send(job).await.unwrap();
        }
        drop(jobs);
        for worker in workers {
            worker.await.unwrap();
        }
        assert_eq!(sum.load(Ordering::Relaxed), 190);
    }

    a_pipeline_ends_from_its_source {
        let (source, mut middle) = mpsc::channel::<u32>(2);
        let (out, mut sink) = mpsc::channel::<u32>(2);
        let stage = tokio::spawn(async move {
            while let Some(n) = middle.recv().await {
                if out.send(n * 2).await.is_err() {
                    break;
                }
            }
        });
        let feed = tokio::spawn(async move {
            for n in 0..10 {
                source.send(n).await.unwrap();
            }
        });
        let mut sum = 0;
        while let Some(n) = sink.recv().await {
            sum += n;
        }
        assert_eq!(sum, 90);
        feed.await.unwrap();
        stage.await.unwrap();
    }

    many_senders_fan_in {
        let (tx, mut rx) = mpsc::unbounded_channel();
        for n in 0..8 {
            let tx = tx.clone();
            tokio::spawn(async move { tx.send(n).unwrap() });
        }
        drop(tx);
        let mut count = 0;
        while rx.recv().await.is_some() {
            count += 1;
        }
        assert_eq!(count, 8);
    }

    #[cfg(feature = "tokio-util")]
    a_token_stops_what_a_tracker_waits_for {
        let (stop, workers) = (CancellationToken::new(), TaskTracker::new());
        let (done, mut each) = mpsc::unbounded_channel();
        for n in 0..4 {
            let (stop, done) = (stop.child_token(), done.clone());
            workers.spawn(async move {
                let mut rounds = 0;
                loop {
                    tokio::select! {
                        () = stop.cancelled() => break,
                        () = tokio::task::yield_now() => rounds += 1,
                    }
                    if rounds > 50 {
                        stop.cancelled().await;
                        break;
                    }
                }
                done.send(n).unwrap();
            });
        }
        drop(done);
        let guard = stop.drop_guard();
        workers.close();
        drop(guard);
        workers.wait().await;
        let mut ended = 0;
        while each.recv().await.is_some() {
            ended += 1;
        }
        assert_eq!(ended, 4);
    }

    a_server_stops_when_its_last_request_is_answered {
        let (ask, mut asked) = mpsc::channel::<oneshot::Sender<u32>>(4);
        let counter = tokio::spawn(async move {
            let mut count = 0;
            while let Some(reply) = asked.recv().await {
                count += 1;
                reply.send(count).unwrap();
            }
            count
        });
        let hit = |State(ask): State<mpsc::Sender<oneshot::Sender<u32>>>| async move {
            let (reply, answer) = oneshot::channel();
            ask.send(reply).await.unwrap();
            answer.await.unwrap().to_string()
        };
        let app = Router::new().route("/", get(hit)).with_state(ask);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap() };
            axum::serve(listener, app).with_graceful_shutdown(stopped).await.unwrap();
        });
        for count in 1..=2 {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            stream.write_all(request).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.ends_with(&format!("\r\n\r\n{count}")), "{answer}");
        }
        stop.send(()).unwrap();
        server.await.unwrap();
        assert_eq!(counter.await.unwrap(), 2);
    }

    rayon_computes_beside_tokio {
        let (tx, rx) = oneshot::channel();
        rayon::spawn(move || tx.send((0..100u64).into_par_iter().map(|n| n * n).sum::<u64>()).unwrap());
        let doubled = tokio::task::spawn_blocking(|| rayon::join(|| 1, || 2));
        assert_eq!(rx.await, Ok(328_350));
        assert_eq!(doubled.await.unwrap(), (1, 2));
    }

    a_watch_channel_stops_the_workers {
        let (stop, stopped) = watch::channel(false);
        let mut workers = JoinSet::new();
        for _ in 0..4 {
            let mut stopped = stopped.clone();
            workers.spawn(async move {
                stopped.wait_for(|stop| *stop).await.unwrap();
            });
        }
        stop.send(true).unwrap();
        while let Some(worker) = workers.join_next().await {
            worker.unwrap();
        }
    }

    a_dropped_sender_stops_the_worker {
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        let worker = tokio::spawn(async move { while rx.recv().await.is_some() {} });
        tx.send(1).await.unwrap();
        drop(tx);
        worker.await.unwrap();
    }

    an_actor_answers_by_oneshot {
        let (requests, mut inbox) = mpsc::channel::<(u32, oneshot::Sender<u32>)>(4);
        let actor = tokio::spawn(async move {
            while let Some((n, reply)) = inbox.recv().await {
                let _ = reply.send(n + 1);
            }
        });
        for n in 0..5 {
            let (reply, answer) = oneshot::channel();
            requests.send((n, reply)).await.unwrap();
            assert_eq!(answer.await, Ok(n + 1));
        }
        drop(requests);
        actor.await.unwrap();
    }

    an_actor_survives_a_caller_that_gives_up {
        let (requests, mut inbox) = mpsc::channel::<oneshot::Sender<u32>>(4);
        let actor = tokio::spawn(async move {
            while let Some(reply) = inbox.recv().await {
                tokio::task::yield_now().await;
                let _ = reply.send(1);
            }
        });
        let (reply, answer) = oneshot::channel();
        requests.send(reply).await.unwrap();
        drop(answer);
        drop(requests);
        actor.await.unwrap();
    }

    a_pool_hands_out_connections {
        struct Pool(Semaphore, Mutex<Vec<u32>>);
        let pool = Arc::new(Pool(Semaphore::new(2), Mutex::new(vec![1, 2])));
        let mut users = JoinSet::new();
        for _ in 0..6 {
            let pool = pool.clone();
            users.spawn(async move {
                let _permit = pool.0.acquire().await.unwrap();
                let connection = pool.1.lock().await.pop().unwrap();
                tokio::task::yield_now().await;
                pool.1.lock().await.push(connection);
            });
        }
        users.join_all().await;
    }

    owned_permits_move_into_tasks {
        let limit = Arc::new(Semaphore::new(2));
        let mut tasks = Vec::new();
        for _ in 0..6 {
            let permit = limit.clone().acquire_owned().await.unwrap();
            tasks.push(tokio::spawn(async move {
                tokio::task::yield_now().await;
                drop(permit);
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    }

    a_broadcast_reaches_every_subscriber {
        let (tx, _) = broadcast::channel(16);
        let subscribers: Vec<_> = (0..4)
            .map(|_| {
                let mut rx = tx.subscribe();
                tokio::spawn(async move {
                    let mut seen = 0;
                    while rx.recv().await.is_ok() {
                        seen += 1;
                    }
                    seen
                })
            })
            .collect();
        for n in 0..3 {
            tx.send(n).unwrap();
        }
        drop(tx);
        for subscriber in subscribers {
            assert_eq!(subscriber.await.unwrap(), 3);
        }
    }

    a_server_of_connections_shuts_down {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, mut stopped) = watch::channel(());
        let server = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let (mut socket, _) = accepted.unwrap();
                        connections.spawn(async move {
                            let mut byte = [0];
                            while socket.read(&mut byte).await.is_ok_and(|read| read > 0) {
                                socket.write_all(&byte).await.unwrap();
                            }
                        });
                    }
                    _ = stopped.changed() => break,
                }
            }
            while connections.join_next().await.is_some() {}
        });
        let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
        client.write_all(b"x").await.unwrap();
        let mut byte = [0];
        client.read_exact(&mut byte).await.unwrap();
        drop(client);
        drop(stop);
        server.await.unwrap();
    }

    an_aborted_task_ends {
        let task = tokio::spawn(std::future::pending::<()>());
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }

    an_aborted_task_need_not_be_awaited {
        let task = tokio::spawn(tokio::time::sleep(Duration::from_secs(60)));
        task.abort();
    }

    a_set_that_goes_takes_its_tasks_along {
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            tasks.spawn(std::future::pending::<()>());
        }
        drop(tasks);
    }

    the_slower_of_two_is_dropped {
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        for _ in 0..3 {
            tokio::select! {
                _ = rx.recv() => unreachable!(),
                () = tokio::time::sleep(Duration::from_micros(100)) => {}
            }
        }
        drop(tx);
        assert_eq!(rx.recv().await, None);
    }

    a_timeout_ends_a_wait {
        let (_tx, mut rx) = mpsc::channel::<u8>(1);
        let late = tokio::time::timeout(Duration::from_millis(1), rx.recv()).await;
        assert!(late.is_err());
    }

    readers_and_writers_take_turns {
        let shared = Arc::new(RwLock::new(0));
        let mut tasks = JoinSet::new();
        for n in 0..6 {
            let shared = shared.clone();
            tasks.spawn(async move {
                if n % 2 == 0 {
                    *shared.write().await += 1;
                } else {
                    let _value = *shared.read().await;
                }
            });
        }
        tasks.join_all().await;
        assert_eq!(*shared.read_owned().await, 3);
    }

    a_notification_is_not_lost {
        let notify = Arc::new(Notify::new());
        let theirs = notify.clone();
        let waiter = tokio::spawn(async move { theirs.notified().await });
        notify.notify_one();
        waiter.await.unwrap();
    }

    tasks_meet_at_a_barrier {
        let barrier = Arc::new(Barrier::new(4));
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let barrier = barrier.clone();
            tasks.spawn(async move { barrier.wait().await.is_leader() });
        }
        let leaders = tasks.join_all().await.into_iter().filter(|leader| *leader).count();
        assert_eq!(leaders, 1);
    }

    a_cell_is_filled_once {
        let cell = Arc::new(OnceCell::new());
        let mut tasks = JoinSet::new();
        for n in 0..4 {
            let cell = cell.clone();
            tasks.spawn(async move { *cell.get_or_init(|| async move { n }).await });
        }
        let values = tasks.join_all().await;
        assert!(values.iter().all(|value| *value == values[0]));
    }

    a_blocking_task_streams_to_an_async_one {
        let (tx, mut rx) = mpsc::channel(2);
        let reader = tokio::task::spawn_blocking(move || {
            for n in 0..10 {
                tx.blocking_send(n).unwrap();
            }
        });
        let mut sum = 0;
        while let Some(n) = rx.recv().await {
            sum += n;
        }
        assert_eq!(sum, 45);
        reader.await.unwrap();
    }

    scoped_threads_run_beside_tasks {
        let task = tokio::task::spawn_blocking(|| {
            let numbers = [1, 2, 3, 4];
            linger::std::thread::scope(|scope| {
                let halves = numbers.chunks(2).map(|half| scope.spawn(|| half.iter().sum::<i32>()));
                let halves: Vec<_> = halves.collect();
                halves.into_iter().map(|half| half.join().unwrap()).sum::<i32>()
            })
        });
        assert_eq!(task.await.unwrap(), 10);
    }

    threads_and_tasks_share_a_channel {
        let (tx, mut rx) = mpsc::unbounded_channel();
        let threads: Vec<_> = (0..3)
            .map(|n| {
                let tx = tx.clone();
                linger::std::thread::spawn(move || tx.send(n).unwrap())
            })
            .collect();
        drop(tx);
        while rx.recv().await.is_some() {}
        for thread in threads {
            thread.join().unwrap();
        }
    }

    equal_requests_are_answered_once {
        type Waiting = HashMap<u32, Vec<oneshot::Sender<u32>>>;
        let waiting: Arc<Mutex<Waiting>> = Arc::default();
        let mut answers = Vec::new();
        for n in [1, 1, 2] {
            let (tx, rx) = oneshot::channel();
            let mut waiting = waiting.lock().await;
            waiting.entry(n).or_default().push(tx);
            answers.push((n, rx));
        }
        for (n, senders) in waiting.lock().await.drain() {
            for sender in senders {
                sender.send(n * 10).unwrap();
            }
        }
        for (n, answer) in answers {
            assert_eq!(answer.await, Ok(n * 10));
        }
    }

    a_weak_sender_does_not_keep_the_channel_open {
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        let weak = tx.downgrade();
        let task = tokio::spawn(async move {
            if let Some(tx) = weak.upgrade() {
                tx.send(1).await.unwrap();
            }
        });
        task.await.unwrap();
        drop(tx);
        assert_eq!(rx.recv().await, Some(1));
        assert_eq!(rx.recv().await, None);
    }

    a_task_spawns_a_task_and_waits_for_it {
        let outer = tokio::spawn(async {
            let inner = tokio::spawn(async { tokio::task::yield_now().await });
            inner.await.unwrap();
        });
        outer.await.unwrap();
    }

    a_ticker_runs_until_it_is_told_to_stop {
        let (stop, stopped) = oneshot::channel::<()>();
        let ticker = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(Duration::from_micros(200));
            tokio::pin!(stopped);
            loop {
                tokio::select! {
                    _ = ticks.tick() => {}
                    _ = &mut stopped => break,
                }
            }
        });
        tokio::time::sleep(Duration::from_millis(1)).await;
        stop.send(()).unwrap();
        ticker.await.unwrap();
    }

    a_detached_task_ends_soon {
        let (tx, rx) = oneshot::channel();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_micros(300)).await;
            tx.send(()).unwrap();
        });
        rx.await.unwrap();
    }

    a_reserved_place_is_used_or_given_back {
        let (tx, mut rx) = mpsc::channel(1);
        tx.reserve().await.unwrap().send(1);
        assert_eq!(rx.recv().await, Some(1));
        let permit = tx.reserve_owned().await.unwrap();
        let tx = permit.release();
        tx.try_send(2).unwrap();
        assert_eq!(rx.recv().await, Some(2));
    }
}
