//! ## What it does
//! Reports two locks of one value that are taken in both orders: the first while the second is
//! held in one function, the other way round in another, also behind calls of the workspace.
//!
//! ## Why is this bad
//! Two threads that run both at the same time each hold what the other waits for, and wait for
//! ever. It takes bad timing, so that tests pass and the program stands still in production.
//!
//! ## Example
//! ```rust,ignore
//! fn deposit(&self) {
//!     let mut accounts = self.accounts.lock().unwrap();
//!     self.log.lock().unwrap().push(accounts.add());
//! }
//!
//! fn report(&self) {
//!     let log = self.log.lock().unwrap();
//!     print(&log, &self.accounts.lock().unwrap());
//! }
//! ```
//!
//! ## Use instead
//! ```rust,ignore
//! fn report(&self) {
//!     let accounts = self.accounts.lock().unwrap();
//!     let log = self.log.lock().unwrap();
//!     print(&log, &accounts);
//! }
//! ```
//! Or give the first lock back before taking the second.
//!
//! ## Known problems
//! Whether both functions ever run at the same time is not known. Locks of two values that
//! nothing ties together are not compared, nor are orders in which more than three locks go round.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Check, Rule, UNNAMED};
use crate::finding::Level;
use crate::flow::same::{Identity, IdentityRoot};
use crate::model::Name;
use crate::model::body::Point;
use crate::model::item::SelfKind;
use crate::query::{BodyCx, FileCx, FileId, Guard, GuardKind, ModelCx, Nested, Sink, Site};

pub(super) const RULE: Rule = Rule {
    level: Level::Warn,
    summary: "two locks are taken in both orders",
    check: Check::Model(check),
    ..UNNAMED
};

/// What two locks have in common, and how one gets from there to each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    within: Common,
    first: Vec<Name>,
    second: Vec<Name>,
}

impl Pair {
    fn turned(&self) -> Pair {
        let Pair { within, first, second } = self.clone();
        Pair { within, first: second, second: first }
    }
}

/// What makes two locks in one function the same two as in another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Common {
    /// Parts of one value of this type.
    Type(Name),
    /// Fields of values of two types.
    Types,
    /// Variables or statics of this file.
    File(FileId),
}

/// One place at which a lock is taken while another is held.
#[derive(Clone)]
struct Step {
    point: Point,
    at: Site,
    held: Site,
    first_words: String,
    second_words: String,
    /// The place where a called function takes it.
    behind: Option<Site>,
    first_shared: bool,
    second_shared: bool,
    /// Locks that are held all the while: who holds one of them too is kept out.
    gates: Vec<Vec<Name>>,
}

fn check(model: &ModelCx<'_>, sink: &mut Sink) {
    let mut steps: BTreeMap<Pair, Vec<Step>> = BTreeMap::new();
    let found: Vec<(Pair, Step)> = model
        .units
        .par_iter()
        .flat_map_iter(|unit| {
            let file = FileCx::new(model, unit);
            let bodies = file.bodies().filter(|cx| !cx.is_test());
            bodies.flat_map(|cx| steps_of(&cx)).collect::<Vec<_>>()
        })
        .collect();
    for (pair, step) in found {
        steps.entry(pair).or_default().push(step);
    }
    for (pair, forth) in &steps {
        let Some(back) = steps.get(&pair.turned()) else { continue };
        // Report what is done less often; where both are, what comes later.
        let key =
            |steps: &[Step]| (steps.len(), steps.first().map(|step| std::cmp::Reverse(step.at)));
        if key(forth) > key(back) {
            continue;
        }
        for step in forth {
            if let Some(other) = back.iter().find(|other| may_meet(step, other)) {
                report(step, other, sink);
            }
        }
    }
    rings(&steps, sink);
}

