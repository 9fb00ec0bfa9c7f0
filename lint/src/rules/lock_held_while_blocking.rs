//! ## What it does
//! Reports a lock that is held while its holder waits for another task or thread (joins it, sends
//! into a bounded channel, receives, waits on a condition variable) that takes the same lock, and a worker that keeps the lock
//! of the queue it shares with others while it works.
//!
//! ## Why is this bad
//! The holder waits for the other side, and the other side waits for the lock: a deadlock, though
//! only one lock is involved. With a bounded channel it comes on the day on which it is full.
//! Workers that keep the queue locked while they work do so one after the other.
//!
//! ## Example
//! ```rust,ignore
//! let state = self.state.lock().await;
//! self.events.send(state.event()).await?; // full; the receiver waits for `self.state`
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! let event = self.state.lock().await.event();
//! self.events.send(event).await?;
//! ```
//!
//! ## Known problems
//! Only what both sides do in one file is seen. Two ends are taken for one channel, and two
//! fields for one lock, when they carry or guard the same type of the workspace. That several
//! workers share a queue is seen where a loop of the file starts them.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{FnFact, Kind, Role};
use crate::finding::Level;
use crate::flow::fate::What;
use crate::flow::operands;
use crate::flow::origin::Source;
use crate::model::body::{BodyKind, BranchKind, Callee, Operand, Point, Term, Value};
use crate::model::{Span, TypeRef};
use crate::query::{
    BodyCx, CallSite, FunctionId, Guard, GuardKind, Known, Nested, Runs, Sink, Spawn,
};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "a lock is held while its holder waits for somebody who needs it",
    check: Check::Body(check),
    ..UNNAMED
};

/// A place at which the body waits for another task or thread.
struct Waiting<'a> {
    how: Role,
    /// The handle, or the end of the channel.
    on: &'a Operand,
    /// The type of that.
    ty: &'a str,
    point: Point,
    span: Span,
}

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    let mut guards =
        cx.guards().iter().filter(|guard| guard.how.kind == GuardKind::Lock).peekable();
    if cx.is_test() || guards.peek().is_none() {
        return;
    }
    let waits = waits(cx);
    for guard in guards {
        works_under_lock(cx, guard, sink);
        let Some(lock) = guard.lock.as_ref().map(|lock| cx.known(lock)) else { continue };
        let held = waits
            .iter()
            .filter(|wait| guard.life.is_alive(wait.point) && !gives_back(cx, guard, wait));
        for wait in held.filter(|wait| !is_told(cx, guard, wait.point)) {
            if let Some(need) = needed(cx, &lock, wait) {
                report(cx, guard, wait, need, sink);
            }
        }
    }
}

/// Where the body waits with no limit of time.
fn waits<'a>(cx: &BodyCx<'a>) -> Vec<Waiting<'a>> {
    let blocking = cx.calls().filter_map(|call| {
        let fact = cx.function(&call)?;
        let stops = fact.blocks.is_some() || fact.blocks_when_full.is_some();
        let waits = stops && !fact.is_async && !fact.is_try && !fact.transient;
        let on = call.receiver().filter(|_| waits)?;
        let how = waiting(fact.role?)?;
        Some(Waiting { how, on, ty: owner(fact), point: call.point, span: call.span })
    });
    let awaited = cx.awaits().flat_map(|site| {
        let waiting = |future: &'a Operand| {
            let (how, on, ty) = awaited(cx, future)?;
            Some(Waiting { how, on, ty, point: site.point, span: site.span })
        };
        site.futures.iter().filter_map(waiting).collect::<Vec<_>>()
    });
    blocking.chain(awaited).collect()
}

/// What an await waits for, and on what.
fn awaited<'a>(cx: &BodyCx<'a>, future: &'a Operand) -> Option<(Role, &'a Operand, &'a str)> {
    if let Some(local) = future.local()
        && let Some(fact) = cx.type_of(local)
    {
        match fact.kind {
            Kind::Handle => return Some((Role::Join, future, &fact.path)),
            Kind::Receiver => return Some((Role::Receive, future, &fact.path)),
            _ => {}
        }
    }
    let call = cx.call_behind(future)?;
    let fact = cx.function(&call).filter(|fact| fact.is_async && !fact.transient)?;
    Some((waiting(fact.role?)?, call.receiver()?, owner(fact)))
}

