//! The mirror of parking_lot.

use crate::reading::{check, kinds, label, only};
use linger::parking_lot::{
    Condvar, FairMutex, Mutex, MutexGuard, ReentrantMutex, RwLock, RwLockReadGuard,
    RwLockUpgradableReadGuard, RwLockWriteGuard,
};
use linger::{Certainty, Kind, std};
use std::sync::{Arc, Barrier};
use std::time::Duration;

#[test]
fn threads_with_locks_in_two_orders_are_a_deadlock() {
    // These two threads stay until the process ends.
    let line = line!() + 8;
    let report = check(|| {
        let (a, b) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        let barrier = Arc::new(Barrier::new(2));
        for (first, second) in [(a.clone(), b.clone()), (b, a)] {
            let barrier = barrier.clone();
            std::thread::spawn(move || {
                let first = first.lock();
                barrier.wait();
                let second = second.lock();
                drop((first, second));
            });
        }
    });
    for finding in report.findings().iter().filter(|finding| finding.kind == Kind::Deadlock) {
        assert_eq!(finding.certainty, Certainty::Proved);
        assert_eq!(label(finding, "waits for a parking_lot Mutex"), line + 1);
        assert_eq!(label(finding, "held by a guard taken here"), line - 1);
    }
    assert!(kinds(&report).contains(&Kind::Deadlock), "{report}");
}

#[test]
fn a_reader_that_upgrades_beside_another_waits_for_that_one() {
    let lock = Arc::new(RwLock::new(0));
    let reader = lock.read();
    let line = line!() + 4;
    let report = check(|| {
        let lock = lock.clone();
        std::thread::spawn(move || {
            let seen = lock.upgradable_read();
            *RwLockUpgradableReadGuard::upgrade(seen) += 1;
        });
    });
    let finding = only(&report, Kind::LeakedThread);
    assert_eq!(label(&finding, "waits for a parking_lot RwLock, to write"), line + 1);
    assert_eq!(label(&finding, "held by a guard taken here"), line - 5);
    drop(reader);
}

#[test]
fn a_thread_in_its_own_way_is_a_deadlock() {
    // This thread stays until the process ends.
    let report = check(|| {
        std::thread::spawn(|| {
            let lock = RwLock::new(0);
            let read = lock.read();
            *lock.write() += *read;
        });
    });
    let finding = only(&report, Kind::Deadlock);
    label(&finding, "held by the task itself, since here");
}

#[test]
fn a_condition_that_nobody_signals_is_waited_for_without_the_lock() {
    let shared = Arc::new((Mutex::new(false), Condvar::new()));
    let theirs = shared.clone();
    let line = line!() + 4;
    let report = check(|| {
        std::thread::spawn(move || {
            let mut ready = theirs.0.lock();
            theirs.1.wait_while(&mut ready, |ready| !*ready);
        });
    });
    let finding = only(&report, Kind::LeakedThread);
    assert_eq!(label(&finding, "waits for a parking_lot Condvar"), line);
    *shared.0.lock() = true;
    assert_eq!(shared.1.notify_all(), 1);
}

#[test]
fn a_forgotten_guard_is_found() {
    let lock = RwLock::new(0);
    let line = line!() + 2;
    let report = check(|| {
        std::mem::forget(lock.read());
    });
    assert_eq!(only(&report, Kind::ForgottenPermit).span.start.line as u32, line);
}

#[test]
fn guards_of_every_kind_leave_nothing() {
    static CONSTANT: Mutex<(u8, u8)> = Mutex::new((0, 0));
    let report = check(|| {
        let mut part = MutexGuard::map(CONSTANT.lock(), |pair| &mut pair.1);
        *part += 1;
        drop(part);
        assert!(CONSTANT.try_lock_for(Duration::from_millis(1)).is_some());
        MutexGuard::unlock_fair(CONSTANT.lock());
        let mut guard = CONSTANT.lock();
        MutexGuard::unlocked(&mut guard, || assert!(!CONSTANT.is_locked()));
        MutexGuard::bump(&mut guard);
        drop(guard);

        let fair = FairMutex::new(1);
        assert_eq!(*fair.lock(), 1);
        let twice = ReentrantMutex::new(2);
        let (first, second) = (twice.lock(), twice.lock());
        assert_eq!(*first + *second, 4);
        drop((first, second));

        let lock = RwLock::new((3, 4));
        let (one, other) = (lock.read(), lock.read_recursive());
        let part = RwLockReadGuard::map(one, |pair| &pair.0);
        assert!(lock.try_write_for(Duration::from_millis(1)).is_none());
        drop((part, other));
        let upgradable = lock.upgradable_read();
        assert!(lock.try_upgradable_read().is_none());
        let Ok(write) = RwLockUpgradableReadGuard::try_upgrade(upgradable) else { panic!() };
        let upgradable = RwLockWriteGuard::downgrade_to_upgradable(write);
        let read = RwLockUpgradableReadGuard::downgrade(upgradable);
        drop(read);
        drop(RwLockWriteGuard::downgrade(lock.write()));
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn many_threads_share_locks_and_conditions() {
    let report = check(|| {
        let shared = Arc::new((Mutex::new(0), Condvar::new(), RwLock::new(0)));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        *shared.2.write() += 1;
                        assert!(*shared.2.read() > 0);
                        *shared.0.lock() += 1;
                        shared.1.notify_one();
                    }
                });
            }
            let mut count = shared.0.lock();
            while *count < 200 {
                shared.1.wait_for(&mut count, Duration::from_millis(50));
            }
        });
        assert_eq!(*shared.2.read(), 200);
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn timed_waits_for_a_condition_end() {
    let (lock, changed) = (Mutex::new(0), Condvar::new());
    let mut guard = lock.lock();
    let time = Duration::from_millis(2);
    assert!(changed.wait_for(&mut guard, time).timed_out());
    assert!(changed.wait_while_for(&mut guard, |n| *n == 0, time).timed_out());
    assert!(!changed.wait_while_for(&mut guard, |n| *n == 1, time).timed_out());
    assert!(changed.wait_until(&mut guard, std::time::Instant::now() + time).timed_out());
    *guard += 1;
}
