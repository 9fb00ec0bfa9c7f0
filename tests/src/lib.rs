//! What the integration tests of linger, and the commands that write its pages, have in common.
//!
//! The tests themselves are in the `tests` folder of this package.

pub mod expectation;
pub mod pages;
pub mod patterns;
pub mod rule_pages;
