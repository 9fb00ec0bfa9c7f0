//! The sending end.

use super::SEND;
use super::r#async::{EndOf, SendFut, SendSink};
use crate::tracked::end::WeakEnd;

blocking_sender!(flume, "flume");

impl<T> Sender<T> {
    /// As flume's `send_async`.
    #[track_caller]
    pub fn send_async(&self, item: T) -> SendFut<'_, T> {
        SendFut::new(self.inner.send_async(item), EndOf::Lent(&self.end), Location::caller())
    }

    /// As flume's `into_send_async`.
    #[track_caller]
    pub fn into_send_async<'a>(self, item: T) -> SendFut<'a, T> {
        SendFut::new(self.inner.into_send_async(item), EndOf::Own(self.end), Location::caller())
    }

    /// As flume's `sink`.
    #[track_caller]
    pub fn sink(&self) -> SendSink<'_, T> {
        SendSink::new(self.inner.sink(), EndOf::Lent(&self.end), Location::caller())
    }

    /// As flume's `into_sink`.
    #[track_caller]
    pub fn into_sink<'a>(self) -> SendSink<'a, T> {
        SendSink::new(self.inner.into_sink(), EndOf::Own(self.end), Location::caller())
    }

    delegate! { inner:
        fn is_disconnected() -> bool;
        fn is_empty() -> bool;
        fn is_full() -> bool;
        fn len() -> usize;
        fn capacity() -> Option<usize>;
        fn sender_count() -> usize;
        fn receiver_count() -> usize;
    }

    /// As flume's `downgrade`.
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender { inner: self.inner.downgrade(), end: self.end.downgrade() }
    }
}

/// A sender that does not keep the channel open: flume's [`WeakSender`](::flume::WeakSender).
pub struct WeakSender<T> {
    inner: ::flume::WeakSender<T>,
    end: WeakEnd,
}

impl<T> WeakSender<T> {
    /// As flume's `upgrade`.
    #[track_caller]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        let inner = self.inner.upgrade()?;
        Some(Sender { inner, end: self.end.upgrade(Side::Sender, Location::caller()) })
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        WeakSender { inner: self.inner.clone(), end: self.end }
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
