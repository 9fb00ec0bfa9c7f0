//! The static half of linger: Rust sources in, findings out.
//!
//! The data takes one path, and the modules are named after its stations:
//! [`source`] → `syntax` → `model` → `rules` → [`finding`] → [`render`].
//! Nothing here reads a file or fails: what cannot be read or parsed becomes a finding.

pub mod catalogue;
mod check;
pub mod config;
pub mod evidence;
pub mod finding;
pub mod fingerprint;
pub mod fix;
pub mod flow;
pub mod link;
pub mod model;
pub mod near;
pub mod query;
pub mod recorded;
pub mod render;
pub mod rules;
pub mod source;
pub mod suppress;
pub mod syntax;

pub use check::{Cache, Enclosing, Key, Report, Stats, check, check_with};
