//! Futures, streams and sinks.

mod receive;
mod send;

pub use receive::{RecvFut, RecvStream};
pub use send::{SendFut, SendSink};

use crate::registry::Side;
use crate::tracked::end::ChannelEnd;
use std::ops::Deref;
use std::panic::Location;

/// The end that a future uses: its own, or that of whoever lent it.
pub(super) enum EndOf<'a> {
    Own(ChannelEnd),
    Lent(&'a ChannelEnd),
}

impl EndOf<'_> {
    /// The end for a clone.
    fn another(&self, side: Side, location: &'static Location<'static>) -> Self {
        match self {
            EndOf::Own(end) => EndOf::Own(end.another(side, location)),
            EndOf::Lent(end) => EndOf::Lent(end),
        }
    }
}

impl Deref for EndOf<'_> {
    type Target = ChannelEnd;

    fn deref(&self) -> &ChannelEnd {
        match self {
            EndOf::Own(end) => end,
            EndOf::Lent(end) => end,
        }
    }
}
