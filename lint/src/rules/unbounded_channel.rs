//! ## What it does
//! Reports an unbounded channel into which a loop, a task or another function sends.
//!
//! ## Why is this bad
//! Nothing slows the sender down. When the receiver can't keep up, messages pile up until memory
//! runs out; long before, each waits longer than anybody wants its answer.
//!
//! ## Example
//! ```rust,ignore
//! let (jobs, mut worker) = mpsc::unbounded_channel();
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let (jobs, mut worker) = mpsc::channel(64);
//! jobs.send(job).await?;
//! ```
//!
//! ## Known problems
//! Whether something else bounds the senders is not known, hence the level. Ends that only ever
//! serve in the function that makes the channel are left alone, and so is test code.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::fate::What;
use crate::query::{BodyCx, Channel, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Allow,
    summary: "a channel that nothing bounds",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for channel in cx.channels() {
        if channel.how.kind != Role::UnboundedChannel || !leaves(cx, channel) {
            continue;
        }
        let name = channel.ends.first.local.and_then(|sender| cx.name_of(sender));
        let report = sink.report(channel.span);
        report.message(match name {
            Some(name) => format!("nothing bounds what {name} sends"),
            None => "nothing bounds this channel".to_owned(),
        });
        report.help("give it a capacity, so that senders wait for the receiver");
    }
}

/// Whether a sender goes where more may be sent than this function can see.
fn leaves(cx: &BodyCx<'_>, channel: &Channel) -> bool {
    let placed = channel.ends.first.place.is_some();
    placed
        || channel.ends.escapes
        || channel.senders(cx).iter().any(|sender| {
            channel.fate(cx, sender).iter().any(|fate| match fate.what {
                What::Receiver => cx.loop_around(fate.point).is_some(),
                _ => fate.escapes(),
            })
        })
}
