//! Locks that are taken in two orders: found though nothing happened this time, and acquitted where
//! nothing can.

use linger::{Finding, Kind, Options, Report, Scope, Severity};
use linger::{std as mirror, tokio};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, RwLock, Semaphore};
use tokio::time::{sleep, timeout};

/// Runs `body` in a scope of its own on each kind of runtime, and checks the scope.
fn check<F: Future<Output = ()>>(body: impl Fn() -> F, each: impl Fn(Report)) {
    let runtimes = [
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
        tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap(),
    ];
    for runtime in runtimes {
        let scope = Scope::with_options("test", Options::new().grace(Duration::from_millis(5)));
        each(runtime.block_on(async {
            scope.run(body()).await;
            scope.check().await
        }));
    }
}

fn orders(report: &Report) -> Vec<&Finding> {
    report.findings().iter().filter(|finding| finding.kind == Kind::LockOrder).collect()
}

#[track_caller]
fn clean(report: &Report) {
    assert!(report.findings().is_empty(), "{report}");
}

#[track_caller]
fn found(report: &Report, severity: Severity) -> Finding {
    let orders = orders(report);
    assert_eq!(orders.len(), 1, "{report}");
    assert_eq!(orders[0].severity, severity, "{report}");
    orders[0].clone()
}

type Lock = Arc<Mutex<u32>>;

fn two() -> (Lock, Lock) {
    (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)))
}

async fn both(first: Lock, second: Lock) {
    let mut first = first.lock().await;
    tokio::task::yield_now().await;
    *first += *second.lock().await;
}

#[test]
fn two_tasks_that_could_have_met_are_told_with_all_places() {
    let line = line!() + 8;
    check(
        || async {
            let (a, b) = two();
            let (a2, b2) = (a.clone(), b.clone());
            // The second waits for the first, which nobody sees: it might as well not.
            let (go, gone) = std::sync::mpsc::channel();
            let one = tokio::spawn(async move {
                let first = a.lock().await;
                let second = b.lock().await;
                drop((first, second));
                go.send(()).unwrap();
            });
            let other = tokio::spawn(async move {
                while gone.try_recv().is_err() {
                    tokio::task::yield_now().await;
                }
                let first = b2.lock().await;
                let second = a2.lock().await;
                drop((first, second));
            });
            one.await.unwrap();
            other.await.unwrap();
        },
        |report| {
            let finding = found(&report, Severity::Error);
            assert_eq!(finding.span.start.line as u32, line + 1);
            let label = |start: &str| -> Vec<u32> {
                let labels = finding.labels.iter();
                let labels = labels.filter(|label| label.message.starts_with(start));
                labels.map(|label| label.span.start.line as u32).collect()
            };
            assert_eq!(label("while holding"), [line, line + 9], "{report}");
            assert_eq!(label("against"), [line + 10]);
            assert_eq!(label("by the task"), [line - 1, line + 5]);
            assert!(!report.is_clean());
        },
    );
}

#[test]
fn tasks_that_ran_one_after_the_other_are_noted() {
    check(
        || async {
            let (a, b) = two();
            tokio::spawn(both(a.clone(), b.clone())).await.unwrap();
            tokio::spawn(async move {
                let b = b.lock().await;
                drop((a.lock().await, b));
            })
            .await
            .unwrap();
        },
        |report| {
            found(&report, Severity::Note);
            assert!(report.is_clean());
        },
    );
}

#[test]
fn what_a_body_does_after_it_waited_for_its_tasks_is_noted_at_most() {
    check(
        || async {
            let (a, b) = two();
            tokio::spawn(both(a.clone(), b.clone())).await.unwrap();
            assert!(*b.lock().await <= *a.lock().await);
        },
        |report| assert!(report.is_clean(), "{report}"),
    );
}

#[test]
fn who_waited_for_an_answer_comes_after() {
    check(
        || async {
            let (a, b) = two();
            let (a2, b2) = (a.clone(), b.clone());
            let (done, answer) = tokio::sync::oneshot::channel();
            let worker = tokio::spawn(async move {
                both(a2, b2).await;
                done.send(()).unwrap();
                sleep(Duration::from_millis(5)).await;
            });
            answer.await.unwrap();
            assert!(*b.lock().await <= *a.lock().await);
            worker.await.unwrap();
        },
        |report| assert!(report.is_clean(), "{report}"),
    );
}

