//! A token or a stop signal that never comes, because whoever has it waits for those that wait for it.

use linger::tokio;
use linger::tokio_util::sync::CancellationToken;
use linger::tokio_util::task::TaskTracker;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, watch};

kernels! {
    the_token_is_cancelled_after_the_join: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async move {
                let stop = CancellationToken::new();
                let stopped = stop.child_token();
                let worker = tokio::spawn(async move { stopped.cancelled().await }); //~ waits
                worker.await.unwrap(); //~ waits
                stop.cancel();
            });
        }
        repaired {
            tokio::spawn(async move {
                let stop = CancellationToken::new();
                let stopped = stop.child_token();
                let worker = tokio::spawn(async move { stopped.cancelled().await });
                stop.cancel();
                worker.await.unwrap();
            }).await.unwrap();
        }
    }

    only_the_worker_has_the_token: Deadlock Proved, tasks {
        buggy {
            let stopped = CancellationToken::new();
            tokio::spawn(async move { stopped.cancelled().await }); //~ waits
        }
        repaired {
            let stop = CancellationToken::new();
            let stopped = stop.clone();
            let worker = tokio::spawn(async move { stopped.cancelled().await });
            stop.cancel();
            worker.await.unwrap();
        }
    }

    the_stop_sender_is_dropped_after_the_join: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async move {
                let (stop, mut stopped) = watch::channel(false);
                stop.send(false).unwrap();
                let worker = tokio::spawn(async move {
                    while stopped.changed().await.is_ok() {} //~ waits
                });
                worker.await.unwrap(); //~ waits
                drop(stop);
            });
        }
        repaired {
            tokio::spawn(async move {
                let (stop, mut stopped) = watch::channel(false);
                let worker = tokio::spawn(async move {
                    while stopped.changed().await.is_ok() {}
                });
                drop(stop);
                worker.await.unwrap();
            }).await.unwrap();
        }
    }

    subscribers_are_joined_before_the_last_news: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async move {
                let (news, _) = broadcast::channel::<u32>(4);
                let mut readers = tokio::task::JoinSet::new();
                for _ in 0..2 {
                    let mut rx = news.subscribe();
                    readers.spawn(async move { while rx.recv().await.is_ok() {} }); //~ waits
                }
                while readers.join_next().await.is_some() {} //~ waits
                drop(news);
            });
        }
        repaired {
            tokio::spawn(async move {
                let (news, _) = broadcast::channel::<u32>(4);
                let mut readers = tokio::task::JoinSet::new();
                for _ in 0..2 {
                    let mut rx = news.subscribe();
                    readers.spawn(async move { while rx.recv().await.is_ok() {} });
                }
                drop(news);
                while readers.join_next().await.is_some() {}
            }).await.unwrap();
        }
    }

    the_stop_signal_is_kept_by_who_waits_for_the_report: Blocked Likely, tasks {
        buggy {
            let (reports, mut report) = mpsc::channel::<u32>(1);
            tokio::spawn(async move {
                let (stop, mut stopped) = mpsc::channel::<()>(1);
                stop.try_send(()).unwrap();
                tokio::spawn(async move {
                    while stopped.recv().await.is_some() {} //~ waits
                    reports.send(1).await.unwrap();
                });
                report.recv().await; //~ waits
                drop(stop);
            });
        }
        repaired {
            let (reports, mut report) = mpsc::channel::<u32>(1);
            tokio::spawn(async move {
                let (stop, mut stopped) = mpsc::channel::<()>(1);
                stop.try_send(()).unwrap();
                let worker = tokio::spawn(async move {
                    while stopped.recv().await.is_some() {}
                    reports.send(1).await.unwrap();
                });
                drop(stop);
                report.recv().await;
                worker.await.unwrap();
            }).await.unwrap();
        }
    }

    a_tracker_is_not_closed: LeakedTask Outlived, tasks {
        buggy {
            // Anybody who has the tracker could close it.
            let tracker = TaskTracker::new();
            tracker.spawn(async {});
            tokio::spawn(async move { tracker.wait().await }); //~ waits
        }
        repaired {
            let tracker = TaskTracker::new();
            tracker.spawn(async {});
            tracker.close();
            tokio::spawn(async move { tracker.wait().await }).await.unwrap();
        }
    }

    nobody_sends_the_stop_signal: LeakedTask Outlived, tasks {
        buggy {
            // A ticker may do without the signal, so that it is only left over.
            let (stop, mut stopped) = mpsc::channel::<()>(1);
            tokio::spawn(async move {
                loop {
                    tokio::select! {
                        _ = stopped.recv() => break, //~ waits
                        () = tokio::time::sleep(Duration::from_secs(60)) => {}
                    }
                }
            });
            std::mem::forget(stop);
        }
        repaired {
            let (stop, mut stopped) = mpsc::channel::<()>(1);
            let ticker = tokio::spawn(async move {
                loop {
                    tokio::select! {
                        _ = stopped.recv() => break,
                        () = tokio::time::sleep(Duration::from_secs(60)) => {}
                    }
                }
            });
            stop.send(()).await.unwrap();
            ticker.await.unwrap();
        }
    }
}
