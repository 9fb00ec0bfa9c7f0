//! ## What it does
//! Reports a loop that reads on after the end of its input: at `Ok(0)`, or `Ok(None)` for lines,
//! it goes round again without waiting.
//!
//! ## Why is this bad
//! At the end of a file, and once the peer has closed a connection, every read gives 0 bytes at
//! once. The loop takes all of a core, for ever: one for each client that has gone.
//!
//! ## Example
//! ```rust,ignore
//! loop {
//!     let n = socket.read(&mut buf).await?;
//!     socket.write_all(&buf[..n]).await?;
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! loop {
//!     let n = socket.read(&mut buf).await?;
//!     if n == 0 {
//!         return Ok(());
//!     }
//!     socket.write_all(&buf[..n]).await?;
//! }
//! ```
//!
//! ## Known problems
//! What the loop does with nothing read is not known where that is a call which may fail; such a
//! loop is left alone, as is one that does something of its own at the end. A reader that gives 0
//! bytes for another reason may be reported. Test code is left alone.

use super::{Check, Rule, UNNAMED};
use crate::catalogue::{FnFact, Role};
use crate::finding::Level;
use crate::flow::course::{Course, OtherArms};
use crate::flow::operands;
use crate::flow::outcome::Outcome;
use crate::flow::same::Identity;
use crate::flow::uses::How;
use crate::model::TypeRef;
use crate::model::body::{
    BlockId, BranchKind, Callee, Literal, LocalId, LoopId, Mode, Operand, Pat, Point, Root, Term,
    Value,
};
use crate::query::{Besides, BodyCx, CallSite, Sink};

pub(super) const RULE: Rule = Rule {
    level: Level::Deny,
    summary: "a loop reads on after the end of its input, and spins",
    check: Check::Body(check),
    ..UNNAMED
};

fn check(cx: &BodyCx<'_>, sink: &mut Sink) {
    if cx.is_test() {
        return;
    }
    for call in cx.calls_of(Role::Read) {
        let Some(input) = cx.function(&call).and_then(Input::of) else { continue };
        let around = cx.loops_around(call.point);
        let spins = around.iter().find(|id| {
            is_same_each_round(cx, **id, &call) && spins_at_end(cx, **id, &call, &input)
        });
        let Some(the) = spins.and_then(|id| cx.body().loops.get(*id as usize)) else { continue };
        let words = call.receiver().and_then(|reader| cx.words(reader));
        let words = words.as_deref().unwrap_or("the input");
        let report = sink.report(call.span);
        report.message(format!("at the end of {words}, this loop spins"));
        report.label(the.head_span, "reads the end again at once, for ever");
        report.help(input.help());
    }
}

/// What a read gives.
enum Input {
    Bytes,
    Lines,
}

impl Input {
    fn of(fact: &FnFact) -> Option<Input> {
        let TypeRef::Path(result) = fact.ret.as_ref()? else { return None };
        match result.args.first()? {
            TypeRef::Path(path) if path.last().is_some_and(|name| name == "usize") => {
                Some(Input::Bytes)
            }
            TypeRef::Path(path) if path.last().is_some_and(|name| name == "Option") => {
                Some(Input::Lines)
            }
            _ => None,
        }
    }

    fn end(&self) -> Outcome {
        Outcome::ok(match self {
            Input::Bytes => Outcome::Int(0),
            Input::Lines => Outcome::none(),
        })
    }

    fn more(&self) -> Outcome {
        Outcome::ok(match self {
            Input::Bytes => Outcome::Int(1),
            Input::Lines => Outcome::some(Outcome::Any),
        })
    }

    fn help(&self) -> &'static str {
        match self {
            Input::Bytes => "leave the loop at 0 bytes: `if n == 0 { break }`",
            Input::Lines => "leave the loop at the end: `while let Some(line) = ….await?`",
        }
    }
}

/// Whether the loop reads from one input all the time.
fn is_same_each_round(cx: &BodyCx<'_>, within: LoopId, read: &CallSite<'_>) -> bool {
    let Some(reader) = read.receiver() else { return false };
    is_the_only_one(cx, reader)
        || cx.identity(reader).is_some_and(|reader| !cx.replaces(within, &reader))
}

