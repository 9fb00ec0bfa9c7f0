//! What tracking costs outside of tokio: each program once on the plain library and once on its
//! mirror.
//!
//! ```text
//! cargo bench -p linger --features full --bench families
//! ```
//!
//! Compare the two lines of a group; the ratio is what counts.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;

const TIMES: usize = 10_000;

/// The same programs over threads and a library of channels for threads.
macro_rules! channels {
    ($name:ident: $thread:path, $library:path) => {
        mod $name {
            use std::hint::black_box;
            use $library as library;
            use $thread as thread;

            fn pass<T: Send + 'static>(
                (tx, rx): (library::Sender<T>, library::Receiver<T>),
                messages: impl Iterator<Item = T> + Send + 'static,
            ) {
                let sender = thread::spawn(move || {
                    for message in messages {
                        assert!(tx.send(message).is_ok());
                    }
                });
                for message in rx.iter() {
                    black_box(message);
                }
                sender.join().unwrap();
            }

            pub(crate) fn bounded(times: usize) {
                pass(library::bounded(64), 0..times);
            }

            pub(crate) fn unbounded(times: usize) {
                pass(library::unbounded(), 0..times);
            }

            pub(crate) fn alone(times: usize) {
                let (tx, rx) = library::bounded(64);
                for n in 0..times {
                    tx.send(n).unwrap();
                    black_box(rx.recv().unwrap());
                }
            }

            pub(crate) fn ping_pong(times: usize) {
                let (ping, pinged) = library::bounded(1);
                let (pong, ponged) = library::bounded(1);
                let other = thread::spawn(move || {
                    for n in pinged.iter() {
                        assert!(pong.send(n).is_ok());
                    }
                });
                for n in 0..times {
                    ping.send(n).unwrap();
                    black_box(ponged.recv().unwrap());
                }
                drop(ping);
                other.join().unwrap();
            }
        }
    };
}

channels!(crossbeam: ::std::thread, ::crossbeam_channel);
channels!(tracked_crossbeam: ::linger::std::thread, ::linger::crossbeam_channel);
channels!(flume: ::std::thread, ::flume);
channels!(tracked_flume: ::linger::std::thread, ::linger::flume);

/// The same programs over `$tokio` and a channel for tasks.
macro_rules! tasks {
    ($name:ident: $tokio:path, $channel:path, $receive:ident $(, use $import:path)*) => {
        mod $name {
            #[allow(unused_imports, reason = "some libraries need traits")]
            $(use $import as _;)*
            use $channel as channel;
            use $tokio as tokio;
            use std::hint::black_box;

            fn run(program: impl Future<Output = ()>) {
                tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(program);
            }

            #[allow(unused_mut, reason = "some ends need it")]
            pub(crate) fn stream(times: usize) {
                run(async move {
                    let (mut tx, mut rx) = channel(64);
                    let sender = tokio::spawn(async move {
                        for n in 0..times {
                            tx.send(n).await.unwrap();
                        }
                    });
                    for _ in 0..times {
                        assert!(black_box(Some(rx.$receive().await)).is_some());
                    }
                    sender.await.unwrap();
                });
            }

            #[allow(unused_mut, reason = "some ends need it")]
            pub(crate) fn ping_pong(times: usize) {
                run(async move {
                    let ((mut ping, mut pinged), (mut pong, mut ponged)) = (channel(1), channel(1));
                    let other = tokio::spawn(async move {
                        for n in 0..times {
                            black_box(Some(pinged.$receive().await));
                            pong.send(n).await.unwrap();
                        }
                    });
                    for n in 0..times {
                        ping.send(n).await.unwrap();
                        black_box(Some(ponged.$receive().await));
                    }
                    other.await.unwrap();
                });
            }
        }
    };
}

tasks!(async_channel: ::tokio, ::async_channel::bounded, recv);
tasks!(tracked_async_channel: ::linger::tokio, ::linger::async_channel::bounded, recv);
tasks!(
    futures_channel: ::tokio, ::futures::channel::mpsc::channel, next,
    use ::futures::SinkExt, use ::futures::StreamExt
);
tasks!(
    tracked_futures_channel: ::linger::tokio, ::linger::futures::channel::mpsc::channel, next,
    use ::futures::SinkExt, use ::futures::StreamExt
);

/// The same programs over a library of locks.
macro_rules! locks {
    ($name:ident: $library:path) => {
        mod $name {
            use std::hint::black_box;
            use $library as library;

            pub(crate) fn mutex(times: usize) {
                let mutex = library::Mutex::new(0);
                for _ in 0..times {
                    *black_box(&mutex).lock() += 1;
                }
                black_box(*mutex.lock());
            }

            pub(crate) fn read(times: usize) {
                let lock = library::RwLock::new(1);
                let sum: usize = (0..times).map(|_| *black_box(&lock).read()).sum();
                black_box(sum);
            }

            pub(crate) fn write(times: usize) {
                let lock = library::RwLock::new(0);
                for _ in 0..times {
                    *black_box(&lock).write() += 1;
                }
                black_box(*lock.read());
            }
        }
    };
}

locks!(parking_lot: ::parking_lot);
locks!(tracked_parking_lot: ::linger::parking_lot);

macro_rules! compare {
    ($criterion:ident: $plain:ident $tracked:ident: $($program:ident)*) => {$(
        let mut group = $criterion.benchmark_group(stringify!($plain));
        group.throughput(criterion::Throughput::Elements(TIMES as u64));
        group.bench_function(BenchmarkId::new(stringify!($program), "plain"), |bencher| {
            bencher.iter(|| $plain::$program(black_box(TIMES)));
        });
        group.bench_function(BenchmarkId::new(stringify!($program), "tracked"), |bencher| {
            bencher.iter(|| $tracked::$program(black_box(TIMES)));
        });
        group.finish();
    )*};
}

fn families(criterion: &mut Criterion) {
    compare! { criterion: crossbeam tracked_crossbeam: bounded unbounded alone ping_pong }
    compare! { criterion: flume tracked_flume: bounded unbounded alone ping_pong }
    compare! { criterion: async_channel tracked_async_channel: stream ping_pong }
    compare! { criterion: futures_channel tracked_futures_channel: stream ping_pong }
    compare! { criterion: parking_lot tracked_parking_lot: mutex read write }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20);
    targets = families
}
criterion_main!(benches);
