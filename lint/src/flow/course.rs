//! "Assume that this value is `None` from now on": does the loop leave, spin or wait?
//!
//! A walk over the paths of one loop, round after round, that takes only the arms which fit what
//! is assumed, and carries what follows from it (flags set on the way, `is_none()`, `== 0`).
//! Where nothing is known both sides are walked, so that "it can't leave" is a proof as far as
//! the graph is right, and "it may leave" is not.

use super::graph::Graph;
use super::loops;
use super::operands;
use super::outcome::{Fit, Outcome};
use super::vocabulary;
use crate::model::body::{
    BlockId, Body, Branch, Call, Callee, LocalId, LoopId, Mode, Operand, Place, Point, Proj, Root,
    Select, StmtKind, Term, Value,
};

/// What is assumed.
pub struct Assumption<'a> {
    /// Each of these locals gets this value whenever it is assigned: the results of calls and
    /// awaits, the outputs of `select!` arms, what a `for` loop iterates over.
    pub values: &'a [(LocalId, Outcome)],
    /// Whether arms of a `select!` for which nothing is assumed are taken too.
    pub other_arms: OtherArms,
    /// Statements that wait besides `.await` and `select!`: a blocking receive, a sleep.
    pub waits: &'a dyn Fn(Point) -> bool,
}

/// When arms of a `select!` are taken for which nothing is assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherArms {
    /// Never: what happens while only the assumed arms are ready?
    Never,
    /// Not where the walk starts: what happens once the assumed arm was taken?
    Later,
    /// Whenever they may be: what happens while the assumed arms, too, are ready?
    Always,
}

/// What a loop does then.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// The terminators behind which a path leaves the loop.
    pub leaves: Vec<Point>,
    /// Where it waits on the way round, in the order met.
    pub waits: Vec<Point>,
    /// The blocks that some path goes through from their start.
    pub passes: Vec<BlockId>,
    /// Some path comes back to where it started.
    pub comes_back: bool,
    /// Some path comes back without having waited for anything.
    pub spins: bool,
    /// There were too many paths: nothing is known.
    pub gave_up: bool,
}

impl Course {
    /// Surely no path leaves the loop, and some path goes round.
    pub fn never_leaves(&self) -> bool {
        !self.gave_up && self.leaves.is_empty() && self.comes_back
    }

    /// Surely no path leaves the loop, and some path goes round without waiting.
    pub fn spins_for_ever(&self) -> bool {
        self.never_leaves() && self.spins
    }
}

/// More steps than any loop that a person wrote needs.
const BUDGET: usize = 4000;

/// Follows the loop `within` from behind `start`, where the assumed value has just come in.
/// Leaving an inner loop is no leaving unless it leaves `within`.
pub fn course(
    body: &Body,
    graph: &Graph,
    within: LoopId,
    start: Point,
    assumption: &Assumption<'_>,
) -> Course {
    let mut state = State::default();
    for (local, outcome) in assumption.values {
        state.set(*local, outcome.clone());
    }
    let mut walk = Walk {
        body,
        graph,
        within,
        start,
        assumption,
        untracked: untracked(body),
        seen: Vec::new(),
        todo: Vec::new(),
        course: Course::default(),
    };
    walk.run(state);
    walk.course
}

/// What is known on one path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    known: Vec<(LocalId, Outcome)>,
    waited: bool,
}

impl State {
    fn get(&self, local: LocalId) -> Outcome {
        self.known
            .iter()
            .find(|(known, _)| *known == local)
            .map_or(Outcome::Any, |(_, outcome)| outcome.clone())
    }

    fn set(&mut self, local: LocalId, outcome: Outcome) {
        // Kept sorted, so that equal knowledge is found equal.
        match self.known.binary_search_by_key(&local, |(known, _)| *known) {
            Ok(at) if outcome == Outcome::Any => {
                self.known.remove(at);
            }
            Ok(at) => {
                if let Some(slot) = self.known.get_mut(at) {
                    slot.1 = outcome;
                }
            }
            Err(_) if outcome == Outcome::Any => {}
            Err(at) => self.known.insert(at, (local, outcome)),
        }
    }
}

struct Walk<'a> {
    body: &'a Body,
    graph: &'a Graph,
    within: LoopId,
    start: Point,
    assumption: &'a Assumption<'a>,
    untracked: Vec<LocalId>,
    seen: Vec<(BlockId, State)>,
    todo: Vec<(BlockId, State)>,
    course: Course,
}

