//! What can be said of a library's types and functions.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::model::{Name, TypeRef};

/// One type.
#[derive(Clone, Debug, Default)]
pub struct TypeFact {
    /// Its canonical path.
    pub path: Name,
    /// Its generic parameters, by which the types below name them.
    pub params: Vec<Name>,
    /// What it is.
    pub kind: Kind,
    /// Where methods are looked up that it has not itself.
    pub deref: Option<TypeRef>,
    /// What iterating over it gives.
    pub item: Option<TypeRef>,
    /// What awaiting it gives.
    pub output: Option<TypeRef>,
    /// The types of its public fields, those of a tuple struct by their numbers.
    pub fields: FxHashMap<Name, TypeRef>,
    /// What dropping it does to what it stands for.
    pub drops: Drops,
    /// Dropping it in asynchronous code panics.
    pub drop_panics_in_async: bool,
    /// A guard that may be held across an `.await`; a lock that waits asynchronously.
    pub is_async: bool,
    /// Using it by value copies it.
    pub is_copy: bool,
    /// A lock that the thread that holds it may take again.
    pub reentrant: bool,
    /// Its methods and associated functions.
    pub methods: FxHashMap<Name, FnFact>,
}

/// One function or method.
#[derive(Clone, Debug, Default)]
pub struct FnFact {
    /// Its canonical path.
    pub path: Name,
    /// What it gives; for an `async` function, what awaiting that gives. The words `Arg0`,
    /// `Arg1` … stand for the type of an argument (the receiver is `Arg0`), `Output<T>` for what
    /// awaiting T gives, `Returned<T>` for what calling T gives, `Item<T>` for what iterating
    /// over T gives, `Self` for the type that the method belongs to.
    pub ret: Option<TypeRef>,
    /// What it is for.
    pub role: Option<Role>,
    /// For locks: shared or exclusive.
    pub mode: Mode,
    /// It takes its receiver by value.
    pub consumes: bool,
    /// It is an `async fn`, or gives a future: the role holds when that is awaited.
    pub is_async: bool,
    /// It gives up instead of waiting: at once, or where it blocks, after some time.
    pub is_try: bool,
    /// It stops the thread until something happens: in a few words, what.
    pub blocks: Option<Name>,
    /// It stops the thread while the channel is full, which an unbounded one never is: in a few
    /// words, what it waits for.
    pub blocks_when_full: Option<Name>,
    /// It panics when it is called in asynchronous code.
    pub panics_in_async: bool,
    /// Its future loses something when it is dropped half-way: in a few words, what.
    pub cancel_unsafe: Option<Name>,
    /// The argument that is the task, capacity, guard or future that the role speaks of, a
    /// receiver not counted; none where it is the receiver.
    pub arg: Option<usize>,
    /// It panics when `arg` is 0.
    pub panics_at_zero: bool,
    /// That it fails says nothing of the next call: a receiver may come later, there may be
    /// room again.
    pub transient: bool,
    /// It also fails when the receiver was too slow, and messages were lost; the next call goes
    /// on behind them.
    pub lags: bool,
    /// A lock that never waits for those that wait, so that it may be taken where the same lock
    /// is held in the same mode.
    pub recursive: bool,
    /// It takes the receiver's lock and gives it back before it returns: see `mode`.
    pub locks: bool,
    /// For spawns: what runs.
    pub runs: Runs,
    /// The types of the parameters of the closure that it is given.
    pub with: Vec<TypeRef>,
    /// It calls the closures that it is given before it returns, or what it returns soon does.
    pub in_place: bool,
}

impl TypeFact {
    /// Whether a file that names the type may hold a finding.
    pub fn matters(&self) -> bool {
        self.kind.matters() || self.methods.values().any(FnFact::matters)
    }
}

impl FnFact {
    /// Whether a file that names the function may hold a finding.
    pub fn matters(&self) -> bool {
        self.role.is_some_and(Role::matters) || self.blocks.is_some()
    }

    /// Whether it gets its own type as an argument: `Arc::get_mut`, `MutexGuard::map`. Pointers
    /// and guards have no receiver there, so as not to hide the methods of what they lead to.
    pub fn takes_itself(&self) -> bool {
        let role = matches!(self.role, Some(Role::Pass | Role::View | Role::Downgrade));
        role && self.arg == Some(0)
    }
}

/// What a type is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nothing that a rule asks for; known so that types can be followed through it.
    #[default]
    Other,
    /// A mutex or read-write lock; also `RefCell`, which panics where a lock would wait.
    Lock,
    /// What a lock gives while it is held.
    Guard,
    /// Owns one task or thread.
    Handle,
    /// May stop a task that it does not own.
    AbortHandle,
    /// Owns several tasks.
    TaskSet,
    /// Keeps count of tasks that it does not own.
    TaskTracker,
    /// Sends into a channel.
    Sender,
    /// A sender that does not keep its channel open.
    WeakSender,
    /// Receives from a channel.
    Receiver,
    /// Hands out permits.
    Semaphore,
    /// A place in a semaphore or channel, given back when dropped.
    Permit,
    /// Wakes tasks.
    Notify,
    /// Tells tasks to stop.
    Token,
    /// Cancels its token when dropped.
    DropGuard,
    /// An executor, or a handle to one.
    Runtime,
    /// A scope that joins its threads or tasks at its end.
    Scope,
    /// Ticks again and again.
    Interval,
    /// Fires once.
    Timer,
    /// Makes a value once.
    Once,
    /// A condition variable.
    Condvar,
    /// A meeting point.
    Barrier,
    /// An atomic number or pointer.
    Atomic,
    /// `Cell`.
    Cell,
    /// Shared or owning pointer: `Arc`, `Rc`, `Box`, `Pin`.
    Pointer,
    /// `Weak`.
    WeakPointer,
    /// Holds items.
    Collection,
    /// A future that is of no other kind.
    Future,
    /// A stream or iterator that is of no other kind.
    Stream,
}

