//! Whether a value comes to nothing but its drop.

use super::BodyCx;
use crate::flow::fate::{Fate, What};
use crate::flow::operands;
use crate::model::body::{BranchKind, LocalId, Term};

impl BodyCx<'_> {
    /// Whether a value, `?` and `unwrap` taken off, is dropped by the end of a statement or scope
    /// and never used.
    pub fn is_only_dropped(&self, local: LocalId) -> bool {
        let fates = self.fate(local);
        fates.iter().any(|fate| fate.what == What::Dropped)
            && fates.iter().all(|fate| fate.what == What::Dropped || self.is_question(fate))
    }

    /// `?` looks at a value to tell success from failure, and returns the failure.
    fn is_question(&self, fate: &Fate) -> bool {
        let is_branch = || {
            matches!(
                operands::term_at(self.body(), fate.point),
                Some(Term::Branch(branch)) if branch.kind == BranchKind::Try
            )
        };
        fate.what == What::Looked && (is_branch() || self.is_behind_failure(fate.point))
    }
}
