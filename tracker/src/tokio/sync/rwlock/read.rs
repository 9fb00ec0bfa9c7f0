//! The guard of a reader.

use crate::tracked::hold::Held;

/// The right to read the value of an [`RwLock`](super::RwLock).
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    pub(super) inner: ::tokio::sync::RwLockReadGuard<'a, T>,
    held: Held,
}

guard!(['a, T: ?Sized] RwLockReadGuard<'a, T> => T);

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    pub(super) fn new(inner: ::tokio::sync::RwLockReadGuard<'a, T>, held: Held) -> Self {
        RwLockReadGuard { inner, held }
    }

    /// As tokio's `map`.
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        RwLockReadGuard::new(::tokio::sync::RwLockReadGuard::map(this.inner, f), this.held)
    }

    /// As tokio's `try_map`.
    ///
    /// # Errors
    ///
    /// Gives the guard back if `f` finds nothing.
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        match ::tokio::sync::RwLockReadGuard::try_map(this.inner, f) {
            Ok(inner) => Ok(RwLockReadGuard::new(inner, this.held)),
            Err(inner) => Err(RwLockReadGuard::new(inner, this.held)),
        }
    }
}
