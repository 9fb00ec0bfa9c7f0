//! What a check reports.

use crate::source::Span;
use std::fmt;

/// What is wrong.
///
/// # Examples
///
/// ```
/// assert_eq!(linger::Kind::LeakedTask.name(), "leaked-task");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// A task is alive past its scope.
    LeakedTask,
    /// A thread is alive past its scope.
    LeakedThread,
    /// An end of a channel is alive past its scope, and no live task has it.
    LeakedChannel,
    /// Tasks wait for each other, and nobody else can wake one of them: proved.
    Deadlock,
    /// A task or thread waits for what nobody who still runs can give.
    Blocked,
    /// A channel was closed twice.
    DoubleClose,
    /// Something was sent into a channel that was closed.
    SendAfterClose,
    /// A channel went away with messages that nobody received.
    UnreadMessages,
    /// A sender went away without sending what its receiver was waiting for.
    SenderDroppedUnsent,
    /// A task panicked, and nobody looked at its handle.
    SwallowedPanic,
    /// A task ran on after its handle was dropped.
    DetachedTask,
    /// Locks are taken in orders that go round in a circle, so that those who take them can wait for
    /// each other.
    LockOrder,
    /// A guard was held over a long wait of its task.
    LockHeldAcrossAwait,
    /// A poll of a task took long, and kept its thread from other tasks.
    LongPoll,
    /// Many messages were waiting in a channel that has room for all.
    QueueGrowth,
    /// Permits or a guard were forgotten, so that nobody gets them any more.
    ForgottenPermit,
    /// The runtime has tasks that linger did not see spawning.
    UnknownTasks,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: &'static [Kind] = &[
        Kind::LeakedTask,
        Kind::LeakedThread,
        Kind::LeakedChannel,
        Kind::Deadlock,
        Kind::Blocked,
        Kind::DoubleClose,
        Kind::SendAfterClose,
        Kind::UnreadMessages,
        Kind::SenderDroppedUnsent,
        Kind::SwallowedPanic,
        Kind::DetachedTask,
        Kind::LockOrder,
        Kind::LockHeldAcrossAwait,
        Kind::ForgottenPermit,
        Kind::LongPoll,
        Kind::QueueGrowth,
        Kind::UnknownTasks,
    ];

    /// The name in reports, in JSON and in `allow`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::LeakedTask => "leaked-task",
            Kind::LeakedThread => "leaked-thread",
            Kind::LeakedChannel => "leaked-channel",
            Kind::Deadlock => "deadlock",
            Kind::Blocked => "blocked",
            Kind::DoubleClose => "double-close",
            Kind::SendAfterClose => "send-after-close",
            Kind::UnreadMessages => "unread-messages",
            Kind::SenderDroppedUnsent => "sender-dropped-unsent",
            Kind::SwallowedPanic => "swallowed-panic",
            Kind::DetachedTask => "detached-task",
            Kind::LockOrder => "lock-order",
            Kind::LockHeldAcrossAwait => "lock-held-across-await",
            Kind::LongPoll => "long-poll",
            Kind::QueueGrowth => "queue-growth",
            Kind::ForgottenPermit => "forgotten-permit",
            Kind::UnknownTasks => "unknown-tasks",
        }
    }

    /// The kind of a name; nothing if there is none of that name.
    ///
    /// # Examples
    ///
    /// ```
    /// use linger::Kind;
    /// assert_eq!(Kind::from_name("blocked"), Some(Kind::Blocked));
    /// assert_eq!(Kind::from_name("blokced"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// How much a finding of this kind weighs, unless [`Options`](crate::Options) say otherwise.
    ///
    /// What correct programs do too when they stop (to close a channel that has messages, to send
    /// to a receiver that has gone) is a note.
    pub fn severity(self) -> Severity {
        match self {
            Kind::LeakedTask
            | Kind::LeakedThread
            | Kind::LeakedChannel
            | Kind::Deadlock
            | Kind::Blocked
            | Kind::SwallowedPanic
            | Kind::LockOrder
            | Kind::ForgottenPermit => Severity::Error,
            Kind::DoubleClose
            | Kind::SendAfterClose
            | Kind::UnreadMessages
            | Kind::SenderDroppedUnsent
            | Kind::DetachedTask
            | Kind::LockHeldAcrossAwait
            | Kind::LongPoll
            | Kind::QueueGrowth
            | Kind::UnknownTasks => Severity::Note,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Shown, and fails nothing.
    Note,
    /// Fails a test.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Note => "note",
            Severity::Error => "error",
        })
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Certainty {
    /// It is alive past its scope; it might end later.
    Outlived,
    /// As far as can be seen nobody will wake it; somebody unseen might.
    Likely,
    /// Nobody can wake it, or it has happened already.
    Proved,
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Certainty::Outlived => "outlived",
            Certainty::Likely => "likely",
            Certainty::Proved => "proved",
        })
    }
}

/// A further place that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// What the place is, as `waits for recv on mpsc channel here`.
    pub message: String,
    /// The file, as the compiler named it.
    pub file: String,
    /// Where in the file.
    pub span: Span,
}

/// One thing that a check found: how many of it, where it started, what it waits for.
///
/// # Examples
///
/// ```
/// let report = linger::Scope::new("example").check_blocking();
/// for finding in report.findings() {
///     println!("{} at {}:{}", finding.kind, finding.file, finding.span.start.line);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What is wrong.
    pub kind: Kind,
    /// How much it weighs.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// One sentence about it.
    pub message: String,
    /// The file of the spawn, or of where the channel was made; empty if unknown.
    pub file: String,
    /// Where in the file.
    pub span: Span,
    /// Further places.
    pub labels: Vec<Label>,
    /// What would have freed it.
    pub help: String,
    /// How many of it there are.
    pub count: u64,
    /// The name of its scope.
    pub scope: String,
    /// Who started it, from the outermost on.
    pub owner: Vec<String>,
    /// The name of the task, if it has one.
    pub task: Option<String>,
    /// The backtrace of the spawn, if `LINGER_BACKTRACE=1` asked for one.
    pub backtrace: Option<String>,
}
