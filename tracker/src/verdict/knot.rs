//! Knots of those who wait for each other, over any number of steps.

use super::Sources;
use super::sources::Trust;
use crate::finding::Certainty;
use crate::registry::Key;
use std::collections::{HashMap, HashSet};

/// Stuck actors of which each waits, over others or directly, for each.
pub(crate) struct Knot {
    /// In no order that means anything.
    pub(crate) parties: Vec<Key>,
    pub(crate) certainty: Certainty,
}

/// The knots among the stuck.
pub(super) fn knots(sources: &Sources, stuck: &HashMap<Key, Certainty>) -> Vec<Knot> {
    let components = components(sources, |key| stuck.contains_key(&key));
    let knots = components.into_iter().filter(|parties| is_knot(parties, sources));
    knots
        .map(|parties| {
            let proved = parties.iter().all(|one| stuck.get(one) == Some(&Certainty::Proved));
            let certainty = if proved { Certainty::Proved } else { Certainty::Likely };
            Knot { parties, certainty }
        })
        .collect()
}

/// Those of the stuck that are in a knot in which somebody is known to wait for somebody.
pub(super) fn closed_by_more_than_guesses(sources: &Sources, stuck: &HashSet<Key>) -> HashSet<Key> {
    let components = components(sources, |key| stuck.contains(&key));
    let known = |parties: &Vec<Key>| {
        let inside: HashSet<Key> = parties.iter().copied().collect();
        parties
            .iter()
            .flat_map(|party| sources.get(party).into_iter().flatten())
            .any(|source| source.trust != Trust::Guess && inside.contains(&source.actor))
    };
    components.into_iter().filter(known).flatten().collect()
}

/// Whether the parties of a component wait for each other: a single one may not wait for itself.
fn is_knot(parties: &[Key], sources: &Sources) -> bool {
    let [only] = parties else { return true };
    sources.get(only).into_iter().flatten().any(|source| source.actor == *only)
}

/// Where the search has met an actor.
#[derive(Clone, Copy)]
struct Mark {
    order: usize,
    /// The earliest that can be reached from here.
    lowest: usize,
    open: bool,
}

/// The strongly connected components, by Tarjan's algorithm; without recursion, because a chain of
/// tasks may be long.
fn components(sources: &Sources, wanted: impl Fn(Key) -> bool) -> Vec<Vec<Key>> {
    let next = |key: Key, at: usize| {
        sources.get(&key).and_then(|all| all.get(at)).map(|source| source.actor)
    };
    let mut marks: HashMap<Key, Mark> = HashMap::new();
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for &start in sources.keys().filter(|key| wanted(**key)) {
        if marks.contains_key(&start) {
            continue;
        }
        let mut path = vec![(start, 0)];
        while let Some((key, at)) = path.pop() {
            let order = marks.len();
            let mark = *marks.entry(key).or_insert_with(|| {
                open.push(key);
                Mark { order, lowest: order, open: true }
            });
            if let Some(other) = next(key, at) {
                path.push((key, at + 1));
                match marks.get(&other) {
                    _ if !wanted(other) => {}
                    None => path.push((other, 0)),
                    Some(&Mark { order, open: true, .. }) => lower(&mut marks, key, order),
                    Some(_) => {}
                }
                continue;
            }
            if mark.lowest == mark.order {
                let from = open.iter().rposition(|one| *one == key).unwrap_or(0);
                let component = open.split_off(from);
                for one in &component {
                    if let Some(mark) = marks.get_mut(one) {
                        mark.open = false;
                    }
                }
                found.push(component);
            }
            if let Some((parent, _)) = path.last() {
                lower(&mut marks, *parent, mark.lowest);
            }
        }
    }
    found
}

fn lower(marks: &mut HashMap<Key, Mark>, key: Key, to: usize) {
    if let Some(mark) = marks.get_mut(&key) {
        mark.lowest = mark.lowest.min(to);
    }
}