/// Whether it is something of which a process has one: `stdin()`, also locked.
fn is_the_only_one(cx: &BodyCx<'_>, reader: &Operand) -> bool {
    let made = cx.call_behind(reader);
    let made = match made.and_then(|call| call.receiver()) {
        Some(receiver) => cx.call_behind(receiver),
        None => made,
    };
    made.is_some_and(|call| call.call.args.is_empty() && cx.function(&call).is_some())
}

fn spins_at_end(cx: &BodyCx<'_>, within: LoopId, read: &CallSite<'_>, input: &Input) -> bool {
    let mut written = writes(cx, within);
    written.extend(restless(cx, within));
    let mut nothing = written.clone();
    nothing.extend(empty(cx, within, read));
    let waits = |point: Point| cx.waits_at(point, read);
    let besides = Besides { values: &nothing, other_arms: OtherArms::Never, waits: &waits };
    let at_end = cx.courses_after(within, read, &input.end(), &besides);
    let besides = Besides { values: &written, ..besides };
    let spins = |course: &Course| {
        course.spins
            && !course.gave_up
            && course.leaves.iter().all(|leave| stays_as_it_is(cx, within, *leave, read))
    };
    if at_end.is_empty() || !at_end.iter().all(spins) {
        return false;
    }
    let before = cx.courses_after(within, read, &input.more(), &besides);
    let passes = |courses: &[Course], block: BlockId| {
        courses.iter().any(|course| course.passes.contains(&block))
    };
    // What is done at the end alone, and is no mere log, may well see to it.
    !cx.calls().any(|call| {
        passes(&at_end, call.point.block)
            && !passes(&before, call.point.block)
            && !(call.name() == "clear" && fills(cx, read, call.receiver()))
    })
}

/// Whether a read puts what it reads there.
fn fills(cx: &BodyCx<'_>, read: &CallSite<'_>, part: Option<&Operand>) -> bool {
    let filled = filled(cx, read);
    filled.is_some() && filled == part.and_then(|part| cx.identity(part))
}

/// What a read puts its bytes into: its last argument, behind the delimiter of a `read_until`.
fn filled(cx: &BodyCx<'_>, read: &CallSite<'_>) -> Option<Identity> {
    let [_, .., filled] = read.call.args.as_slice() else { return None };
    cx.identity(filled)
}

/// The results of all writes in a loop: where nothing was read there is nothing to write, and
/// that succeeds.
fn writes(cx: &BodyCx<'_>, within: LoopId) -> Vec<(LocalId, Outcome)> {
    let calls = cx.calls_of(Role::Write).filter(|call| cx.in_loop(within, call.point));
    calls
        .flat_map(|call| cx.assume(&call, &Outcome::ok(Outcome::Any)))
        .map(|(_, local, outcome)| (local, outcome))
        .collect()
}

/// The results of awaits that are no rest: of sends, and of functions of this file that do not
/// wait for time or for others.
fn restless(cx: &BodyCx<'_>, within: LoopId) -> Vec<(LocalId, Outcome)> {
    let sites = cx.awaits().filter(|site| cx.in_loop(within, site.point));
    let is_restless = |future: &Operand| {
        cx.call_behind(future).is_some_and(|call| {
            cx.role(&call) == Some(Role::Send)
                || cx.own_callee(&call).is_some_and(|own| !rests(&own))
        })
    };
    sites
        .filter(|site| site.futures.iter().all(is_restless))
        .filter_map(|site| Some((site.result?, Outcome::Any)))
        .collect()
}

/// The results of `is_empty` on what the read fills, where that starts empty in each round.
fn empty(cx: &BodyCx<'_>, within: LoopId, read: &CallSite<'_>) -> Vec<(LocalId, Outcome)> {
    let Some(text) = read.arg(0).and_then(|filled| variable(cx, filled)) else {
        return Vec::new();
    };
    let is_new = cx.local(text).is_some_and(|found| found.in_loop.is_some())
        && cx.uses().definition(text).and_then(|made| cx.call_at(made)).is_some_and(|made| {
            cx.in_loop(within, made.point) && made.name() == "new" && made.call.args.is_empty()
        });
    let calls = || cx.calls().filter(|call| cx.in_loop(within, call.point));
    let of_text =
        |call: &CallSite<'_>| call.receiver().and_then(|part| variable(cx, part)) == Some(text);
    if !is_new && !calls().any(|call| call.name() == "clear" && of_text(&call)) {
        return Vec::new();
    }
    let asked = calls().filter(|call| call.name() == "is_empty" && of_text(call));
    asked.filter_map(|call| Some((call.result()?, Outcome::Bool(true)))).collect()
}