impl Walk<'_> {
    fn run(&mut self, state: State) {
        let first = self.start;
        // A `select!` or branch is the end of its block: there the paths part at once.
        self.block(first.block, first.stmt + u32::from(self.is_stmt(first)), state);
        while let Some((block, state)) = self.todo.pop() {
            let known = self.seen.iter().any(|(seen, known)| *seen == block && *known == state);
            if known {
                continue;
            }
            if self.seen.len() >= BUDGET {
                self.course.gave_up = true;
                return;
            }
            self.seen.push((block, state.clone()));
            if !self.course.passes.contains(&block) {
                self.course.passes.push(block);
            }
            self.block(block, 0, state);
        }
    }

    fn is_stmt(&self, point: Point) -> bool {
        operands::stmt_at(self.body, point).is_some()
    }

    fn block(&mut self, block: BlockId, from: u32, mut state: State) {
        let Some(found) = self.body.blocks.get(block as usize) else { return };
        for (index, stmt) in (0u32..).zip(&found.stmts).skip(from as usize) {
            let point = Point { block, stmt: index };
            if point == self.start {
                self.back(&state);
                return;
            }
            if !self.stmt(&stmt.kind, point, &mut state) {
                // A panic: the task is gone, and the loop with it.
                self.course.leaves.push(point);
                return;
            }
        }
        let end = Point { block, stmt: found.stmts.len() as u32 };
        let started_here = self.start == end && from == end.stmt;
        if self.start == end && !started_here {
            self.back(&state);
            return;
        }
        match &found.term {
            Term::Goto(target) => self.go(end, *target, state),
            Term::Branch(branch) => self.branch(branch, end, state),
            Term::Select(select) => self.select(select, end, state),
            Term::Return | Term::Diverge => self.course.leaves.push(end),
        }
    }

    fn back(&mut self, state: &State) {
        self.course.comes_back = true;
        self.course.spins |= !state.waited;
    }

    fn go(&mut self, from: Point, target: BlockId, state: State) {
        if !loops::contains(self.body, self.within, target) {
            self.course.leaves.push(from);
        } else if self.graph.is_reachable(target) {
            self.todo.push((target, state));
        }
    }

    fn branch(&mut self, branch: &Branch, at: Point, state: State) {
        let outcome = self.value(&branch.scrutinee, &state);
        for (index, arm) in branch.arms.iter().enumerate() {
            let fit = outcome.fits_arm(branch, index);
            if fit != Fit::No {
                self.go(at, arm.target, state.clone());
            }
            if fit == Fit::Yes {
                break;
            }
        }
    }

    fn select(&mut self, select: &Select, at: Point, state: State) {
        let mut all_off = true;
        for arm in &select.arms {
            match self.assumed(arm.output) {
                Some(outcome) => {
                    let fit = outcome.fits(&arm.pat);
                    if fit != Fit::No {
                        let mut next = state.clone();
                        next.set(arm.output, outcome);
                        self.go(at, arm.target, next);
                    }
                    // An arm whose pattern refuses is off until the next round.
                    all_off &= fit != Fit::Yes;
                }
                None => {
                    all_off &= arm.precondition.is_some();
                    let taken = match self.assumption.other_arms {
                        OtherArms::Never => false,
                        OtherArms::Later => at != self.start,
                        OtherArms::Always => true,
                    };
                    if taken {
                        self.wait(at);
                        let mut next = state.clone();
                        next.waited = true;
                        next.set(arm.output, Outcome::Any);
                        self.go(at, arm.target, next);
                    }
                }
            }
        }
        match select.otherwise {
            Some(otherwise) if all_off => self.go(at, otherwise, state),
            // With all arms off and no `else` the macro panics.
            None if all_off => self.course.leaves.push(at),
            _ => {}
        }
    }

    /// Follows a statement; false when it surely panics.
    fn stmt(&mut self, kind: &StmtKind, at: Point, state: &mut State) -> bool {
        let (place, value) = match kind {
            StmtKind::Assign(place, value) => (place, value),
            StmtKind::End(local) | StmtKind::Declare(local) => {
                if self.assumed(*local).is_none() {
                    state.set(*local, Outcome::Any);
                }
                return true;
            }
        };
        let assumed = place.whole().and_then(|local| self.assumed(local));
        if assumed.is_none() && (matches!(value, Value::Await(..)) || (self.assumption.waits)(at)) {
            self.wait(at);
            state.waited = true;
        }
        let outcome = match assumed {
            Some(outcome) => Some(outcome),
            None => self.result(value, state),
        };
        self.forget(value, state);
        let Some(outcome) = outcome else { return false };
        if let Some(local) = place.local() {
            let tracked = place.proj.is_empty() && !self.untracked.contains(&local);
            state.set(local, if tracked { outcome } else { Outcome::Any });
        }
        true
    }

    fn wait(&mut self, at: Point) {
        if !self.course.waits.contains(&at) {
            self.course.waits.push(at);
        }
    }

    fn assumed(&self, local: LocalId) -> Option<Outcome> {
        self.assumption
            .values
            .iter()
            .find(|(assumed, _)| *assumed == local)
            .map(|(_, outcome)| outcome.clone())
    }

    /// What an operation gives; none when it surely panics.
    fn result(&self, value: &Value, state: &State) -> Option<Outcome> {
        Some(match value {
            Value::Use(operand) => self.value(operand, state),
            Value::Unwrapped(operand) => self.value(operand, state).success(),
            Value::Call(call) => return self.call(call, state),
            Value::Op(operator, operands) => self.operator(operator, operands, state),
            Value::Aggregate(aggregate) => {
                let name = aggregate.path.as_ref().and_then(|path| path.last());
                match (name, aggregate.fields.as_slice()) {
                    (Some(name), [(_, inner)]) => {
                        Outcome::Variant(name.clone(), Box::new(self.value(inner, state)))
                    }
                    _ => Outcome::Any,
                }
            }
            _ => Outcome::Any,
        })
    }

    fn call(&self, call: &Call, state: &State) -> Option<Outcome> {
        match &call.callee {
            Callee::Path(path) if vocabulary::wraps(&path.segments) && path.segments.len() == 1 => {
                let inner = call.args.first().map(|arg| self.value(arg, state));
                let name = path.last().cloned().unwrap_or_default();
                Some(Outcome::Variant(name, Box::new(inner.unwrap_or_default())))
            }
            Callee::Method(name, _) => match call.args.first() {
                Some(receiver) => self.value(receiver, state).after_method(name),
                None => Some(Outcome::Any),
            },
            _ => Some(Outcome::Any),
        }
    }

    fn operator(&self, operator: &str, operands: &[Operand], state: &State) -> Outcome {
        let values: Vec<Outcome> =
            operands.iter().map(|operand| self.value(operand, state)).collect();
        match (operator, values.as_slice()) {
            ("!", [Outcome::Bool(value)]) => Outcome::Bool(!value),
            (_, [Outcome::Int(a), Outcome::Int(b)]) => match operator {
                "==" => Outcome::Bool(a == b),
                "!=" => Outcome::Bool(a != b),
                "<" => Outcome::Bool(a < b),
                "<=" => Outcome::Bool(a <= b),
                ">" => Outcome::Bool(a > b),
                ">=" => Outcome::Bool(a >= b),
                _ => Outcome::Any,
            },
            ("==", [Outcome::Bool(a), Outcome::Bool(b)]) => Outcome::Bool(a == b),
            ("!=", [Outcome::Bool(a), Outcome::Bool(b)]) => Outcome::Bool(a != b),
            _ => Outcome::Any,
        }
    }

    fn value(&self, operand: &Operand, state: &State) -> Outcome {
        match operand {
            Operand::Literal(literal) => Outcome::of_literal(literal),
            Operand::Place(place, _) => self.place(place, state),
        }
    }

    fn place(&self, place: &Place, state: &State) -> Outcome {
        let mut outcome = match &place.root {
            Root::Local(local) => state.get(*local),
            Root::Item(path) if path.last().is_some_and(|name| name == "None") => Outcome::none(),
            Root::Item(_) => Outcome::Any,
        };
        let mut steps = place.proj.iter();
        while let Some(step) = steps.next() {
            outcome = match step {
                Proj::Deref => outcome,
                Proj::Variant(name) => {
                    // The payload is field 0; a struct variant's parts are not followed.
                    let first = matches!(steps.next(), Some(Proj::Field(field)) if field == "0");
                    if first { outcome.inside(name) } else { Outcome::Any }
                }
                Proj::Field(_) | Proj::Index | Proj::Item => Outcome::Any,
            };
        }
        outcome
    }

    /// Drops what is known of values that an operation may change.
    fn forget(&self, value: &Value, state: &mut State) {
        let Value::Call(call) = value else { return };
        let Some(Operand::Place(place, Mode::Receiver)) = call.args.first() else { return };
        let Some(local) = place.local() else { return };
        let only_looks = match &call.callee {
            Callee::Method(name, _) => name.starts_with("is_") || vocabulary::views(name),
            _ => false,
        };
        if !only_looks && self.assumed(local).is_none() {
            state.set(local, Outcome::Any);
        }
    }
}

