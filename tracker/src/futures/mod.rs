//! A mirror of futures: `use linger::futures;` at the top of a file is the whole change.
//!
//! The channels are tracked; everything else is the crate's own. Whoever reads a stream does so by a
//! combinator of a library, whose place says nothing: a wait for the next message names the place
//! where the receiver was made.
//!
//! ```
//! use linger::futures::channel::oneshot;
//! use linger::futures::executor::block_on;
//!
//! let (tx, rx) = oneshot::channel();
//! tx.send(7).unwrap();
//! assert_eq!(block_on(rx), Ok(7));
//! ```

pub mod channel;

#[doc(no_inline)]
pub use ::futures::*;
