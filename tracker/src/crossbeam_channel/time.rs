//! Receivers whose messages come from the clock, or never.

use super::Receiver;
use crate::registry::{Term, Wants};
use crate::tracked::end::ChannelEnd;
use std::time::{Duration, Instant};

// Nobody is asked for these.
static AFTER: Term = Term::operation("a point in time", Wants::Nothing, "the time that passes");
static TICK: Term = Term::operation("the next tick", Wants::Nothing, "the time that passes");
static NEVER: Term =
    Term::operation("a message that never comes", Wants::Nothing, "nothing: it never ends");

/// A message after a time, as crossbeam's [`after`](::crossbeam_channel::after) gives.
pub fn after(duration: Duration) -> Receiver<Instant> {
    Receiver::new(::crossbeam_channel::after(duration), ChannelEnd::none(), &AFTER)
}

/// A message at a time, as crossbeam's [`at`](::crossbeam_channel::at) gives.
pub fn at(when: Instant) -> Receiver<Instant> {
    Receiver::new(::crossbeam_channel::at(when), ChannelEnd::none(), &AFTER)
}

/// A message whenever so much time has passed, as crossbeam's [`tick`](::crossbeam_channel::tick)
/// gives.
pub fn tick(duration: Duration) -> Receiver<Instant> {
    Receiver::new(::crossbeam_channel::tick(duration), ChannelEnd::none(), &TICK)
}

/// No message at all, as crossbeam's [`never`](::crossbeam_channel::never) gives.
pub const fn never<T>() -> Receiver<T> {
    Receiver::new(::crossbeam_channel::never(), ChannelEnd::none(), &NEVER)
}