/// Orders of three locks that go round: a before b, b before c, c before a.
fn rings(steps: &BTreeMap<Pair, Vec<Step>>, sink: &mut Sink) {
    for (pair, firsts) in steps {
        let next = Pair { first: pair.second.clone(), second: Vec::new(), ..pair.clone() };
        let follows = |next: &Pair| next.within == pair.within && next.first == pair.second;
        for (next, seconds) in steps.range(next..).take_while(|(next, _)| follows(next)) {
            let last =
                Pair { first: next.second.clone(), second: pair.first.clone(), ..pair.clone() };
            // Each ring once: from its least lock.
            let is_least = pair.first < next.first && pair.first < last.first;
            let Some(thirds) = steps.get(&last).filter(|_| is_least) else { continue };
            let ring = firsts.iter().find_map(|one| {
                let two = seconds.iter().find(|two| follow(one, two))?;
                let three = thirds.iter().find(|three| follow(two, three) && follow(three, one))?;
                Some((one, two, three))
            });
            if let Some((one, two, three)) = ring {
                report_ring(one, two, three, sink);
            }
        }
    }
}

/// Whether the one may wait for the lock that the other holds first.
fn follow(one: &Step, other: &Step) -> bool {
    let both_read = one.second_shared && other.first_shared;
    let kept_out = one.gates.iter().any(|gate| other.gates.contains(gate));
    !both_read && !kept_out
}

fn counts(guard: &Guard) -> bool {
    guard.how.kind == GuardKind::Lock
}

/// The steps of one body, but for those that it takes in both orders and may not be held to: on
/// two sides of a branch the order is chosen, and what the body makes is another thing each time.
fn steps_of(cx: &BodyCx<'_>) -> Vec<(Pair, Step)> {
    let mut found = Vec::new();
    for first in cx.guards().iter().filter(|guard| counts(guard)) {
        let Some(lock) = &first.lock else { continue };
        for second in cx.taken_under(first) {
            let Some(step) = step(cx, first, &second) else { continue };
            let pairs = pairs(cx, lock, &second.lock);
            found.extend(pairs.into_iter().map(|pair| (pair, step.clone())));
        }
    }
    let reaches =
        |one: &Step, other: &Step| cx.graph().reaches(cx.body(), one.point, other.point, |_| false);
    let is_chosen = |(pair, step): &(Pair, Step)| {
        let turned = pair.turned();
        let mut others = found.iter().filter(|(other, _)| *other == turned).peekable();
        let is_local = matches!(pair.within, Common::File(_));
        others.peek().is_some()
            && (is_local || others.all(|(_, other)| !reaches(step, other) && !reaches(other, step)))
    };
    let keep: Vec<bool> = found.iter().map(|step| !is_chosen(step)).collect();
    found.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(step, _)| step).collect()
}

fn step(cx: &BodyCx<'_>, first: &Guard, second: &Nested<'_>) -> Option<Step> {
    let file = cx.file.unit.id;
    let others =
        cx.guards_at(second.point).filter(|other| other.call != first.call && counts(other));
    let gates = others.filter_map(|other| Some(other.lock.as_ref()?.fields.clone()));
    Some(Step {
        point: second.point,
        at: Site { file, span: second.span },
        held: Site { file, span: first.span },
        first_words: first.lock_words.clone()?,
        second_words: second.words.clone()?,
        behind: second.through.map(|(_, at)| at),
        first_shared: first.how.shared,
        second_shared: second.shared,
        gates: gates.filter(|fields| !fields.is_empty()).collect(),
    })
}

/// The names under which two locks may be met in other functions.
fn pairs(cx: &BodyCx<'_>, first: &Identity, second: &Identity) -> Vec<Pair> {
    if first == second || is_alone(cx, first) || is_alone(cx, second) {
        return Vec::new();
    }
    let file =
        Pair { within: Common::File(cx.file.unit.id), first: whole(first), second: whole(second) };
    let pairs = [parts_of_one(cx, first, second), fields(cx, first, second)];
    let mut pairs: Vec<Pair> = pairs.into_iter().flatten().collect();
    if pairs.is_empty() {
        pairs.push(file);
    }
    pairs
}

