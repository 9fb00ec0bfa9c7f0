//! ## What it does
//! Reports a source file that the parser does not take for Rust.
//!
//! ## Why is this bad
//! Nothing in the file was checked, and what other files need to know of it is missing.
//!
//! ## Example
//! ```text
//! fn start( {}
//! ```
//!
//! ## Use instead
//! ```rust
//! fn start() {}
//! ```
//!
//! A template or a broken test case can be left out of the check:
//!
//! ```toml
//! # linger.toml
//! exclude = ["templates"]
//! ```
//!
//! ## Known problems
//! Syntax that only a nightly compiler accepts may be unknown to the parser.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a file that is not Rust to the parser, so that nothing in it was checked",
    check: Check::Engine,
    ..UNNAMED
};
