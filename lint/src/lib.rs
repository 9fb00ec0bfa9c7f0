//! The static half of linger.
