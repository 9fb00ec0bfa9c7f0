//! Messages as iterators.

use super::Receiver;
use std::fmt;
use std::panic::Location;

/// Messages until the channel is closed: flume's [`Iter`](::flume::Iter).
pub struct Iter<'a, T> {
    receiver: &'a Receiver<T>,
    location: &'static Location<'static>,
}

impl<'a, T> Iter<'a, T> {
    pub(super) fn new(receiver: &'a Receiver<T>, location: &'static Location<'static>) -> Self {
        Iter { receiver, location }
    }
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.receive(self.location).ok()
    }
}

impl<T> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("receiver", &self.receiver).finish()
    }
}

/// Messages that are there already: flume's [`TryIter`](::flume::TryIter).
pub struct TryIter<'a, T> {
    receiver: &'a Receiver<T>,
}

impl<'a, T> TryIter<'a, T> {
    pub(super) fn new(receiver: &'a Receiver<T>) -> Self {
        TryIter { receiver }
    }
}

impl<T> Iterator for TryIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.try_recv().ok()
    }
}

impl<T> fmt::Debug for TryIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryIter").field("receiver", &self.receiver).finish()
    }
}

/// Messages until the channel is closed, with the receiver: flume's
/// [`IntoIter`](::flume::IntoIter).
pub struct IntoIter<T> {
    receiver: Receiver<T>,
    location: &'static Location<'static>,
}

impl<T> IntoIter<T> {
    pub(super) fn new(receiver: Receiver<T>, location: &'static Location<'static>) -> Self {
        IntoIter { receiver, location }
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.receiver.receive(self.location).ok()
    }
}

impl<T> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").field("receiver", &self.receiver).finish()
    }
}
