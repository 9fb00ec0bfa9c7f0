//! Tasks and threads that wait for their own end, or for each other's.

use linger::std::sync::Mutex as StdMutex;
use linger::std::thread;
use linger::tokio;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

kernels! {
    a_task_awaits_itself: Deadlock Proved, tasks {
        buggy {
            let (give, own) = oneshot::channel::<JoinHandle<()>>();
            let task = tokio::spawn(async move {
                own.await.unwrap().await.unwrap(); //~ waits
            });
            give.send(task).unwrap();
        }
        repaired {
            let (give, own) = oneshot::channel::<JoinHandle<()>>();
            let task = tokio::spawn(async {});
            let other = tokio::spawn(async move {
                own.await.unwrap().await.unwrap();
            });
            give.send(task).unwrap();
            other.await.unwrap();
        }
    }

    two_tasks_await_each_other: Deadlock Proved, tasks {
        buggy {
            let (give_a, a) = oneshot::channel::<JoinHandle<()>>();
            let (give_b, b) = oneshot::channel::<JoinHandle<()>>();
            let first = tokio::spawn(async move { b.await.unwrap().await.unwrap() }); //~ waits
            let second = tokio::spawn(async move { a.await.unwrap().await.unwrap() }); //~ waits
            give_a.send(first).unwrap();
            give_b.send(second).unwrap();
        }
        repaired {
            let (give_a, a) = oneshot::channel::<JoinHandle<()>>();
            let first = tokio::spawn(async {});
            let second = tokio::spawn(async move { a.await.unwrap().await.unwrap() });
            give_a.send(first).unwrap();
            second.await.unwrap();
        }
    }

    a_member_waits_for_the_owner_of_its_set: Deadlock Proved, tasks {
        buggy {
            let (give, owner) = oneshot::channel::<JoinHandle<()>>();
            let task = tokio::spawn(async move {
                let mut set = JoinSet::new();
                set.spawn(async move { owner.await.unwrap().await.unwrap() }); //~ waits
                while set.join_next().await.is_some() {} //~ waits
            });
            give.send(task).unwrap();
        }
        repaired {
            let (give, owner) = oneshot::channel::<u32>();
            let task = tokio::spawn(async move {
                let mut set = JoinSet::new();
                set.spawn(async move { owner.await.unwrap() });
                while set.join_next().await.is_some() {}
            });
            give.send(1).unwrap();
            task.await.unwrap();
        }
    }

    two_threads_join_each_other: Deadlock Proved, threads {
        buggy {
            type Slot = Arc<StdMutex<Option<thread::JoinHandle<()>>>>;
            let slots: [Slot; 2] = Default::default();
            for n in 0..2 {
                let other = slots[1 - n].clone();
                let start = move || {
                    let other = loop {
                        if let Some(other) = other.lock().unwrap().take() {
                            break other;
                        }
                        thread::yield_now();
                    };
                    other.join().unwrap(); //~ waits
                };
                *slots[n].lock().unwrap() = Some(thread::spawn(start));
            }
        }
        repaired {
            let first = thread::spawn(|| {});
            thread::spawn(move || first.join().unwrap()).join().unwrap();
        }
    }
}