/// The variable that a text is a part of: `line` for `line.trim()`.
fn variable(cx: &BodyCx<'_>, text: &Operand) -> Option<LocalId> {
    let mut local = text.local()?;
    for _ in 0..DEPTH {
        let from = match operands::assign_at(cx.body(), cx.uses().definition(local)?) {
            Some((_, Value::Use(from))) => from,
            Some((_, Value::Call(call))) => match (&call.callee, call.args.first()) {
                (Callee::Method(name, _), Some(from)) if is_part(name) => from,
                _ => break,
            },
            _ => break,
        };
        local = from.local()?;
    }
    Some(local)
}

/// Whether a method gives a part of a text, or all of it.
fn is_part(method: &str) -> bool {
    method.starts_with("trim") || matches!(method, "as_str" | "to_string" | "to_owned" | "clone")
}

fn rests(cx: &BodyCx<'_>) -> bool {
    cx.calls().any(|call| match cx.role(&call) {
        Some(role) => matches!(
            role,
            Role::Sleep
                | Role::Tick
                | Role::Timeout
                | Role::Receive
                | Role::Changed
                | Role::Notified
                | Role::Wait
        ),
        // Others may rest in turn.
        None => cx.callee(&call).is_some(),
    })
}

/// Whether a way out hangs on nothing that changes while nothing is read: `while total < len`,
/// where each round only adds to the total what it has read.
fn stays_as_it_is(cx: &BodyCx<'_>, within: LoopId, leave: Point, read: &CallSite<'_>) -> bool {
    let exits = cx.exits(within);
    let via = exits.iter().find(|exit| exit.at == leave).and_then(|exit| exit.via);
    let Some(Term::Branch(branch)) =
        via.and_then(|(block, _)| cx.body().blocks.get(block as usize)).map(|block| &block.term)
    else {
        return false;
    };
    let arm = via.and_then(|(_, arm)| branch.arms.get(arm as usize));
    if arm.is_some_and(|arm| is_text(&arm.pat) || compares_text(cx, &branch.scrutinee, &arm.pat)) {
        return true;
    }
    if is_unlooked(cx, read) && asks_for_more(cx, within, &branch.scrutinee, read) {
        return true;
    }
    // An iterator comes to its end by itself.
    branch.kind != BranchKind::For && is_idle(cx, within, &branch.scrutinee, read, 0)
}

/// Whether a pattern asks for certain words, which are not there when nothing is read: they were
/// not before, either.
fn is_text(pat: &Pat) -> bool {
    match pat {
        Pat::Literal(Literal::Str(text)) => !text.is_empty(),
        Pat::Or(parts) => parts.iter().all(is_text),
        _ => false,
    }
}

/// The same for a comparison, `line == "quit"`, that has to come out like `pat`.
fn compares_text(cx: &BodyCx<'_>, condition: &Operand, pat: &Pat) -> bool {
    let made = condition.local().and_then(|local| cx.uses().definition(local));
    let Some((_, Value::Op(operator, parts))) =
        made.and_then(|at| operands::assign_at(cx.body(), at))
    else {
        return false;
    };
    let is_words =
        |part: &Operand| matches!(part, Operand::Literal(Literal::Str(text)) if !text.is_empty());
    let asks_for_them =
        matches!((operator.as_str(), pat), ("==", Pat::Bool(true)) | ("!=", Pat::Bool(false)));
    asks_for_them && parts.iter().any(is_words)
}

/// Longer conditions are not followed.
const DEPTH: u32 = 6;

