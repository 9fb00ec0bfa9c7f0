//! What rules ask: one body or the whole model, as questions with short answers.
//!
//! A rule is a ladder of early returns over these; it walks no syntax and matches statements
//! only where no question fits. What several rules would ask alike belongs here.

mod body;
mod model;
mod run;
mod sink;
mod site;

pub use body::BodyCx;
pub use model::{ModelCx, Unit};
pub use run::run;
pub use sink::{FileId, Report, Sink, Site};
pub use site::{AwaitSite, CallSite, LocalSite, LoopSite, SelectSite};
