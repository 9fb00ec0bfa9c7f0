//! ## What it does
//! Reports a method that joins the thread or task of its own value, while that value still holds
//! the sender whose channel the thread waits to see closed.
//!
//! ## Why is this bad
//! Fields are dropped after `drop` has run, and after a method that took `self`. The join waits
//! for the thread, the thread for the channel to close, and the channel for the join: they wait
//! for ever, mostly at shutdown.
//!
//! ## Example
//! ```rust,ignore
//! impl Drop for Writer {
//!     fn drop(&mut self) {
//!         if let Some(thread) = self.thread.take() {
//!             thread.join().unwrap();
//!         }
//!     }
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! impl Drop for Writer {
//!     fn drop(&mut self) {
//!         drop(self.lines.take());
//!         if let Some(thread) = self.thread.take() {
//!             thread.join().unwrap();
//!         }
//!     }
//! }
//! ```
//! Here `lines` is an `Option<Sender<String>>`.
//!
//! ## Known problems
//! The thread has to be started where the value is made, or in a function that is called there;
//! the join has to stand in the file in which the value is made. A method that does anything with the sender but send is left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{Kind, Role};
use crate::finding::Level;
use crate::flow::fate::{Fate, What};
use crate::flow::operands;
use crate::flow::origin::{Origin, Source};
use crate::flow::same::Identity;
use crate::model::body::{BodyId, BodyKind, LocalId, Operand, Place, Proj, Root, StmtKind, Value};
use crate::model::{Name, Span, TypeRef};
use crate::query::{BodyCx, Runs, Sink, Site, Spawn};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a join waits for a thread that waits for a sender of the same value to go",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.body().parent.is_some() {
        return;
    }
    for Join { span, owner, value, handle } in joins(cx) {
        let maker =
            cx.file.bodies().filter(|maker| !maker.is_test()).find_map(|maker| {
                makes(&maker, &owner).find_map(|made| waits(&maker, made, &handle))
            });
        let Some(found) = maker.filter(|found| !lets_go(cx, value, &found.sender, 1)) else {
            continue;
        };
        let value = cx.local(value).map_or("self", |found| found.name.as_str());
        let sender = &found.sender;
        let report = sink.report(span);
        report.message(format!(
            "this join never ends: `{value}.{sender}` keeps open the channel that it waits for"
        ));
        report.label_in(found.head, "ends when the channel closes");
        report.help(if value == "self" {
            format!(
                "drop the sender before the join: make it an `Option`, and \
                 `drop(self.{sender}.take())`"
            )
        } else {
            format!("`drop({value}.{sender})` before the join")
        });
    }
}

/// A join or await of a handle that is in a field.
struct Join {
    span: Span,
    /// The type of the value with the field.
    owner: Name,
    /// The variable that holds the value.
    value: LocalId,
    /// The fields from there to the handle.
    handle: Vec<Name>,
}

fn type_name(cx: &BodyCx<'_>) -> Option<Name> {
    let number = cx.function_around()?.in_impl?;
    match &cx.file.unit.model.impls.get(number as usize)?.self_ty {
        TypeRef::Path(path) => path.last().cloned(),
        _ => None,
    }
}

/// The joins and awaits of what is in a field of `self`, or of another value.
fn joins(cx: &BodyCx<'_>) -> Vec<Join> {
    let by_call = cx.calls_of(Role::Join).filter_map(|call| {
        let is_sync = cx.function(&call).is_some_and(|fact| !fact.is_async);
        is_sync.then_some((call.span, call.receiver()?))
    });
    let by_await = cx.awaits().filter_map(|site| match site.futures {
        [future] => Some((site.span, future)),
        _ => None,
    });
    let joined =
        by_call.chain(by_await).chain(joins_in_closures(cx)).filter_map(|(span, handle)| {
            let (owner, value, handle) = field_of_self(cx, handle).or_else(|| field(cx, handle))?;
            Some(Join { span, owner, value, handle })
        });
    joined.collect()
}

