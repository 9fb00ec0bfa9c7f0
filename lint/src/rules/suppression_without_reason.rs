//! ## What it does
//! Reports a `// linger: allow(rule)` with no reason behind it. The suppression works all the same.
//!
//! ## Why is this bad
//! Who reads it later can't tell whether it is still right.
//!
//! ## Example
//! ```rust
//! // linger: allow(unowned-spawn)
//! std::thread::spawn(|| {});
//! ```
//!
//! ## Use instead
//! ```rust
//! // linger: allow(unowned-spawn): it writes one line and ends
//! std::thread::spawn(|| {});
//! ```
//!
//! ## Known problems
//! None.

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a `linger: allow(…)` that does not say why",
    check: Check::Engine,
    ..UNNAMED
};
