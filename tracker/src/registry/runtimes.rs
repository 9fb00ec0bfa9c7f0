//! Which runtimes there are, and how many tasks each has, also those without a record.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many tasks a runtime has.
type Tasks = Box<dyn Fn() -> usize + Send>;

static ALIVE: Mutex<Vec<(u32, Tasks)>> = Mutex::new(Vec::new());

thread_local! {
    static HERE: Cell<u32> = const { Cell::new(0) };
}

fn alive() -> MutexGuard<'static, Vec<(u32, Tasks)>> {
    ALIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A number for a runtime; zero stands for those that nobody told of.
pub(crate) fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The number of the runtime whose tasks this thread runs.
#[inline]
pub(crate) fn here() -> u32 {
    HERE.try_with(Cell::get).unwrap_or(0)
}

/// Says that this thread runs the tasks of a runtime; returns whose it ran before.
pub(crate) fn set_here(number: u32) -> u32 {
    HERE.try_with(|here| here.replace(number)).unwrap_or(0)
}

/// Says that a runtime is alive. It must go before the runtime does: from then on its tasks may be
/// dropped at any time, and no longer wait for anybody.
#[derive(Debug)]
pub(crate) struct Alive(u32);

impl Alive {
    pub(crate) fn new(number: u32, tasks: impl Fn() -> usize + Send + 'static) -> Self {
        alive().push((number, Box::new(tasks)));
        Alive(number)
    }

    pub(crate) fn number(&self) -> u32 {
        self.0
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        let mut all = alive();
        let at = all.iter().position(|(number, _)| *number == self.0);
        let gone = at.map(|at| all.swap_remove(at));
        drop(all);
        // What it refers to is not ours, and is dropped without the lock.
        drop(gone);
    }
}

/// How many tasks each runtime has that is alive.
pub(crate) fn tasks() -> HashMap<u32, usize> {
    let mut tasks = HashMap::new();
    for (number, count) in alive().iter() {
        *tasks.entry(*number).or_default() += count();
    }
    tasks
}
