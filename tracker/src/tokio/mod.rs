//! A mirror of tokio: `use linger::tokio;` at the top of a file is the whole change.
//!
//! Names, signatures and behaviour are tokio's own. What is tracked wraps tokio's type and delegates
//! to it; everything else is re-exported. Where an API insists on tokio's own type, `into_inner` and
//! `From` lead there and back; what goes there is no longer tracked, which makes verdicts about
//! its channel unknown, never wrong. A stream over a receiver is for one
//! `ReceiverStream::new(rx.into_inner())`, where nobody sees who waits for it any more, or
//! `futures::stream::poll_fn(move |cx| rx.poll_recv(cx))`, where everything stays tracked; a sink is
//! `PollSender::new(tx.into_inner())`.
//!
//! ```
//! use linger::tokio;
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() {
//!     let handle = tokio::spawn(async { 1 + 1 });
//!     assert_eq!(handle.await.unwrap(), 2);
//! }
//! ```

pub(crate) mod captures;
pub mod runtime;
pub mod sync;
pub mod task;

#[doc(no_inline)]
pub use ::tokio::*;
pub use task::spawn;