fn owner(fact: &FnFact) -> &str {
    fact.path.rsplit_once("::").map_or("", |(owner, _)| owner)
}

fn waiting(role: Role) -> Option<Role> {
    match role {
        Role::Join | Role::JoinNext => Some(Role::Join),
        Role::Send | Role::Receive | Role::Wait => Some(role),
        _ => None,
    }
}

/// Whether a condition variable gives the lock back while it waits.
fn gives_back(cx: &BodyCx<'_>, guard: &Guard, wait: &Waiting<'_>) -> bool {
    let names = cx.names(guard.local);
    let holds = |arg: &Operand| {
        let is_name = |local| names.iter().any(|(name, _)| *name == local);
        let local = arg.local();
        local.is_some_and(|local| is_name(local) || guard.life.holders(wait.point).contains(&local))
    };
    wait.how == Role::Wait
        && cx.call_at(wait.point).is_none_or(|call| call.call.args.iter().any(holds))
}

/// Whether what the lock guards decides about the wait: it may say that the other side is done.
fn is_told(cx: &BodyCx<'_>, guard: &Guard, wait: Point) -> bool {
    (0..).zip(&cx.body().blocks).any(|(id, block)| {
        let Term::Branch(branch) = &block.term else { return false };
        let point = Point { block: id, stmt: block.stmts.len() as u32 };
        // How many items there are says nothing of the other side.
        branch.kind != BranchKind::For
            && reads_guard(cx, guard, point, &branch.scrutinee)
            && branch.arms.iter().any(|arm| cx.graph().dominates(arm.target, wait.block))
    })
}

/// Whether a value that is looked at is a part of what the lock guards.
fn reads_guard(cx: &BodyCx<'_>, guard: &Guard, point: Point, read: &Operand) -> bool {
    let Some(local) = read.local() else { return false };
    if guard.life.holders(point).contains(&local) {
        return true;
    }
    let made = cx.uses().definition(local).and_then(|made| operands::assign_at(cx.body(), made));
    match made {
        Some((_, Value::Use(part))) => {
            part.local().is_some_and(|part| guard.life.holders(point).contains(&part))
        }
        _ => false,
    }
}

/// Where the other side of a wait takes the lock.
fn needed<'a>(cx: &BodyCx<'a>, lock: &Known, wait: &Waiting<'_>) -> Option<Nested<'a>> {
    match wait.how {
        Role::Join => cx.file.bodies().find_map(|body| {
            body.spawns().iter().find_map(|spawn| {
                let joined = joins(cx, wait, &body, spawn);
                let locks = if joined { body.locks_of_task(spawn) } else { Vec::new() };
                let mut locks = locks.into_iter();
                locks
                    .find(|(body, taken)| body.known(&taken.lock).is_same(lock))
                    .map(|(_, taken)| taken)
            })
        }),
        Role::Send => other_bodies(cx).find_map(|body| {
            let received = body.calls_of(Role::Receive).find(|call| {
                body.loop_around(call.point).is_some() && is_other_end(cx, wait, &body, call)
            })?;
            let around = body.loop_around(received.point)?;
            let mut locks = body.locks().into_iter();
            locks.find(|taken| {
                body.in_loop(around, taken.point) && body.known(&taken.lock).is_same(lock)
            })
        }),
        _ => other_bodies(cx).find_map(|body| {
            let sent = body.calls().find(|call| match body.role(call) {
                Some(Role::NotifyOne | Role::NotifyAll) => {
                    wait.how == Role::Wait && is_same(cx, wait.on, &body, call.receiver())
                }
                Some(Role::Send) => {
                    wait.how == Role::Receive && is_other_end(cx, wait, &body, call)
                }
                _ => false,
            })?;
            let reaches = |from| body.graph().reaches(body.body(), from, sent.point, |_| false);
            let mut locks = body.locks().into_iter();
            locks.find(|taken| reaches(taken.point) && body.known(&taken.lock).is_same(lock))
        }),
    }
}

