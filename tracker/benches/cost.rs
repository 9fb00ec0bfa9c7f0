//! What tracking costs: each program once on plain tokio and once on the mirror.
//!
//! ```text
//! cargo bench -p linger --bench cost
//! ```
//!
//! Compare the two lines of a group; the ratio is what counts.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;

/// The same programs over `$tokio`.
macro_rules! programs {
    ($name:ident, $tokio:path) => {
        mod $name {
            use std::hint::black_box;
            use std::sync::Arc;
            use tokio::sync::{Mutex, mpsc, oneshot};
            use $tokio as tokio;

            pub(crate) fn current_thread() -> tokio::runtime::Runtime {
                tokio::runtime::Builder::new_current_thread().build().unwrap()
            }

            pub(crate) fn multi_thread() -> tokio::runtime::Runtime {
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap()
            }

            pub(crate) async fn spawn_and_join(times: usize) {
                for n in 0..times {
                    black_box(tokio::spawn(async move { n }).await.unwrap());
                }
            }

            pub(crate) async fn spawn_many_then_join(times: usize) {
                let handles: Vec<_> = (0..times).map(|n| tokio::spawn(async move { n })).collect();
                for handle in handles {
                    black_box(handle.await.unwrap());
                }
            }

            pub(crate) async fn poll(times: usize) {
                let task = tokio::spawn(async move {
                    for _ in 0..times {
                        tokio::task::yield_now().await;
                    }
                });
                task.await.unwrap();
            }

            pub(crate) async fn bounded(times: usize) {
                let (tx, mut rx) = mpsc::channel(64);
                let sender = tokio::spawn(async move {
                    for n in 0..times {
                        tx.send(n).await.unwrap();
                    }
                });
                while let Some(n) = rx.recv().await {
                    black_box(n);
                }
                sender.await.unwrap();
            }

            pub(crate) async fn unbounded(times: usize) {
                let (tx, mut rx) = mpsc::unbounded_channel();
                let sender = tokio::spawn(async move {
                    for n in 0..times {
                        tx.send(n).unwrap();
                    }
                });
                while let Some(n) = rx.recv().await {
                    black_box(n);
                }
                sender.await.unwrap();
            }

            pub(crate) async fn ping_pong(times: usize) {
                let (ping, mut pinged) = mpsc::channel(1);
                let (pong, mut ponged) = mpsc::channel(1);
                let other = tokio::spawn(async move {
                    while let Some(n) = pinged.recv().await {
                        pong.send(n).await.unwrap();
                    }
                });
                for n in 0..times {
                    ping.send(n).await.unwrap();
                    black_box(ponged.recv().await);
                }
                drop(ping);
                other.await.unwrap();
            }

            pub(crate) async fn oneshot(times: usize) {
                for n in 0..times {
                    let (tx, rx) = oneshot::channel();
                    tx.send(n).unwrap();
                    black_box(rx.await.unwrap());
                }
            }

            pub(crate) async fn mutex(times: usize) {
                let mutex = Arc::new(Mutex::new(0));
                for _ in 0..times {
                    *mutex.lock().await += 1;
                }
                black_box(*mutex.lock().await);
            }
        }
    };
}

programs!(plain, ::tokio);
programs!(tracked, ::linger::tokio);

const TIMES: usize = 10_000;

macro_rules! compare {
    ($criterion:ident: $($program:ident)*) => {$(
        for threads in ["current", "multi"] {
            let mut group = $criterion.benchmark_group(concat!(stringify!($program)));
            group.throughput(criterion::Throughput::Elements(TIMES as u64));
            let plain = if threads == "current" { plain::current_thread() } else { plain::multi_thread() };
            let tracked =
                if threads == "current" { tracked::current_thread() } else { tracked::multi_thread() };
            group.bench_function(BenchmarkId::new("plain", threads), |bencher| {
                bencher.iter(|| plain.block_on(plain::$program(black_box(TIMES))));
            });
            group.bench_function(BenchmarkId::new("tracked", threads), |bencher| {
                bencher.iter(|| tracked.block_on(tracked::$program(black_box(TIMES))));
            });
            group.finish();
        }
    )*};
}

fn cost(criterion: &mut Criterion) {
    compare! {
        criterion: spawn_and_join spawn_many_then_join poll bounded unbounded ping_pong oneshot mutex
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20);
    targets = cost
}
criterion_main!(benches);
