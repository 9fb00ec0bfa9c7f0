//! Channels, locks, condition variables and barriers.
//!
//! What is initialized once (`Once`, `OnceLock`, `LazyLock`) and what lies in `atomic` is the standard
//! library's own: a thread that waits there seems to run.

mod barrier;
mod condvar;
pub mod mpsc;
mod mutex;
mod rwlock;

#[doc(no_inline)]
pub use ::std::sync::*;
pub use barrier::Barrier;
pub use condvar::Condvar;
pub use mutex::{Mutex, MutexGuard};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A guard of ours around a guard of std's, poisoned or not.
fn wrap<G, H>(result: LockResult<G>, wrap: impl FnOnce(G) -> H) -> LockResult<H> {
    match result {
        Ok(guard) => Ok(wrap(guard)),
        Err(poison) => Err(PoisonError::new(wrap(poison.into_inner()))),
    }
}

/// The same for a lock that may be taken.
fn try_wrap<G, H>(result: TryLockResult<G>, wrap: impl FnOnce(G) -> H) -> TryLockResult<H> {
    match result {
        Ok(guard) => Ok(wrap(guard)),
        Err(TryLockError::Poisoned(poison)) => {
            Err(TryLockError::Poisoned(PoisonError::new(wrap(poison.into_inner()))))
        }
        Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
    }
}

/// What can be had at once, or waited for with a record of the wait.
fn now_or<G>(now: TryLockResult<G>, wait: impl FnOnce() -> LockResult<G>) -> LockResult<G> {
    match now {
        Ok(guard) => Ok(guard),
        Err(TryLockError::Poisoned(poison)) => Err(poison),
        Err(TryLockError::WouldBlock) => wait(),
    }
}
