//! The rules: one file each, a function over the model.
//!
//! A rule's file is the whole rule: the comment at its top is what `explain` prints, `RULE` says
//! how much it weighs, and `check` decides. The build script finds the file, so that nothing
//! else names it; its fixture in `fixtures/rules` has the same name. A rule looks like this:
//!
//! ```text
//! //! ## What it does
//! //! …
//!
//! pub(super) const RULE: Rule = Rule {
//!     level: Level::Deny,
//!     summary: "a guard of a blocking lock is alive at an `.await`",
//!     check: Check::Body(check),
//!     ..UNNAMED
//! };
//!
//! fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
//!     for site in cx.awaits() { … }
//! }
//! ```

use crate::finding::Level;
use crate::query::{BodyCx, ModelCx, Sink};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

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
    /// Its logic.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// One body at a time: functions, closures, async blocks.
    Body(fn(&BodyCx<'_>, &mut Sink)),
    /// The whole model at once: fields and what all methods do with them, orders of locks.
    Model(fn(&ModelCx<'_>, &mut Sink)),
    /// The engine itself reports it.
    Engine,
}

/// A rule before the build script has given it the name of its file.
const UNNAMED: Rule =
    Rule { name: "", level: Level::Allow, summary: "", docs: "", check: Check::Engine };

impl Rule {
    /// The rule under the name of its file, with the comment at the file's top.
    const fn named(self, name: &'static str, docs: &'static str) -> Rule {
        Rule { name, docs, level: self.level, summary: self.summary, check: self.check }
    }
}

/// Every rule, in alphabetical order, those of the engine included.
pub fn all() -> &'static [Rule] {
    &RULES
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().iter().find(|rule| rule.name == name)
}
