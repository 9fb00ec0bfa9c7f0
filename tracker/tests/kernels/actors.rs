//! Actors that wait for each other: full mailboxes, and requests in a ring.

use linger::std::sync::mpsc as std_mpsc;
use linger::std::thread;
use linger::tokio;
use tokio::sync::{mpsc, oneshot};

type Call = oneshot::Sender<u32>;

kernels! {
    two_actors_send_to_each_other: Deadlock Proved, tasks {
        buggy {
            let (to_a, mut a) = mpsc::channel(1);
            let (to_b, mut b) = mpsc::channel(1);
            to_a.send(0).await.unwrap();
            to_b.send(0).await.unwrap();
            tokio::spawn(async move {
                while let Some(n) = a.recv().await {
                    for _ in 0..4 {
                        to_b.send(n).await.unwrap(); //~ waits
                    }
                }
            });
            tokio::spawn(async move {
                while let Some(n) = b.recv().await {
                    for _ in 0..4 {
                        to_a.send(n).await.unwrap(); //~ waits
                    }
                }
            });
        }
        repaired {
            let (to_a, mut a) = mpsc::channel(1);
            let (to_b, mut b) = mpsc::channel(1);
            to_a.send(3).await.unwrap();
            let first = tokio::spawn(async move {
                while let Some(n) = a.recv().await {
                    to_b.send(n).await.unwrap();
                }
            });
            let second = tokio::spawn(async move {
                while let Some(n) = b.recv().await {
                    if n == 0 {
                        break;
                    }
                    to_a.send(n - 1).await.unwrap();
                }
            });
            second.await.unwrap();
            first.await.unwrap();
        }
    }

    three_actors_send_in_a_ring: Deadlock Proved, tasks {
        buggy {
            let mut boxes: Vec<_> = (0..3).map(|_| mpsc::channel(1)).collect();
            let next: Vec<_> = (0..3).map(|n| boxes[(n + 1) % 3].0.clone()).collect();
            for (tx, _) in &boxes {
                tx.send(0).await.unwrap();
            }
            for next in next {
                let (_, mut inbox) = boxes.remove(0);
                tokio::spawn(async move {
                    while let Some(n) = inbox.recv().await {
                        for _ in 0..4 {
                            next.send(n).await.unwrap(); //~ waits
                        }
                    }
                });
            }
        }
        repaired {
            // Each passes on as much as it gets.
            let mut boxes: Vec<_> = (0..3).map(|_| mpsc::channel(4)).collect();
            let next: Vec<_> = (0..3).map(|n| boxes[(n + 1) % 3].0.clone()).collect();
            boxes[0].0.send(7_u32).await.unwrap();
            let mut tasks = tokio::task::JoinSet::new();
            for next in next {
                let (_, mut inbox) = boxes.remove(0);
                tasks.spawn(async move {
                    while let Some(n) = inbox.recv().await {
                        let _ = next.send(n.saturating_sub(1)).await;
                        if n < 4 {
                            break;
                        }
                    }
                });
            }
            tasks.join_all().await;
        }
    }

    an_actor_sends_to_itself: Deadlock Proved, tasks {
        buggy {
            let (me, mut inbox) = mpsc::channel(1);
            me.send(0).await.unwrap();
            tokio::spawn(async move {
                while let Some(n) = inbox.recv().await {
                    for _ in 0..2 {
                        me.send(n + 1).await.unwrap(); //~ waits
                    }
                }
            });
        }
        repaired {
            let (me, mut inbox) = mpsc::channel(1);
            me.send(0).await.unwrap();
            tokio::spawn(async move {
                while let Some(n) = inbox.recv().await {
                    if n == 5 {
                        break;
                    }
                    me.send(n + 1).await.unwrap();
                }
            }).await.unwrap();
        }
    }

    two_actors_ask_each_other: Blocked Likely, tasks {
        buggy {
            // Each reply's sender lies in a mailbox that nobody reads.
            let (ask_a, mut a) = mpsc::channel::<Call>(4);
            let (ask_b, mut b) = mpsc::channel::<Call>(4);
            let (first, _answer) = oneshot::channel();
            ask_a.send(first).await.unwrap();
            let (first, _answer) = oneshot::channel();
            ask_b.send(first).await.unwrap();
            tokio::spawn(async move {
                while let Some(call) = a.recv().await {
                    let (reply, answer) = oneshot::channel();
                    ask_b.send(reply).await.unwrap();
                    let _ = call.send(answer.await.unwrap()); //~ waits
                }
            });
            tokio::spawn(async move {
                while let Some(call) = b.recv().await {
                    let (reply, answer) = oneshot::channel();
                    ask_a.send(reply).await.unwrap();
                    let _ = call.send(answer.await.unwrap()); //~ waits
                }
            });
        }
        repaired {
            let (ask_b, mut b) = mpsc::channel::<Call>(4);
            let (ask_a, mut a) = mpsc::channel::<Call>(4);
            let first = tokio::spawn(async move {
                while let Some(call) = a.recv().await {
                    let (reply, answer) = oneshot::channel();
                    ask_b.send(reply).await.unwrap();
                    let _ = call.send(answer.await.unwrap());
                }
            });
            let second = tokio::spawn(async move {
                while let Some(call) = b.recv().await {
                    let _ = call.send(1);
                }
            });
            let (reply, answer) = oneshot::channel();
            ask_a.send(reply).await.unwrap();
            assert_eq!(answer.await, Ok(1));
            drop(ask_a);
            first.await.unwrap();
            second.await.unwrap();
        }
    }

    each_answers_only_after_the_other: Deadlock Proved, tasks {
        buggy {
            let (to_a, mut from_b) = mpsc::channel::<u32>(1);
            let (to_b, mut from_a) = mpsc::channel::<u32>(1);
            linger::spawn!(async move {
                let n = from_b.recv().await.unwrap(); //~ waits
                to_b.send(n).await.unwrap();
            });
            linger::spawn!(async move {
                let n = from_a.recv().await.unwrap(); //~ waits
                to_a.send(n).await.unwrap();
            });
        }
        repaired {
            let (to_a, mut from_b) = mpsc::channel::<u32>(1);
            let (to_b, mut from_a) = mpsc::channel::<u32>(1);
            let one = linger::spawn!(async move {
                to_b.send(1).await.unwrap();
                from_b.recv().await.unwrap();
            });
            let two = linger::spawn!(async move {
                let n = from_a.recv().await.unwrap();
                to_a.send(n).await.unwrap();
            });
            one.await.unwrap();
            two.await.unwrap();
        }
    }

    two_threads_send_to_each_other: Blocked Likely, threads {
        buggy {
            let (to_a, a) = std_mpsc::sync_channel(1);
            let (to_b, b) = std_mpsc::sync_channel(1);
            to_a.send(0).unwrap();
            to_b.send(0).unwrap();
            for (inbox, other) in [(a, to_b), (b, to_a)] {
                thread::spawn(move || {
                    for n in inbox {
                        for _ in 0..4 {
                            other.send(n).unwrap(); //~ waits
                        }
                    }
                });
            }
        }
        repaired {
            let (to_a, a) = std_mpsc::sync_channel(1);
            let (to_b, b) = std_mpsc::sync_channel::<u32>(1);
            to_a.send(3).unwrap();
            let first = thread::spawn(move || {
                for n in a {
                    to_b.send(n).unwrap();
                }
            });
            let second = thread::spawn(move || {
                for n in b {
                    if n == 0 {
                        break;
                    }
                    to_a.send(n - 1).unwrap();
                }
            });
            second.join().unwrap();
            first.join().unwrap();
        }
    }
}
