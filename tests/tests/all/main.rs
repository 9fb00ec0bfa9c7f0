//! The integration tests, in one binary.

mod architecture;
mod expectation;
mod fixtures;
mod rule_files;
