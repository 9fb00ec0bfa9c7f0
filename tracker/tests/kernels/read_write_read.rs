//! Read, write, read: the second read waits behind a writer that waits for the first.

use linger::std::sync::RwLock as StdRwLock;
use linger::std::thread;
use linger::tokio;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{RwLock, oneshot};

kernels! {
    a_reader_reads_again_behind_a_writer: Deadlock Proved, tasks {
        buggy {
            let lock = Arc::new(RwLock::new(0));
            let theirs = lock.clone();
            let (reads, read) = oneshot::channel();
            let (queues, queued) = oneshot::channel();
            tokio::spawn(async move {
                let first = lock.read().await;
                reads.send(()).unwrap();
                queued.await.unwrap();
                tokio::time::sleep(Duration::from_millis(5)).await;
                let second = lock.read().await; //~ waits
                drop((first, second));
            });
            tokio::spawn(async move {
                read.await.unwrap();
                queues.send(()).unwrap();
                *theirs.write().await += 1; //~ waits
            });
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        repaired {
            let lock = Arc::new(RwLock::new(0));
            let theirs = lock.clone();
            let reader = tokio::spawn(async move {
                drop(lock.read().await);
                tokio::task::yield_now().await;
                drop(lock.read().await);
            });
            tokio::spawn(async move { *theirs.write().await += 1 }).await.unwrap();
            reader.await.unwrap();
        }
    }

    threads_read_again_behind_a_writer: Deadlock Proved, threads {
        buggy {
            let lock = Arc::new(StdRwLock::new(0));
            let (theirs, both) = (lock.clone(), Arc::new(std::sync::Barrier::new(2)));
            let meet = both.clone();
            thread::spawn(move || {
                let first = lock.read().unwrap();
                meet.wait();
                std::thread::sleep(Duration::from_millis(30));
                let second = lock.read().unwrap(); //~ waits
                drop((first, second));
            });
            thread::spawn(move || {
                both.wait();
                *theirs.write().unwrap() += 1; //~ waits
            });
            std::thread::sleep(Duration::from_millis(60));
        }
        repaired {
            let lock = Arc::new(StdRwLock::new(0));
            let theirs = lock.clone();
            let reader = thread::spawn(move || {
                drop(lock.read().unwrap());
                drop(lock.read().unwrap());
            });
            thread::spawn(move || *theirs.write().unwrap() += 1).join().unwrap();
            reader.join().unwrap();
        }
    }
}