/// Whether two bodies speak of the same condition variable.
fn is_same(cx: &BodyCx<'_>, on: &Operand, body: &BodyCx<'_>, other: Option<&Operand>) -> bool {
    let one = cx.identity(on).map(|on| cx.known(&on));
    let other = other.and_then(|other| body.identity(other)).map(|other| body.known(&other));
    one.zip(other).is_some_and(|(one, other)| one.is_same(&other))
}

fn other_bodies<'a>(cx: &BodyCx<'a>) -> impl Iterator<Item = BodyCx<'a>> + use<'a> {
    let own = cx.id;
    cx.file.bodies().filter(move |body| body.id != own && !body.is_test())
}

/// Whether the wait is for that task: its handle comes from there, or both are kept in a field.
fn joins(cx: &BodyCx<'_>, wait: &Waiting<'_>, home: &BodyCx<'_>, spawn: &Spawn) -> bool {
    if home.id != cx.id {
        let kept = |what| matches!(what, What::Wrapped | What::Stored | What::Argument(_));
        let is_kept = spawn.handle_fate(home).iter().any(|fate| kept(fate.what));
        return is_kept && is_kept_in_field(cx, wait.on);
    }
    let is_from_here = cx.call_behind(wait.on).is_some_and(|call| call.point == spawn.call);
    (is_from_here || cx.origin(wait.on).one_of_many && !spawn.is_forgotten(cx))
        && cx.graph().reaches(cx.body(), spawn.call, wait.point, |_| false)
}

/// Whether a handle comes out of a field of a parameter, or of what is kept there.
fn is_kept_in_field(cx: &BodyCx<'_>, handle: &Operand) -> bool {
    let in_field = |operand: &Operand| {
        let origin = cx.origin(operand);
        matches!(origin.source, Source::Param(_)) && !origin.fields.is_empty()
    };
    let behind = cx.computed_from(handle);
    in_field(handle) || behind.iter().any(|found| found.call.receiver().is_some_and(in_field))
}

/// Whether a call is on the other end of the channel that is waited on.
fn is_other_end(
    cx: &BodyCx<'_>,
    wait: &Waiting<'_>,
    body: &BodyCx<'_>,
    call: &CallSite<'_>,
) -> bool {
    let Some(other) = call.receiver() else { return false };
    match (cx.channel_of(wait.on), body.channel_of(other)) {
        (Some((home, made)), Some((other, point))) => {
            let kind = home.call_at(made).and_then(|call| home.role(&call));
            let waits = wait.how == Role::Receive || kind == Some(Role::BoundedChannel);
            waits && home.id == other.id && made == point
        }
        (None, None) => {
            let known = |cx: &BodyCx<'_>, end| cx.identity(end).map(|end| cx.known(&end));
            let both = known(cx, wait.on).zip(known(body, other));
            !may_be_unbounded(cx, wait)
                && both.is_some_and(|(one, other)| one.has_same_content(&other))
        }
        // One side keeps its end in a field, into which the maker of the channel puts it.
        (Some((home, made)), None) => is_put(body, other, &home, made),
        (None, Some((home, made))) => is_put(cx, wait.on, &home, made),
    }
}

/// Whether an end that is kept in a field is one of the channel that is made there.
fn is_put(cx: &BodyCx<'_>, end: &Operand, home: &BodyCx<'_>, made: Point) -> bool {
    let Some(kept) = cx.identity(end).map(|end| cx.known(&end)) else { return false };
    let channel = home.channels().iter().find(|channel| channel.call == made);
    let bounded = channel.filter(|channel| channel.how.kind == Role::BoundedChannel);
    bounded.is_some_and(|channel| {
        let ends = [&channel.ends.first, &channel.ends.second].into_iter();
        let mut ends = ends.filter_map(|end| home.identity_of(end.local?));
        ends.any(|end| kept.is_same_field(&home.known(&end)))
    })
}

