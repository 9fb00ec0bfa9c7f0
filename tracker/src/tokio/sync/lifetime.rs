//! Owned guards: a guard of tokio's that borrows from a lock, next to the `Arc` that keeps the lock.
//!
//! Tokio's own owned guards need an `Arc` of tokio's own lock, which lies inside ours. So the borrow
//! is stretched here, and here only.
#![allow(unsafe_code, reason = "there is no safe way to keep a borrow beside its owner")]

use std::mem::transmute;
use tokio::sync::futures::Notified;
use tokio::sync::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};

/// Stretches the lifetime of a guard.
macro_rules! stretch {
    ($name:ident, $guard:ident) => {
        /// Stretches the borrow of the guard.
        ///
        /// # Safety
        ///
        /// The lock must stay where it is until the guard is dropped: the caller keeps the `Arc`
        /// that the lock lies in, in a field after the guard.
        pub(super) unsafe fn $name<T: ?Sized + 'static>(
            guard: $guard<'_, T>,
        ) -> $guard<'static, T> {
            // SAFETY: only the lifetime changes, and the caller keeps what is borrowed.
            unsafe { transmute::<$guard<'_, T>, $guard<'static, T>>(guard) }
        }
    };
}

stretch!(mutex, MutexGuard);
stretch!(read, RwLockReadGuard);
stretch!(write, RwLockWriteGuard);

/// Stretches the borrow of the future.
///
/// # Safety
///
/// As for the guards: the caller keeps the `Arc` of the `Notify`, in a field after the future.
pub(super) unsafe fn notified(future: Notified<'_>) -> Notified<'static> {
    // SAFETY: only the lifetime changes, and the caller keeps what is borrowed.
    unsafe { transmute::<Notified<'_>, Notified<'static>>(future) }
}
