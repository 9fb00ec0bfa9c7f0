//! Makes one of what looks the same.

use std::collections::{BTreeMap, HashMap};

use super::Ended;
use crate::finding::{Finding, Position, Run};

/// How many scopes a merged finding names.
const SCOPES: usize = 3;

/// Findings that say the same of the same places become one; its count is their sum. A finding of
/// the linter says the same each time that it is read, so it counts once.
pub(super) fn findings(findings: &mut Vec<Finding>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut merged: Vec<(Finding, Vec<String>)> = Vec::new();
    for finding in findings.drain(..) {
        let scope = finding.run.as_ref().map(|run| run.scope.clone());
        let index = *known.entry(key(&finding)).or_insert_with(|| {
            merged.push((finding.clone(), Vec::new()));
            merged.len() - 1
        });
        let (first, scopes) = &mut merged[index];
        // The first one is in already, but for the name of its scope.
        if let (Some(run), Some(other)) = (&mut first.run, &finding.run)
            && !scopes.is_empty()
        {
            add(run, other);
            first.level = first.level.max(finding.level);
        }
        scopes.extend(scope);
    }
    for (finding, scopes) in &mut merged {
        if let Some(run) = &mut finding.run {
            run.scope = named(std::mem::take(scopes));
        }
    }
    findings.extend(merged.into_iter().map(|(finding, _)| finding));
    findings.sort_by(Finding::order);
}

/// What makes two findings one: all but their weight, their scope and who started them.
fn key(finding: &Finding) -> String {
    let Finding { rule, message, file, span, labels, origin, .. } = finding;
    let labels: Vec<_> =
        labels.iter().map(|label| (&label.message, &label.file, label.span.start)).collect();
    format!("{:?}", (rule, message, file, span.start, labels, origin))
}

/// Adds what another run saw: the surest verdict and the greater weight hold.
fn add(run: &mut Run, other: &Run) {
    run.count = run.count.saturating_add(other.count);
    run.certainty = run.certainty.max(other.certainty);
    run.severity = run.severity.max(other.severity);
    // Only who is above both of them has started both.
    let common = run.owner.iter().zip(&other.owner).take_while(|(a, b)| a == b).count();
    run.owner.truncate(common);
    if run.task != other.task {
        run.task = None;
    }
}

/// The names of scopes, each once; of many, the first few.
fn named(mut scopes: Vec<String>) -> String {
    scopes.sort();
    scopes.dedup();
    let more = scopes.len().saturating_sub(SCOPES);
    scopes.truncate(SCOPES);
    let named = scopes.join(", ");
    if more == 0 { named } else { format!("{named} and {more} more") }
}

/// Places count once, with the sums of their tasks.
pub(super) fn ended(ended: &mut Vec<Ended>) {
    let mut places: BTreeMap<(String, Position), Ended> = BTreeMap::new();
    for one in ended.drain(..) {
        let key = (one.file.clone(), one.span.start);
        match places.get_mut(&key) {
            Some(place) => {
                place.finished = place.finished.saturating_add(one.finished);
                place.cancelled = place.cancelled.saturating_add(one.cancelled);
                place.panicked = place.panicked.saturating_add(one.panicked);
            }
            None => {
                places.insert(key, one);
            }
        }
    }
    ended.extend(places.into_values());
}
