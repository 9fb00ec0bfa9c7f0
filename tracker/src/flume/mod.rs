//! A mirror of flume: `use linger::flume;` at the top of a file is the whole change.
//!
//! Names, signatures and behaviour are flume's own, on both sides: whoever waits, a thread or a task,
//! says where, and for whom. Waits with a time limit end by themselves, and are not recorded.
//!
//! ```
//! use linger::flume;
//!
//! let (tx, rx) = flume::unbounded();
//! tx.send(7).unwrap();
//! assert_eq!(rx.recv(), Ok(7));
//! ```

pub mod r#async;
mod iter;
mod receiver;
pub mod select;
mod sender;

#[doc(no_inline)]
pub use ::flume::*;
pub use iter::{IntoIter, Iter, TryIter};
pub use receiver::Receiver;
pub use select::Selector;
pub use sender::{Sender, WeakSender};

use crate::registry::{Term, Wants};
use crate::tracked::end::ChannelEnd;
use std::panic::Location;

static UNBOUNDED: Term = Term::kind("unbounded flume channel");
static BOUNDED: Term = Term::kind("bounded flume channel");
static RECV: Term = Term::operation(
    "a message of a flume channel",
    Wants::Senders,
    "sending to it, or dropping every sender",
);
static SEND: Term = Term::operation(
    "room in a flume channel",
    Wants::Receivers,
    "receiving from it, or dropping every receiver",
);

/// Makes a channel without a limit, as flume's [`unbounded`](::flume::unbounded) does, and keeps a
/// record of both ends.
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    channel(::flume::unbounded(), &UNBOUNDED, Location::caller())
}

/// Makes a channel with room for `cap` messages, as flume's [`bounded`](::flume::bounded) does, and
/// keeps a record of both ends. Without any room, a sender waits until a receiver takes the message.
///
/// # Examples
///
/// ```
/// let (tx, rx) = linger::flume::bounded(1);
/// tx.send(1).unwrap();
/// assert!(tx.try_send(2).is_err());
/// assert_eq!(rx.recv(), Ok(1));
/// ```
#[track_caller]
pub fn bounded<T>(cap: usize) -> (Sender<T>, Receiver<T>) {
    channel(::flume::bounded(cap), &BOUNDED, Location::caller())
}

fn channel<T>(
    (sender, receiver): (::flume::Sender<T>, ::flume::Receiver<T>),
    kind: &'static Term,
    location: &'static Location<'static>,
) -> (Sender<T>, Receiver<T>) {
    let (sends, receives) = ChannelEnd::pair(kind, location);
    (Sender::new(sender, sends), Receiver::new(receiver, receives))
}
