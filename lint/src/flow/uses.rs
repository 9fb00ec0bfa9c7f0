//! Where each local of a body is defined, used and ended: an index made in one pass.

use super::operands::{self, Slot};
use crate::model::body::{
    Body, BodyId, LocalId, Mode, Operand, Place, Point, StmtKind, Term, Value,
};

/// One mention of a local.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Where.
    pub point: Point,
    /// How.
    pub how: How,
}

/// How a local is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A value is put into all of it.
    Defined,
    /// A value is put into a part of it, or behind it.
    PartDefined,
    /// It is read, all or in part.
    Read {
        /// For what.
        slot: Slot,
        /// How.
        mode: Mode,
        /// All of it, no part.
        whole: bool,
    },
    /// A closure or async block made here captures it as this local of its own.
    Captured {
        /// The closure or block.
        body: BodyId,
        /// The local that stands for it there.
        inner: LocalId,
    },
    /// Its scope ends.
    Ended,
    /// Its scope begins, and it holds nothing.
    Declared,
}

/// The mentions of all locals of one body.
#[derive(Debug)]
pub struct Uses {
    /// By local, then by point.
    all: Vec<(LocalId, Use)>,
    /// Where the mentions of each local start in `all`, and the end.
    starts: Vec<u32>,
}

impl Uses {
    /// Reads `body`; `captures` gives the captured pairs (outer, inner) of a nested body.
    pub fn new<'a>(
        body: &'a Body,
        captures: impl Fn(BodyId) -> &'a [crate::model::body::Capture],
    ) -> Uses {
        let mut all = Vec::new();
        for (index, block) in body.blocks.iter().enumerate() {
            let mut point = Point { block: index as u32, stmt: 0 };
            for stmt in &block.stmts {
                match &stmt.kind {
                    StmtKind::Assign(place, value) => {
                        read_value(value, point, &mut all);
                        if let Value::Closure(body) = value {
                            all.extend(captures(*body).iter().map(|capture| {
                                let how = How::Captured { body: *body, inner: capture.inner };
                                (capture.outer, Use { point, how })
                            }));
                        }
                        define(place, point, &mut all);
                    }
                    StmtKind::End(local) => all.push((*local, Use { point, how: How::Ended })),
                    StmtKind::Declare(local) => {
                        all.push((*local, Use { point, how: How::Declared }));
                    }
                }
                point.stmt += 1;
            }
            operands::of_term(&block.term, |slot, operand| read(slot, operand, point, &mut all));
            if let Term::Select(select) = &block.term {
                for arm in &select.arms {
                    all.push((arm.output, Use { point, how: How::Defined }));
                }
            }
        }
        // Stable, so that the mentions of one local stay in the order of the points.
        all.sort_by_key(|(local, _)| *local);
        let mut starts = Vec::with_capacity(body.locals.len() + 1);
        let mut at = 0;
        for local in 0..=body.locals.len() as u32 {
            while all.get(at).is_some_and(|(found, _)| *found < local) {
                at += 1;
            }
            starts.push(at as u32);
        }
        Uses { all, starts }
    }

    /// The mentions of a local, in the order of the points.
    pub fn of(&self, local: LocalId) -> impl Iterator<Item = Use> + '_ {
        let bound = |index: usize| self.starts.get(index).map_or(0, |at| *at as usize);
        let range = bound(local as usize)..bound(local as usize + 1);
        self.all.get(range).unwrap_or_default().iter().map(|(_, found)| *found)
    }

    /// The points at which all of a local gets a value.
    pub fn definitions(&self, local: LocalId) -> impl Iterator<Item = Point> + '_ {
        self.of(local).filter(|found| found.how == How::Defined).map(|found| found.point)
    }

    /// The only point at which a local gets a value.
    pub fn definition(&self, local: LocalId) -> Option<Point> {
        let mut found = self.definitions(local);
        found.next().filter(|_| found.next().is_none())
    }
}

fn read_value(value: &Value, point: Point, all: &mut Vec<(LocalId, Use)>) {
    operands::of_value(value, |slot, operand| read(slot, operand, point, all));
    if let Value::Call(call) = value
        && let crate::model::body::Callee::Value(place) = &call.callee
        && let Some(local) = place.local()
    {
        let whole = place.proj.is_empty();
        let how = How::Read { slot: Slot::Callee, mode: Mode::Receiver, whole };
        all.push((local, Use { point, how }));
    }
}

fn read(slot: Slot, operand: &Operand, point: Point, all: &mut Vec<(LocalId, Use)>) {
    let Operand::Place(place, mode) = operand else { return };
    let Some(local) = place.local() else { return };
    let how = How::Read { slot, mode: *mode, whole: place.proj.is_empty() };
    all.push((local, Use { point, how }));
}

fn define(place: &Place, point: Point, all: &mut Vec<(LocalId, Use)>) {
    let Some(local) = place.local() else { return };
    let how = if place.proj.is_empty() { How::Defined } else { How::PartDefined };
    all.push((local, Use { point, how }));
}
