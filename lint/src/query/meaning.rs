//! What a call means to the questions here: the one seam to the catalogue and the types.

use super::sink::FileId;
use super::site::CallSite;
use crate::catalogue::{FnFact, TypeFact};
use crate::flow::facts::{ByName, Facts};
use crate::model::body::{BodyId, LocalId};

/// A call that takes a lock, a permit or a borrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acquire {
    /// What is taken.
    pub kind: GuardKind,
    /// Others may take it at the same time: a reader, a shared borrow.
    pub shared: bool,
    /// How it waits for its turn.
    pub wait: Wait,
}

/// What a guard guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GuardKind {
    /// A mutex or reader-writer lock.
    Lock,
    /// A permit of a semaphore.
    Permit,
    /// A borrow of a `RefCell`.
    Borrow,
    /// A reference or entry of a concurrent map.
    Entry,
    /// What a watch channel's `borrow` gives.
    WatchRef,
}

/// How a call waits for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wait {
    /// It blocks the thread.
    Blocking,
    /// It is awaited.
    Async,
    /// Not at all: it fails or panics instead.
    Never,
}

/// A call that starts a task or thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Launch {
    /// The argument that runs, by number, a receiver not counted.
    pub runs: usize,
    /// What is started.
    pub kind: TaskKind,
    /// What dropping the handle does.
    pub on_drop: OnDrop,
    /// Something other than the handle keeps it: a `JoinSet`, a `TaskTracker`, a scope.
    pub kept: bool,
}

/// What is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskKind {
    /// An asynchronous task.
    Task,
    /// Blocking work on a runtime's own threads.
    Blocking,
    /// A thread.
    Thread,
}

/// What dropping the handle of a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnDrop {
    /// The task runs on with nobody to watch it.
    Detach,
    /// The task is cancelled.
    Cancel,
    /// The drop waits for its end.
    Join,
}

/// A call that makes a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What kind of channel it is.
    pub kind: ChannelKind,
    /// The argument that says how much it holds, a receiver not counted.
    pub capacity: Option<usize>,
}

/// What kind of channel it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// Each message goes to one receiver.
    Queue,
    /// Each message goes to all receivers.
    Broadcast,
    /// The latest value only.
    Watch,
    /// One message.
    Oneshot,
}

/// A function of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId {
    /// Its file.
    pub file: FileId,
    /// Its number among the functions of the file.
    pub function: u32,
}

/// What the libraries and the workspace mean: answers from the catalogue, from types and from
/// summaries. A question without an answer makes rules silent.
pub trait Meaning: Sync {
    /// What the flow analyses ask about one file.
    fn facts(&self, file: FileId) -> &dyn Facts;

    /// What the catalogue says of the function or method that a call calls.
    fn function(&self, file: FileId, site: &CallSite<'_>) -> Option<&FnFact> {
        let _ = (file, site);
        None
    }

    /// What the catalogue says of a local's type, or of the type that a reference, a shared
    /// pointer, an `Option` or a `Result` of that type leads to.
    fn type_of(&self, file: FileId, body: BodyId, local: LocalId) -> Option<&TypeFact> {
        let _ = (file, body, local);
        None
    }

    /// The function of the workspace that a call calls.
    fn callee(&self, file: FileId, site: &CallSite<'_>) -> Option<FunctionId> {
        let _ = (file, site);
        None
    }

    /// The lock, permit or borrow that a call takes.
    fn acquire(&self, file: FileId, site: &CallSite<'_>) -> Option<Acquire> {
        let _ = (file, site);
        None
    }

    /// The task or thread that a call starts.
    fn launch(&self, file: FileId, site: &CallSite<'_>) -> Option<Launch> {
        let _ = (file, site);
        None
    }

    /// The channel that a call makes.
    fn pair(&self, file: FileId, site: &CallSite<'_>) -> Option<Pair> {
        let _ = (file, site);
        None
    }
}

/// Nothing is known: names alone decide, and most rules are silent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl Meaning for Nothing {
    fn facts(&self, _: FileId) -> &dyn Facts {
        &ByName
    }
}
