//! The integration tests, in one binary.

mod architecture;
mod fixtures;
mod guide;
mod mutations;
mod packages;
mod pages;
mod patterns;
mod rule_files;
