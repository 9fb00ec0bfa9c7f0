//! Where the value of a local goes: the ends and uses it meets, under whatever name.
//!
//! The value is followed through moves to other locals, `?`, `unwrap`, `Some(..)` and patterns,
//! and through references; it is not followed into calls, fields or closures: that it went there
//! is the answer.

use super::holds::{Holds, Setting};
use super::operands::{self, Slot};
use super::uses::{How, Uses};
use super::vocabulary;
use crate::model::body::{
    Body, BodyId, Call, Callee, LocalId, LocalKind, Mode, Operand, Point, Proj, StmtKind, Value,
};

/// One thing that happens to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// What.
    pub what: What,
    /// Where.
    pub point: Point,
    /// The local that held it, or a reference to it, then.
    pub local: LocalId,
    /// It happens to a reference to the value, not to the value itself.
    pub by_ref: bool,
}

/// What happens to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// `.await`, alone or in a `join!`.
    Awaited,
    /// It is the future of that arm of a `select!`.
    Selected(u32),
    /// It is an argument of a call: of that number, the receiver of a method being 0.
    Argument(u32),
    /// A method is called on it.
    Receiver,
    /// It is called.
    Called,
    /// It is put into a struct, tuple or array.
    Wrapped,
    /// It is put into a field, behind a reference, or into a static.
    Stored,
    /// A closure or async block takes it, as this local of its own.
    Captured(BodyId, LocalId),
    /// It is what the body returns.
    Returned,
    /// Something only looks at it: an operator, a branch, a macro, a read of a part.
    Looked,
    /// Something happens to it that is not understood.
    Unknown,
    /// The scope of its local ends while it may be there still: it is dropped.
    Dropped,
    /// Another value is put where it may still be: it is dropped.
    Overwritten,
}

impl Fate {
    /// Whether the value is beyond this body's sight from then on.
    pub fn escapes(&self) -> bool {
        match self.what {
            What::Wrapped
            | What::Stored
            | What::Captured(..)
            | What::Returned
            | What::Unknown
            | What::Argument(_)
            | What::Called => true,
            What::Awaited
            | What::Selected(_)
            | What::Receiver
            | What::Looked
            | What::Dropped
            | What::Overwritten => false,
        }
    }
}

/// Follows the value that `start` gets, in the order in which its names are met.
pub fn fate(
    setting: Setting<'_>,
    body: &Body,
    uses: &Uses,
    holds: &Holds,
    start: LocalId,
) -> Vec<Fate> {
    let mut trace =
        Trace { setting, body, uses, holds, names: vec![(start, false)], fates: Vec::new() };
    let mut next = 0;
    while let Some((local, by_ref)) = trace.names.get(next).copied() {
        trace.follow(local, by_ref);
        next += 1;
    }
    trace.fates
}

/// The locals that hold the value of `start` or a reference to it, `start` first; true stands
/// for a reference.
pub fn names(
    setting: Setting<'_>,
    body: &Body,
    uses: &Uses,
    holds: &Holds,
    start: LocalId,
) -> Vec<(LocalId, bool)> {
    let mut trace =
        Trace { setting, body, uses, holds, names: vec![(start, false)], fates: Vec::new() };
    let mut next = 0;
    while let Some((local, by_ref)) = trace.names.get(next).copied() {
        trace.follow(local, by_ref);
        next += 1;
    }
    trace.names
}

struct Trace<'a> {
    setting: Setting<'a>,
    body: &'a Body,
    uses: &'a Uses,
    holds: &'a Holds,
    names: Vec<(LocalId, bool)>,
    fates: Vec<Fate>,
}

