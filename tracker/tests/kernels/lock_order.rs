//! Two orders: each holds what the other wants next.

use linger::std::sync::Mutex as StdMutex;
use linger::std::thread;
use linger::tokio;
use std::sync::Arc;
use tokio::sync::{Barrier, Mutex, OwnedMutexGuard, RwLock, Semaphore};

/// Lets both sides get their first lock before either asks for its second.
fn meeting(of: usize) -> (Arc<Barrier>, Arc<std::sync::Barrier>) {
    (Arc::new(Barrier::new(of)), Arc::new(std::sync::Barrier::new(of)))
}

async fn owned(lock: &Arc<Mutex<u32>>) -> OwnedMutexGuard<u32> {
    lock.clone().lock_owned().await
}

kernels! {
    two_tasks_take_two_locks_in_two_orders: Deadlock Proved, tasks {
        buggy {
            let (a, b) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
            let (both, _) = meeting(2);
            for (first, second) in [(a.clone(), b.clone()), (b, a)] {
                let both = both.clone();
                tokio::spawn(async move {
                    let first = first.lock().await;
                    both.wait().await;
                    let second = second.lock().await; //~ waits
                    drop((first, second));
                });
            }
        }
        repaired {
            let (a, b) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
            let tasks = [0, 1].map(|_| {
                let (first, second) = (a.clone(), b.clone());
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
    }

    three_tasks_take_three_locks_in_a_ring: Deadlock Proved, tasks {
        buggy {
            let locks = [0; 3].map(|_| Arc::new(Mutex::new(0)));
            let (all, _) = meeting(3);
            for n in 0..3 {
                let (left, right) = (locks[n].clone(), locks[(n + 1) % 3].clone());
                let all = all.clone();
                tokio::spawn(async move {
                    let left = left.lock().await;
                    all.wait().await;
                    let right = right.lock().await; //~ waits
                    drop((left, right));
                });
            }
        }
        repaired {
            let locks = [0; 3].map(|_| Arc::new(Mutex::new(0)));
            let mut tasks = tokio::task::JoinSet::new();
            for n in 0..3_usize {
                let next = (n + 1) % 3;
                let (low, high) = (locks[n.min(next)].clone(), locks[n.max(next)].clone());
                tasks.spawn(async move {
                    let low = low.lock().await;
                    tokio::task::yield_now().await;
                    let high = high.lock().await;
                    drop((low, high));
                });
            }
            tasks.join_all().await;
        }
    }

    money_goes_both_ways: Deadlock Proved, tasks {
        buggy {
            let accounts = [Arc::new(Mutex::new(5)), Arc::new(Mutex::new(5))];
            let (both, _) = meeting(2);
            let transfer = |from: usize, to: usize| {
                let (from, to) = (accounts[from].clone(), accounts[to].clone());
                let both = both.clone();
                async move {
                    let mut from = from.lock().await;
                    both.wait().await;
                    let mut to = to.lock().await; //~ waits
                    *from -= 1;
                    *to += 1;
                }
            };
            tokio::spawn(transfer(0, 1));
            tokio::spawn(transfer(1, 0));
        }
        repaired {
            let accounts = [Arc::new(Mutex::new(5)), Arc::new(Mutex::new(5))];
            let transfer = |from: usize, to: usize| {
                let (low, high) = (accounts[from.min(to)].clone(), accounts[from.max(to)].clone());
                async move {
                    let (mut low, mut high) = (low.lock().await, high.lock().await);
                    let (source, target) =
                        if from < to { (&mut low, &mut high) } else { (&mut high, &mut low) };
                    **source -= 1;
                    **target += 1;
                }
            };
            let (there, back) = (tokio::spawn(transfer(0, 1)), tokio::spawn(transfer(1, 0)));
            there.await.unwrap();
            back.await.unwrap();
        }
    }

    a_mutex_and_a_rwlock_in_two_orders: Deadlock Proved, tasks {
        buggy {
            let (state, config) = (Arc::new(Mutex::new(0)), Arc::new(RwLock::new(0)));
            let (both, _) = meeting(2);
            let (state2, config2, both2) = (state.clone(), config.clone(), both.clone());
            tokio::spawn(async move {
                let config = config.read().await;
                both.wait().await;
                *state.lock().await += *config; //~ waits
            });
            tokio::spawn(async move {
                let state = state2.lock().await;
                both2.wait().await;
                *config2.write().await = *state; //~ waits
            });
        }
        repaired {
            let (state, config) = (Arc::new(Mutex::new(0)), Arc::new(RwLock::new(0)));
            let (state2, config2) = (state.clone(), config.clone());
            let one = tokio::spawn(async move {
                let config = *config.read().await;
                *state.lock().await += config;
            });
            let two = tokio::spawn(async move {
                let state = *state2.lock().await;
                *config2.write().await = state;
            });
            one.await.unwrap();
            two.await.unwrap();
        }
    }

    a_lock_and_a_permit_in_two_orders: Deadlock Proved, tasks {
        buggy {
            let (lock, limit) = (Arc::new(Mutex::new(0)), Arc::new(Semaphore::new(1)));
            let (both, _) = meeting(2);
            let (lock2, limit2, both2) = (lock.clone(), limit.clone(), both.clone());
            tokio::spawn(async move {
                let _permit = limit.acquire().await.unwrap();
                both.wait().await;
                *lock.lock().await += 1; //~ waits
            });
            tokio::spawn(async move {
                let _value = lock2.lock().await;
                both2.wait().await;
                let _permit = limit2.acquire().await.unwrap(); //~ waits
            });
        }
        repaired {
            let (lock, limit) = (Arc::new(Mutex::new(0)), Arc::new(Semaphore::new(1)));
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..2 {
                let (lock, limit) = (lock.clone(), limit.clone());
                tasks.spawn(async move {
                    let _permit = limit.acquire().await.unwrap();
                    *lock.lock().await += 1;
                });
            }
            tasks.join_all().await;
        }
    }

    owned_guards_in_two_orders: Blocked Likely, tasks {
        buggy {
            // The guards could have been given away, so that this is not proved.
            let (a, b) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
            let (both, _) = meeting(2);
            for (first, second) in [(a.clone(), b.clone()), (b, a)] {
                let both = both.clone();
                tokio::spawn(async move {
                    let first = owned(&first).await;
                    both.wait().await;
                    let second = second.lock().await; //~ waits
                    drop((first, second));
                });
            }
        }
        repaired {
            let (a, b) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
            let tasks = [0, 1].map(|_| {
                let (first, second) = (a.clone(), b.clone());
                tokio::spawn(async move { drop((owned(&first).await, owned(&second).await)) })
            });
            for task in tasks {
                task.await.unwrap();
            }
        }
    }

    two_threads_take_two_locks_in_two_orders: Deadlock Proved, threads {
        buggy {
            let (a, b) = (Arc::new(StdMutex::new(0)), Arc::new(StdMutex::new(0)));
            let (_, both) = meeting(2);
            for (first, second) in [(a.clone(), b.clone()), (b, a)] {
                let both = both.clone();
                thread::spawn(move || {
                    let first = first.lock().unwrap();
                    both.wait();
                    let second = second.lock().unwrap(); //~ waits
                    drop((first, second));
                });
            }
        }
        repaired {
            let (a, b) = (Arc::new(StdMutex::new(0)), Arc::new(StdMutex::new(0)));
            let threads = [0, 1].map(|_| {
                let (first, second) = (a.clone(), b.clone());
                thread::spawn(move || {
                    let first = first.lock().unwrap();
                    let second = second.lock().unwrap();
                    drop((first, second));
                })
            });
            for thread in threads {
                thread.join().unwrap();
            }
        }
    }
}
