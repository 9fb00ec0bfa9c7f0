//! What channels have in common whose operations block the thread: crossbeam's and flume's.
//!
//! Each macro is called once in the module of each library, which has `SEND` and `RECV`, what a wait
//! is for, and adds what only it has.

/// The sending end, but for how it is made.
macro_rules! blocking_sender {
    ($library:ident, $name:literal) => {
        use crate::registry::Side;
        use crate::tracked::end::ChannelEnd;
        use crate::tracked::operation::{Pending, What};
        use ::std::fmt;
        use ::std::panic::Location;
        use ::std::time::{Duration, Instant};
        use $library::{SendError, SendTimeoutError, TrySendError};

        #[doc = concat!("A sending end: ", $name, "'s [`Sender`](::", stringify!($library), "::Sender).")]
        pub struct Sender<T> {
            inner: ::$library::Sender<T>,
            end: ChannelEnd,
        }

        has_end!(Sender);

        impl<T> Sender<T> {
            pub(super) fn new(inner: ::$library::Sender<T>, end: ChannelEnd) -> Self {
                Sender { inner, end }
            }

            #[doc = concat!("As ", $name, "'s `send`.")]
            ///
            /// # Errors
            ///
            /// Fails if all receivers have gone, and gives the message back.
            #[track_caller]
            pub fn send(&self, msg: T) -> Result<(), SendError<T>> {
                self.end.touch(self);
                let location = Location::caller();
                // Only who has to wait needs a record of it.
                let result = match self.inner.try_send(msg) {
                    Ok(()) => Ok(()),
                    Err(TrySendError::Disconnected(msg)) => Err(SendError(msg)),
                    Err(TrySendError::Full(msg)) => {
                        let what = What::on(&SEND, self.end.resource(), location);
                        Pending::during(what, || self.inner.send(msg))
                    }
                };
                self.note(result.is_err(), location);
                result
            }

            #[doc = concat!("As ", $name, "'s `try_send`.")]
            ///
            /// # Errors
            ///
            /// Fails if there is no room, or all receivers have gone.
            #[track_caller]
            pub fn try_send(&self, msg: T) -> Result<(), TrySendError<T>> {
                self.end.touch(self);
                let result = self.inner.try_send(msg);
                self.note(matches!(result, Err(TrySendError::Disconnected(_))), Location::caller());
                result
            }

            #[doc = concat!("As ", $name, "'s `send_timeout`.")]
            ///
            /// # Errors
            ///
            /// Fails if the time is over, or all receivers have gone.
            #[track_caller]
            pub fn send_timeout(
                &self,
                msg: T,
                timeout: Duration,
            ) -> Result<(), SendTimeoutError<T>> {
                self.end.touch(self);
                self.note_timed(self.inner.send_timeout(msg, timeout), Location::caller())
            }

            #[doc = concat!("As ", $name, "'s `send_deadline`.")]
            ///
            /// # Errors
            ///
            /// Fails if the time is over, or all receivers have gone.
            #[track_caller]
            pub fn send_deadline(
                &self,
                msg: T,
                deadline: Instant,
            ) -> Result<(), SendTimeoutError<T>> {
                self.end.touch(self);
                self.note_timed(self.inner.send_deadline(msg, deadline), Location::caller())
            }

            #[doc = concat!("As ", $name, "'s `same_channel`.")]
            pub fn same_channel(&self, other: &Sender<T>) -> bool {
                self.inner.same_channel(&other.inner)
            }

            #[doc = concat!("The sender of ", $name, ". What becomes of it is not seen any more.")]
            pub fn into_inner(self) -> ::$library::Sender<T> {
                self.end.escape();
                self.inner
            }

            /// What is selected on, and what a wait of it would be for.
            pub(super) fn operation(&self) -> (&::$library::Sender<T>, What) {
                self.end.touch(self);
                (&self.inner, What::on(&SEND, self.end.resource(), Location::caller()))
            }

            /// Notes that a message was sent, and whether it found nobody.
            #[inline]
            pub(super) fn note(&self, closed: bool, location: &'static Location<'static>) {
                if closed {
                    self.end.sent_after_close(location);
                }
                self.end.passed::<T, _>(self);
            }

            fn note_timed(
                &self,
                result: Result<(), SendTimeoutError<T>>,
                location: &'static Location<'static>,
            ) -> Result<(), SendTimeoutError<T>> {
                self.note(matches!(result, Err(SendTimeoutError::Disconnected(_))), location);
                result
            }
        }

        impl<T> Clone for Sender<T> {
            #[track_caller]
            fn clone(&self) -> Self {
                let end = self.end.another(Side::Sender, Location::caller());
                Sender { inner: self.inner.clone(), end }
            }
        }

        impl<T> fmt::Debug for Sender<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }

        impl<T> From<::$library::Sender<T>> for Sender<T> {
            /// A sender of a channel that is not tracked.
            fn from(inner: ::$library::Sender<T>) -> Self {
                Sender { inner, end: ChannelEnd::none() }
            }
        }
    };
}

