//! The guards that keep the `Arc` which the lock is in.

use super::RwLock;
use crate::tracked::hold::Held;
use std::sync::Arc;
use tokio::sync::{RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard};

/// As [`RwLockReadGuard`](super::RwLockReadGuard), with the `Arc` that the lock is in.
pub struct OwnedRwLockReadGuard<T: ?Sized + 'static, U: ?Sized + 'static = T> {
    inner: RwLockReadGuard<'static, U>,
    held: Held,
    lock: Arc<RwLock<T>>,
}

/// As [`RwLockWriteGuard`](super::RwLockWriteGuard), with the `Arc` that the lock is in.
pub struct OwnedRwLockWriteGuard<T: ?Sized + 'static> {
    inner: RwLockWriteGuard<'static, T>,
    held: Held,
    lock: Arc<RwLock<T>>,
}

/// As [`RwLockMappedWriteGuard`](super::RwLockMappedWriteGuard), with the `Arc` that the lock is in.
pub struct OwnedRwLockMappedWriteGuard<T: ?Sized + 'static, U: ?Sized + 'static = T> {
    inner: RwLockMappedWriteGuard<'static, U>,
    held: Held,
    lock: Arc<RwLock<T>>,
}

guard!([T: ?Sized + 'static, U: ?Sized + 'static] OwnedRwLockReadGuard<T, U> => U);
guard!(mut [T: ?Sized + 'static] OwnedRwLockWriteGuard<T> => T);
guard!(mut [T: ?Sized + 'static, U: ?Sized + 'static] OwnedRwLockMappedWriteGuard<T, U> => U);

impl<T: ?Sized, U: ?Sized> OwnedRwLockReadGuard<T, U> {
    pub(super) fn new(
        inner: RwLockReadGuard<'static, U>,
        held: Held,
        lock: Arc<RwLock<T>>,
    ) -> Self {
        OwnedRwLockReadGuard { inner, held, lock }
    }

    /// As tokio's `map`.
    pub fn map<F, V: ?Sized>(this: Self, f: F) -> OwnedRwLockReadGuard<T, V>
    where
        F: FnOnce(&U) -> &V,
    {
        OwnedRwLockReadGuard::new(RwLockReadGuard::map(this.inner, f), this.held, this.lock)
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<F, V: ?Sized>(this: Self, f: F) -> Result<OwnedRwLockReadGuard<T, V>, Self>
    where
        F: FnOnce(&U) -> Option<&V>,
    {
        match RwLockReadGuard::try_map(this.inner, f) {
            Ok(inner) => Ok(OwnedRwLockReadGuard::new(inner, this.held, this.lock)),
            Err(inner) => Err(OwnedRwLockReadGuard::new(inner, this.held, this.lock)),
        }
    }

    /// As tokio's `rwlock`.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        &this.lock
    }
}

impl<T: ?Sized> OwnedRwLockWriteGuard<T> {
    pub(super) fn new(
        inner: RwLockWriteGuard<'static, T>,
        held: Held,
        lock: Arc<RwLock<T>>,
    ) -> Self {
        OwnedRwLockWriteGuard { inner, held, lock }
    }

    /// As tokio's `map`.
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let inner = RwLockWriteGuard::map(this.inner, f);
        OwnedRwLockMappedWriteGuard { inner, held: this.held, lock: this.lock }
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<F, U: ?Sized>(
        this: Self,
        f: F,
    ) -> Result<OwnedRwLockMappedWriteGuard<T, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let OwnedRwLockWriteGuard { inner, held, lock } = this;
        match RwLockWriteGuard::try_map(inner, f) {
            Ok(inner) => Ok(OwnedRwLockMappedWriteGuard { inner, held, lock }),
            Err(inner) => Err(OwnedRwLockWriteGuard { inner, held, lock }),
        }
    }

    /// As tokio's `into_mapped`.
    pub fn into_mapped(this: Self) -> OwnedRwLockMappedWriteGuard<T> {
        let inner = RwLockWriteGuard::into_mapped(this.inner);
        OwnedRwLockMappedWriteGuard { inner, held: this.held, lock: this.lock }
    }

    /// As tokio's `downgrade`.
    pub fn downgrade(self) -> OwnedRwLockReadGuard<T> {
        OwnedRwLockReadGuard::new(self.inner.downgrade(), self.held.reads(), self.lock)
    }

    /// As tokio's `downgrade_map`.
    pub fn downgrade_map<F, U: ?Sized>(this: Self, f: F) -> OwnedRwLockReadGuard<T, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let inner = RwLockWriteGuard::downgrade_map(this.inner, f);
        OwnedRwLockReadGuard::new(inner, this.held.reads(), this.lock)
    }

    /// As tokio's `try_downgrade_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_downgrade_map<F, U: ?Sized>(
        this: Self,
        f: F,
    ) -> Result<OwnedRwLockReadGuard<T, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let OwnedRwLockWriteGuard { inner, held, lock } = this;
        match RwLockWriteGuard::try_downgrade_map(inner, f) {
            Ok(inner) => Ok(OwnedRwLockReadGuard::new(inner, held.reads(), lock)),
            Err(inner) => Err(OwnedRwLockWriteGuard { inner, held, lock }),
        }
    }

    /// As tokio's `rwlock`.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        &this.lock
    }
}

impl<T: ?Sized, U: ?Sized> OwnedRwLockMappedWriteGuard<T, U> {
    /// As tokio's `map`.
    pub fn map<F, V: ?Sized>(this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, V>
    where
        F: FnOnce(&mut U) -> &mut V,
    {
        let inner = RwLockMappedWriteGuard::map(this.inner, f);
        OwnedRwLockMappedWriteGuard { inner, held: this.held, lock: this.lock }
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<F, V: ?Sized>(
        this: Self,
        f: F,
    ) -> Result<OwnedRwLockMappedWriteGuard<T, V>, Self>
    where
        F: FnOnce(&mut U) -> Option<&mut V>,
    {
        let OwnedRwLockMappedWriteGuard { inner, held, lock } = this;
        match RwLockMappedWriteGuard::try_map(inner, f) {
            Ok(inner) => Ok(OwnedRwLockMappedWriteGuard { inner, held, lock }),
            Err(inner) => Err(OwnedRwLockMappedWriteGuard { inner, held, lock }),
        }
    }

    /// As tokio's `rwlock`.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        &this.lock
    }
}
