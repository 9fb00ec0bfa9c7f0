//! The tests of the tracker: one binary, a module for each subject.
#![cfg(all(feature = "track", feature = "tokio", feature = "std"))]

mod acquitted;
#[cfg(feature = "async-channel")]
mod async_channel;
mod correct;
#[cfg(feature = "crossbeam-channel")]
mod crossbeam_channel;
mod environment;
mod findings;
#[cfg(feature = "flume")]
mod flume;
#[cfg(feature = "futures")]
mod futures;
mod lock_order;
mod macros;
mod measured;
mod output;
#[cfg(feature = "parking_lot")]
mod parking_lot;
mod reading;
mod refused;
mod same;
mod stuck;
mod system;
mod threads;
#[cfg(feature = "tokio-util")]
mod tokio_util;
mod unharmed;
mod unseen;
mod watchdog;
