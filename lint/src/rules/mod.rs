//! The rules: one file each, a function over the model.

pub mod engine;

use crate::finding::Level;

/// One rule: its name, level, documentation and logic.
pub struct Rule {
    /// The name in kebab case.
    pub name: &'static str,
    /// The level where nothing else is set.
    pub level: Level,
    /// One line for listings: what it flags.
    pub summary: &'static str,
    /// Its documentation in Markdown, with the fixed headings.
    pub docs: &'static str,
}

/// Every rule, in alphabetical order, those of the engine included.
pub fn all() -> &'static [Rule] {
    &engine::RULES
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().iter().find(|rule| rule.name == name)
}
