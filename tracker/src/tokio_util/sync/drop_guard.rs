//! Guards that cancel a token when they go.

use super::CancellationToken;

/// Cancels its token when it is dropped: tokio-util's [`DropGuard`](::tokio_util::sync::DropGuard).
#[derive(Debug)]
pub struct DropGuard {
    // Empty once it is disarmed.
    token: Option<CancellationToken>,
}

/// As [`DropGuard`], with a token that somebody else keeps: tokio-util's
/// [`DropGuardRef`](::tokio_util::sync::DropGuardRef).
#[derive(Debug)]
pub struct DropGuardRef<'a> {
    token: Option<&'a CancellationToken>,
}

/// A guard is only without its token after `disarm`, which consumes it.
#[cold]
fn gone() -> ! {
    unreachable!("a guard was used after it was disarmed")
}

impl DropGuard {
    pub(super) fn new(token: CancellationToken) -> Self {
        DropGuard { token: Some(token) }
    }

    /// As tokio-util's `token`.
    pub fn token(&self) -> &CancellationToken {
        self.token.as_ref().unwrap_or_else(|| gone())
    }

    /// As tokio-util's `disarm`: gives the token back, and cancels nothing.
    pub fn disarm(mut self) -> CancellationToken {
        self.token.take().unwrap_or_else(|| gone())
    }
}

impl Drop for DropGuard {
    fn drop(&mut self) {
        if let Some(token) = &self.token {
            token.cancel();
        }
    }
}

impl<'a> DropGuardRef<'a> {
    pub(super) fn new(token: &'a CancellationToken) -> Self {
        DropGuardRef { token: Some(token) }
    }

    /// As tokio-util's `token`.
    pub fn token(&self) -> &CancellationToken {
        self.token.unwrap_or_else(|| gone())
    }

    /// As tokio-util's `disarm`.
    pub fn disarm(mut self) -> &'a CancellationToken {
        self.token.take().unwrap_or_else(|| gone())
    }
}

impl Drop for DropGuardRef<'_> {
    fn drop(&mut self) {
        if let Some(token) = self.token {
            token.cancel();
        }
    }
}
