//! The mirror of the standard library.

use crate::reading::{check, kinds};
use linger::{Kind, Options, Scope, std};
use std::sync::mpsc;
use std::sync::{Arc, Barrier, Condvar, Mutex, RwLock};
use std::time::Duration;

#[test]
fn a_thread_that_runs_on_is_leaked() {
    let line = line!() + 2;
    let report = check(|| {
        std::thread::spawn(|| std::thread::sleep(Duration::from_millis(300)));
    });
    assert!(kinds(&report).contains(&Kind::LeakedThread), "{report}");
    assert_eq!(report.findings()[0].span.start.line, line as usize);
}

#[test]
fn a_named_thread_that_waits_names_itself_and_its_wait() {
    let keep: Arc<Mutex<Option<mpsc::Sender<u8>>>> = Arc::default();
    let report = check(|| {
        let (tx, rx) = mpsc::channel::<u8>();
        *keep.lock().unwrap() = Some(tx);
        let builder = std::thread::Builder::new().name("printer".to_owned());
        builder.spawn(move || for _ in rx {}).unwrap();
    });
    let finding = &report.findings()[0];
    assert_eq!(finding.kind, Kind::LeakedThread, "{report}");
    assert_eq!(finding.task.as_deref(), Some("printer"));
    assert!(finding.labels[0].message.starts_with("waits for a message of a std channel"));
    drop(keep.lock().unwrap().take());
}

#[test]
fn threads_with_locks_in_two_orders_are_a_deadlock() {
    // These two threads stay until the process ends.
    let report = check(|| {
        let (a, b) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        let barrier = Arc::new(std::sync::Barrier::new(2));
        for (first, second) in [(a.clone(), b.clone()), (b, a)] {
            let barrier = barrier.clone();
            std::thread::spawn(move || {
                let first = first.lock().unwrap();
                barrier.wait();
                let second = second.lock().unwrap();
                drop((first, second));
            });
        }
    });
    assert!(kinds(&report).contains(&Kind::Deadlock), "{report}");
}

#[test]
fn a_thread_whose_panic_nobody_sees_is_an_error() {
    let report = check(|| {
        let thread = std::thread::spawn(|| panic!("expected by the test: nobody joins"));
        while !thread.is_finished() {
            std::thread::yield_now();
        }
    });
    assert!(kinds(&report).contains(&Kind::SwallowedPanic), "{report}");
}

#[test]
fn joined_and_scoped_threads_leave_nothing() {
    let report = check(|| {
        std::thread::spawn(|| ()).join().unwrap();
        let numbers = [1, 2, 3];
        std::thread::scope(|scope| {
            scope.spawn(|| assert_eq!(numbers.len(), 3));
            let builder = std::thread::Builder::new().name("second".to_owned());
            builder.spawn_scoped(scope, || ()).unwrap().join().unwrap();
        });
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_condition_is_waited_for_and_met() {
    let report = check(|| {
        let shared = Arc::new((Mutex::new(false), Condvar::new(), RwLock::new(0)));
        let theirs = shared.clone();
        let thread = std::thread::spawn(move || {
            *theirs.2.write().unwrap() += 1;
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_all();
        });
        let met = shared.1.wait_while(shared.0.lock().unwrap(), |met| !*met).unwrap();
        assert!(*met);
        drop(met);
        thread.join().unwrap();
        assert_eq!(*shared.2.read().unwrap(), 1);
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_poisoned_lock_stays_poisoned() {
    let lock = Arc::new(Mutex::new(1));
    let theirs = lock.clone();
    let panicked = std::thread::spawn(move || {
        let _guard = theirs.lock().unwrap();
        panic!("expected by the test: poisons the lock");
    });
    assert!(panicked.join().is_err());
    assert!(lock.is_poisoned());
    assert_eq!(*lock.lock().unwrap_err().into_inner(), 1);
    assert!(lock.try_lock().is_err());
    lock.clear_poison();
    assert_eq!(*lock.lock().unwrap(), 1);
}

#[test]
fn a_rendezvous_gives_the_message_back_if_nobody_comes() {
    let (tx, rx) = mpsc::sync_channel(0);
    let sender = std::thread::spawn(move || tx.send(5));
    std::thread::sleep(Duration::from_millis(20));
    drop(rx);
    assert_eq!(sender.join().unwrap().unwrap_err().0, 5);
}

#[test]
fn a_thread_that_waits_at_a_barrier_says_where() {
    let scope = Scope::with_options("test", Options::new().grace(Duration::from_millis(30)));
    let barrier = Arc::new(Barrier::new(2));
    let theirs = barrier.clone();
    let thread = {
        let _entered = scope.enter();
        std::thread::spawn(move || theirs.wait().is_leader())
    };
    let report = scope.check_blocking();
    let waits = |label: &linger::Label| label.message == "waits for the others at a Barrier here";
    let labels = report.findings().iter().flat_map(|finding| &finding.labels);
    assert_eq!(labels.filter(|label| waits(label)).count(), 1, "{report}");
    let leads = barrier.wait().is_leader();
    assert_ne!(thread.join().unwrap(), leads);
    assert!(scope.check_blocking().is_clean());
}