/// Whether the file makes channels of the same kind of sender that are never full.
fn may_be_unbounded(cx: &BodyCx<'_>, wait: &Waiting<'_>) -> bool {
    let makes = |call: &CallSite<'_>| match cx.function(call).and_then(|fact| fact.ret.as_ref()) {
        Some(TypeRef::Tuple(ends)) => match ends.first() {
            Some(TypeRef::Path(path)) => path.segments.join("::") == wait.ty,
            _ => true,
        },
        _ => true,
    };
    wait.how == Role::Send
        && cx
            .file
            .bodies()
            .any(|body| body.calls_of(Role::UnboundedChannel).any(|call| makes(&call)))
}

fn report(cx: &BodyCx<'_>, guard: &Guard, wait: &Waiting<'_>, need: Nested<'_>, sink: &mut Sink) {
    let lock = guard.lock_words.as_deref().unwrap_or("a lock");
    let what = match wait.how {
        Role::Join => "what it waits for",
        Role::Send => "the receiver",
        Role::Receive => "the sender",
        _ => "who notifies",
    };
    let report = sink.report(wait.span);
    report.message(format!("{lock} is held here, and {what} needs it to go on"));
    report.label(guard.span, format!("{lock} is locked here"));
    let there = need.words.unwrap_or_else(|| "the same lock".to_owned());
    report.label(need.span, format!("{what} takes {there} here"));
    report.help(match guard.holder(cx, wait.point).and_then(|holder| cx.name_of(holder)) {
        Some(name) => format!("`drop` {name} before the wait"),
        None => "take what is needed out of the lock in a statement of its own".to_owned(),
    });
}

/// A worker that takes a job from a shared queue and keeps the queue locked while it works:
/// `while let Ok(job) = jobs.lock().unwrap().recv() { job() }`.
fn works_under_lock(cx: &BodyCx<'_>, guard: &Guard, sink: &mut Sink) {
    let received = cx.calls_of(Role::Receive).find(|call| {
        let holds = |local| guard.life.holders(call.point).contains(&local);
        cx.function(call).is_some_and(|fact| !fact.is_try)
            && cx.loop_around(call.point).is_some()
            && call.receiver().and_then(Operand::local).is_some_and(holds)
    });
    let Some(received) = received.filter(|_| has_peers(cx)) else { return };
    let around = cx.loop_around(received.point);
    let works = cx.calls().find(|call| {
        around.is_some_and(|around| cx.in_loop(around, call.point))
            && guard.life.is_alive(call.point)
            && cx.graph().dominates(received.point.block, call.point.block)
            && received.point != call.point
            && (matches!(call.call.callee, Callee::Value(_)) || cx.callee(call).is_some())
            && around.is_some_and(|around| cx.in_loop(around, guard.call))
    });
    let Some(works) = works else { return };
    let words = guard.lock_words.as_deref().unwrap_or("the queue");
    let report = sink.report(guard.span);
    report.message(format!("{words} stays locked while the job that came from it is done"));
    report.label(works.span, "no other worker takes a job before this is done");
    report.help(match guard.holder(cx, works.point).and_then(|holder| cx.name_of(holder)) {
        Some(name) => format!("`drop` {name} before"),
        None => {
            "receive in a statement of its own: `let job = jobs.lock().unwrap().recv();`".to_owned()
        }
    });
}

/// Whether several threads or tasks run the body: a loop starts them, or calls what does.
fn has_peers(cx: &BodyCx<'_>) -> bool {
    let in_loop = |body: &BodyCx<'_>, point: Point| {
        body.loop_around(point).is_some() || body.body().kind == BodyKind::Closure
    };
    let started = cx.parent().is_some_and(|home| {
        let mut spawns = home.spawns().iter().filter(|spawn| spawn.runs == Runs::Body(cx.id));
        spawns.any(|spawn| home.loop_around(spawn.call).is_some())
    });
    let Some(function) = cx.body().function else { return started };
    let this = FunctionId { file: cx.file.unit.id, function };
    started
        || cx.file.bodies().any(|body| {
            body.calls().any(|call| in_loop(&body, call.point) && body.callee(&call) == Some(this))
        })
}
