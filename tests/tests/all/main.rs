//! The integration tests, in one binary.

mod architecture;
mod fixtures;
mod guide;
mod pages;
mod patterns;
mod rule_files;
