//! The runtime half of linger.
