//! A mirror of parking_lot: `use linger::parking_lot;` at the top of a file is the whole change.
//!
//! Its locks are made of raw locks of ours, so that guards, mapped guards and `Arc` guards are those
//! of `lock_api`, as parking_lot's own are. A thread that waits for a lock says where, and who holds
//! it. Locks can be constants, so that nobody knows where one was made: the place of its first use
//! stands for it. `Once` is parking_lot's own.
//!
//! With parking_lot's feature `send_guard` a guard may be anywhere, and nobody is named as its
//! holder.
//!
//! ```
//! use linger::parking_lot::{Mutex, MutexGuard, RwLock, RwLockUpgradableReadGuard};
//!
//! static COUNT: Mutex<(u32, u32)> = Mutex::new((0, 0));
//!
//! let mut second = MutexGuard::map(COUNT.lock(), |count| &mut count.1);
//! *second += 1;
//! let settings = RwLock::new(*second);
//! let seen = settings.upgradable_read();
//! *RwLockUpgradableReadGuard::upgrade(seen) += 1;
//! assert_eq!(*settings.read(), 2);
//! ```

mod condvar;
mod raw_mutex;
mod raw_rwlock;
mod record;

#[doc(no_inline)]
pub use ::parking_lot::*;
pub use condvar::Condvar;
pub use raw_mutex::{RawFairMutex, RawMutex};
pub use raw_rwlock::RawRwLock;

/// A lock for one: parking_lot's [`Mutex`](::parking_lot::Mutex), which knows who holds it.
pub type Mutex<T> = lock_api::Mutex<RawMutex, T>;
/// The right to the value of a [`Mutex`].
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, RawMutex, T>;
/// The right to a part of the value of a [`Mutex`].
pub type MappedMutexGuard<'a, T> = lock_api::MappedMutexGuard<'a, RawMutex, T>;

/// A lock for one that goes round: parking_lot's [`FairMutex`](::parking_lot::FairMutex).
pub type FairMutex<T> = lock_api::Mutex<RawFairMutex, T>;
/// The right to the value of a [`FairMutex`].
pub type FairMutexGuard<'a, T> = lock_api::MutexGuard<'a, RawFairMutex, T>;
/// The right to a part of the value of a [`FairMutex`].
pub type MappedFairMutexGuard<'a, T> = lock_api::MappedMutexGuard<'a, RawFairMutex, T>;

/// A lock that one thread may take more than once: parking_lot's
/// [`ReentrantMutex`](::parking_lot::ReentrantMutex).
pub type ReentrantMutex<T> = lock_api::ReentrantMutex<RawMutex, RawThreadId, T>;
/// The right to read the value of a [`ReentrantMutex`].
pub type ReentrantMutexGuard<'a, T> = lock_api::ReentrantMutexGuard<'a, RawMutex, RawThreadId, T>;
/// The right to read a part of the value of a [`ReentrantMutex`].
pub type MappedReentrantMutexGuard<'a, T> =
    lock_api::MappedReentrantMutexGuard<'a, RawMutex, RawThreadId, T>;

/// A lock for many readers or one writer: parking_lot's [`RwLock`](::parking_lot::RwLock), which
/// knows who holds it.
pub type RwLock<T> = lock_api::RwLock<RawRwLock, T>;
/// The right to read the value of a [`RwLock`].
pub type RwLockReadGuard<'a, T> = lock_api::RwLockReadGuard<'a, RawRwLock, T>;
/// The right to write the value of a [`RwLock`].
pub type RwLockWriteGuard<'a, T> = lock_api::RwLockWriteGuard<'a, RawRwLock, T>;
/// The right to read a part of the value of a [`RwLock`].
pub type MappedRwLockReadGuard<'a, T> = lock_api::MappedRwLockReadGuard<'a, RawRwLock, T>;
/// The right to write a part of the value of a [`RwLock`].
pub type MappedRwLockWriteGuard<'a, T> = lock_api::MappedRwLockWriteGuard<'a, RawRwLock, T>;
/// The right to read the value of a [`RwLock`], and to write it later.
pub type RwLockUpgradableReadGuard<'a, T> = lock_api::RwLockUpgradableReadGuard<'a, RawRwLock, T>;

/// As parking_lot's `const_mutex`.
pub const fn const_mutex<T>(val: T) -> Mutex<T> {
    Mutex::new(val)
}

/// As parking_lot's `const_fair_mutex`.
pub const fn const_fair_mutex<T>(val: T) -> FairMutex<T> {
    FairMutex::new(val)
}

/// As parking_lot's `const_reentrant_mutex`.
pub const fn const_reentrant_mutex<T>(val: T) -> ReentrantMutex<T> {
    ReentrantMutex::new(val)
}

/// As parking_lot's `const_rwlock`.
pub const fn const_rwlock<T>(val: T) -> RwLock<T> {
    RwLock::new(val)
}
