//! Programs that wait for ever, each boiled down to its cause and beside its repair.
//!
//! The buggy half must be found, with the right kind, certainty and places, and the repaired half
//! must be clean; on one thread, on several, and as often as `LINGER_REPEAT` says. Places are marked
//! where they are: `//~ waits` stands on each line on which somebody waits for ever.
#![cfg(all(feature = "track", feature = "tokio", feature = "tokio-util", feature = "std"))]

#[macro_use]
mod kernel;

mod actors;
mod cancel;
mod double_lock;
mod lock_across;
mod lock_order;
mod read_write_read;
mod receiver_alive;
mod self_wait;
mod signal;
mod spawn_wait;
mod table;
