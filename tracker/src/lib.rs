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
//! - `tokio-util`: the drop-in module `linger::tokio_util`, with `tokio`.
//! - `std`: the drop-in module `linger::std`.
//! - `crossbeam-channel`: the drop-in module `linger::crossbeam_channel`.
//! - `parking_lot`: the drop-in module `linger::parking_lot`.
//! - `flume`: the drop-in module `linger::flume`.
//! - `async-channel`: the drop-in module `linger::async_channel`.
//! - `futures`: the drop-in module `linger::futures`.
//! - `full`: every drop-in module.

// `expect`, because `allow` is one of our macros here.
#![cfg_attr(
    not(all(feature = "track", feature = "tokio", feature = "std")),
    expect(dead_code, reason = "each drop-in module uses its share of what is tracked")
)]

// The modules `tokio` and `std` of this crate have the names of crates: paths to those start
// with `::`.

#[macro_use]
mod delegate;
#[cfg(all(feature = "track", any(feature = "crossbeam-channel", feature = "flume")))]
#[macro_use]
mod blocking;
mod env;
mod finding;
mod options;
mod output;
mod report;
mod source;

#[cfg(feature = "track")]
mod backtrace;
#[cfg(feature = "track")]
mod check;
#[cfg(feature = "track")]
mod clock;
#[cfg(feature = "track")]
mod context;
#[cfg(feature = "track")]
mod owner;
#[cfg(feature = "track")]
mod registry;
#[cfg(feature = "track")]
mod scope;
#[cfg(feature = "track")]
mod snapshot;
#[cfg(feature = "track")]
mod strangers;
#[cfg(feature = "track")]
mod stuck;
#[cfg(feature = "track")]
mod system;
#[cfg(feature = "track")]
mod tracked;
#[cfg(feature = "track")]
mod verdict;
#[cfg(feature = "track")]
mod watchdog;

#[cfg(not(feature = "track"))]
#[path = "off.rs"]
mod scope;
#[cfg(not(feature = "track"))]
use scope as snapshot;
#[cfg(not(feature = "track"))]
use scope as watchdog;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(all(feature = "tokio", feature = "track"))]
pub mod tokio;
#[cfg(all(feature = "tokio", not(feature = "track")))]
#[doc(no_inline)]
pub use ::tokio;

#[cfg(all(feature = "tokio-util", feature = "track"))]
pub mod tokio_util;
#[cfg(all(feature = "tokio-util", not(feature = "track")))]
#[doc(no_inline)]
pub use ::tokio_util;

#[cfg(all(feature = "std", feature = "track"))]
pub mod std;
#[cfg(all(feature = "std", not(feature = "track")))]
#[doc(no_inline)]
pub use ::std;

#[cfg(all(feature = "crossbeam-channel", feature = "track"))]
pub mod crossbeam_channel;
#[cfg(all(feature = "crossbeam-channel", not(feature = "track")))]
#[doc(no_inline)]
pub use ::crossbeam_channel;

#[cfg(all(feature = "parking_lot", feature = "track"))]
pub mod parking_lot;
#[cfg(all(feature = "parking_lot", not(feature = "track")))]
#[doc(no_inline)]
pub use ::parking_lot;

#[cfg(all(feature = "flume", feature = "track"))]
pub mod flume;
#[cfg(all(feature = "flume", not(feature = "track")))]
#[doc(no_inline)]
pub use ::flume;

#[cfg(all(feature = "async-channel", feature = "track"))]
pub mod async_channel;
#[cfg(all(feature = "async-channel", not(feature = "track")))]
#[doc(no_inline)]
pub use ::async_channel;

#[cfg(all(feature = "futures", feature = "track"))]
pub mod futures;
#[cfg(all(feature = "futures", not(feature = "track")))]
#[doc(no_inline)]
pub use ::futures;

pub use finding::{Certainty, Finding, Kind, Label, Severity};
#[cfg(feature = "tokio")]
pub use linger_macros::spawn;
pub use linger_macros::{allow, main, test, track};
pub use options::Options;
pub use report::Report;
pub use scope::{Entered, Scope, check, check_blocking};
pub use snapshot::{Group, Snapshot, snapshot};
pub use source::{Position, Span};
pub use watchdog::{Watch, watch};

/// Checks the current scope and panics if something is left.
///
/// In async code it must be awaited, so that what is about to end can end:
/// `linger::assert_no_leaks!().await`. In other code it blocks.
///
/// # Panics
///
/// Panics with the report if something of severity `error` is left.
///
/// # Examples
///
/// ```
/// linger::assert_no_leaks!();
/// # async fn example() {
/// linger::assert_no_leaks!().await;
/// # }
/// ```
#[macro_export]
macro_rules! assert_no_leaks {
    () => {
        $crate::__private::AssertNoLeaks::new()
    };
}
