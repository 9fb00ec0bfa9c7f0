//! The mirror of the standard library does what the library does: the same operations in the same
//! order have the same results, whatever they are.

use proptest::collection::vec;
use proptest::prelude::*;

/// What is done with a channel. A number picks among the senders that are there.
#[derive(Clone, Copy, Debug)]
enum OnChannel {
    Send(usize, u8),
    TryRecv,
    RecvNow,
    TakeAll,
    CloneSender(usize),
    DropSender(usize),
    DropReceiver,
}

/// What is done with a lock. A number picks among the guards that are there.
#[derive(Clone, Copy, Debug)]
enum OnLock {
    Read,
    Write(u8),
    DropGuard(usize),
    Poison,
    ClearPoison,
    IsPoisoned,
}

fn on_channel() -> impl Strategy<Value = OnChannel> {
    prop_oneof![
        6 => (any::<usize>(), any::<u8>()).prop_map(|(n, value)| OnChannel::Send(n, value)),
        4 => Just(OnChannel::TryRecv),
        1 => Just(OnChannel::RecvNow),
        1 => Just(OnChannel::TakeAll),
        2 => any::<usize>().prop_map(OnChannel::CloneSender),
        2 => any::<usize>().prop_map(OnChannel::DropSender),
        1 => Just(OnChannel::DropReceiver),
    ]
}

fn on_lock() -> impl Strategy<Value = OnLock> {
    prop_oneof![
        4 => Just(OnLock::Read),
        4 => any::<u8>().prop_map(OnLock::Write),
        4 => any::<usize>().prop_map(OnLock::DropGuard),
        1 => Just(OnLock::Poison),
        1 => Just(OnLock::ClearPoison),
        1 => Just(OnLock::IsPoisoned),
    ]
}

/// The same runs over `$std`; each says what every operation gave, as `Debug` shows it.
macro_rules! runs {
    ($name:ident, $std:path) => {
        mod $name {
            use super::{OnChannel, OnLock};
            use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
            use std::sync::mpsc::{self, Receiver};
            use std::sync::{Mutex, RwLock};
            use std::time::Duration;
            use $std as std;

            /// Channels with and without a limit differ in the type of the sender.
            macro_rules! channel {
                ($run:ident, $sender:ty, $send:ident, $make:expr, $new:ty) => {
                    pub(crate) fn $run(size: $new, operations: &[OnChannel]) -> Vec<String> {
                        let (tx, rx): ($sender, Receiver<u8>) = $make(size);
                        let (mut senders, mut receiver) = (vec![tx], Some(rx));
                        let mut results = Vec::new();
                        for operation in operations {
                            let there = senders.len();
                            let result = match (*operation, &receiver) {
                                (OnChannel::Send(n, value), _) if there > 0 => {
                                    format!("{:?}", senders[n % there].$send(value))
                                }
                                (OnChannel::TryRecv, Some(rx)) => format!("{:?}", rx.try_recv()),
                                (OnChannel::RecvNow, Some(rx)) => {
                                    format!("{:?}", rx.recv_timeout(Duration::ZERO))
                                }
                                (OnChannel::TakeAll, Some(rx)) => {
                                    format!("{:?}", rx.try_iter().collect::<Vec<_>>())
                                }
                                (OnChannel::CloneSender(n), _) if there > 0 => {
                                    senders.push(senders[n % there].clone());
                                    format!("{:?}", senders[there])
                                }
                                (OnChannel::DropSender(n), _) if there > 0 => {
                                    drop(senders.swap_remove(n % there));
                                    String::new()
                                }
                                (OnChannel::DropReceiver, Some(rx)) => {
                                    let result = format!("{rx:?}");
                                    receiver = None;
                                    result
                                }
                                _ => String::new(),
                            };
                            results.push(result);
                        }
                        drop(senders);
                        results.extend(receiver.map(|rx| format!("{:?}", rx.iter().last())));
                        results
                    }
                };
            }

            channel!(unlimited, mpsc::Sender<u8>, send, |()| mpsc::channel(), ());
            channel!(limited, mpsc::SyncSender<u8>, try_send, mpsc::sync_channel, usize);

            pub(crate) fn mutex(operations: &[OnLock]) -> Vec<String> {
                let mut lock = Mutex::new(0);
                let mut results = Vec::new();
                let mut guard = None;
                for operation in operations {
                    results.push(match *operation {
                        OnLock::Read => format!("{:?} {lock:?}", lock.try_lock()),
                        OnLock::Write(value) => match lock.try_lock() {
                            Ok(mut new) => {
                                *new = value;
                                let result = format!("{new:?}");
                                guard = Some(new);
                                result
                            }
                            Err(error) => format!("{error:?}"),
                        },
                        OnLock::DropGuard(_) => format!("{:?}", guard.take().is_some()),
                        OnLock::Poison => {
                            guard = None;
                            let _ = catch_unwind(AssertUnwindSafe(|| {
                                let _guard = lock.lock();
                                resume_unwind(Box::new(()));
                            }));
                            format!("{lock:?}")
                        }
                        OnLock::ClearPoison => {
                            lock.clear_poison();
                            String::new()
                        }
                        OnLock::IsPoisoned => format!("{}", lock.is_poisoned()),
                    });
                }
                drop(guard);
                results.push(format!("{:?}", lock.get_mut()));
                results.push(format!("{:?}", lock.into_inner()));
                results
            }

            pub(crate) fn rwlock(operations: &[OnLock]) -> Vec<String> {
                let mut lock = RwLock::new(0);
                let mut results = Vec::new();
                let (mut reads, mut write) = (Vec::new(), None);
                for operation in operations {
                    results.push(match *operation {
                        OnLock::Read => match lock.try_read() {
                            Ok(guard) => {
                                let result = format!("{guard:?}");
                                reads.push(guard);
                                result
                            }
                            Err(error) => format!("{error:?}"),
                        },
                        OnLock::Write(value) => match lock.try_write() {
                            Ok(mut guard) => {
                                *guard = value;
                                let result = format!("{guard:?} {lock:?}");
                                write = Some(guard);
                                result
                            }
                            Err(error) => format!("{error:?}"),
                        },
                        OnLock::DropGuard(n) => {
                            if !reads.is_empty() {
                                drop(reads.swap_remove(n % reads.len()));
                            }
                            format!("{}", write.take().is_some())
                        }
                        OnLock::Poison => {
                            reads.clear();
                            write = None;
                            let _ = catch_unwind(AssertUnwindSafe(|| {
                                let _guard = lock.write();
                                resume_unwind(Box::new(()));
                            }));
                            format!("{lock:?}")
                        }
                        OnLock::ClearPoison => {
                            lock.clear_poison();
                            String::new()
                        }
                        OnLock::IsPoisoned => format!("{}", lock.is_poisoned()),
                    });
                }
                drop((reads, write));
                results.push(format!("{:?}", lock.get_mut()));
                results.push(format!("{:?}", lock.into_inner()));
                results
            }
        }
    };
}

