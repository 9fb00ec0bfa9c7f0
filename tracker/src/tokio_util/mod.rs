//! A mirror of tokio-util: cancellation tokens, task trackers and collections of tasks.
//!
//! As in [`linger::tokio`](crate::tokio), what is tracked wraps the library's type, and everything
//! else is re-exported. `PollSender` and `PollSemaphore` take tokio's own types: give them
//! `sender.into_inner()`.
//!
//! ```
//! use linger::{tokio, tokio_util};
//! use tokio_util::{sync::CancellationToken, task::TaskTracker};
//!
//! # #[linger::tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let (stop, workers) = (CancellationToken::new(), TaskTracker::new());
//! workers.spawn(stop.clone().cancelled_owned());
//! stop.cancel();
//! workers.close();
//! workers.wait().await;
//! # }
//! ```

pub mod future;
pub mod sync;
pub mod task;

#[doc(no_inline)]
pub use ::tokio_util::*;