/// The joins of what a closure gets that is handed what is in a field:
/// `self.thread.take().map(|thread| thread.join())`.
fn joins_in_closures<'a>(cx: &BodyCx<'a>) -> Vec<(Span, &'a Operand)> {
    let found = cx.calls().filter_map(|call| {
        let closure = match cx.origin(call.arg(0)?).source {
            // Bodies nest later in the list than what they are written in.
            Source::Closure(body) if body > cx.id => cx.other(body)?,
            _ => return None,
        };
        let is_given = |on: &Operand| {
            let Source::Param(local) = closure.origin(on).source else { return false };
            closure.body().params.contains(&local)
        };
        let mut joins = closure.calls_of(Role::Join);
        let join = joins.find(|join| {
            let is_sync = closure.function(join).is_some_and(|fact| !fact.is_async);
            is_sync && join.receiver().is_some_and(is_given)
        })?;
        Some((join.span, call.receiver()?))
    });
    found.collect()
}

fn field_of_self(cx: &BodyCx<'_>, operand: &Operand) -> Option<(Name, LocalId, Vec<Name>)> {
    let Origin { source: Source::Param(local), fields, body, .. } = cx.origin(operand) else {
        return None;
    };
    let is_self = cx.local(local).is_some_and(|found| found.name == "self");
    cx.body().self_kind?;
    (body == cx.id && is_self && !fields.is_empty()).then_some((type_name(cx)?, local, fields))
}

/// A field of a variable, which the variable's owner goes on holding the rest of.
fn field(cx: &BodyCx<'_>, operand: &Operand) -> Option<(Name, LocalId, Vec<Name>)> {
    let mut place = operand.place()?;
    if let Some(moved) = place.whole()
        && let Some((_, Value::Use(Operand::Place(from, _)))) =
            operands::assign_at(cx.body(), cx.uses().definition(moved)?)
    {
        place = from;
    }
    let [Proj::Field(handle)] = place.proj.as_slice() else { return None };
    let value = place.local()?;
    let given_away = cx.calls().any(|call| {
        call.call.args.iter().any(|arg| arg.place().and_then(Place::whole) == Some(value))
    });
    let ty = cx.model().meaning.structure(cx.file.unit.id, cx.id, value, &[])?;
    let owner = Name::from(ty.rsplit("::").next()?);
    (!given_away).then_some((owner, value, vec![handle.clone()]))
}

/// A struct literal: its fields.
type Made<'a> = &'a [(Name, Operand)];

/// The values of the type that a body puts together.
fn makes<'a>(cx: &BodyCx<'a>, owner: &'a Name) -> impl Iterator<Item = Made<'a>> + use<'a> {
    let is_own = type_name(cx).as_ref() == Some(owner);
    cx.body().stmts().filter_map(move |(_, stmt)| match &stmt.kind {
        StmtKind::Assign(_, Value::Aggregate(made)) => {
            let name = made.path.as_ref()?.last()?;
            (name == owner || (is_own && name == "Self")).then_some(made.fields.as_slice())
        }
        _ => None,
    })
}

/// A thread that waits for a field to go.
struct Waits {
    sender: Name,
    head: Site,
}

/// The field whose sender ends the thread behind `handle`, when the value is put together so.
fn waits(cx: &BodyCx<'_>, made: Made<'_>, handle: &[Name]) -> Option<Waits> {
    let (_, into) = made.iter().find(|(name, _)| Some(name) == handle.first())?;
    let closures = cx.file.bodies().filter(|body| is_closure_of(body, cx));
    let homes: Vec<BodyCx<'_>> = std::iter::once(*cx).chain(closures).collect();
    cx.channels().iter().find_map(|channel| {
        let sender = cx.identity_of(channel.ends.first.local?)?;
        let (name, _) =
            made.iter().find(|(_, value)| cx.identity(value).as_ref() == Some(&sender))?;
        let receiver = cx.identity_of(channel.ends.second.local?)?;
        let head = homes.iter().find_map(|home| {
            own(cx, home, into, &receiver).or_else(|| by_helper(cx, home, into, handle))
        })?;
        Some(Waits { sender: name.clone(), head })
    })
}

/// Whether a body is a closure that the other one writes and runs: `(0..4).map(|_| spawn(..))`.
fn is_closure_of(body: &BodyCx<'_>, cx: &BodyCx<'_>) -> bool {
    body.body().parent == Some(cx.id)
        && body.body().kind == BodyKind::Closure
        && !cx.spawns().iter().any(|spawn| spawn.runs == Runs::Body(body.id))
}

