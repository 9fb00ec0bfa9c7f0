//! Double lock: who holds a lock asks for it again.

use linger::std::sync::{Mutex as StdMutex, RwLock as StdRwLock};
use linger::std::thread;
use linger::tokio;
use std::sync::Arc;
use tokio::sync::{Mutex, RwLock, Semaphore};

#[derive(Default)]
struct Counter(Mutex<u32>);

impl Counter {
    async fn get(&self) -> u32 {
        *self.0.lock().await //~ waits
    }
}

kernels! {
    a_task_locks_twice: Deadlock Proved, tasks {
        buggy {
            let lock = Arc::new(Mutex::new(0));
            tokio::spawn(async move {
                let first = lock.lock().await;
                let second = lock.lock().await; //~ waits
                drop((first, second));
            });
        }
        repaired {
            let lock = Arc::new(Mutex::new(0));
            tokio::spawn(async move {
                drop(lock.lock().await);
                drop(lock.lock().await);
            }).await.unwrap();
        }
    }

    a_task_locks_again_in_a_callback: Deadlock Proved, tasks {
        buggy {
            let lock = Arc::new(Mutex::new(vec![1]));
            tokio::spawn(async move {
                let list = lock.lock().await;
                let again = async || lock.lock().await.len(); //~ waits
                for _ in list.iter() {
                    again().await;
                }
            });
        }
        repaired {
            let lock = Arc::new(Mutex::new(vec![1]));
            tokio::spawn(async move {
                let list = lock.lock().await.clone();
                let again = async || lock.lock().await.len();
                for _ in list.iter() {
                    again().await;
                }
            }).await.unwrap();
        }
    }

    a_writer_reads_what_it_writes: Deadlock Proved, tasks {
        buggy {
            let lock = Arc::new(RwLock::new(0));
            tokio::spawn(async move {
                let mut value = lock.write().await;
                *value = *lock.read().await + 1; //~ waits
            });
        }
        repaired {
            let lock = Arc::new(RwLock::new(0));
            tokio::spawn(async move {
                let mut value = lock.write().await;
                *value += 1;
            }).await.unwrap();
        }
    }

    a_reader_becomes_a_writer: Deadlock Proved, tasks {
        buggy {
            let lock = Arc::new(RwLock::new(0));
            tokio::spawn(async move {
                let value = lock.read().await;
                if *value == 0 {
                    *lock.write().await = 1; //~ waits
                }
            });
        }
        repaired {
            let lock = Arc::new(RwLock::new(0));
            tokio::spawn(async move {
                let empty = *lock.read().await == 0;
                if empty {
                    *lock.write().await = 1;
                }
            }).await.unwrap();
        }
    }

    the_only_permit_is_taken_twice: Deadlock Proved, tasks {
        buggy {
            let limit = Arc::new(Semaphore::new(1));
            tokio::spawn(async move {
                let outer = limit.acquire().await.unwrap();
                let inner = limit.acquire().await.unwrap(); //~ waits
                drop((outer, inner));
            });
        }
        repaired {
            let limit = Arc::new(Semaphore::new(1));
            tokio::spawn(async move {
                drop(limit.acquire().await.unwrap());
                drop(limit.acquire().await.unwrap());
            }).await.unwrap();
        }
    }

    a_thread_locks_twice: Deadlock Proved, threads {
        buggy {
            thread::spawn(|| {
                let lock = StdMutex::new(0);
                let first = lock.lock().unwrap();
                let second = lock.lock().unwrap(); //~ waits
                drop((first, second));
            });
        }
        repaired {
            thread::spawn(|| {
                let lock = StdMutex::new(0);
                drop(lock.lock().unwrap());
                drop(lock.lock().unwrap());
            }).join().unwrap();
        }
    }

    a_thread_writes_what_it_reads: Deadlock Proved, threads {
        buggy {
            thread::spawn(|| {
                let lock = StdRwLock::new(0);
                let value = lock.read().unwrap();
                *lock.write().unwrap() = *value + 1; //~ waits
            });
        }
        repaired {
            thread::spawn(|| {
                let lock = StdRwLock::new(0);
                let value = *lock.read().unwrap();
                *lock.write().unwrap() = value + 1;
            }).join().unwrap();
        }
    }

    a_task_locks_a_std_mutex_twice: Deadlock Proved, threads {
        buggy {
            // The runtime's thread is blocked inside of the poll.
            thread::spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async {
                    let lock = Arc::new(StdMutex::new(0));
                    tokio::spawn(async move {
                        let first = lock.lock().unwrap();
                        let second = lock.lock().unwrap(); //~ waits
                        drop((first, second));
                    });
                    tokio::task::yield_now().await;
                });
            });
        }
        repaired {
            thread::spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async {
                    let lock = Arc::new(StdMutex::new(0));
                    let task = tokio::spawn(async move {
                        drop(lock.lock().unwrap());
                        drop(lock.lock().unwrap());
                    });
                    task.await.unwrap();
                });
            }).join().unwrap();
        }
    }
}

/// Apart from the list, because its place is in a method.
#[test]
fn a_method_locks_what_its_caller_holds() {
    use linger::{Kind, Options, Scope};
    use std::time::Duration;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scope = Scope::with_options("method", Options::new().grace(Duration::from_millis(100)));
    let report = runtime.block_on(async {
        scope
            .run(async {
                tokio::spawn(async {
                    let counter = Counter::default();
                    let mut held = counter.0.lock().await;
                    *held = counter.get().await + 1;
                });
            })
            .await;
        scope.check().await
    });
    let found = report.findings().iter().find(|finding| finding.kind == Kind::Deadlock);
    let waits = &found.unwrap_or_else(|| panic!("{report}")).labels[0];
    let here = include_str!("double_lock.rs").lines().nth(waits.span.start.line - 1);
    assert!(here.is_some_and(|line| line.ends_with("//~ waits")), "{report}");
}
