//! What functions do, gathered from what they call, to a fixpoint.
//!
//! A first look at each body finds what it does itself and whom it calls; then what is known of
//! the called is carried to the callers until nothing new comes up. Only code of the function
//! itself counts, not that of closures and blocks in it: when those run is another question.

mod amounts;
mod local;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::meaning::FileTypes;
use super::program::Program;
use crate::model::file::FileModel;
use crate::query::{Blocking, FileId, FunctionId, Locking, Losing, Summary};
use local::{Edge, Local};

/// What is known of each function of which anything is known.
pub(super) type Summaries = FxHashMap<FunctionId, Summary>;

/// A chain of calls is followed no further: nobody who reads a finding would.
const MAX_CHAIN: usize = 4;
/// A function that takes more locks than this is no helper whose callers must know them.
const MAX_LOCKS: usize = 8;

/// Summarises all functions. `types` are those of the files, by number.
pub(super) fn summarise(
    program: &Program<'_>,
    models: &[(usize, FileModel)],
    types: &[Option<FileTypes<'_>>],
) -> Summaries {
    let locals: Vec<(FunctionId, Local)> = models
        .par_iter()
        .flat_map_iter(|(number, model)| {
            let types = types.get(*number).and_then(Option::as_ref);
            types.map_or(Vec::new(), |types| local::look(*number as FileId, model, types))
        })
        .collect();
    let mut callers: FxHashMap<FunctionId, Vec<(usize, &Edge)>> = FxHashMap::default();
    for (index, (_, local)) in locals.iter().enumerate() {
        for edge in &local.edges {
            callers.entry(edge.callee).or_default().push((index, edge));
        }
    }
    let mut known: Summaries = locals
        .iter()
        .filter(|(_, local)| {
            let Summary { blocks, locks, loses, .. } = &local.summary;
            blocks.is_some() || !locks.is_empty() || loses.is_some()
        })
        .map(|(id, local)| (*id, local.summary.clone()))
        .collect();
    let mut fresh: Vec<FunctionId> = known.keys().copied().collect();
    // In a fixed order, so that of several chains the same one is told each time.
    fresh.sort_unstable();
    while let Some(callee) = fresh.pop() {
        let Some(summary) = known.get(&callee).cloned() else { continue };
        for (index, edge) in callers.get(&callee).into_iter().flatten() {
            let (caller, local) = &locals[*index];
            if *caller != callee && carry(&summary, edge, local, known.entry(*caller).or_default())
            {
                fresh.push(*caller);
            }
        }
    }
    amounts::add(program, &locals, &mut known);
    known
}

/// Adds what a call does to what its caller does; whether that is news.
fn carry(callee: &Summary, edge: &Edge, caller: &Local, known: &mut Summary) -> bool {
    let mut news = false;
    if let Some(blocks) = &callee.blocks
        && known.blocks.is_none()
        && !caller.is_async
        && blocks.through.len() < MAX_CHAIN
    {
        let mut through = vec![edge.callee];
        through.extend(blocks.through.iter().copied());
        known.blocks = Some(Blocking { through, ..blocks.clone() });
        news = true;
    }
    for locking in callee.locks.iter().filter(|_| edge.runs) {
        let Some(lock) = edge.spot(&locking.lock) else { continue };
        news |= known.add_lock(Locking { lock, ..locking.clone() }, MAX_LOCKS);
    }
    if let Some(loses) = &callee.loses
        && known.loses.is_none()
        && caller.is_async
        && edge.runs
        && let Some(stream) = edge.spot(&loses.stream)
    {
        known.loses = Some(Losing { stream, ..loses.clone() });
        news = true;
    }
    news
}