impl Kind {
    /// Whether a file that names a type of this kind may hold a finding.
    pub fn matters(self) -> bool {
        !matches!(
            self,
            Kind::Other
                | Kind::Pointer
                | Kind::WeakPointer
                | Kind::Collection
                | Kind::Future
                | Kind::Stream
                | Kind::Cell
                | Kind::Once
                | Kind::Timer
        )
    }
}

/// What dropping a value does to the task or thread behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drops {
    /// Nothing of interest.
    #[default]
    Nothing,
    /// The task runs on with no owner.
    Detaches,
    /// The task is cancelled.
    Cancels,
    /// The drop waits for it.
    Joins,
    /// A lock, permit or place is given back.
    Releases,
    /// A token is cancelled.
    CancelsToken,
}

/// Shared or exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Nobody else at the same time.
    #[default]
    Exclusive,
    /// Others in the same mode at the same time.
    Shared,
}

/// What a spawn runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runs {
    /// A future on an executor's threads.
    #[default]
    Task,
    /// A future on the current thread.
    LocalTask,
    /// A closure on a pool for blocking work.
    Blocking,
    /// A closure on a thread of its own.
    Thread,
    /// A closure on a thread that a scope joins.
    ScopedThread,
    /// A closure on a pool for computing.
    PoolJob,
}

/// What a function is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Starts a task or thread: `arg` is its body.
    Spawn,
    /// Makes a bounded channel: `arg` is its capacity.
    BoundedChannel,
    /// Makes an unbounded channel.
    UnboundedChannel,
    /// Makes a channel for one message.
    OneshotChannel,
    /// Makes a channel in which every receiver gets every message: `arg` is its capacity.
    BroadcastChannel,
    /// Makes a channel that keeps the last value.
    WatchChannel,
    /// Sends.
    Send,
    /// Receives.
    Receive,
    /// Waits for a change of a watched value.
    Changed,
    /// Closes an endpoint or semaphore.
    Close,
    /// Takes a lock.
    Lock,
    /// Makes a semaphore: `arg` is the number of permits.
    Semaphore,
    /// Takes a permit.
    Acquire,
    /// Adds permits.
    AddPermits,
    /// Waits for some time.
    Sleep,
    /// Tells others to stop.
    Cancel,
    /// Waits until told to stop.
    Cancelled,
    /// Asks whether told to stop.
    IsCancelled,
    /// Makes a guard that cancels when dropped.
    MakeDropGuard,
    /// Waits for a task or thread.
    Join,
    /// Waits for the next of several tasks.
    JoinNext,
    /// Stops a task.
    Abort,
    /// Lets a task run on with no owner, on purpose.
    Detach,
    /// Gives up on a future after some time: `arg` is the future.
    Timeout,
    /// Makes an interval.
    Interval,
    /// Waits for the next tick.
    Tick,
    /// Wakes one waiter.
    NotifyOne,
    /// Wakes all that wait now.
    NotifyAll,
    /// Waits to be woken.
    Notified,
    /// Waits on a condition variable, barrier or tracker.
    Wait,
    /// Drops its argument.
    Drop,
    /// Keeps its argument from ever being dropped.
    Forget,
    /// Another handle on the same thing.
    Clone,
    /// A handle that does not keep the thing alive.
    Downgrade,
    /// Runs a future on this thread: `arg` is the future.
    BlockOn,
    /// Blocking is allowed in the closure `arg`.
    AllowBlocking,
    /// Stops the thread for a reason of its own: see [`FnFact::blocks`].
    Block,
    /// Takes the clock out of the runtime's hands: time passes when nothing else happens.
    Pause,
    /// Ends the process.
    Exit,
    /// Gives back what `arg` was: `unwrap`, `boxed`, `instrument`.
    Pass,
    /// Another view of the receiver: `as_ref`, `iter`.
    View,
    /// Takes a value out of the place, cell or collection where it was.
    Take,
    /// Reads an atomic.
    Load,
    /// Writes an atomic.
    Store,
    /// Changes an atomic in one step.
    Update,
    /// Reads from a stream of bytes: 0 bytes, or no line, are its end.
    Read,
    /// Writes to a stream of bytes; nothing happens where there is nothing to write.
    Write,
    /// Other work on a stream of bytes: see [`FnFact::cancel_unsafe`].
    Io,
    /// Works on a file or socket and stops the thread for as long as that takes.
    FileIo,
}

impl Role {
    /// Whether a file that names a free function of this role may hold a finding.
    pub fn matters(self) -> bool {
        !matches!(
            self,
            Role::Clone
                | Role::Downgrade
                | Role::Pass
                | Role::View
                | Role::Take
                | Role::Drop
                | Role::Exit
                | Role::Pause
                | Role::Forget
                | Role::Write
                | Role::Io
                | Role::FileIo
        )
    }
}