/// What receives, over the `gauge` and the methods `inner` and `awaits` of the `Receiver` beside it;
/// `$closed` is the error of a channel without senders.
macro_rules! blocking_receiver {
    ($library:ident, $name:literal, $closed:expr) => {
        impl<T> Receiver<T> {
            /// Notes who receives, and now and then how many messages wait.
            #[inline]
            fn used(&self) {
                self.end.touch(self);
                self.sample();
            }

            #[inline]
            fn sample(&self) {
                if self.gauge.is_due() && self.inner().capacity().is_none() {
                    self.end.queues(self.inner().len());
                }
            }

            #[doc = concat!("As ", $name, "'s `recv`.")]
            ///
            /// # Errors
            ///
            /// Fails if the channel is empty and all senders have gone.
            #[track_caller]
            pub fn recv(&self) -> Result<T, RecvError> {
                self.receive(Location::caller())
            }

            pub(super) fn receive(
                &self,
                location: &'static Location<'static>,
            ) -> Result<T, RecvError> {
                self.used();
                // Only who has to wait needs a record of it.
                match self.inner().try_recv() {
                    Ok(message) => Ok(message),
                    Err(TryRecvError::Disconnected) => Err($closed),
                    Err(TryRecvError::Empty) => {
                        let what = What::on(self.awaits(), self.end.resource(), location);
                        Pending::during(what, || self.inner().recv())
                    }
                }
            }

            #[doc = concat!("As ", $name, "'s `try_recv`.")]
            ///
            /// # Errors
            ///
            /// Fails if the channel is empty.
            pub fn try_recv(&self) -> Result<T, TryRecvError> {
                self.used();
                self.inner().try_recv()
            }

            #[doc = concat!("As ", $name, "'s `recv_timeout`.")]
            ///
            /// # Errors
            ///
            /// Fails if the time is over, or the channel is empty and all senders have gone.
            pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
                self.used();
                self.inner().recv_timeout(timeout)
            }

            #[doc = concat!("As ", $name, "'s `recv_deadline`.")]
            ///
            /// # Errors
            ///
            /// Fails if the time is over, or the channel is empty and all senders have gone.
            pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
                self.used();
                self.inner().recv_deadline(deadline)
            }

            #[doc = concat!("As ", $name, "'s `iter`.")]
            #[track_caller]
            pub fn iter(&self) -> Iter<'_, T> {
                Iter::new(self, Location::caller())
            }

            #[doc = concat!("As ", $name, "'s `try_iter`.")]
            pub fn try_iter(&self) -> TryIter<'_, T> {
                TryIter::new(self)
            }

            #[doc = concat!("As ", $name, "'s `same_channel`.")]
            pub fn same_channel(&self, other: &Receiver<T>) -> bool {
                self.inner().same_channel(other.inner())
            }

            /// What is selected on, and what a wait of it would be for.
            pub(super) fn operation(&self) -> (&::$library::Receiver<T>, What) {
                self.used();
                (self.inner(), What::on(self.awaits(), self.end.resource(), Location::caller()))
            }
        }

        impl<T> fmt::Debug for Receiver<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner().fmt(f)
            }
        }

        impl<'a, T> IntoIterator for &'a Receiver<T> {
            type Item = T;
            type IntoIter = Iter<'a, T>;

            #[track_caller]
            fn into_iter(self) -> Iter<'a, T> {
                self.iter()
            }
        }

        impl<T> IntoIterator for Receiver<T> {
            type Item = T;
            type IntoIter = IntoIter<T>;

            #[track_caller]
            fn into_iter(self) -> IntoIter<T> {
                IntoIter::new(self, Location::caller())
            }
        }
    };
}

/// Messages as iterators.
macro_rules! blocking_iterators {
    ($library:ident, $name:literal) => {
        #[doc = concat!("Messages until the channel is closed: ", $name, "'s [`Iter`](::", stringify!($library), "::Iter).")]
        pub struct Iter<'a, T> {
            receiver: &'a Receiver<T>,
            location: &'static Location<'static>,
        }

        #[doc = concat!("Messages that are there already: ", $name, "'s [`TryIter`](::", stringify!($library), "::TryIter).")]
        pub struct TryIter<'a, T> {
            receiver: &'a Receiver<T>,
        }

        #[doc = concat!("Messages until the channel is closed, with the receiver: ", $name, "'s [`IntoIter`](::", stringify!($library), "::IntoIter).")]
        pub struct IntoIter<T> {
            receiver: Receiver<T>,
            location: &'static Location<'static>,
        }

        impl<'a, T> Iter<'a, T> {
            pub(super) fn new(
                receiver: &'a Receiver<T>,
                location: &'static Location<'static>,
            ) -> Self {
                Iter { receiver, location }
            }
        }

        impl<'a, T> TryIter<'a, T> {
            pub(super) fn new(receiver: &'a Receiver<T>) -> Self {
                TryIter { receiver }
            }
        }

        impl<T> IntoIter<T> {
            pub(super) fn new(
                receiver: Receiver<T>,
                location: &'static Location<'static>,
            ) -> Self {
                IntoIter { receiver, location }
            }
        }

        impl<T> Iterator for Iter<'_, T> {
            type Item = T;

            fn next(&mut self) -> Option<T> {
                self.receiver.receive(self.location).ok()
            }
        }

        impl<T> Iterator for TryIter<'_, T> {
            type Item = T;

            fn next(&mut self) -> Option<T> {
                self.receiver.try_recv().ok()
            }
        }

        impl<T> Iterator for IntoIter<T> {
            type Item = T;

            fn next(&mut self) -> Option<T> {
                self.receiver.receive(self.location).ok()
            }
        }
    };
}