/// Locals that others may change unseen: borrowed mutably, or captured.
fn untracked(body: &Body) -> Vec<LocalId> {
    let mut found = Vec::new();
    for (_, stmt) in body.stmts() {
        let StmtKind::Assign(_, value) = &stmt.kind else { continue };
        operands::of_value(value, |_, operand| {
            if let Operand::Place(place, Mode::RefMut) = operand
                && let Some(local) = place.whole()
            {
                found.push(local);
            }
        });
    }
    found.extend(body.captures.iter().map(|capture| capture.inner));
    found
}

#[cfg(test)]
mod tests {
    use super::{Assumption, Course, OtherArms, course};
    use crate::flow::graph::Graph;
    use crate::flow::outcome::Outcome;
    use crate::flow::sketch::{Sketch, at, call, method, take, variant};
    use crate::model::body::{AwaitKind, Body, BranchKind, Literal, Operand, Pat, Value};

    fn assume(body: &Body, start: (u32, u32), local: u32, outcome: Outcome) -> Course {
        let assumption = Assumption {
            values: &[(local, outcome)],
            other_arms: OtherArms::Always,
            waits: &|_| false,
        };
        course(body, &Graph::new(body), 0, at(start.0, start.1), &assumption)
    }

    /// `loop { if let Some(_) = recv().await {} else { <block 3> } }`, exit block 4.
    fn receive_loop(on_none: u32) -> Body {
        let arms = [(variant("Some"), 2), (Pat::Any, 3)];
        Sketch::new(5)
            .locals(2)
            .goto(0, 1)
            .assign(1, 1, call("recv", vec![]))
            .assign(1, 2, Value::Await([take(1)].into(), AwaitKind::One))
            .branch(1, BranchKind::IfLet, take(2), &arms)
            .goto(2, 1)
            .goto(3, on_none)
            .in_loop(&[1, 2, 3], 4, None)
            .body()
    }

