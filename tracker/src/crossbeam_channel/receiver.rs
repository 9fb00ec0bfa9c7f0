//! The receiving end.

use super::{IntoIter, Iter, RECV, TryIter};
use crate::registry::{Side, Term};
use crate::tracked::end::ChannelEnd;
use crate::tracked::gauge::Gauge;
use crate::tracked::operation::{Pending, What};
use crossbeam_channel::{RecvError, RecvTimeoutError, TryRecvError};
use std::fmt;
use std::panic::Location;
use std::time::{Duration, Instant};

/// A receiving end: crossbeam's [`Receiver`](::crossbeam_channel::Receiver).
pub struct Receiver<T> {
    inner: ::crossbeam_channel::Receiver<T>,
    end: ChannelEnd,
    gauge: Gauge,
    /// What comes: a message of a sender, a tick of the clock.
    awaits: &'static Term,
}

has_end!(Receiver);
blocking_receiver!(crossbeam_channel, "crossbeam", RecvError);

impl<T> Receiver<T> {
    pub(super) const fn new(
        inner: ::crossbeam_channel::Receiver<T>,
        end: ChannelEnd,
        awaits: &'static Term,
    ) -> Self {
        Receiver { inner, end, gauge: Gauge::new(), awaits }
    }

    #[inline]
    fn inner(&self) -> &::crossbeam_channel::Receiver<T> {
        &self.inner
    }

    fn awaits(&self) -> &'static Term {
        self.awaits
    }

    delegate! { inner:
        fn is_empty() -> bool;
        fn is_full() -> bool;
        fn len() -> usize;
        fn capacity() -> Option<usize>;
    }

    /// Crossbeam's own receiver. What becomes of it is not seen any more.
    pub fn into_inner(self) -> ::crossbeam_channel::Receiver<T> {
        self.end.escape();
        self.inner.clone()
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        if self.end.last_receiver() && !self.inner.is_empty() {
            self.end.unread(self.inner.len());
        }
    }
}

impl<T> Clone for Receiver<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let end = self.end.another(Side::Receiver, Location::caller());
        Receiver { inner: self.inner.clone(), end, gauge: Gauge::new(), awaits: self.awaits }
    }
}

impl<T> From<::crossbeam_channel::Receiver<T>> for Receiver<T> {
    /// A receiver of a channel that is not tracked.
    fn from(inner: ::crossbeam_channel::Receiver<T>) -> Self {
        Receiver::new(inner, ChannelEnd::none(), &RECV)
    }
}
