//! ## What it does
//! Reports a source file that could not be read: the system refused, it is not UTF-8, or its
//! modules run in a circle.
//!
//! ## Why is this bad
//! Nothing in the file was checked, and what other files need to know of it is missing.
//!
//! ## Example
//! ```text
//! error[unreadable]: not UTF-8: the byte at offset 1042 begins no character
//!  --> src/wire.rs
//! ```
//!
//! ## Use instead
//! Mend the file, or leave it out of the check:
//!
//! ```toml
//! # linger.toml
//! exclude = ["src/wire.rs"]
//! ```
//!
//! ## Known problems
//! None.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a file that could not be read, so that nothing in it was checked",
    check: Check::Engine,
    ..UNNAMED
};
