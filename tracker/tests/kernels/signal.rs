//! A signal that nobody gives, or that was given before anybody waited. Anybody who can reach it
//! could still give it, so that these are left over, and not proved to be stuck.

use linger::std::sync::{Condvar, Mutex as StdMutex};
use linger::std::thread;
use linger::tokio;
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore, oneshot};

kernels! {
    waiters_are_notified_before_they_wait: LeakedTask Outlived, tasks {
        buggy {
            let ready = Arc::new(Notify::new());
            ready.notify_waiters();
            tokio::spawn(async move { ready.notified().await }); //~ waits
        }
        repaired {
            let ready = Arc::new(Notify::new());
            ready.notify_one();
            tokio::spawn(async move { ready.notified().await }).await.unwrap();
        }
    }

    one_notification_for_two: LeakedTask Outlived, tasks {
        buggy {
            let ready = Arc::new(Notify::new());
            for _ in 0..2 {
                let ready = ready.clone();
                tokio::spawn(async move { ready.notified().await }); //~ waits
            }
            ready.notify_one();
        }
        repaired {
            let ready = Arc::new(Notify::new());
            let tasks = [0, 1].map(|_| {
                let ready = ready.clone();
                tokio::spawn(async move {
                    ready.notified().await;
                    ready.notify_one();
                })
            });
            ready.notify_one();
            for task in tasks {
                task.await.unwrap();
            }
        }
    }

    the_notifier_waits_for_the_notified: Blocked Likely, tasks {
        buggy {
            let ready = Arc::new(Notify::new());
            let theirs = ready.clone();
            let waiter = tokio::spawn(async move { theirs.notified().await }); //~ waits
            tokio::spawn(async move {
                waiter.await.unwrap(); //~ waits
                ready.notify_one();
            });
        }
        repaired {
            let ready = Arc::new(Notify::new());
            let theirs = ready.clone();
            let waiter = tokio::spawn(async move { theirs.notified().await });
            tokio::spawn(async move {
                ready.notify_one();
                waiter.await.unwrap();
            }).await.unwrap();
        }
    }

    permits_that_were_forgotten: LeakedTask Outlived, tasks {
        buggy {
            let limit = Arc::new(Semaphore::new(1));
            limit.acquire().await.unwrap().forget();
            tokio::spawn(async move { drop(limit.acquire().await) }); //~ waits
        }
        repaired {
            let limit = Arc::new(Semaphore::new(1));
            drop(limit.acquire().await.unwrap());
            tokio::spawn(async move { drop(limit.acquire().await) }).await.unwrap();
        }
    }

    nobody_answers: LeakedTask Outlived, tasks {
        buggy {
            let (reply, answer) = oneshot::channel::<u32>();
            tokio::spawn(async move { answer.await.is_ok() }); //~ waits
            std::mem::forget(reply);
        }
        repaired {
            let (reply, answer) = oneshot::channel::<u32>();
            let asker = tokio::spawn(async move { answer.await.is_ok() });
            reply.send(1).unwrap();
            assert!(asker.await.unwrap());
        }
    }

    a_condition_that_nobody_signals: LeakedThread Outlived, threads {
        buggy {
            let shared = Arc::new((StdMutex::new(false), Condvar::new()));
            let theirs = shared.clone();
            thread::spawn(move || {
                let mut met = theirs.0.lock().unwrap();
                while !*met {
                    met = theirs.1.wait(met).unwrap(); //~ waits
                }
            });
            *shared.0.lock().unwrap() = false;
        }
        repaired {
            let shared = Arc::new((StdMutex::new(false), Condvar::new()));
            let theirs = shared.clone();
            let waiter = thread::spawn(move || {
                let mut met = theirs.0.lock().unwrap();
                while !*met {
                    met = theirs.1.wait(met).unwrap();
                }
            });
            *shared.0.lock().unwrap() = true;
            shared.1.notify_all();
            waiter.join().unwrap();
        }
    }

    a_thread_that_nobody_unparks: LeakedThread Outlived, threads {
        buggy {
            thread::spawn(|| thread::park()); //~ waits
        }
        repaired {
            let parked = thread::spawn(|| thread::park());
            parked.thread().unpark();
            parked.join().unwrap();
        }
    }
}
