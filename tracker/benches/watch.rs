//! What a watchdog costs the program that it watches, by how often it looks and how much there is to
//! look at.
//!
//! ```text
//! cargo bench -p linger --bench watch
//! ```
//!
//! Compare the lines of a group with `unwatched`; the ratio is what counts.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use linger::Options;
use linger::tokio::runtime::{Builder, Runtime};
use linger::tokio::sync::{Mutex, mpsc, watch};
use linger::tokio::task::JoinSet;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

const MESSAGES: usize = 10_000;

/// A program at work: messages, a lock, and a task for each hundred of them.
async fn work() {
    let (tx, mut rx) = mpsc::channel(64);
    let count = Arc::new(Mutex::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..MESSAGES / 100 {
        let (tx, count) = (tx.clone(), Arc::clone(&count));
        senders.spawn(async move {
            for n in 0..100 {
                *count.lock().await += n;
                tx.send(n).await.unwrap();
            }
        });
    }
    drop(tx);
    while let Some(n) = rx.recv().await {
        black_box(n);
    }
    senders.join_all().await;
}

/// A runtime in which so many tasks wait meanwhile.
fn runtime(waiting: usize) -> (Runtime, watch::Sender<bool>) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (stop, stopped) = watch::channel(false);
    for _ in 0..waiting {
        let mut stopped = stopped.clone();
        runtime.spawn(async move { stopped.changed().await.is_ok() });
    }
    (runtime, stop)
}

fn watched(criterion: &mut Criterion) {
    for waiting in [100, 10_000, 100_000] {
        let (runtime, stop) = runtime(waiting);
        let mut group = criterion.benchmark_group(format!("{waiting} tasks wait"));
        group.throughput(criterion::Throughput::Elements(MESSAGES as u64));
        for interval in [None, Some(1_000), Some(100), Some(10)] {
            let id = match interval {
                None => BenchmarkId::from_parameter("unwatched"),
                Some(interval) => BenchmarkId::new("every", format!("{interval} ms")),
            };
            let watch = interval.map(|interval| {
                linger::watch(Options::new().grace(Duration::from_millis(interval)))
            });
            group.bench_function(id, |bencher| bencher.iter(|| runtime.block_on(work())));
            if let Some(watch) = watch {
                watch.stop();
                // It notices at its next look.
                std::thread::sleep(Duration::from_millis(interval.unwrap_or(0)));
            }
        }
        group.finish();
        stop.send_replace(true);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(3))
        .sample_size(20);
    targets = watched
}
criterion_main!(benches);
