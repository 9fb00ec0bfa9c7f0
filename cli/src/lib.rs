//! The command `cargo linger` as a library: so that tests and benchmarks can load a project
//! as the command does.
//!
//! The order of work: [`args`] → [`configuration`] → [`load`] → [`linger_lint::check`] →
//! [`linger_lint::render`] → [`exit`]. All reading of files is here, all thinking in
//! `linger-lint`.

pub mod args;
mod atomic;
mod baseline;
mod cache;
pub mod configuration;
mod diff;
pub mod exit;
mod git;
pub mod globs;
pub mod load;
mod paths;
mod progress;
mod run;

pub use run::run;
