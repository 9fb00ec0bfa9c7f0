//! ## What it does
//! Reports a field that keeps the `JoinHandle` of a task or thread, while no code of the workspace
//! ever reads that field: not to join, not to abort, not in `Drop`.
//!
//! ## Why is this bad
//! The field looks like ownership and is none. When the value is dropped the handle is dropped with
//! it, the task runs on, and nobody learns how it ends.
//!
//! ## Example
//! ```rust,ignore
//! struct Poller {
//!     _task: JoinHandle<()>,
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! struct Poller {
//!     _task: AbortOnDropHandle<()>,
//! }
//! ```
//! Or a `Drop`, or a `stop`, that aborts or joins it.
//!
//! ## Known problems
//! A type that also holds a sender, a token or a flag may end the task by being dropped, and is left
//! alone. So is a field of a name that code reads of a value whose type is not known.

use rayon::prelude::*;

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;
use crate::query::{KeptHandle, ModelCx, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a field keeps a task's handle, and nothing joins or aborts it",
    check: Check::Model(check),
    ..UNNAMED
};

fn check(model: &ModelCx<'_>, sink: &mut Sink) {
    let is_unused = |kept: &KeptHandle| {
        let is_test = model.unit(kept.at.file).is_none_or(|unit| unit.source.test);
        !is_test && !kept.ends_by_drop && !model.is_ever_read(kept)
    };
    let unused: Vec<KeptHandle> =
        model.meaning.kept_handles().into_par_iter().filter(is_unused).collect();
    for kept in unused {
        let what = if kept.is_thread { "thread" } else { "task" };
        let report = sink.report_in(kept.at);
        report.message(format!(
            "`{}` keeps the handle of a {what} that nothing ever joins{}",
            kept.name,
            if kept.is_thread { "" } else { " or aborts" },
        ));
        report.help(if kept.is_thread {
            "join it in `Drop` or in a `stop`, once the thread has been told to end"
        } else {
            "keep an `AbortOnDropHandle`, or abort or join it in `Drop` or in a `stop`"
        });
    }
}
