//! ## What it does
//! Reports a task or thread that owns a clone of the `Arc` whose `Drop` is meant to stop it: the
//! task ends when the value is dropped, and the value is not dropped while the task has it. So it
//! is with a task that ends when a channel closes whose sender lies in the value.
//!
//! ## Why is this bad
//! The `Drop` never runs. The task goes on for ever, with everything that the value holds.
//!
//! ## Example
//! ```rust,ignore
//! impl Drop for Poller {
//!     fn drop(&mut self) {
//!         self.stop.cancel();
//!     }
//! }
//!
//! fn start(self: &Arc<Self>) {
//!     let this = Arc::clone(self);
//!     self.tracker.spawn(async move {
//!         while !this.stop.is_cancelled() {
//!             this.poll().await;
//!         }
//!     });
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! fn start(self: &Arc<Self>) {
//!     let this = Arc::downgrade(self);
//!     self.tracker.spawn(async move {
//!         while let Some(this) = this.upgrade() {
//!             this.poll().await;
//!         }
//!     });
//! }
//! ```
//!
//! ## Known problems
//! A `stop` that is called by hand may end the task before; it is not looked for where the loop
//! has no way out at all.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::Role;
use crate::finding::Level;
use crate::flow::origin::Source;
use crate::model::body::{LocalId, Place, Proj};
use crate::model::{Name, Span, TypeRef};
use crate::query::{BodyCx, CallSite, Sink, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a task owns the value whose drop is meant to stop it",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for spawn in cx.spawns() {
        for taken in spawn.takes(cx).iter().filter(|taken| taken.by_value) {
            let Some(owner) = shared(cx, taken.outer) else { continue };
            if let Some(subscribed) = waits_for_its_end(cx, spawn, taken.outer) {
                let name = cx.name_of(taken.outer).unwrap_or_else(|| "the value".to_owned());
                let report = sink.report(spawn.span);
                report.message(format!(
                    "this task ends when the channel closes, and keeps {name} alive, which sends to it"
                ));
                report.label(subscribed, "closes when the last sender is gone");
                report.help(
                    "give the task a `Weak` (`Arc::downgrade`), or only the fields that it needs",
                );
                break;
            }
            let Some(dropper) = dropper(cx, &owner) else { continue };
            let Some(stop) = stops(&dropper, cx, spawn, taken.inner) else { continue };
            let name = cx.name_of(taken.outer).unwrap_or_else(|| "the value".to_owned());
            let report = sink.report(spawn.span);
            report.message(format!(
                "this task keeps {name} alive, so that the `Drop` of `{owner}` never stops it"
            ));
            report.label(stop, "is meant to end the task, and never runs");
            report.help(
                "give the task a `Weak` (`Arc::downgrade`), or only the fields that it needs",
            );
            break;
        }
    }
}

/// The name of the workspace's type that a local shares with others: a clone of an `Arc`.
fn shared(cx: &BodyCx<'_>, local: LocalId) -> Option<Name> {
    let origin = cx.origin_of(&Place::of(local));
    if !origin.cloned || !origin.fields.is_empty() {
        return None;
    }
    let path = cx.model().meaning.structure(cx.file.unit.id, cx.id, local, &[])?;
    Some(Name::from(path.rsplit("::").next().unwrap_or_default()))
}

/// The call that subscribed to a sender in a field of the owner, where nothing but the closing of
/// that channel ends the task.
fn waits_for_its_end(cx: &BodyCx<'_>, spawn: &Spawn, owner: LocalId) -> Option<Span> {
    let inside = spawn.body(cx)?;
    let whole = cx.origin_of(&Place::of(owner));
    inside.loops_until_closed().iter().filter(|found| found.ends).find_map(|found| {
        let receiver = inside.origin(&found.receiver);
        let Source::Call(point) = receiver.source else { return None };
        let call = cx.call_at(point).filter(|_| receiver.body == cx.id)?;
        let sender = cx.origin(call.receiver().filter(|_| call.name() == "subscribe")?);
        let is_kept = sender.body == whole.body
            && sender.source == whole.source
            && sender.fields.len() > whole.fields.len()
            && sender.fields.starts_with(&whole.fields);
        is_kept.then_some(call.span)
    })
}

/// The `Drop::drop` of a type of this file.
fn dropper<'a>(cx: &BodyCx<'a>, owner: &Name) -> Option<BodyCx<'a>> {
    let file = cx.file.unit.model;
    let is_its = |in_impl: u32| {
        file.impls.get(in_impl as usize).is_some_and(|found| {
            let is_drop = found.trait_.as_ref().and_then(|path| path.last());
            let of = matches!(&found.self_ty, TypeRef::Path(path) if path.last() == Some(owner));
            of && is_drop.is_some_and(|name| name == "Drop")
        })
    };
    let function = file.functions.iter().find(|found| found.in_impl.is_some_and(is_its))?;
    cx.other(function.body?)
}

/// Where the drop tells the task to stop: by a field that the task looks at in a loop, or at all
/// where the task would never end otherwise.
fn stops(dropper: &BodyCx<'_>, cx: &BodyCx<'_>, spawn: &Spawn, inner: LocalId) -> Option<Span> {
    let inside = spawn.body(cx)?;
    let asked: Vec<Name> = inside
        .calls()
        .filter(|call| inside.loop_around(call.point).is_some() && asks(&inside, call))
        .filter_map(|call| field_of(&inside, &call, Some(inner)))
        .collect();
    let endless = spawn.endless_loop(cx).is_some();
    dropper.calls().filter(|call| tells(dropper, call)).find_map(|call| {
        let field = field_of(dropper, &call, None)?;
        (endless || asked.contains(&field)).then_some(call.span)
    })
}

/// Whether a call learns that it is to stop.
fn asks(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    matches!(
        cx.role(call),
        Some(
            Role::Load
                | Role::IsCancelled
                | Role::Cancelled
                | Role::Receive
                | Role::Notified
                | Role::Changed
        )
    )
}

/// Whether a call tells others to stop.
fn tells(cx: &BodyCx<'_>, call: &CallSite<'_>) -> bool {
    matches!(
        cx.role(call),
        Some(
            Role::Abort
                | Role::Cancel
                | Role::Store
                | Role::Send
                | Role::NotifyOne
                | Role::NotifyAll
                | Role::Close
        )
    )
}

/// The field that a method is called on: of what this local holds, or of anything.
fn field_of(cx: &BodyCx<'_>, call: &CallSite<'_>, of: Option<LocalId>) -> Option<Name> {
    let place = call.receiver()?.place()?;
    let written = place.proj.iter().rev().find_map(|step| match step {
        Proj::Field(name) => Some(name.clone()),
        _ => None,
    });
    let origin = cx.origin(call.receiver()?);
    let belongs = of.is_none_or(|local| {
        let whole = cx.origin_of(&Place::of(local));
        place.local() == Some(local) || (origin.source == whole.source && origin.body == whole.body)
    });
    written.or_else(|| origin.fields.last().cloned()).filter(|_| belongs)
}
