//! What a suppression says, however it is written.

use std::ops::Range;

/// The rules that a suppression allows, and why.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Allow {
    /// Each rule with its place in the suppression's text; none if that can't be understood.
    pub(super) rules: Vec<(String, Range<usize>)>,
    /// Why; empty if it does not say.
    pub(super) reason: String,
}

impl Allow {
    /// Takes in `rule`, a slice of `text`.
    pub(super) fn add(&mut self, rule: &str, text: &str) {
        let start = rule.as_ptr() as usize - text.as_ptr() as usize;
        self.rules.push((rule.to_owned(), start..start + rule.len()));
    }
}
