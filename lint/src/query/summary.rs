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
    /// It is a part of a map, of which others may be taken meanwhile.
    pub part: bool,
    /// Where it is taken.
    pub at: Site,
}

impl Summary {
    /// Adds a lock, unless as many are known as fit; whether that is news.
    pub fn add_lock(&mut self, new: Locking, most: usize) -> bool {
        let has_room = self.locks.len() < most;
        match self.locks.iter_mut().find(|known| known.lock == new.lock) {
            Some(known) if known.shared && !new.shared => *known = new,
            None if has_room => self.locks.push(new),
            _ => return false,
        }
        true
    }
}

/// Something that a caller can name: an argument or a global, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Where it starts.
    pub root: SpotRoot,
    /// The fields from there, outermost first.
    pub fields: Vec<Name>,
}

/// Where a spot starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpotRoot {
    /// The argument of that number, a receiver being the first.
    Argument(usize),
    /// What is the same for everybody, by its canonical path: see
    /// [`Meaning::global`](super::Meaning::global).
    Global(Name),
}

impl Spot {
    /// An argument as it is.
    pub fn argument(number: usize) -> Spot {
        Spot { root: SpotRoot::Argument(number), fields: Vec::new() }
    }

    /// The same spot of a called function as its caller's own callers name it, when `args` are
    /// what the arguments of the call are to them.
    pub fn behind(&self, args: &[Option<Spot>]) -> Option<Spot> {
        match &self.root {
            SpotRoot::Argument(number) => {
                let base = args.get(*number)?.as_ref()?;
                let fields = base.fields.iter().chain(&self.fields).cloned().collect();
                Some(Spot { root: base.root.clone(), fields })
            }
            SpotRoot::Global(_) => Some(self.clone()),
        }
    }
}