runs!(real, ::std);
runs!(mirror, ::linger::std);

/// Threads that meet so often: how many lead each time, as each sees it.
macro_rules! meetings {
    ($name:ident, $std:path) => {
        fn $name(threads: usize, times: usize) -> Vec<usize> {
            use std::sync::Barrier;
            use std::sync::atomic::{AtomicUsize, Ordering};
            use $std as std;

            let barrier = Barrier::new(threads);
            let leaders: Vec<AtomicUsize> = (0..times).map(|_| AtomicUsize::new(0)).collect();
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        for leaders in &leaders {
                            let leads = usize::from(barrier.wait().is_leader());
                            leaders.fetch_add(leads, Ordering::Relaxed);
                        }
                    });
                }
            });
            leaders.into_iter().map(AtomicUsize::into_inner).collect()
        }
    };
}

meetings!(real_meetings, ::std);
meetings!(mirrored_meetings, ::linger::std);

proptest! {
    #[test]
    fn a_barrier_gives_the_same(threads in 1..4_usize, times in 0..5_usize) {
        prop_assert_eq!(real_meetings(threads, times), mirrored_meetings(threads, times));
    }

    #[test]
    fn an_unlimited_channel_gives_the_same(operations in vec(on_channel(), 0..40)) {
        prop_assert_eq!(real::unlimited((), &operations), mirror::unlimited((), &operations));
    }

    #[test]
    fn a_limited_channel_gives_the_same(size in 0..4usize, operations in vec(on_channel(), 0..40)) {
        prop_assert_eq!(real::limited(size, &operations), mirror::limited(size, &operations));
    }

    #[test]
    fn a_mutex_gives_the_same(operations in vec(on_lock(), 0..40)) {
        prop_assert_eq!(real::mutex(&operations), mirror::mutex(&operations));
    }

    #[test]
    fn an_rwlock_gives_the_same(operations in vec(on_lock(), 0..40)) {
        prop_assert_eq!(real::rwlock(&operations), mirror::rwlock(&operations));
    }
}