#[test]
fn a_guard_is_held_over_an_await() {
    check(
        || async {
            let (a, b) = two();
            let go = |first: Lock, second: Lock, wait: u64| {
                tokio::spawn(async move {
                    sleep(Duration::from_millis(wait)).await;
                    let first = first.lock().await;
                    sleep(Duration::from_millis(1)).await;
                    drop((second.lock().await, first));
                })
            };
            let (one, other) = (go(a.clone(), b.clone(), 0), go(b, a, 20));
            one.await.unwrap();
            other.await.unwrap();
        },
        |report| drop(found(&report, Severity::Error)),
    );
}

#[test]
fn one_task_can_not_meet_itself() {
    check(
        || async {
            let (a, b) = two();
            both(a.clone(), b.clone()).await;
            drop((b.lock().await, a.lock().await));
        },
        |report| clean(&report),
    );
}

#[test]
fn a_further_lock_around_both_keeps_them_apart() {
    check(
        || async {
            let gate = Arc::new(mirror::sync::RwLock::new(()));
            let permits = Arc::new(Semaphore::new(1));
            let (a, b) = two();
            let (c, d) = two();
            let go = |first: Lock, second: Lock, third: Lock, fourth: Lock| {
                let (gate, permits) = (gate.clone(), permits.clone());
                tokio::task::spawn_blocking(move || {
                    let alone = gate.write().unwrap();
                    let first = first.blocking_lock();
                    drop((second.blocking_lock(), first, alone));
                    let permit = permits.try_acquire().ok();
                    if permit.is_some() {
                        let third = third.blocking_lock();
                        drop((fourth.blocking_lock(), third));
                    }
                })
            };
            let one = go(a.clone(), b.clone(), c.clone(), d.clone());
            let other = go(b, a, d, c);
            one.await.unwrap();
            other.await.unwrap();
        },
        |report| clean(&report),
    );
}

#[test]
fn readers_do_not_keep_each_other_out() {
    check(
        || async {
            let (a, b) = (Arc::new(RwLock::new(0)), Arc::new(RwLock::new(0)));
            let go = |first: Arc<RwLock<i32>>, second: Arc<RwLock<i32>>| {
                tokio::spawn(async move {
                    let first = first.read().await;
                    drop((second.read().await, first));
                })
            };
            let (one, other) = (go(a.clone(), b.clone()), go(b, a));
            one.await.unwrap();
            other.await.unwrap();
        },
        |report| clean(&report),
    );
}

#[test]
fn a_reader_and_a_writer_keep_each_other_out() {
    check(
        || async {
            let (a, b) = (Arc::new(RwLock::new(0)), Arc::new(RwLock::new(0)));
            let (a2, b2) = (a.clone(), b.clone());
            let one = tokio::spawn(async move {
                let first = a.read().await;
                drop((b.write().await, first));
            });
            let other = tokio::spawn(async move {
                sleep(Duration::from_millis(5)).await;
                let first = b2.read().await;
                drop((a2.write().await, first));
            });
            one.await.unwrap();
            other.await.unwrap();
        },
        |report| drop(found(&report, Severity::Error)),
    );
}

#[test]
fn who_tries_waits_for_nobody() {
    check(
        || async {
            let (a, b) = two();
            let (a2, b2) = (a.clone(), b.clone());
            let one = tokio::spawn(both(a, b));
            let other = tokio::spawn(async move {
                let first = b2.lock().await;
                drop((a2.try_lock().is_ok(), first));
            });
            one.await.unwrap();
            other.await.unwrap();
        },
        |report| clean(&report),
    );
}

#[test]
fn futures_side_by_side_in_one_task_hold_each_their_own() {
    async fn hold(lock: Lock, before: u64) {
        sleep(Duration::from_millis(before)).await;
        let guard = lock.lock().await;
        sleep(Duration::from_millis(6)).await;
        drop(guard);
    }
    check(
        || async {
            let (a, b) = two();
            for (first, second) in [(a.clone(), b.clone()), (b, a)] {
                let (first2, second2) = (first.clone(), second.clone());
                // The guards overlap in time, in two orders, and none waits for the other.
                let joined =
                    tokio::spawn(async move { tokio::join!(hold(first, 0), hold(second, 3)) });
                joined.await.unwrap();
                tokio::spawn(async move {
                    let mut all = Vec::new();
                    for (lock, before) in [(first2, 0), (second2, 3)] {
                        all.push(hold(lock, before));
                    }
                    futures::future::join_all(all).await;
                })
                .await
                .unwrap();
            }
        },
        |report| clean(&report),
    );
}

