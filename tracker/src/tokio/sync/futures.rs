//! Futures that have a name.

pub use super::notify::{Notified, OwnedNotified};
