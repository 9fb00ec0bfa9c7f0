//! The macros of linger.