    #[test]
    fn a_receive_loop_that_ignores_none_spins() {
        let course = assume(&receive_loop(1), (1, 1), 2, Outcome::none());
        assert!(course.spins_for_ever());
    }

    #[test]
    fn a_receive_loop_that_breaks_on_none_leaves() {
        let course = assume(&receive_loop(4), (1, 1), 2, Outcome::none());
        assert!(!course.comes_back);
        assert_eq!(course.leaves, [at(3, 0)]);
    }

    #[test]
    fn what_is_not_assumed_takes_both_arms() {
        let course = assume(&receive_loop(4), (1, 1), 1, Outcome::none());
        assert!(course.comes_back && !course.leaves.is_empty());
    }

    #[test]
    fn a_flag_set_on_the_way_is_remembered() {
        // loop { let n = read(); if n.is_err() { done = true } ; if done { break } }
        let yes_no = |yes, no| [(Pat::Bool(true), yes), (Pat::Bool(false), no)];
        let body = Sketch::new(6)
            .locals(3)
            .goto(0, 1)
            .assign(1, 1, call("read", vec![]))
            .assign(1, 2, method("is_err", 1))
            .branch(1, BranchKind::If, take(2), &yes_no(2, 3))
            .assign(2, 3, Value::Use(Operand::Literal(Literal::Bool(true))))
            .goto(2, 3)
            .branch(3, BranchKind::If, take(3), &yes_no(4, 1))
            .goto(4, 5)
            .in_loop(&[1, 2, 3, 4], 5, None)
            .body();
        let course = assume(&body, (1, 0), 1, Outcome::err());
        assert!(!course.comes_back);
        assert_eq!(course.leaves, [at(4, 0)]);
    }

    #[test]
    fn unwrapping_a_failure_leaves_by_a_panic() {
        let body = Sketch::new(3)
            .locals(2)
            .goto(0, 1)
            .assign(1, 1, call("recv", vec![]))
            .assign(1, 2, method("unwrap", 1))
            .goto(1, 1)
            .in_loop(&[1], 2, None)
            .body();
        let course = assume(&body, (1, 0), 1, Outcome::err());
        assert!(!course.comes_back);
        assert_eq!(course.leaves, [at(1, 1)]);
    }

    #[test]
    fn a_sleep_on_the_way_round_is_a_wait() {
        let body = Sketch::new(3)
            .locals(3)
            .goto(0, 1)
            .assign(1, 1, call("recv", vec![]))
            .assign(1, 2, call("sleep", vec![]))
            .assign(1, 3, Value::Await([take(2)].into(), AwaitKind::One))
            .goto(1, 1)
            .in_loop(&[1], 2, None)
            .body();
        let course = assume(&body, (1, 0), 1, Outcome::err());
        assert!(course.never_leaves() && !course.spins);
        assert_eq!(course.waits, [at(1, 2)]);
    }
}
