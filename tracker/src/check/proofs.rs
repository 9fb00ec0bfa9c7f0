//! What one look has proved, a later look of the same check need not prove again.
//!
//! Whoever can never run stays as it is. That a later look is less sure, because a thread has just
//! started that nobody accounts for yet, changes nothing about it.

use crate::finding::{Certainty, Finding};
use crate::source::Span;

/// What is proved so far.
#[derive(Default)]
pub(super) struct Proofs(Vec<Finding>);

impl Proofs {
    /// Puts what was proved before in the place of what is only likely now, and forgets what is not
    /// there any more: that was no proof.
    pub(super) fn apply(&mut self, findings: &mut [Finding]) {
        let mut proved = Vec::new();
        for finding in findings {
            if finding.certainty == Certainty::Likely {
                if let Some(known) = self.0.iter().find(|known| is_same(known, finding)) {
                    *finding = known.clone();
                }
            }
            if finding.certainty == Certainty::Proved {
                proved.push(finding.clone());
            }
        }
        self.0 = proved;
    }
}

/// Whether two findings are about the same who wait at the same places.
fn is_same(one: &Finding, other: &Finding) -> bool {
    let places = |finding: &Finding| -> Vec<(String, Span)> {
        finding.labels.iter().map(|label| (label.file.clone(), label.span)).collect()
    };
    one.file == other.file
        && one.span == other.span
        && one.count == other.count
        && places(one) == places(other)
}
