//! Cancellation tokens.

mod cancellation_token;
mod drop_guard;
mod until_cancelled;

#[doc(no_inline)]
pub use ::tokio_util::sync::*;
pub use cancellation_token::{
    CancellationToken, WaitForCancellationFuture, WaitForCancellationFutureOwned,
};
pub use drop_guard::{DropGuard, DropGuardRef};
pub use until_cancelled::UntilCancelled;
