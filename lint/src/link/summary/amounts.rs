//! Functions of the workspace that amount to one of a library: a method that locks a field and
//! gives the guard, a wrapper around `spawn` that gives the handle.

use super::local::{Called, Gives, Local};
use super::{MAX_CHAIN, Summaries};
use crate::catalogue::{FnFact, Role};
use crate::link::program::Program;
use crate::query::{Amounts, FunctionId, Spot, SpotRoot};

/// A function that runs nothing that its callers hand over.
const NO_ARGUMENT: usize = u16::MAX as usize;

/// Adds these to what is known, wrappers of wrappers too.
pub(super) fn add(program: &Program<'_>, locals: &[(FunctionId, Local)], known: &mut Summaries) {
    for _ in 0..MAX_CHAIN {
        let mut news = Vec::new();
        for (id, local) in locals {
            let is_known = known.get(id).is_some_and(|summary| summary.amounts.is_some());
            if !is_known
                && let Some(gives) = &local.gives
                && let Some(amounts) = amounts(program, *id, local, gives, known)
            {
                news.push((*id, amounts));
            }
        }
        if news.is_empty() {
            return;
        }
        for (id, amounts) in news {
            known.entry(id).or_default().amounts = Some(amounts);
        }
    }
}

fn amounts(
    program: &Program<'_>,
    id: FunctionId,
    local: &Local,
    gives: &Gives,
    known: &Summaries,
) -> Option<Amounts> {
    let (fact, lock) = match &gives.call {
        Called::Library(fact) => (&**fact, Some(Spot::argument(0))),
        Called::Workspace(callee) => {
            let amounts = known.get(callee)?.amounts.as_ref()?;
            (&amounts.fact, amounts.lock.clone())
        }
    };
    match fact.role? {
        Role::Lock | Role::Acquire => {
            let lock = lock.and_then(|spot| spot.behind(&gives.args));
            let fact = FnFact { is_async: local.is_async, ..fact.clone() };
            Some(Amounts { fact, lock })
        }
        // A handle that is kept or watched elsewhere too has an owner already.
        Role::Spawn if gives.only => {
            let position = fact.arg.unwrap_or(0).checked_add(gives.receivers)?;
            let runs = gives.args.get(position).and_then(Option::as_ref);
            let item = program.files.function(id)?;
            let receivers = usize::from(item.self_kind.is_some());
            let arg = runs
                .filter(|spot| spot.fields.is_empty())
                .and_then(|spot| match spot.root {
                    SpotRoot::Argument(number) => number.checked_sub(receivers),
                    SpotRoot::Global(_) => None,
                })
                .unwrap_or(NO_ARGUMENT);
            Some(Amounts {
                fact: FnFact { is_async: local.is_async, arg: Some(arg), ..fact.clone() },
                lock: None,
            })
        }
        _ => None,
    }
}
