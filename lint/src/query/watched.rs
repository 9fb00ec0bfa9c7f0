//! Whether somebody who does not hold a task's handle can stop it, or learns that it ended.

use super::BodyCx;
use super::task::{Spawn, is_forgotten};
use crate::catalogue::{Kind, Role};
use crate::flow::ends::Handle;
use crate::flow::fate::{Fate, What};
use crate::flow::origin::{Origin, Source};
use crate::model::body::{LocalId, Operand, Place};

impl Spawn {
    /// Whether somebody has the other end of something that the task gets: of a channel, of a
    /// flag, of what came in one pair with it.
    pub fn is_watched(&self, cx: &BodyCx<'_>) -> bool {
        let gets = self.gets(cx);
        gets.iter().any(|local| is_shared_sign(cx, *local) || is_made_with_token(cx, *local))
            || by_channel(cx, &gets)
            || gets.iter().any(|local| is_half_of_a_pair(cx, &gets, *local))
            || self.tells(cx)
            || is_handed_out(cx, self)
    }

    /// Whether the task wakes others, or keeps a value for nothing but its drop: a guard that
    /// counts, a place that is given back.
    fn tells(&self, cx: &BodyCx<'_>) -> bool {
        let Some(inside) = self.body(cx) else { return false };
        let wakes = inside
            .calls()
            .any(|call| matches!(inside.role(&call), Some(Role::NotifyOne | Role::NotifyAll)));
        let is_kept = |local| {
            is_forgotten(&inside, local)
                && inside.fate(local).iter().all(|fate| fate.what != What::Looked)
        };
        wakes || self.takes(cx).iter().any(|taken| taken.by_value && is_kept(taken.inner))
    }
}

/// Whether a value is there to be looked at from two sides.
fn is_shared_sign(cx: &BodyCx<'_>, local: LocalId) -> bool {
    // Who sends to it ends it by leaving, and learns from a failed send that it is gone.
    if cx.holds_receiver(local) || speaks_of_an_end(cx, local) {
        return true;
    }
    cx.type_of(local).is_some_and(|fact| match fact.kind {
        Kind::TaskTracker
        | Kind::Token
        | Kind::DropGuard
        | Kind::Permit
        | Kind::Notify
        | Kind::Barrier
        | Kind::Atomic
        | Kind::WeakPointer => true,
        // Who waits for the one message learns that nobody will send it.
        Kind::Sender => fact.path.contains("oneshot"),
        _ => false,
    })
}

/// Words in the names of what tells a task to end, or counts it: each library for a graceful
/// shutdown has types of its own, and so has many a project.
const ENDS: &[&str] = &[
    "alive",
    "cancel",
    "cancellation",
    "done",
    "drain",
    "exit",
    "graceful",
    "halt",
    "kill",
    "quit",
    "shutdown",
    "stop",
    "stopped",
    "terminate",
    "termination",
    "tripwire",
    "waitgroup",
    "wg",
];

/// Whether a variable or its type says by its name that it is there for the end of the task.
fn speaks_of_an_end(cx: &BodyCx<'_>, local: LocalId) -> bool {
    let says = |name: &str| words(name).any(|word| ENDS.contains(&word.as_str()));
    cx.local(local).is_some_and(|local| says(&local.name))
        || cx.type_of(local).is_some_and(|fact| says(fact.path.rsplit("::").next().unwrap_or("")))
}

/// The words of a name, in small letters: `shutdown_rx` and `GracefulConn` have two each.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        let last = words.last_mut().filter(|word| !word.is_empty());
        match last {
            Some(_) if letter == '_' || letter.is_uppercase() => words.push(String::new()),
            _ => {}
        }
        if let (true, Some(word)) = (letter != '_', words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.into_iter()
}

/// Whether a value was made by a call that got a token: who holds the token can end it.
fn is_made_with_token(cx: &BodyCx<'_>, local: LocalId) -> bool {
    let origin = cx.origin_of(&Place::of(local));
    let (Source::Call(point) | Source::AwaitedCall { call: point, .. }) = origin.source else {
        return false;
    };
    let Some(home) = cx.other(origin.body) else { return false };
    let Some(call) = home.call_at(point) else { return false };
    call.call.args.iter().filter_map(Operand::local).any(|arg| {
        let kind = home.type_of(arg).map(|fact| fact.kind);
        matches!(kind, Some(Kind::Token | Kind::DropGuard)) || speaks_of_an_end(&home, arg)
    })
}

/// Whether the task has one end of a channel that was made beside it.
fn by_channel(cx: &BodyCx<'_>, gets: &[LocalId]) -> bool {
    let is_end = |ends: Vec<Handle>| ends.iter().any(|handle| gets.contains(&handle.local));
    cx.channels().iter().any(|channel| {
        channel.ends.escapes || is_end(channel.senders(cx)) || is_end(channel.receivers(cx))
    })
}

/// Whether a value came in a tuple, of which another part is used elsewhere: a client and its
/// connection, a handle and its worker. What is done to the one shows in the other.
fn is_half_of_a_pair(cx: &BodyCx<'_>, gets: &[LocalId], local: LocalId) -> bool {
    let origin = cx.origin_of(&Place::of(local));
    if !is_part(cx, &origin) {
        return false;
    }
    let Some(home) = cx.other(origin.body) else { return false };
    (0..).zip(&home.body().locals).any(|(other, found)| {
        if found.name.is_empty() || (home.id == cx.id && gets.contains(&other)) {
            return false;
        }
        let beside = home.origin_of(&Place::of(other));
        beside.body == origin.body
            && beside.source == origin.source
            && beside.fields.len() == 1
            && beside.fields != origin.fields
            && home.fate(other).iter().any(goes_on)
    })
}

/// Whether a value is one field of the tuple that a call gives, or that a parameter takes apart.
fn is_part(cx: &BodyCx<'_>, origin: &Origin) -> bool {
    let [field] = origin.fields.as_slice() else { return false };
    if origin.one_of_many || !field.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let Some(home) = cx.other(origin.body) else { return false };
    match &origin.source {
        Source::Call(point) | Source::AwaitedCall { call: point, .. } => {
            home.call_at(*point).is_some_and(|call| {
                // An address, or the half that knows nothing of the other.
                !matches!(call.name(), "accept" | "recv_from" | "split" | "into_split")
                    && home.role(&call) != Some(Role::Receive)
            })
        }
        Source::Param(local) => home.local(*local).is_some_and(|found| found.name.is_empty()),
        _ => false,
    }
}

fn goes_on(fate: &Fate) -> bool {
    !matches!(fate.what, What::Looked | What::Dropped | What::Overwritten)
}

/// Whether a handle was taken off the future before: `remote_handle`, `abortable`.
fn is_handed_out(cx: &BodyCx<'_>, spawn: &Spawn) -> bool {
    let future = cx.call_at(spawn.call).and_then(|call| call.arg(spawn.how.arg));
    let made = future.and_then(|future| cx.call_behind(future));
    made.is_some_and(|call| matches!(call.name(), "remote_handle" | "abortable" | "track_future"))
}