/// The loop of a thread that is started here, whose handle goes into the field.
fn own(cx: &BodyCx<'_>, home: &BodyCx<'_>, into: &Operand, receiver: &Identity) -> Option<Site> {
    home.spawns().iter().find_map(|spawn| {
        let kept =
            cx.call_behind(into).is_some_and(|call| home.id == cx.id && call.point == spawn.call)
                || is_one_of(cx, into) && spawn.handle_fate(home).iter().any(Fate::escapes);
        let inside = spawn.body(home).filter(|_| kept)?;
        head(&inside, |operand| leads_to(&inside, operand, receiver))
            .or_else(|| in_callee(cx, &inside, receiver))
    })
}

/// Whether a value is a list of handles that is filled by calls: pushed into or collected.
fn is_one_of(cx: &BodyCx<'_>, into: &Operand) -> bool {
    let made = cx.call_behind(into);
    made.is_some_and(|call| matches!(call.name(), "new" | "with_capacity" | "collect" | "default"))
}

/// Whether a value is the receiver, or what is taken from a lock that holds it.
fn leads_to(cx: &BodyCx<'_>, operand: &Operand, receiver: &Identity) -> bool {
    if cx.identity(operand).as_ref() == Some(receiver) {
        return true;
    }
    let origin = cx.origin(operand);
    let Source::Call(point) = origin.source else { return false };
    let Some(home) = cx.other(origin.body) else { return false };
    home.call_at(point).is_some_and(|call| {
        let is_lock = home.owner(&call).is_some_and(|owner| owner.kind == Kind::Lock);
        let inner = match home.role(&call) {
            Some(Role::Lock) => call.receiver(),
            None if call.name() == "new" => call.arg(0),
            _ => None,
        };
        inner.filter(|_| is_lock).is_some_and(|inner| leads_to(&home, inner, receiver))
    })
}

/// The head of the loop in which a thread receives what `is_it` says, until that is closed.
fn head(inside: &BodyCx<'_>, is_it: impl Fn(&Operand) -> bool) -> Option<Site> {
    let found = inside.loops_until_closed();
    let found = found.iter().find(|found| is_it(&found.receiver))?;
    let the = inside.body().loops.get(found.id as usize)?;
    Some(Site { file: inside.file.unit.id, span: the.head_span })
}

/// The same where the thread runs a function that gets the receiver, or a value in which it is.
fn in_callee(cx: &BodyCx<'_>, inside: &BodyCx<'_>, receiver: &Identity) -> Option<Site> {
    inside.calls().find_map(|call| {
        let callee = inside.callee(&call)?;
        call.call.args.iter().enumerate().find_map(|(index, arg)| {
            let field = if leads_to(inside, arg, receiver) {
                None
            } else {
                let arg = inside.identity(arg)?;
                Some(
                    field_with(cx, &arg, receiver)
                        .or_else(|| field_with(inside, &arg, receiver))?,
                )
            };
            inside.in_function(callee, |callee| {
                head(callee, |operand| {
                    is_given(callee, operand, callee.id, Some(index))
                        && (field.is_none()
                            || callee.origin(operand).fields.first() == field.as_ref())
                })
            })
        })
    })
}

/// The field of a value made in this body into which something is put.
fn field_with(cx: &BodyCx<'_>, whole: &Identity, part: &Identity) -> Option<Name> {
    cx.body().stmts().find_map(|(_, stmt)| match &stmt.kind {
        StmtKind::Assign(place, Value::Aggregate(made)) => {
            let is_whole = cx.identity_of(place.whole()?).as_ref() == Some(whole);
            let mut fields = made.fields.iter().filter(|_| is_whole);
            let (name, _) = fields.find(|(_, put)| cx.identity(put).as_ref() == Some(part))?;
            Some(name.clone())
        }
        _ => None,
    })
}

