//! A lock held across a send or a wait, while whoever would end the wait needs the lock.

use linger::std::sync::{Mutex as StdMutex, mpsc as std_mpsc};
use linger::std::thread;
use linger::tokio;
use std::sync::Arc;
use tokio::sync::{Mutex, Notify, RwLock, Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinSet;

kernels! {
    across_a_send_to_who_needs_the_lock: Deadlock Proved, tasks {
        buggy {
            let (tx, mut rx) = mpsc::channel(1);
            let sum = Arc::new(Mutex::new(0));
            let theirs = sum.clone();
            tokio::spawn(async move {
                while let Some(n) = rx.recv().await {
                    *theirs.lock().await += n; //~ waits
                }
            });
            tokio::spawn(async move {
                let sum = sum.lock().await;
                for n in 0..8 {
                    tx.send(*sum + n).await.unwrap(); //~ waits
                }
            });
        }
        repaired {
            let (tx, mut rx) = mpsc::channel(1);
            let sum = Arc::new(Mutex::new(0));
            let theirs = sum.clone();
            let adder = tokio::spawn(async move {
                while let Some(n) = rx.recv().await {
                    *theirs.lock().await += n;
                }
            });
            for n in 0..8 {
                let base = *sum.lock().await;
                tx.send(base + n).await.unwrap();
            }
            drop(tx);
            adder.await.unwrap();
        }
    }

    across_a_receive_from_who_needs_the_lock: Deadlock Proved, tasks {
        buggy {
            let (tx, mut rx) = mpsc::channel::<u32>(1);
            let state = Arc::new(Mutex::new(0));
            let theirs = state.clone();
            let (has, locked) = oneshot::channel();
            tokio::spawn(async move {
                tx.send(0).await.unwrap();
                locked.await.unwrap();
                let value = *theirs.lock().await; //~ waits
                tx.send(value).await.unwrap();
            });
            tokio::spawn(async move {
                let mut state = state.lock().await;
                has.send(()).unwrap();
                while let Some(n) = rx.recv().await { //~ waits
                    *state += n;
                }
            });
        }
        repaired {
            let (tx, mut rx) = mpsc::channel::<u32>(1);
            let state = Arc::new(Mutex::new(0));
            let theirs = state.clone();
            let source = tokio::spawn(async move {
                let value = *theirs.lock().await;
                tx.send(value).await.unwrap();
            });
            while let Some(n) = rx.recv().await {
                *state.lock().await += n;
            }
            source.await.unwrap();
        }
    }

    across_a_join_of_who_needs_the_lock: Deadlock Proved, tasks {
        buggy {
            let state = Arc::new(Mutex::new(0));
            tokio::spawn(async move {
                let theirs = state.clone();
                let mut state = state.lock().await;
                let child = tokio::spawn(async move { *theirs.lock().await += 1 }); //~ waits
                child.await.unwrap(); //~ waits
                *state += 1;
            });
        }
        repaired {
            let state = Arc::new(Mutex::new(0));
            tokio::spawn(async move {
                let theirs = state.clone();
                let child = tokio::spawn(async move { *theirs.lock().await += 1 });
                child.await.unwrap();
                *state.lock().await += 1;
            }).await.unwrap();
        }
    }

    across_a_set_of_tasks_that_need_the_lock: Deadlock Proved, tasks {
        buggy {
            let state = Arc::new(Mutex::new(0));
            tokio::spawn(async move {
                let mut total = state.lock().await;
                let mut tasks = JoinSet::new();
                for _ in 0..2 {
                    let state = state.clone();
                    tasks.spawn(async move { *state.lock().await }); //~ waits
                }
                while let Some(n) = tasks.join_next().await { //~ waits
                    *total += n.unwrap();
                }
            });
        }
        repaired {
            let state = Arc::new(Mutex::new(0));
            tokio::spawn(async move {
                let mut tasks = JoinSet::new();
                for _ in 0..2 {
                    let state = state.clone();
                    tasks.spawn(async move { *state.lock().await });
                }
                let sum: u32 = tasks.join_all().await.iter().sum();
                *state.lock().await += sum;
            }).await.unwrap();
        }
    }

    across_a_request_to_who_needs_the_lock: Blocked Likely, tasks {
        buggy {
            // The reply's sender went with the request, where nobody can see it.
            type Request = (u32, oneshot::Sender<u32>);
            let (requests, mut inbox) = mpsc::channel::<Request>(4);
            let cache = Arc::new(Mutex::new(0));
            let theirs = cache.clone();
            tokio::spawn(async move {
                while let Some((n, reply)) = inbox.recv().await {
                    let cached = *theirs.lock().await; //~ waits
                    let _ = reply.send(n + cached);
                }
            });
            tokio::spawn(async move {
                let mut cache = cache.lock().await;
                let (reply, answer) = oneshot::channel();
                requests.send((1, reply)).await.unwrap();
                *cache = answer.await.unwrap(); //~ waits
            });
        }
        repaired {
            type Request = (u32, oneshot::Sender<u32>);
            let (requests, mut inbox) = mpsc::channel::<Request>(4);
            let cache = Arc::new(Mutex::new(0));
            let theirs = cache.clone();
            let server = tokio::spawn(async move {
                while let Some((n, reply)) = inbox.recv().await {
                    let cached = *theirs.lock().await;
                    let _ = reply.send(n + cached);
                }
            });
            let (reply, answer) = oneshot::channel();
            requests.send((1, reply)).await.unwrap();
            let answer = answer.await.unwrap();
            *cache.lock().await = answer;
            drop(requests);
            server.await.unwrap();
        }
    }

    across_a_wait_for_a_notification: Blocked Likely, tasks {
        buggy {
            let (queue, more) = (Arc::new(Mutex::new(vec![])), Arc::new(Notify::new()));
            let (queue2, more2) = (queue.clone(), more.clone());
            let (has, locked) = oneshot::channel();
            tokio::spawn(async move {
                let mut queue = queue.lock().await;
                has.send(()).unwrap();
                while queue.is_empty() {
                    more.notified().await; //~ waits
                }
                queue.clear();
            });
            tokio::spawn(async move {
                locked.await.unwrap();
                queue2.lock().await.push(1); //~ waits
                more2.notify_one();
            });
        }
        repaired {
            let (queue, more) = (Arc::new(Mutex::new(vec![])), Arc::new(Notify::new()));
            let (queue2, more2) = (queue.clone(), more.clone());
            let consumer = tokio::spawn(async move {
                while queue.lock().await.is_empty() {
                    more.notified().await;
                }
                queue.lock().await.clear();
            });
            tokio::spawn(async move {
                queue2.lock().await.push(1);
                more2.notify_one();
            }).await.unwrap();
            consumer.await.unwrap();
        }
    }

    a_reader_across_a_send_to_the_writer: Deadlock Proved, tasks {
        buggy {
            let (tx, mut rx) = mpsc::channel(1);
            let table = Arc::new(RwLock::new(vec![1, 2, 3, 4]));
            let theirs = table.clone();
            tokio::spawn(async move {
                while let Some(n) = rx.recv().await {
                    theirs.write().await.push(n); //~ waits
                }
            });
            tokio::spawn(async move {
                for n in table.read().await.iter() {
                    tx.send(*n).await.unwrap(); //~ waits
                }
            });
        }
        repaired {
            let (tx, mut rx) = mpsc::channel(1);
            let table = Arc::new(RwLock::new(vec![1, 2, 3, 4]));
            let theirs = table.clone();
            let writer = tokio::spawn(async move {
                while let Some(n) = rx.recv().await {
                    theirs.write().await.push(n);
                }
            });
            let copy = table.read().await.clone();
            for n in copy {
                tx.send(n).await.unwrap();
            }
            drop(tx);
            writer.await.unwrap();
        }
    }

    a_permit_across_a_join_of_who_needs_one: Deadlock Proved, tasks {
        buggy {
            let limit = Arc::new(Semaphore::new(1));
            tokio::spawn(async move {
                let permit = limit.acquire().await.unwrap();
                let theirs = limit.clone();
                let child = tokio::spawn(async move {
                    drop(theirs.acquire().await.unwrap()); //~ waits
                });
                child.await.unwrap(); //~ waits
                drop(permit);
            });
        }
        repaired {
            let limit = Arc::new(Semaphore::new(1));
            tokio::spawn(async move {
                drop(limit.acquire().await.unwrap());
                let theirs = limit.clone();
                let child = tokio::spawn(async move {
                    drop(theirs.acquire().await.unwrap());
                });
                child.await.unwrap();
            }).await.unwrap();
        }
    }

    workers_that_share_a_receiver_and_a_full_result: Deadlock Proved, tasks {
        buggy {
            // The collector takes a result only after it got the jobs' lock.
            let (jobs, queue) = mpsc::channel::<u32>(8);
            let (results, mut sink) = mpsc::channel(1);
            let queue = Arc::new(Mutex::new(queue));
            for n in 0..4 {
                jobs.send(n).await.unwrap();
            }
            let theirs = queue.clone();
            tokio::spawn(async move {
                let mut queue = queue.lock().await;
                while let Some(job) = queue.recv().await {
                    results.send(job).await.unwrap(); //~ waits
                }
            });
            tokio::spawn(async move {
                while sink.recv().await.is_some() {
                    theirs.lock().await.close(); //~ waits
                }
                drop(jobs);
            });
        }
        repaired {
            let (jobs, queue) = mpsc::channel::<u32>(8);
            let (results, mut sink) = mpsc::channel(1);
            let queue = Arc::new(Mutex::new(queue));
            for n in 0..4 {
                jobs.send(n).await.unwrap();
            }
            drop(jobs);
            let worker = tokio::spawn(async move {
                loop {
                    let Some(job) = queue.lock().await.recv().await else { break };
                    results.send(job).await.unwrap();
                }
            });
            while sink.recv().await.is_some() {}
            worker.await.unwrap();
        }
    }

    across_a_change_by_who_needs_the_lock: Deadlock Proved, tasks {
        buggy {
            let (version, mut seen) = watch::channel(0);
            let config = Arc::new(Mutex::new(0));
            let theirs = config.clone();
            let (has, locked) = oneshot::channel();
            tokio::spawn(async move {
                let mut config = config.lock().await;
                has.send(()).unwrap();
                while seen.changed().await.is_ok() { //~ waits
                    *config = *seen.borrow_and_update();
                }
            });
            tokio::spawn(async move {
                version.send(1).unwrap();
                locked.await.unwrap();
                let next = *theirs.lock().await + 1; //~ waits
                version.send(next).unwrap();
            });
        }
        repaired {
            let (version, mut seen) = watch::channel(0);
            let config = Arc::new(Mutex::new(0));
            let theirs = config.clone();
            let follower = tokio::spawn(async move {
                while seen.changed().await.is_ok() {
                    let version = *seen.borrow_and_update();
                    *config.lock().await = version;
                }
            });
            tokio::spawn(async move {
                let next = *theirs.lock().await + 1;
                version.send(next).unwrap();
            }).await.unwrap();
            follower.await.unwrap();
        }
    }

    a_guard_in_a_scrutinee_lives_too_long: Deadlock Proved, tasks {
        buggy {
            let (tx, mut rx) = mpsc::channel(1);
            let last = Arc::new(Mutex::new(Some(1)));
            let theirs = last.clone();
            tokio::spawn(async move {
                while let Some(n) = rx.recv().await {
                    *theirs.lock().await = Some(n); //~ waits
                }
            });
            tokio::spawn(async move {
                if let Some(n) = *last.lock().await {
                    for _ in 0..4 {
                        tx.send(n).await.unwrap(); //~ waits
                    }
                }
            });
        }
        repaired {
            let (tx, mut rx) = mpsc::channel(1);
            let last = Arc::new(Mutex::new(Some(1)));
            let theirs = last.clone();
            let keeper = tokio::spawn(async move {
                while let Some(n) = rx.recv().await {
                    *theirs.lock().await = Some(n);
                }
            });
            let first = *last.lock().await;
            if let Some(n) = first {
                for _ in 0..4 {
                    tx.send(n).await.unwrap();
                }
            }
            drop(tx);
            keeper.await.unwrap();
        }
    }

    a_thread_across_a_join: Deadlock Proved, threads {
        buggy {
            let state = Arc::new(StdMutex::new(0));
            thread::spawn(move || {
                let theirs = state.clone();
                let mut state = state.lock().unwrap();
                let child = thread::spawn(move || *theirs.lock().unwrap() += 1); //~ waits
                child.join().unwrap(); //~ waits
                *state += 1;
            });
        }
        repaired {
            let state = Arc::new(StdMutex::new(0));
            thread::spawn(move || {
                let theirs = state.clone();
                let child = thread::spawn(move || *theirs.lock().unwrap() += 1);
                child.join().unwrap();
                *state.lock().unwrap() += 1;
            }).join().unwrap();
        }
    }

    a_thread_across_a_send: Blocked Likely, threads {
        buggy {
            // A thread's variables have no known place, so that this is not proved.
            let (tx, rx) = std_mpsc::sync_channel(1);
            let sum = Arc::new(StdMutex::new(0));
            let theirs = sum.clone();
            thread::spawn(move || {
                for n in rx {
                    *theirs.lock().unwrap() += n; //~ waits
                }
            });
            thread::spawn(move || {
                let sum = sum.lock().unwrap();
                for n in 0..8 {
                    tx.send(*sum + n).unwrap(); //~ waits
                }
            });
        }
        repaired {
            let (tx, rx) = std_mpsc::sync_channel(1);
            let sum = Arc::new(StdMutex::new(0));
            let theirs = sum.clone();
            let adder = thread::spawn(move || {
                for n in rx {
                    *theirs.lock().unwrap() += n;
                }
            });
            for n in 0..8 {
                let base = *sum.lock().unwrap();
                tx.send(base + n).unwrap();
            }
            drop(tx);
            adder.join().unwrap();
        }
    }
}
