//! The integration tests, in one binary.

mod expectation;
mod fixtures;
mod rule_files;
