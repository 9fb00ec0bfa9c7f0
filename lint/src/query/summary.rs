//! What a function of the workspace does, as its callers see it.

use super::meaning::FunctionId;
use super::sink::Site;
use crate::catalogue::FnFact;
use crate::model::Name;

/// One function, with all that it calls.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// It gives what a function of a library gives, a handle or a guard: what the catalogue
    /// would say of it.
    pub amounts: Option<Amounts>,
    /// It stops the thread until something happens.
    pub blocks: Option<Blocking>,
    /// The locks that it takes and waits for, each once.
    pub locks: Vec<Locking>,
    /// When its future is dropped half-way, what it was about to read or write is lost.
    pub loses: Option<Losing>,
}

/// What the catalogue would say of a function of the workspace.
#[derive(Clone, Debug)]
pub struct Amounts {
    /// The same in the catalogue's form.
    pub fact: FnFact,
    /// For guards: what it locks.
    pub lock: Option<Spot>,
}

/// A call that stops the thread.
#[derive(Clone, Debug)]
pub struct Blocking {
    /// What the thread does meanwhile: `sleeps`, `joins a thread`.
    pub words: Name,
    /// Where.
    pub at: Site,
    /// The functions on the way there, outermost first, the function itself not among them.
    pub through: Vec<FunctionId>,
}

/// A read or write that loses something when it is dropped half-way.
#[derive(Clone, Debug)]
pub struct Losing {
    /// What it reads from or writes to.
    pub stream: Spot,
    /// What is lost: `the bytes read so far`.
    pub words: Name,
    /// Where.
    pub at: Site,
}

/// A lock that is taken.
#[derive(Clone, Debug)]
pub struct Locking {
    /// Which.
    pub lock: Spot,
    /// Others may hold it at the same time.
    pub shared: bool,
    /// It never waits for those that wait: see [`FnFact::recursive`].
    pub recursive: bool,
    /// It is awaited.
    pub is_async: bool,
    /// Where it is taken.
    pub at: Site,
}

/// Something that a caller can name: an argument, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The number of the argument, a receiver being the first.
    pub arg: usize,
    /// The fields from there, outermost first.
    pub fields: Vec<Name>,
}
