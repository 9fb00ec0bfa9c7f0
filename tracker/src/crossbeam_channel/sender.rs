//! The sending end.

use super::SEND;

blocking_sender!(crossbeam_channel, "crossbeam");

impl<T> Sender<T> {
    delegate! { inner:
        fn is_empty() -> bool;
        fn is_full() -> bool;
        fn len() -> usize;
        fn capacity() -> Option<usize>;
    }
}
