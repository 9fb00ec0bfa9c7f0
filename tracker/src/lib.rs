//! The runtime half of linger: finds the tasks, threads and channels that outlive their owner
//! while the program or its tests run.
//!
//! Data goes one way: what is [tracked](crate) keeps records in the registry; a [`snapshot()`] reads
//! them; the verdict says who can still be woken; a [`Report`] says it in words.
//!
//! ```
//! use linger::Scope;
//!
//! let scope = Scope::new("import");
//! let sum: i32 = {
//!     let _entered = scope.enter();
//!     (1..=3).sum()
//! };
//! assert_eq!(sum, 6);
//! scope.check_blocking().assert_clean();
//! ```
//!
//! # Features
//!
//! - `track` (default): record what lives. Without it every drop-in module is a plain re-export,
//!   and every check is empty.
//! - `tokio`: the drop-in module `linger::tokio`.
//! - `std`: the drop-in module `linger::std`.

// The modules `tokio` and `std` of this crate have the names of crates: paths to those start
// with `::`.

mod env;
mod finding;
mod options;
mod output;
mod report;
mod source;

mod backtrace;
mod check;
mod context;
mod owner;
mod registry;
mod scope;
mod snapshot;
mod tracked;
mod verdict;

#[cfg(feature = "tokio")]
pub mod tokio;

pub use finding::{Certainty, Finding, Kind, Label, Severity};
pub use options::Options;
pub use report::Report;
pub use scope::{Entered, Scope, check, check_blocking};
pub use snapshot::{Group, Snapshot, snapshot};
pub use source::{Position, Span};
