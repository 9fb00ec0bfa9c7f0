//! The guards of a writer.

use super::RwLockReadGuard;
use crate::tracked::hold::Held;

/// The right to write the value of an [`RwLock`](super::RwLock).
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    pub(super) inner: ::tokio::sync::RwLockWriteGuard<'a, T>,
    held: Held,
}

/// The right to write a part of the value of an [`RwLock`](super::RwLock).
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockMappedWriteGuard<'a, T: ?Sized> {
    pub(super) inner: ::tokio::sync::RwLockMappedWriteGuard<'a, T>,
    held: Held,
}

guard!(mut ['a, T: ?Sized] RwLockWriteGuard<'a, T> => T);
guard!(mut ['a, T: ?Sized] RwLockMappedWriteGuard<'a, T> => T);

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    pub(super) fn new(inner: ::tokio::sync::RwLockWriteGuard<'a, T>, held: Held) -> Self {
        RwLockWriteGuard { inner, held }
    }

    /// As tokio's `map`.
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        RwLockMappedWriteGuard {
            inner: ::tokio::sync::RwLockWriteGuard::map(this.inner, f),
            held: this.held,
        }
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let held = this.held;
        match ::tokio::sync::RwLockWriteGuard::try_map(this.inner, f) {
            Ok(inner) => Ok(RwLockMappedWriteGuard { inner, held }),
            Err(inner) => Err(RwLockWriteGuard { inner, held }),
        }
    }

    /// As tokio's `into_mapped`.
    pub fn into_mapped(this: Self) -> RwLockMappedWriteGuard<'a, T> {
        RwLockMappedWriteGuard {
            inner: ::tokio::sync::RwLockWriteGuard::into_mapped(this.inner),
            held: this.held,
        }
    }

    /// As tokio's `downgrade`.
    pub fn downgrade(self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard::new(self.inner.downgrade(), self.held.reads())
    }

    /// As tokio's `downgrade_map`.
    pub fn downgrade_map<F, U: ?Sized>(this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let inner = ::tokio::sync::RwLockWriteGuard::downgrade_map(this.inner, f);
        RwLockReadGuard::new(inner, this.held.reads())
    }

    /// As tokio's `try_downgrade_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_downgrade_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        match ::tokio::sync::RwLockWriteGuard::try_downgrade_map(this.inner, f) {
            Ok(inner) => Ok(RwLockReadGuard::new(inner, this.held.reads())),
            Err(inner) => Err(RwLockWriteGuard { inner, held: this.held }),
        }
    }
}

impl<'a, T: ?Sized> RwLockMappedWriteGuard<'a, T> {
    /// As tokio's `map`.
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        RwLockMappedWriteGuard {
            inner: ::tokio::sync::RwLockMappedWriteGuard::map(this.inner, f),
            held: this.held,
        }
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let held = this.held;
        match ::tokio::sync::RwLockMappedWriteGuard::try_map(this.inner, f) {
            Ok(inner) => Ok(RwLockMappedWriteGuard { inner, held }),
            Err(inner) => Err(RwLockMappedWriteGuard { inner, held }),
        }
    }
}