/// A lock as this file alone names it.
fn whole(lock: &Identity) -> Vec<Name> {
    let mut words = match &lock.root {
        IdentityRoot::Static(path) => path.clone(),
        IdentityRoot::Local(body, local) => vec![Name::from(format!("{body}.{local}"))],
    };
    words.extend(lock.fields.iter().cloned());
    words
}

/// Two locks of one value, from the last value on that they have in common.
fn parts_of_one(cx: &BodyCx<'_>, first: &Identity, second: &Identity) -> Option<Pair> {
    let both = first.fields.iter().zip(&second.fields);
    let shared = both.take_while(|(one, other)| one == other).count();
    let (prefix, rest) = first.fields.split_at(shared);
    let other = second.fields.get(shared..)?;
    if first.root != second.root || rest.is_empty() || other.is_empty() {
        return None;
    }
    let within = Common::Type(cx.structure(first, prefix)?);
    Some(Pair { within, first: rest.to_vec(), second: other.to_vec() })
}

/// Two variables that are put into one value, or fields of values of two types.
fn fields(cx: &BodyCx<'_>, first: &Identity, second: &Identity) -> Option<Pair> {
    let (owner, field) = cx.field_of(first)?;
    let (other_owner, other) = cx.field_of(second)?;
    // Of a wrapper there are many.
    if field.parse::<usize>().is_ok() || other.parse::<usize>().is_ok() {
        return None;
    }
    if owner != other_owner {
        let (first, second) = (vec![owner, field], vec![other_owner, other]);
        return Some(Pair { within: Common::Types, first, second });
    }
    let are_variables = first.fields.is_empty() && second.fields.is_empty();
    (are_variables && field != other).then(|| Pair {
        within: Common::Type(owner),
        first: vec![field],
        second: vec![other],
    })
}

/// Whether nobody else can hold the lock meanwhile: it is part of `&mut self`, or of `self`.
fn is_alone(cx: &BodyCx<'_>, lock: &Identity) -> bool {
    let IdentityRoot::Local(body, local) = lock.root else { return false };
    let home = cx.other(body).map(|home| home.body());
    home.is_some_and(|home| {
        home.params.first() == Some(&local)
            && matches!(home.self_kind, Some(SelfKind::Mut | SelfKind::Value))
    })
}

/// Whether the two can wait for each other: each holds what the other wants, not only to read,
/// and no third lock keeps them apart.
fn may_meet(one: &Step, other: &Step) -> bool {
    let first = !(one.first_shared && other.second_shared);
    let second = !(one.second_shared && other.first_shared);
    first && second && !one.gates.iter().any(|gate| other.gates.contains(gate))
}

fn report_ring(one: &Step, two: &Step, three: &Step, sink: &mut Sink) {
    let report = sink.report_in(one.at);
    report.message(format!(
        "{} is locked while {} is held, and two other places close the ring",
        one.second_words, one.first_words
    ));
    report.label_in(one.held, format!("{} is locked here", one.first_words));
    for step in [two, three] {
        report.label_in(
            step.at,
            format!("{} is locked while {} is held", step.second_words, step.first_words),
        );
    }
    report.help(
        "three threads that do so at the same time wait for each other for ever: take them in one \
         order everywhere, or give one back before taking the next",
    );
}

fn report(step: &Step, other: &Step, sink: &mut Sink) {
    let (first, second) = (&step.first_words, &step.second_words);
    let report = sink.report_in(step.at);
    report.message(format!("{second} is locked while {first} is held, and elsewhere the reverse"));
    report.label_in(step.held, format!("{first} is locked here"));
    if let Some(behind) = step.behind {
        report.label_in(behind, format!("{second} is locked here"));
    }
    report.label_in(other.held, format!("elsewhere {} is locked first", other.first_words));
    report.label_in(other.at, format!("and {} while it is held", other.second_words));
    report.help(
        "two threads that do so at the same time wait for each other for ever: take both in one \
         order everywhere, or give the first back before taking the second",
    );
}