impl Trace<'_> {
    fn follow(&mut self, local: LocalId, by_ref: bool) {
        if self.body.locals.get(local as usize).is_some_and(|l| l.kind == LocalKind::Return) {
            let point = self.uses.definitions(local).next().unwrap_or_default();
            self.fates.push(Fate { what: What::Returned, point, local, by_ref });
            return;
        }
        let uses = self.uses;
        for found in uses.of(local) {
            let point = found.point;
            let what = match found.how {
                How::Ended if !by_ref && self.holds.may_hold(local, point) => What::Dropped,
                How::Defined if !by_ref && self.overwrites(local, point) => What::Overwritten,
                How::Captured { body, inner } => What::Captured(body, inner),
                How::Read { slot, mode, whole } => {
                    let by_ref = by_ref || matches!(mode, Mode::Ref | Mode::RefMut);
                    if let Some(what) = self.read(local, slot, whole, point, by_ref) {
                        self.fates.push(Fate { what, point, local, by_ref });
                    }
                    continue;
                }
                How::Ended | How::Defined | How::PartDefined | How::Declared => continue,
            };
            self.fates.push(Fate { what, point, local, by_ref });
        }
    }

    /// Whether an assignment at `point` drops what `local` holds from before.
    fn overwrites(&self, local: LocalId, point: Point) -> bool {
        self.holds.may_hold(local, point)
            // `x = f(x)` takes the old value first.
            && operands::assign_at(self.body, point).is_some_and(|(_, value)| {
                let mut taken = false;
                operands::of_value(value, |_, operand| {
                    taken |= matches!(operand, Operand::Place(place, Mode::Move)
                        if place.whole() == Some(local));
                });
                !taken
            })
    }

    fn read(
        &mut self,
        local: LocalId,
        slot: Slot,
        whole: bool,
        point: Point,
        by_ref: bool,
    ) -> Option<What> {
        match slot {
            Slot::Awaited(_) => Some(What::Awaited),
            Slot::Arm(arm) => Some(What::Selected(arm)),
            Slot::Callee => Some(What::Called),
            Slot::Scrutinee | Slot::Operator | Slot::Macro(_) => Some(What::Looked),
            Slot::Unknown => {
                // The failure side of `?` is stated so: it takes only the error.
                let failure = self.goes_to_return(point);
                Some(if failure { What::Looked } else { What::Unknown })
            }
            Slot::Value | Slot::Unwrapped => self.moved(local, whole, point, by_ref),
            Slot::Part(_) => self.part(point, by_ref),
            Slot::Argument(index) => self.argument(local, index, whole, point, by_ref),
        }
    }

    fn goes_to_return(&self, point: Point) -> bool {
        let dest = operands::assign_at(self.body, point).and_then(|(place, _)| place.whole());
        dest.and_then(|dest| self.body.locals.get(dest as usize))
            .is_some_and(|dest| dest.kind == LocalKind::Return)
    }

    /// `other = local`, or a part of it.
    fn moved(&mut self, local: LocalId, whole: bool, point: Point, by_ref: bool) -> Option<What> {
        let (dest, value) = operands::assign_at(self.body, point)?;
        if !whole && !part_is_all(value, local) {
            return Some(What::Looked);
        }
        match dest.whole() {
            Some(dest) => {
                self.name(dest, by_ref);
                None
            }
            None => Some(What::Stored),
        }
    }

    fn part(&mut self, point: Point, by_ref: bool) -> Option<What> {
        let (dest, value) = operands::assign_at(self.body, point)?;
        let Value::Aggregate(aggregate) = value else { return Some(What::Unknown) };
        let wrapper = aggregate.path.as_ref().is_some_and(|path| vocabulary::wraps(&path.segments));
        match dest.whole() {
            Some(dest) if wrapper => {
                self.name(dest, by_ref);
                None
            }
            _ => Some(What::Wrapped),
        }
    }

    fn argument(
        &mut self,
        local: LocalId,
        index: u32,
        whole: bool,
        point: Point,
        by_ref: bool,
    ) -> Option<What> {
        let (dest, value) = operands::assign_at(self.body, point)?;
        let Value::Call(call) = value else { return Some(What::Unknown) };
        if (whole || part_is_all(value, local))
            && passes(call, index)
            && self.setting.facts.is_own_method(self.setting.id, point)
            && let Some(dest) = dest.whole()
        {
            self.name(dest, by_ref || views(call));
            return None;
        }
        match &call.callee {
            Callee::Method(..) if index == 0 => {
                Some(if whole { What::Receiver } else { What::Looked })
            }
            _ => Some(What::Argument(index)),
        }
    }

    fn name(&mut self, local: LocalId, by_ref: bool) {
        if !self.names.iter().any(|(known, _)| *known == local) {
            self.names.push((local, by_ref));
        }
    }
}

/// Whether the call gives back what it gets as argument `index`.
fn passes(call: &Call, index: u32) -> bool {
    index == 0
        && match &call.callee {
            Callee::Method(name, _) => vocabulary::passes_on(name),
            Callee::Path(path) => vocabulary::wraps(&path.segments),
            Callee::Value(_) => false,
        }
}

fn views(call: &Call) -> bool {
    matches!(&call.callee, Callee::Method(name, _) if vocabulary::views(name))
}

/// Whether the part of `local` that is read is all that matters of it: `Some(x)`, `*x`.
fn part_is_all(value: &Value, local: LocalId) -> bool {
    let mut all = false;
    operands::of_value(value, |_, operand| {
        if let Operand::Place(place, _) = operand
            && place.local() == Some(local)
        {
            all |= payload(&place.proj);
        }
    });
    all
}

/// Whether a projection only takes wrappers off: dereferences and payloads of variants with one.
fn payload(proj: &[Proj]) -> bool {
    let mut steps = proj.iter();
    while let Some(step) = steps.next() {
        match step {
            Proj::Deref => {}
            Proj::Variant(name)
                if matches!(name.as_str(), "Some" | "Ok" | "Err" | "Left" | "Right") =>
            {
                if !matches!(steps.next(), Some(Proj::Field(field)) if field == "0") {
                    return false;
                }
            }
            _ => return false,
        }
    }
    true
}

/// Whether the statement at `point` gives `local` its value out of a call.
pub fn call_at(body: &Body, point: Point) -> Option<&Call> {
    match &operands::stmt_at(body, point)?.kind {
        StmtKind::Assign(_, Value::Call(call)) => Some(call),
        _ => None,
    }
}
