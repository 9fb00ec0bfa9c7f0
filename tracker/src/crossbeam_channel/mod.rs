//! A mirror of crossbeam-channel: `use linger::crossbeam_channel;` at the top of a file is the whole
//! change.
//!
//! Names, signatures and behaviour are crossbeam's own. A thread that waits in an operation, in
//! [`select!`] or in a [`Select`] says where, and for whom. Waits with a time limit end by
//! themselves, and are not recorded.
//!
//! ```
//! use linger::crossbeam_channel::{bounded, select, unbounded};
//!
//! let (jobs, queue) = unbounded();
//! let (stop, stopped) = bounded::<()>(0);
//! jobs.send(7).unwrap();
//! select! {
//!     recv(queue) -> job => assert_eq!(job, Ok(7)),
//!     recv(stopped) -> _ => unreachable!(),
//! }
//! # drop(stop);
//! ```

mod iter;
mod receiver;
mod select;
mod select_macro;
mod sender;
mod time;

#[doc(inline)]
pub use crate::{
    __crossbeam_channel_select as select, __crossbeam_channel_select_biased as select_biased,
};
#[doc(no_inline)]
pub use ::crossbeam_channel::*;
// Hidden in crossbeam too, where macros of other crates call it all the same.
#[doc(hidden)]
pub use crate::__crossbeam_channel_select as crossbeam_channel_internal;
pub use iter::{IntoIter, Iter, TryIter};
pub use receiver::Receiver;
pub use select::{Select, SelectedOperation};
pub use sender::Sender;
pub use time::{after, at, never, tick};

use crate::registry::{Term, Wants};
use crate::tracked::end::ChannelEnd;
use std::panic::Location;

static UNBOUNDED: Term = Term::kind("unbounded crossbeam channel");
static BOUNDED: Term = Term::kind("bounded crossbeam channel");
static RENDEZVOUS: Term = Term::kind("crossbeam channel without room");
static RECV: Term = Term::operation(
    "a message of a crossbeam channel",
    Wants::Senders,
    "sending to it, or dropping every sender",
);
static SEND: Term = Term::operation(
    "room in a crossbeam channel",
    Wants::Receivers,
    "receiving from it, or dropping every receiver",
);

/// Makes a channel without a limit, as crossbeam's [`unbounded`](::crossbeam_channel::unbounded)
/// does, and keeps a record of both ends.
///
/// # Examples
///
/// ```
/// let (s, r) = linger::crossbeam_channel::unbounded();
/// s.send(1).unwrap();
/// assert_eq!(r.recv(), Ok(1));
/// ```
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    channel(::crossbeam_channel::unbounded(), &UNBOUNDED, Location::caller())
}

/// Makes a channel with room for `cap` messages, as crossbeam's
/// [`bounded`](::crossbeam_channel::bounded) does, and keeps a record of both ends. Without any
/// room, a sender waits until a receiver takes the message.
///
/// # Examples
///
/// ```
/// let (s, r) = linger::crossbeam_channel::bounded(1);
/// s.send(1).unwrap();
/// assert!(s.try_send(2).is_err());
/// assert_eq!(r.recv(), Ok(1));
/// ```
#[track_caller]
pub fn bounded<T>(cap: usize) -> (Sender<T>, Receiver<T>) {
    let kind = if cap == 0 { &RENDEZVOUS } else { &BOUNDED };
    channel(::crossbeam_channel::bounded(cap), kind, Location::caller())
}

fn channel<T>(
    (sender, receiver): (::crossbeam_channel::Sender<T>, ::crossbeam_channel::Receiver<T>),
    kind: &'static Term,
    location: &'static Location<'static>,
) -> (Sender<T>, Receiver<T>) {
    let (sends, receives) = ChannelEnd::pair(kind, location);
    (Sender::new(sender, sends), Receiver::new(receiver, receives, &RECV))
}
