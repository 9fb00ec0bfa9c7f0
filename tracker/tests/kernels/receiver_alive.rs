//! An end that is kept alive by somebody who never uses it again.

use linger::std::sync::mpsc as std_mpsc;
use linger::std::thread;
use linger::tokio;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

kernels! {
    the_original_sender_is_kept: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async {
                let (tx, mut rx) = mpsc::channel(4);
                for n in 0..3 {
                    let tx = tx.clone();
                    tokio::spawn(async move { tx.send(n).await.unwrap() });
                }
                while rx.recv().await.is_some() {} //~ waits
                drop(tx);
            });
        }
        repaired {
            tokio::spawn(async {
                let (tx, mut rx) = mpsc::channel(4);
                for n in 0..3 {
                    let tx = tx.clone();
                    tokio::spawn(async move { tx.send(n).await.unwrap() });
                }
                drop(tx);
                while rx.recv().await.is_some() {}
            }).await.unwrap();
        }
    }

    the_receiver_waits_for_the_sender_to_end: Blocked Likely, tasks {
        buggy {
            tokio::spawn(async {
                let (tx, mut rx) = mpsc::channel(1);
                let (done, finished) = oneshot::channel();
                tokio::spawn(async move {
                    for n in 0..4 {
                        tx.send(n).await.unwrap(); //~ waits
                    }
                    let _ = done.send(());
                });
                rx.recv().await.unwrap();
                finished.await.unwrap(); //~ waits
                rx.close();
            });
        }
        repaired {
            tokio::spawn(async {
                let (tx, mut rx) = mpsc::channel(1);
                let sender = tokio::spawn(async move {
                    for n in 0..4 {
                        tx.send(n).await.unwrap();
                    }
                });
                while rx.recv().await.is_some() {}
                sender.await.unwrap();
            }).await.unwrap();
        }
    }

    the_receiver_joins_the_sender: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async {
                let (tx, mut rx) = mpsc::channel(1);
                let sender = tokio::spawn(async move {
                    for n in 0..4 {
                        tx.send(n).await.unwrap(); //~ waits
                    }
                });
                rx.recv().await.unwrap();
                sender.await.unwrap(); //~ waits
                rx.close();
            });
        }
        repaired {
            tokio::spawn(async {
                let (tx, mut rx) = mpsc::channel(1);
                let sender = tokio::spawn(async move {
                    for n in 0..4 {
                        if tx.send(n).await.is_err() {
                            break;
                        }
                    }
                });
                rx.recv().await.unwrap();
                drop(rx);
                sender.await.unwrap();
            }).await.unwrap();
        }
    }

    the_sender_waits_for_the_close_of_a_kept_receiver: Deadlock Proved, tasks {
        buggy {
            let (tx, mut rx) = mpsc::channel(1);
            tx.send(1).await.unwrap();
            let closing = tokio::spawn(async move { tx.closed().await }); //~ waits
            tokio::spawn(async move {
                rx.recv().await.unwrap();
                closing.await.unwrap(); //~ waits
                rx.close();
            });
        }
        repaired {
            let (tx, mut rx) = mpsc::channel(1);
            tx.send(1).await.unwrap();
            let closing = tokio::spawn(async move { tx.closed().await });
            tokio::spawn(async move {
                rx.recv().await.unwrap();
                drop(rx);
                closing.await.unwrap();
            }).await.unwrap();
        }
    }

    a_forgotten_sender_keeps_the_receiver: LeakedTask Outlived, tasks {
        buggy {
            let (tx, mut rx) = mpsc::channel::<u32>(1);
            std::mem::forget(tx);
            tokio::spawn(async move { rx.recv().await }); //~ waits
        }
        repaired {
            let (tx, mut rx) = mpsc::channel::<u32>(1);
            drop(tx);
            tokio::spawn(async move { rx.recv().await }).await.unwrap();
        }
    }

    a_task_waits_for_its_own_broadcast: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async {
                let (tx, mut rx) = broadcast::channel(4);
                tx.send(1).unwrap();
                while rx.recv().await.is_ok() {} //~ waits
                drop(tx);
            });
        }
        repaired {
            tokio::spawn(async {
                let (tx, mut rx) = broadcast::channel(4);
                tx.send(1).unwrap();
                drop(tx);
                while rx.recv().await.is_ok() {}
            }).await.unwrap();
        }
    }

    a_task_waits_for_its_own_watch: Deadlock Proved, tasks {
        buggy {
            tokio::spawn(async {
                let (tx, mut rx) = watch::channel(0);
                tx.send(1).unwrap();
                while rx.changed().await.is_ok() {} //~ waits
                drop(tx);
            });
        }
        repaired {
            tokio::spawn(async {
                let (tx, mut rx) = watch::channel(0);
                tx.send(1).unwrap();
                drop(tx);
                while rx.changed().await.is_ok() {}
            }).await.unwrap();
        }
    }

    a_thread_keeps_the_original_sender: Blocked Likely, threads {
        buggy {
            thread::spawn(|| {
                let (tx, rx) = std_mpsc::channel();
                for n in 0..3 {
                    let tx = tx.clone();
                    thread::spawn(move || tx.send(n).unwrap()).join().unwrap();
                }
                for _ in &rx {} //~ waits
                drop(tx);
            });
        }
        repaired {
            thread::spawn(|| {
                let (tx, rx) = std_mpsc::channel();
                for n in 0..3 {
                    let tx = tx.clone();
                    thread::spawn(move || tx.send(n).unwrap()).join().unwrap();
                }
                drop(tx);
                for _ in &rx {}
            }).join().unwrap();
        }
    }
}
