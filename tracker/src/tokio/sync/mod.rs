//! Channels, locks and semaphores.

pub mod mpsc;
pub mod oneshot;

#[doc(no_inline)]
pub use ::tokio::sync::*;
