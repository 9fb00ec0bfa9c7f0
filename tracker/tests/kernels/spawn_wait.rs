//! A wait inside of the loop that spawns what would end it.

use linger::tokio;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;

kernels! {
    a_worker_is_joined_before_it_gets_the_last_job: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async {
                for _ in 0..3 {
                    let (jobs, mut queue) = mpsc::channel(1);
                    jobs.send(1).await.unwrap();
                    let worker = tokio::spawn(async move {
                        while queue.recv().await.is_some() {} //~ waits
                    });
                    worker.await.unwrap(); //~ waits
                    drop(jobs);
                }
            });
        }
        repaired {
            tokio::spawn(async {
                for _ in 0..3 {
                    let (jobs, mut queue) = mpsc::channel(1);
                    jobs.send(1).await.unwrap();
                    let worker = tokio::spawn(async move {
                        while queue.recv().await.is_some() {}
                    });
                    drop(jobs);
                    worker.await.unwrap();
                }
            }).await.unwrap();
        }
    }

    the_start_signal_comes_after_the_loop: Blocked Likely, tasks {
        buggy {
            tokio::spawn(async {
                let (start, started) = watch::channel(false);
                let mut tasks = JoinSet::new();
                for _ in 0..3 {
                    let mut started = started.clone();
                    tasks.spawn(async move { started.changed().await.is_ok() }); //~ waits
                    tasks.join_next().await; //~ waits
                }
                start.send(true).unwrap();
            });
        }
        repaired {
            tokio::spawn(async {
                let (start, started) = watch::channel(false);
                let mut tasks = JoinSet::new();
                for _ in 0..3 {
                    let mut started = started.clone();
                    tasks.spawn(async move { started.changed().await.is_ok() });
                }
                start.send(true).unwrap();
                while tasks.join_next().await.is_some() {}
            }).await.unwrap();
        }
    }

    results_are_collected_after_the_loop_that_joins: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async {
                let (results, mut sink) = mpsc::channel(1);
                results.send(0).await.unwrap();
                assert_eq!(sink.recv().await, Some(0));
                let mut workers = Vec::new();
                for n in 0..3 {
                    let results = results.clone();
                    workers.push(tokio::spawn(async move {
                        results.send(n).await.unwrap();
                        results.send(n).await.unwrap(); //~ waits
                    }));
                    if let Some(worker) = workers.pop() {
                        worker.await.unwrap(); //~ waits
                    }
                }
                drop(results);
                while sink.recv().await.is_some() {}
            });
        }
        repaired {
            tokio::spawn(async {
                let (results, mut sink) = mpsc::channel(1);
                let mut workers = Vec::new();
                for n in 0..3 {
                    let results = results.clone();
                    workers.push(tokio::spawn(async move {
                        results.send(n).await.unwrap();
                        results.send(n).await.unwrap();
                    }));
                }
                drop(results);
                while sink.recv().await.is_some() {}
                for worker in workers {
                    worker.await.unwrap();
                }
            }).await.unwrap();
        }
    }

    permits_are_kept_until_all_have_one: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async {
                let limit = Arc::new(Semaphore::new(2));
                let mut permits = Vec::new();
                for _ in 0..3 {
                    permits.push(limit.acquire().await.unwrap()); //~ waits
                }
            });
        }
        repaired {
            tokio::spawn(async {
                let limit = Arc::new(Semaphore::new(2));
                for _ in 0..3 {
                    drop(limit.acquire().await.unwrap());
                }
            }).await.unwrap();
        }
    }
}
