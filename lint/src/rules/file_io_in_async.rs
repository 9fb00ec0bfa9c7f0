//! ## What it does
//! Reports `std::fs` and `std::net` in an async function or block.
//!
//! ## Why is this bad
//! The thread that polls many tasks waits for the disk or for the peer. A local disk mostly
//! answers soon; a network share, a full queue or a silent peer does not, and no task of that
//! thread moves meanwhile.
//!
//! ## Example
//! ```rust,ignore
//! async fn load(path: &Path) -> io::Result<String> {
//!     std::fs::read_to_string(path)
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! async fn load(path: &Path) -> io::Result<String> {
//!     tokio::fs::read_to_string(path).await
//! }
//! ```
//!
//! ## Known problems
//! For small local files the detour over another thread costs more than it gains; hence the level.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::query::{BodyCx, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Allow,
    summary: "async code works on files or sockets of `std`",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if !cx.body().is_async() || cx.is_test() || cx.driver().is_some() {
        return;
    }
    for call in cx.calls_of(Role::FileIo) {
        let Some(fact) = cx.function(&call).filter(|fact| !fact.is_async) else { continue };
        let name = cx.call_words(&call);
        let report = sink.report(call.span);
        report.message(format!("{name} makes the thread that polls this task wait for the system"));
        report.help(if fact.path.starts_with("std::net") {
            "use the runtime's own socket: `tokio::net`"
        } else {
            "use the runtime's own function (`tokio::fs`), or move the whole to `spawn_blocking(..).await`"
        });
    }
}
