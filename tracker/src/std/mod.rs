//! A mirror of the standard library: `use linger::std;` at the top of a file is the whole change.
//!
//! Threads, channels, locks and condition variables are tracked; everything else is the standard
//! library's own.
//!
//! ```
//! use linger::std;
//!
//! let (tx, rx) = std::sync::mpsc::channel();
//! let worker = std::thread::spawn(move || tx.send(7));
//! assert_eq!(rx.recv(), Ok(7));
//! worker.join().unwrap().unwrap();
//! ```

pub mod sync;
pub mod thread;

#[doc(no_inline)]
pub use ::std::*;
