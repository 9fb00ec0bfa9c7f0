//! What rules ask: one body or the whole model, as questions with short answers.
//!
//! A rule is a ladder of early returns over these; it walks no syntax and matches statements
//! only where no question fits. What several rules would ask alike belongs here.

mod after;
mod anywhere;
mod body;
mod channel;
mod closed;
mod computed;
mod driven;
mod dropped;
mod dropper;
mod endless;
mod file;
mod given;
mod guard;
mod half_way;
mod kept;
mod known;
mod lent;
mod meaning;
mod model;
mod nested;
mod once;
mod operation;
mod repair;
mod run;
mod sink;
mod site;
mod skip;
mod summary;
mod task;
mod until_closed;
mod watched;
mod ways_out;
mod words;

pub use after::Besides;
pub use anywhere::Shared;
pub use body::BodyCx;
pub use channel::Channel;
pub use computed::Computed;
pub use file::FileCx;
pub use guard::{Guard, Head};
pub use half_way::{HalfWay, Made};
pub use kept::KeptHandle;
pub use known::Known;
pub use lent::Lent;
pub use meaning::{FunctionId, Meaning, Nothing};
pub use model::{ModelCx, Unit};
pub use nested::Nested;
pub(crate) use once::ONCE_METHODS;
pub(crate) use operation::locks_a_part;
pub use operation::{Acquire, GuardKind, Launch, Pair, Wait};
pub use repair::{Part, Repair};
pub use run::run;
pub use sink::{FileId, Report, Sink, Site};
pub use site::{AwaitSite, CallSite, LoopSite, SelectSite};
pub use summary::{Amounts, Blocking, Locking, Losing, Spot, SpotRoot, Summary};
pub use task::{Runs, Spawn, Taken};
pub use until_closed::UntilClosed;
pub use ways_out::ReceiveLoop;
