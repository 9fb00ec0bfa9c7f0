//! Settings of a thread that is about to start.

use super::{JoinHandle, Scope, ScopedJoinHandle, tracked};
use ::std::io;

/// Settings of a thread: [`std::thread::Builder`].
#[must_use = "must eventually spawn the thread"]
#[derive(Debug)]
pub struct Builder {
    inner: ::std::thread::Builder,
    name: Option<String>,
}

impl Builder {
    /// As std's `new`.
    #[allow(clippy::new_without_default, reason = "std's has none")]
    pub fn new() -> Builder {
        Builder { inner: ::std::thread::Builder::new(), name: None }
    }

    /// As std's `name`. Reports show it too.
    pub fn name(self, name: String) -> Builder {
        Builder { name: Some(name.clone()), inner: self.inner.name(name) }
    }

    /// As std's `stack_size`.
    pub fn stack_size(self, size: usize) -> Builder {
        Builder { inner: self.inner.stack_size(size), ..self }
    }

    /// As std's `spawn`.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses a thread.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (work, watch) = tracked(self.name.as_deref(), f);
        Ok(JoinHandle::new(self.inner.spawn(work)?, watch))
    }

    /// As std's `spawn_scoped`.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses a thread.
    #[track_caller]
    pub fn spawn_scoped<'scope, 'env, F, T>(
        self,
        scope: &'scope Scope<'scope, 'env>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let (work, watch) = tracked(self.name.as_deref(), f);
        Ok(ScopedJoinHandle::new(self.inner.spawn_scoped(scope.inner(), work)?, watch))
    }
}
