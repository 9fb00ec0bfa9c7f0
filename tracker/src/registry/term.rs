//! What a primitive is called and what its operations wait for. Each primitive's own file declares
//! its terms; records name them by number.

use std::sync::{OnceLock, PoisonError, RwLock};

/// A kind of resource or an operation on one, declared where the primitive is wrapped.
#[derive(Debug)]
pub(crate) struct Term {
    /// For a kind the noun ("bounded channel"), for an operation the verb ("recv on mpsc channel").
    pub(crate) text: &'static str,
    /// Who can end the wait.
    pub(crate) wants: Wants,
    /// What would end the wait, as the report says it.
    pub(crate) freed_by: &'static str,
    /// What an end is called where all ends are alike and nobody waits for them to go: a token. One
    /// that is left over is no leak.
    pub(crate) shared: Option<&'static str>,
    index: OnceLock<u32>,
}

/// Who can end a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    /// Nobody waits for this: a kind of resource.
    Nothing,
    /// Whoever holds one of the sending ends.
    Senders,
    /// Whoever holds one of the receiving ends.
    Receivers,
    /// Whoever holds the guard.
    Holders,
    /// Whoever holds a guard, or is in the queue before: if that one gives up, its turn passes on.
    Turn,
    /// Whoever holds permits or is in the queue before; but anybody may add permits.
    Permits,
    /// The tasks of a set.
    Members,
    /// The task whose handle is awaited.
    Actor,
    /// Anybody who can reach the resource.
    Anybody,
}

static TERMS: RwLock<Vec<&'static Term>> = RwLock::new(Vec::new());

impl Term {
    /// The name of a kind of resource.
    pub(crate) const fn kind(text: &'static str) -> Self {
        Term::new(text, Wants::Nothing, "", None)
    }

    /// The name of a kind of resource whose ends are all alike, and what each is called.
    #[cfg(feature = "tokio-util")]
    pub(crate) const fn shared(text: &'static str, end: &'static str) -> Self {
        Term::new(text, Wants::Nothing, "", Some(end))
    }

    /// The name of an operation, who can end it, and how.
    pub(crate) const fn operation(
        text: &'static str,
        wants: Wants,
        freed_by: &'static str,
    ) -> Self {
        Term::new(text, wants, freed_by, None)
    }

    const fn new(
        text: &'static str,
        wants: Wants,
        freed_by: &'static str,
        shared: Option<&'static str>,
    ) -> Self {
        Term { text, wants, freed_by, shared, index: OnceLock::new() }
    }

    /// The number of the term; zero stands for none.
    pub(crate) fn index(&'static self) -> u32 {
        *self.index.get_or_init(|| {
            let mut terms = TERMS.write().unwrap_or_else(PoisonError::into_inner);
            terms.push(self);
            terms.len() as u32
        })
    }
}

/// The term of a number.
pub(crate) fn by_index(index: u32) -> Option<&'static Term> {
    let terms = TERMS.read().unwrap_or_else(PoisonError::into_inner);
    terms.get((index as usize).checked_sub(1)?).copied()
}
