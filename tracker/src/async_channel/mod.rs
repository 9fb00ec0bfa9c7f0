//! A mirror of async-channel: `use linger::async_channel;` at the top of a file is the whole change.
//!
//! Names, signatures and behaviour are async-channel's own. A task that waits says where, and for
//! whom; so does a thread in `send_blocking` or `recv_blocking`.
//!
//! ```
//! use linger::async_channel;
//!
//! let (tx, rx) = async_channel::bounded(1);
//! tx.send_blocking(7).unwrap();
//! assert_eq!(rx.recv_blocking(), Ok(7));
//! ```

mod futures;
mod receiver;
mod sender;

#[doc(no_inline)]
pub use ::async_channel::*;
pub use futures::{Closed, Recv, Send};
pub use receiver::{Receiver, WeakReceiver};
pub use sender::{Sender, WeakSender};

use crate::registry::{Term, Wants};
use crate::tracked::end::ChannelEnd;
use std::panic::Location;

static UNBOUNDED: Term = Term::kind("unbounded async channel");
static BOUNDED: Term = Term::kind("bounded async channel");
static RECV: Term = Term::operation(
    "a message of an async channel",
    Wants::Senders,
    "sending to it, or closing it, or dropping every sender",
);
static SEND: Term = Term::operation(
    "room in an async channel",
    Wants::Receivers,
    "receiving from it, or closing it, or dropping every receiver",
);
static CLOSED: Term = Term::operation(
    "the close of an async channel",
    Wants::Receivers,
    "closing it, or dropping every receiver",
);

/// Makes a channel without a limit, as async-channel's [`unbounded`](::async_channel::unbounded) does,
/// and keeps a record of both ends.
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    channel(::async_channel::unbounded(), &UNBOUNDED, Location::caller())
}

/// Makes a channel with room for `cap` messages, as async-channel's
/// [`bounded`](::async_channel::bounded) does, and keeps a record of both ends.
///
/// # Panics
///
/// Panics if there is no room at all.
#[track_caller]
pub fn bounded<T>(cap: usize) -> (Sender<T>, Receiver<T>) {
    channel(::async_channel::bounded(cap), &BOUNDED, Location::caller())
}

fn channel<T>(
    (sender, receiver): (::async_channel::Sender<T>, ::async_channel::Receiver<T>),
    kind: &'static Term,
    location: &'static Location<'static>,
) -> (Sender<T>, Receiver<T>) {
    let (sends, receives) = ChannelEnd::pair(kind, location);
    (Sender::new(sender, sends), Receiver::new(receiver, receives, location))
}
