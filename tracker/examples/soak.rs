//! Lets tasks come and go by the million, and watches memory and the time of a snapshot.
//!
//! ```text
//! cargo run -p linger --release --example soak               # ten million tasks
//! cargo run -p linger --release --example soak -- 1000000
//! ```

use linger::tokio;
use std::time::{Duration, Instant};

/// How many tasks are alive at once while many come and go.
const AT_ONCE: usize = 10_000;
/// How many are alive for the measure of memory and of the snapshot.
const ALIVE: usize = 1_000_000;

fn main() {
    let total = std::env::args().nth(1).and_then(|arg| arg.parse().ok()).unwrap_or(10_000_000);
    come_and_go(total);
    let plain = bytes_per_task(|| {
        let runtime = ::tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            for _ in 0..ALIVE {
                drop(::tokio::spawn(std::future::pending::<()>()));
            }
            ::tokio::task::yield_now().await;
        });
        runtime
    });
    let tracked = bytes_per_task(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            for _ in 0..ALIVE {
                drop(tokio::spawn(std::future::pending::<()>()));
            }
            tokio::task::yield_now().await;
        });
        let (time, alive) = best_of(5, || linger::snapshot().alive());
        println!("a snapshot of {alive} live tasks, by site: {time:?}");
        runtime
    });
    println!("a pending task: {plain} bytes on plain tokio, {tracked} tracked");
}

/// Spawns and joins `total` tasks, `AT_ONCE` at a time, and says how memory grew after the start.
fn come_and_go(total: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
    let runtime = runtime.expect("a runtime");
    let started = Instant::now();
    let mut after_start = 0;
    let rounds = total / AT_ONCE;
    for round in 0..rounds {
        let scope = linger::Scope::new(format!("round {round}"));
        runtime.block_on(scope.run(async {
            let tasks: Vec<_> = (0..AT_ONCE)
                .map(|n| {
                    tokio::spawn(async move {
                        let (tx, rx) = tokio::sync::oneshot::channel();
                        tx.send(n).ok();
                        rx.await
                    })
                })
                .collect();
            for task in tasks {
                task.await.expect("no task panics").expect("every task sends");
            }
        }));
        assert!(scope.check_blocking().is_clean());
        if round == rounds / 10 {
            after_start = resident();
        }
    }
    println!(
        "{} tasks in {:?}: {} kB at a tenth, {} kB at the end",
        rounds * AT_ONCE,
        started.elapsed(),
        after_start / 1024,
        resident() / 1024,
    );
}

/// By how much memory grows while the tasks of `spawn` are alive, for each.
fn bytes_per_task<R>(spawn: impl FnOnce() -> R) -> usize {
    let before = resident();
    let alive = spawn();
    let bytes = resident().saturating_sub(before) / ALIVE;
    drop(alive);
    bytes
}

fn best_of<T>(times: usize, work: impl Fn() -> T) -> (Duration, T) {
    let mut best: Option<(Duration, T)> = None;
    for _ in 0..times {
        let started = Instant::now();
        let value = work();
        let time = started.elapsed();
        if best.as_ref().is_none_or(|(known, _)| time < *known) {
            best = Some((time, value));
        }
    }
    best.expect("at least one time")
}

/// The memory of this process in bytes, where the system says it as Linux does; else zero.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}
