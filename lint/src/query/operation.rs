//! Calls that take, start or make something, read off what the catalogue says of the function.

use crate::catalogue::{Catalogue, Drops, FnFact, Kind, Mode, Role, Runs, TypeFact};
use crate::model::TypeRef;

/// What a lock, semaphore, cell or map gives, and how one waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acquire {
    /// What is taken.
    pub kind: GuardKind,
    /// Others may take it at the same time: a reader, a shared borrow.
    pub shared: bool,
    /// How the call waits for its turn.
    pub wait: Wait,
    /// Whoever holds it may take it again.
    pub reentrant: bool,
    /// Taken like this, it does not wait for those that wait, so that a reader may read again.
    pub recursive: bool,
    /// It may be held across an `.await`: whoever wants it meanwhile is awaited too.
    pub is_async: bool,
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
    /// The argument that runs, a receiver not counted.
    pub arg: usize,
    /// What is started.
    pub runs: Runs,
    /// What dropping the handle does.
    pub drops: Drops,
    /// What else keeps the task: a `JoinSet`, a `TaskTracker`, a scope.
    pub keeper: Option<Kind>,
}

impl Launch {
    /// What is started, as a message calls it.
    pub fn noun(&self) -> &'static str {
        match self.runs {
            Runs::Task | Runs::LocalTask => "task",
            Runs::Blocking | Runs::PoolJob => "blocking task",
            Runs::Thread | Runs::ScopedThread => "thread",
        }
    }
}

/// A call that makes a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The kind of channel: one of the roles that make channels.
    pub kind: Role,
    /// The argument that says how much it holds, a receiver not counted.
    pub capacity: Option<usize>,
}

/// The lock, permit or borrow that a function takes.
pub(super) fn acquire(catalogue: &Catalogue, fact: &FnFact) -> Option<Acquire> {
    let (owner_path, owner) = owner(catalogue, fact);
    let kind = match fact.role? {
        Role::Acquire => GuardKind::Permit,
        Role::Lock => guard_kind(owner_path),
        _ => return None,
    };
    // A `RefCell` panics where a lock would wait.
    let wait = match (fact.is_async, fact.is_try || kind == GuardKind::Borrow) {
        (true, _) => Wait::Async,
        (false, true) => Wait::Never,
        (false, false) => Wait::Blocking,
    };
    let guard = result_type(catalogue, fact);
    let is_async = fact.is_async
        || owner.is_some_and(|owner| owner.is_async)
        || guard.is_some_and(|guard| guard.is_async);
    let reentrant = owner.is_some_and(|owner| owner.reentrant);
    let shared = fact.mode == Mode::Shared;
    Some(Acquire { kind, reentrant, recursive: fact.recursive, shared, wait, is_async })
}

/// The task or thread that a function starts.
pub(super) fn launch(catalogue: &Catalogue, fact: &FnFact) -> Option<Launch> {
    if fact.role? != Role::Spawn {
        return None;
    }
    let keeper = owner(catalogue, fact)
        .1
        .map(|owner| owner.kind)
        .filter(|kind| matches!(kind, Kind::TaskSet | Kind::TaskTracker | Kind::Scope));
    let drops = result_type(catalogue, fact).map_or(Drops::Nothing, |handle| handle.drops);
    Some(Launch { arg: fact.arg.unwrap_or(0), runs: fact.runs, drops, keeper })
}

/// The channel that a function makes.
pub(super) fn pair(fact: &FnFact) -> Option<Pair> {
    let kind = fact.role?;
    matches!(
        kind,
        Role::BoundedChannel
            | Role::UnboundedChannel
            | Role::OneshotChannel
            | Role::BroadcastChannel
            | Role::WatchChannel
    )
    .then_some(Pair { kind, capacity: fact.arg })
}

/// The type whose method or associated function it is.
pub(super) fn owner<'a, 'f>(
    catalogue: &'a Catalogue,
    fact: &'f FnFact,
) -> (&'f str, Option<&'a TypeFact>) {
    let path = fact.path.rsplit_once("::").map_or("", |(owner, _)| owner);
    (path, catalogue.ty(path))
}

/// Whether a function takes the lock of a part of a map, if only for itself.
pub(crate) fn locks_a_part(fact: &FnFact) -> bool {
    let owner = fact.path.rsplit_once("::").map_or("", |(owner, _)| owner);
    fact.locks || (fact.role == Some(Role::Lock) && guard_kind(owner) == GuardKind::Entry)
}

fn guard_kind(owner: &str) -> GuardKind {
    match owner.rsplit("::").next().unwrap_or_default() {
        "RefCell" => GuardKind::Borrow,
        "DashMap" | "DashSet" => GuardKind::Entry,
        "Receiver" | "Sender" => GuardKind::WatchRef,
        _ => GuardKind::Lock,
    }
}

/// What is known of the type that a function gives, wrappers such as `Result` taken off.
fn result_type<'a>(catalogue: &'a Catalogue, fact: &FnFact) -> Option<&'a TypeFact> {
    let mut ty = fact.ret.as_ref()?;
    // `Option<Result<T>>` is as deep as it gets.
    for _ in 0..4 {
        let path = match ty {
            TypeRef::Path(path) => path,
            TypeRef::Ref(inner) => {
                ty = inner;
                continue;
            }
            _ => return None,
        };
        match path.last()?.as_str() {
            "Option" | "Result" | "Output" => ty = path.args.first()?,
            _ => {
                let words: Vec<&str> = path.segments.iter().map(|name| name.as_str()).collect();
                return catalogue.ty(&words.join("::"));
            }
        }
    }
    None
}
