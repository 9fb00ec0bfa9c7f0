//! The mistakes that the pattern book asks every pattern about.

use std::fmt;

/// A classic mistake of concurrent programs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Mistake {
    /// A task, thread or channel outlives whoever needed it.
    Leak,
    /// Some wait for each other, or one for itself.
    Deadlock,
    /// A channel is closed twice, or used after it was closed.
    DoubleClose,
    /// What a loop starts sees the loop's variable change, or changes a copy of it.
    Capture,
    /// A pause stands for waiting until something is done.
    Sleep,
    /// A panic or an error of a task reaches nobody.
    Panic,
    /// The request to stop does not arrive.
    Cancellation,
    /// A message, a result or an update gets lost.
    Loss,
}

impl Mistake {
    /// Every mistake, in the order of the columns.
    pub const ALL: [Mistake; 8] = [
        Mistake::Leak,
        Mistake::Deadlock,
        Mistake::DoubleClose,
        Mistake::Capture,
        Mistake::Sleep,
        Mistake::Panic,
        Mistake::Cancellation,
        Mistake::Loss,
    ];

    /// The word in the files.
    pub fn name(self) -> &'static str {
        match self {
            Mistake::Leak => "leak",
            Mistake::Deadlock => "deadlock",
            Mistake::DoubleClose => "double-close",
            Mistake::Capture => "capture",
            Mistake::Sleep => "sleep",
            Mistake::Panic => "panic",
            Mistake::Cancellation => "cancellation",
            Mistake::Loss => "loss",
        }
    }

    /// The head of its column.
    pub fn title(self) -> &'static str {
        match self {
            Mistake::Leak => "leak",
            Mistake::Deadlock => "deadlock",
            Mistake::DoubleClose => "double close",
            Mistake::Capture => "captured loop variable",
            Mistake::Sleep => "sleep for a wait",
            Mistake::Panic => "swallowed panic",
            Mistake::Cancellation => "lost cancellation",
            Mistake::Loss => "lost work",
        }
    }

    /// What it is, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Mistake::Leak => "a task, thread or channel outlives whoever needed it",
            Mistake::Deadlock => "some wait for each other, or one for itself",
            Mistake::DoubleClose => "a channel is closed twice, or used after it was closed",
            Mistake::Capture => {
                "what a loop starts sees the loop's variable change, or changes a copy of it"
            }
            Mistake::Sleep => "a pause stands for waiting until something is done",
            Mistake::Panic => "a panic or an error of a task reaches nobody",
            Mistake::Cancellation => "the request to stop does not arrive",
            Mistake::Loss => "a message, a result or an update gets lost",
        }
    }

    /// The mistake of that name.
    pub fn find(name: &str) -> Option<Mistake> {
        Mistake::ALL.into_iter().find(|mistake| mistake.name() == name)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