#[test]
fn locks_of_one_place_are_told_apart() {
    check(
        || async {
            let accounts: Vec<Lock> = (0..4).map(|_| Arc::new(Mutex::new(0))).collect();
            let mut tasks = tokio::task::JoinSet::new();
            for (from, to) in [(0, 1), (2, 1), (3, 2), (0, 3), (1, 0)] {
                let (low, high) = (from.min(to), from.max(to));
                tasks.spawn(both(accounts[low].clone(), accounts[high].clone()));
            }
            tasks.join_all().await;
        },
        |report| clean(&report),
    );
}

#[test]
fn three_locks_go_round_in_a_circle() {
    check(
        || async {
            let locks = [0; 3].map(|_| Arc::new(Mutex::new(0)));
            let mut tasks = tokio::task::JoinSet::new();
            for n in 0..3 {
                let (first, second) = (locks[n].clone(), locks[(n + 1) % 3].clone());
                tasks.spawn(async move {
                    sleep(Duration::from_millis(10 * n as u64)).await;
                    both(first, second).await;
                });
            }
            tasks.join_all().await;
        },
        |report| {
            let finding = found(&report, Severity::Error);
            assert!(finding.message.starts_with("3 locks"), "{report}");
        },
    );
}

#[test]
fn threads_and_tasks_share_one_order() {
    check(
        || async {
            let a = Arc::new(mirror::sync::Mutex::new(0));
            let b = Arc::new(Mutex::new(0));
            let (a2, b2) = (a.clone(), b.clone());
            let (done, wait) = std::sync::mpsc::channel::<()>();
            let thread = mirror::thread::spawn(move || {
                let first = a.lock().unwrap();
                drop((b.blocking_lock(), first, done));
            });
            let task = tokio::spawn(async move {
                while wait.try_recv() != Err(std::sync::mpsc::TryRecvError::Disconnected) {
                    sleep(Duration::from_millis(1)).await;
                }
                let first = b2.lock().await;
                *a2.lock().unwrap() += *first;
            });
            task.await.unwrap();
            tokio::task::spawn_blocking(move || thread.join().unwrap()).await.unwrap();
        },
        |report| {
            let finding = found(&report, Severity::Error);
            assert!(finding.labels.iter().any(|label| label.message.starts_with("by the thread")));
        },
    );
}

#[test]
fn a_guard_that_went_elsewhere_is_nobodys() {
    check(
        || async {
            let (a, b) = two();
            for (first, second) in [(a.clone(), b.clone()), (b, a)] {
                let guard = first.lock_owned().await;
                let theirs = tokio::spawn(async move {
                    sleep(Duration::from_millis(1)).await;
                    drop(guard);
                });
                drop(second.lock().await);
                theirs.await.unwrap();
            }
        },
        |report| clean(&report),
    );
}

#[test]
fn scopes_are_not_blamed_for_each_other() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (a, b) = two();
    let scopes = ["one", "other"].map(Scope::new);
    runtime.block_on(async {
        let (a2, b2) = (a.clone(), b.clone());
        let one = scopes[0].run(async { tokio::spawn(both(a, b)).await.unwrap() });
        let other = scopes[1].run(async {
            let late = async move {
                sleep(Duration::from_millis(5)).await;
                both(b2, a2).await;
            };
            tokio::spawn(late).await.unwrap();
        });
        tokio::join!(one, other);
        for scope in &scopes {
            clean(&scope.check().await);
        }
    });
}

#[test]
fn a_lock_that_is_waited_for_with_a_limit_still_counts_what_it_holds() {
    check(
        || async {
            let (a, b) = two();
            let guard = a.lock().await;
            assert!(timeout(Duration::from_millis(2), a.lock()).await.is_err());
            drop((b.lock().await, guard));
        },
        |report| clean(&report),
    );
}
