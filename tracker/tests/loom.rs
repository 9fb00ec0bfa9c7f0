//! Every interleaving of a slot's owner and its readers, and of a task's end and the last clones of
//! its waker, by loom.

mod atomic {
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};
}

#[path = "../src/registry/slot.rs"]
#[allow(dead_code, reason = "a model uses a part of it")]
mod slot;

#[path = "../src/registry/clones.rs"]
mod clones;

#[path = "../src/registry/woken.rs"]
#[allow(dead_code, reason = "a model uses a part of it")]
mod woken;

use atomic::{AtomicU32, Ordering};
use clones::Clones;
use loom::sync::Arc;
use loom::thread;
use slot::Slot;
use woken::Woken;

/// Two fields that are equal in every life of a slot.
struct Pair(AtomicU32, AtomicU32);

fn slot() -> Arc<Slot<Pair>> {
    Arc::new(Slot::new(0, Pair(AtomicU32::new(0), AtomicU32::new(0))))
}

fn fill(slot: &Slot<Pair>, value: u32) {
    slot.fields.0.store(value, Ordering::Relaxed);
    slot.fields.1.store(value, Ordering::Relaxed);
    slot.publish();
}

fn read(slot: &Slot<Pair>) -> Option<(u32, u32)> {
    slot.read(|_, pair| (pair.0.load(Ordering::Relaxed), pair.1.load(Ordering::Relaxed)))
}

#[test]
fn a_reader_sees_a_whole_record_or_none() {
    loom::model(|| {
        let slot = slot();
        let owner = thread::spawn({
            let slot = slot.clone();
            move || {
                fill(&slot, 1);
                slot.retire();
                fill(&slot, 2);
            }
        });
        if let Some((first, second)) = read(&slot) {
            assert_eq!(first, second, "a record of two lives");
            assert_ne!(first, 0, "a record that was never published");
        }
        owner.join().unwrap();
        assert_eq!(read(&slot), Some((2, 2)));
    });
}

#[test]
fn a_free_slot_is_read_by_nobody() {
    loom::model(|| {
        let slot = slot();
        fill(&slot, 1);
        let reader = thread::spawn({
            let slot = slot.clone();
            move || read(&slot)
        });
        slot.retire();
        assert_eq!(read(&slot), None);
        assert!(matches!(reader.join().unwrap(), None | Some((1, 1))));
    });
}

#[test]
fn a_key_names_one_life() {
    loom::model(|| {
        let slot = slot();
        fill(&slot, 1);
        let first = slot.key();
        let reader = thread::spawn({
            let slot = slot.clone();
            move || slot.read(|key, pair| (key, pair.0.load(Ordering::Relaxed)))
        });
        slot.retire();
        fill(&slot, 2);
        let second = slot.key();
        assert_ne!(first, second);
        if let Some((key, value)) = reader.join().unwrap() {
            assert_eq!(value, if key == first { 1 } else { 2 });
        }
    });
}

#[test]
fn the_end_or_the_last_clone_frees_and_no_other() {
    loom::model(|| {
        let clones = Arc::new(Clones::default());
        clones.begin();
        clones.add();
        let holder = thread::spawn({
            let clones = clones.clone();
            move || {
                clones.add();
                let first = clones.remove();
                let second = clones.remove();
                usize::from(first) + usize::from(second)
            }
        });
        let end = clones.end();
        assert_eq!(usize::from(end) + holder.join().unwrap(), 1);
        assert_eq!(clones.count(), 0);
    });
}

#[test]
fn who_has_no_clone_left_has_said_why_it_woke_the_task() {
    let mut model = loom::model::Builder::new();
    // Three threads take minutes else.
    model.preemption_bound = Some(2);
    model.check(|| {
        let task = Arc::new((Clones::default(), Woken::default(), AtomicU32::new(0)));
        let (clones, woken, reasons) = &*task;
        clones.begin();
        clones.add();
        clones.add();
        let wakers = [(); 2].map(|()| {
            let task = task.clone();
            thread::spawn(move || {
                let (clones, woken, reasons) = &*task;
                reasons.fetch_add(1, Ordering::Relaxed);
                woken.set();
                assert!(!clones.remove());
            })
        });
        let alone = clones.count() == 0;
        woken.take(clones);
        if alone {
            assert!(!woken.is_set(), "a mark of which the poll has seen the reason");
            assert_eq!(reasons.load(Ordering::Relaxed), 2, "a mark without its reason");
        }
        for waker in wakers {
            waker.join().unwrap();
        }
    });
}