/// The same for a thread that a function starts which gets the receiver, perhaps shared behind a
/// lock, and gives back the handle, or a value that keeps it.
fn by_helper(cx: &BodyCx<'_>, home: &BodyCx<'_>, into: &Operand, handle: &[Name]) -> Option<Site> {
    home.calls().find_map(|call| {
        call.call.args.iter().filter_map(Operand::local).find(|arg| home.holds_receiver(*arg))?;
        let is_field =
            cx.call_behind(into).is_some_and(|made| home.id == cx.id && made.point == call.point);
        home.in_function(home.callee(&call)?, |helper| {
            helper.spawns().iter().find_map(|spawn| {
                let fates = spawn.handle_fate(helper);
                let is_given_back = || fates.iter().any(|fate| fate.what == What::Returned);
                let is_kept = || {
                    type_name(helper).is_some_and(|owner| {
                        makes(helper, &owner).any(|made| keeps(helper, made, handle, spawn))
                    })
                };
                let kept = (is_field && is_given_back()) || is_kept();
                thread_of(helper, &spawn.body(helper).filter(|_| kept)?)
            })
        })
    })
}

/// Whether a value put together so keeps the handle of a thread in the field that is joined.
fn keeps(helper: &BodyCx<'_>, made: Made<'_>, handle: &[Name], spawn: &Spawn) -> bool {
    made.iter().any(|(name, value)| {
        Some(name) == handle.last()
            && helper.call_behind(value).is_some_and(|made| made.point == spawn.call)
    })
}

/// The loop of a thread that receives from what a function is given, in the thread's own body or
/// in a function that it calls with that.
fn thread_of(function: &BodyCx<'_>, inside: &BodyCx<'_>) -> Option<Site> {
    head(inside, |operand| is_given(inside, operand, function.id, None)).or_else(|| {
        inside.calls().find_map(|call| {
            let mut args = call.call.args.iter();
            let index = args.position(|arg| is_given(inside, arg, function.id, None))?;
            inside.in_function(inside.callee(&call)?, |callee| {
                head(callee, |operand| is_given(callee, operand, callee.id, Some(index)))
            })
        })
    })
}

/// Whether a receiver is that parameter of the function, or any, also behind a lock.
fn is_given(
    inside: &BodyCx<'_>,
    operand: &Operand,
    function: BodyId,
    index: Option<usize>,
) -> bool {
    let origin = inside.origin(operand);
    match origin.source {
        Source::Param(local) => {
            let is_it = |index| {
                let home = inside.other(function);
                home.is_some_and(|home| home.body().params.get(index) == Some(&local))
            };
            origin.body == function && index.is_none_or(is_it)
        }
        Source::Call(point) => inside.call_at(point).is_some_and(|call| {
            inside.role(&call) == Some(Role::Lock)
                && call.receiver().is_some_and(|lock| is_given(inside, lock, function, index))
        }),
        _ => false,
    }
}

/// Whether a method, or one that it calls on `self`, does anything with a field but send.
fn lets_go(cx: &BodyCx<'_>, value: LocalId, field: &Name, depth: u32) -> bool {
    let names = |place: &Place| {
        matches!(place.root, Root::Local(_))
            && place.proj.iter().any(|step| matches!(step, Proj::Field(name) if name == field))
    };
    let mut touched = false;
    for (point, stmt) in cx.body().stmts() {
        let StmtKind::Assign(place, value) = &stmt.kind else { continue };
        let sends = cx.call_at(point).is_some_and(|call| cx.role(&call) == Some(Role::Send));
        touched |= names(place);
        operands::of_value(value, |_, operand| {
            touched |= !sends && operand.place().is_some_and(names);
        });
    }
    let is_value = |on: &Operand| on.place().and_then(Place::whole) == Some(value);
    let mut calls =
        cx.calls().filter(|call| call.receiver().is_some_and(|on| is_value(on) || is_self(cx, on)));
    touched
        || calls.any(|call| match (cx.own_callee(&call), depth) {
            (Some(called), 1..) => {
                let this = called.body().params.first();
                this.is_none_or(|this| lets_go(&called, *this, field, depth - 1))
            }
            (Some(_), 0) => false,
            // What can't be seen may well let go.
            (None, _) => true,
        })
}

fn is_self(cx: &BodyCx<'_>, operand: &Operand) -> bool {
    let origin = cx.origin(operand);
    matches!(origin.source, Source::Param(local)
        if origin.fields.is_empty() && cx.local(local).is_some_and(|found| found.name == "self"))
}
