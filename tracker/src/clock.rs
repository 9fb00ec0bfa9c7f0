//! A clock that is read by a load, for what is timed at every poll. It only runs while there are
//! scopes, and it may lag behind, never run ahead: what it calls long took at least as long.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

/// The ticks so far; never zero.
static NOW: AtomicU32 = AtomicU32::new(1);
/// How many scopes there are.
static SCOPES: AtomicUsize = AtomicUsize::new(0);
/// Whether it stands still.
static STANDS: Mutex<bool> = Mutex::new(false);
static GO_ON: Condvar = Condvar::new();

/// At least so long passes between two ticks.
pub(crate) const TICK: Duration = Duration::from_millis(10);
/// After so many ticks without any scope it stands still. Scopes come and go, and to start again
/// costs a call of the system.
const LONELY: u32 = 100;

/// The ticks so far.
#[inline]
pub(crate) fn now() -> u32 {
    NOW.load(Ordering::Relaxed)
}

/// How long it has been since then, at least.
#[inline]
pub(crate) fn since(then: u32) -> Duration {
    // The first tick may come at once.
    TICK * now().wrapping_sub(then).saturating_sub(1)
}

/// The clock runs for as long as this lives.
#[derive(Debug)]
pub(crate) struct Runs(());

impl Runs {
    pub(crate) fn new() -> Self {
        static START: Once = Once::new();
        SCOPES.fetch_add(1, Ordering::SeqCst);
        if crate::env::tracking() {
            START.call_once(|| {
                let thread = std::thread::Builder::new().name("linger-clock".to_owned());
                let _ = thread.spawn(run);
            });
            let mut stands = stands();
            if *stands {
                *stands = false;
                GO_ON.notify_one();
            }
        }
        Runs(())
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        SCOPES.fetch_sub(1, Ordering::SeqCst);
    }
}

fn stands() -> MutexGuard<'static, bool> {
    STANDS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run() {
    crate::system::known_here();
    let mut lonely = 0;
    loop {
        std::thread::sleep(TICK);
        NOW.store(now().wrapping_add(1).max(1), Ordering::Relaxed);
        lonely = if SCOPES.load(Ordering::SeqCst) == 0 { lonely + 1 } else { 0 };
        if lonely < LONELY {
            continue;
        }
        lonely = 0;
        let mut stands = stands();
        // Whoever makes a scope now does so before this, or sees that the clock stands.
        *stands = SCOPES.load(Ordering::SeqCst) == 0;
        while *stands {
            stands = GO_ON.wait(stands).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