fn is_idle(
    cx: &BodyCx<'_>,
    within: LoopId,
    operand: &Operand,
    read: &CallSite<'_>,
    depth: u32,
) -> bool {
    let Operand::Place(place, _) = operand else { return true };
    let Root::Local(local) = place.root else { return true };
    if depth > DEPTH || !place.proj.is_empty() {
        return false;
    }
    let mut inside = cx.uses().definitions(local).filter(|at| cx.in_loop(within, *at));
    inside.all(|at| match operands::assign_at(cx.body(), at) {
        Some((_, Value::Use(from))) => is_idle(cx, within, from, read, depth + 1),
        Some((_, Value::Op(operator, parts))) => {
            let adds_what_was_read = operator == "+"
                && parts.iter().any(|part| part.local() == Some(local))
                && parts
                    .iter()
                    .all(|part| part.local() == Some(local) || comes_from(cx, part, read));
            adds_what_was_read
                || parts.iter().all(|part| is_idle(cx, within, part, read, depth + 1))
        }
        Some((_, Value::Call(_))) => cx.call_at(at).is_some_and(|call| {
            let of = call.receiver();
            let is_kept = call.name() == "len"
                && of.and_then(Operand::local).is_some_and(|of| !grows(cx, within, of));
            let is_size = is_size(call.name()) && fills(cx, read, of);
            is_kept || (is_size && only_fills(cx, within, read, &[]))
        }),
        _ => false,
    }) && !is_lent(cx, local)
}

/// Whether a method says how much a buffer holds.
fn is_size(method: &str) -> bool {
    matches!(method, "len" | "is_empty" | "remaining" | "has_remaining")
}

/// Whether nothing in the loop but the read itself, and these calls, may change what it fills: then
/// that is as it was when nothing was read.
fn only_fills(cx: &BodyCx<'_>, within: LoopId, read: &CallSite<'_>, but: &[Point]) -> bool {
    let Some(filled) = filled(cx, read) else { return false };
    let is_part =
        |operand: &Operand| cx.identity(operand).is_some_and(|other| is_part_of(&filled, &other));
    let changes = |call: &CallSite<'_>| {
        let is_other =
            call.point != read.point && !is_size(call.name()) && !but.contains(&call.point);
        is_other && call.call.args.iter().any(|arg| is_part(arg) && !is_lent_to_look(arg))
    };
    !cx.replaces(within, &filled)
        && !cx.calls().any(|call| cx.in_loop(within, call.point) && changes(&call))
}

/// Whether a thing is the other or lies in it.
fn is_part_of(thing: &Identity, other: &Identity) -> bool {
    thing.root == other.root && thing.fields.starts_with(&other.fields)
}

fn is_lent_to_look(operand: &Operand) -> bool {
    matches!(operand, Operand::Place(_, Mode::Ref))
}

/// Whether nothing looks at how much was read.
fn is_unlooked(cx: &BodyCx<'_>, read: &CallSite<'_>) -> bool {
    let site = cx.awaits().find(|site| {
        let [future] = site.futures else { return false };
        cx.call_behind(future).is_some_and(|call| call.point == read.point)
    });
    let is_async = cx.function(read).is_some_and(|fact| fact.is_async);
    let result = if is_async { site.and_then(|site| site.result) } else { read.result() };
    result.is_some_and(|result| cx.is_only_dropped(result))
}

/// Whether a way out hangs on what a call finds in what the read fills: where nothing was added to
/// that, it finds no more than before.
fn asks_for_more(
    cx: &BodyCx<'_>,
    within: LoopId,
    condition: &Operand,
    read: &CallSite<'_>,
) -> bool {
    let Some(filled) = filled(cx, read) else { return false };
    let mut asked = cx.computed_from(condition);
    asked.retain(|found| {
        let mut given = found.call.call.args.iter().filter_map(|arg| cx.identity(arg));
        found.call.point != read.point && given.any(|given| is_part_of(&filled, &given))
    });
    let asked: Vec<Point> = asked.iter().map(|found| found.call.point).collect();
    !asked.is_empty() && only_fills(cx, within, read, &asked)
}

fn comes_from(cx: &BodyCx<'_>, operand: &Operand, read: &CallSite<'_>) -> bool {
    cx.call_behind(operand).is_some_and(|call| call.point == read.point)
}

/// Whether somebody may change a local unseen.
fn is_lent(cx: &BodyCx<'_>, local: LocalId) -> bool {
    cx.uses().of(local).any(|found| match found.how {
        How::Captured { .. } | How::PartDefined => true,
        How::Read { mode, .. } => mode == Mode::RefMut,
        How::Defined | How::Ended | How::Declared => false,
    })
}

/// Whether a method other than `len` is called on a local in the loop.
fn grows(cx: &BodyCx<'_>, within: LoopId, local: LocalId) -> bool {
    cx.calls().any(|call| {
        cx.in_loop(within, call.point)
            && call.name() != "len"
            && call.receiver().and_then(Operand::local) == Some(local)
    })
}
