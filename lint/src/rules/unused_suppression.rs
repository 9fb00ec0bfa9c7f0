//! ## What it does
//! Reports a `// linger: allow(rule): reason` for whose rule there is no finding on its line, on
//! the next, or in the item it stands on; also one that names no rule or can't be understood. The
//! same goes for the attribute `#[linger::allow(rule, reason = "…")]`.
//!
//! ## Why is this bad
//! The reader believes that something is wrong there and was accepted. And the next finding, which
//! nobody has looked at, would be hidden.
//!
//! ## Example
//! ```rust
//! // linger: allow(double-lock): the two maps are different instances
//! let users = 1;
//! ```
//!
//! ## Use instead
//! ```rust
//! let users = 1;
//! ```
//!
//! ## Known problems
//! A finding may need other files to be seen. When only part of a workspace is checked, a
//! suppression can look unused that is needed when all of it is.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a `linger: allow(…)` that matches no finding, or names no rule",
    check: Check::Engine,
    ..UNNAMED
};
