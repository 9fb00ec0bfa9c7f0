//! The life of one value: which locals may hold it at each point, from its making on.
//!
//! Unlike [`Holds`](super::holds::Holds), which asks whether a local holds anything, this follows
//! one value through moves, `unwrap`, `Some(..)`, structs and closures that take it, so that two
//! guards that share a variable are told apart.

use super::bits::BitSet;
use super::capture;
use super::graph::Graph;
use super::holds::Setting;
use super::operands;
use super::vocabulary;
use crate::model::body::{
    Arm, BlockId, Body, Branch, Call, Callee, LocalId, LocalKind, Mode, Operand, Pat, Place, Point,
    Proj, Stmt, StmtKind, Term, Value,
};

/// Where one value is alive, and which locals may hold it there.
#[derive(Clone, Debug, Default)]
pub struct Life {
    /// The points in order, each with its share of `holders`.
    points: Vec<(Point, std::ops::Range<u32>)>,
    holders: Vec<LocalId>,
}

impl Life {
    /// Follows the value that the statement or `select!` at `birth` puts into `local`.
    pub fn new(
        setting: Setting<'_>,
        body: &Body,
        graph: &Graph,
        birth: Point,
        local: LocalId,
    ) -> Life {
        let starts = vec![BitSet::default(); body.blocks.len()];
        let mut follow = Follow { setting, body, birth, local, starts };
        follow.solve(graph);
        follow.life()
    }

    /// The locals that may hold the value just before `point`.
    pub fn holders(&self, point: Point) -> &[LocalId] {
        let found = self.points.binary_search_by_key(&point, |(at, _)| *at).ok();
        let range = found.and_then(|index| self.points.get(index)).map(|(_, range)| range.clone());
        let range = range.unwrap_or_default();
        self.holders.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Whether some local may hold the value just before `point`.
    pub fn is_alive(&self, point: Point) -> bool {
        self.points.binary_search_by_key(&point, |(at, _)| *at).is_ok()
    }

    /// The points at which some local may hold the value, before what stands there happens.
    pub fn points(&self) -> impl Iterator<Item = Point> + '_ {
        self.points.iter().map(|(point, _)| *point)
    }
}

/// Follows one value; `starts` says which locals may hold it at the start of each block.
struct Follow<'a> {
    setting: Setting<'a>,
    body: &'a Body,
    birth: Point,
    local: LocalId,
    starts: Vec<BitSet>,
}

impl Follow<'_> {
    fn life(&self) -> Life {
        let mut life = Life::default();
        for (index, block) in self.body.blocks.iter().enumerate() {
            let id = index as BlockId;
            let mut held = self.starts.get(index).cloned().unwrap_or_default();
            if held.is_empty() && id != self.birth.block {
                continue;
            }
            for stmt in 0..=block.stmts.len() as u32 {
                if !held.is_empty() {
                    let start = life.holders.len() as u32;
                    life.holders.extend(held.iter());
                    let range = start..life.holders.len() as u32;
                    life.points.push((Point { block: id, stmt }, range));
                }
                self.through(&mut held, id, stmt, stmt + 1);
            }
        }
        life
    }

    fn solve(&mut self, graph: &Graph) {
        let mut todo = vec![self.birth.block];
        let mut reached = BitSet::new(self.body.blocks.len());
        while let Some(block) = todo.pop() {
            let mut held = self.starts.get(block as usize).cloned().unwrap_or_default();
            let end = self.body.blocks.get(block as usize).map_or(0, |found| found.stmts.len());
            self.through(&mut held, block, 0, end as u32 + 1);
            if held.is_empty() {
                continue;
            }
            for &target in graph.successors(block) {
                let Some(start) = self.starts.get_mut(target as usize) else { continue };
                if start.is_unset() {
                    *start = BitSet::new(self.body.locals.len());
                }
                let arrived = self.arrived(block, target, &held);
                let start = &mut self.starts[target as usize];
                if start.union(&arrived) || reached.insert(target) {
                    todo.push(target);
                }
            }
        }
    }

    /// What is held on the edge from `block` to `target`: the output of a `select!` arm is there
    /// only behind that arm.
    fn arrived(&self, block: BlockId, target: BlockId, held: &BitSet) -> BitSet {
        let mut arrived = held.clone();
        match self.body.blocks.get(block as usize).map(|found| &found.term) {
            Some(Term::Select(select)) => {
                for arm in select.arms.iter().filter(|arm| arm.target != target) {
                    arrived.remove(arm.output);
                }
            }
            Some(Term::Branch(branch)) => {
                if let Some((local, answer)) = self.asked(held, block, branch)
                    && !match answer {
                        Some(there) => answers(branch, target, there),
                        None => self.succeeds(branch, target),
                    }
                {
                    arrived.remove(local);
                }
            }
            _ => {}
        }
        arrived
    }

    /// The local that a branch looks at, itself or by a view of it, which is there where it is;
    /// with the answer that says so, where that is asked: `found.is_some()`.
    fn asked(
        &self,
        held: &BitSet,
        block: BlockId,
        branch: &Branch,
    ) -> Option<(LocalId, Option<bool>)> {
        let mut local = branch.scrutinee.place().and_then(Place::whole)?;
        if held.contains(local) {
            return Some((local, None));
        }
        let mut answer = None;
        for stmt in self.body.blocks.get(block as usize)?.stmts.iter().rev() {
            let StmtKind::Assign(dest, value) = &stmt.kind else { continue };
            if dest.whole() != Some(local) {
                continue;
            }
            local = match value {
                Value::Use(operand) => operand.place().and_then(Place::whole)?,
                Value::Call(call) => {
                    let Callee::Method(name, _) = &call.callee else { return None };
                    match name.as_str() {
                        "is_some" | "is_ok" => answer = Some(true),
                        "is_none" | "is_err" => answer = Some(false),
                        "map" | "cloned" | "copied" => {}
                        view if vocabulary::views(view) => {}
                        _ => return None,
                    }
                    call.args.first()?.place().and_then(Place::whole)?
                }
                _ => return None,
            };
            if held.contains(local) {
                let may_be_nothing =
                    self.tries() || self.setting.facts.is_option(self.setting.id, local);
                return (local == self.local && may_be_nothing).then_some((local, answer));
            }
        }
        None
    }

    /// Whether the value comes from an attempt, which gives an error where there is none.
    fn tries(&self) -> bool {
        match operands::stmt_at(self.body, self.birth).map(|stmt| &stmt.kind) {
            Some(StmtKind::Assign(_, Value::Call(call))) => match &call.callee {
                Callee::Method(name, _) => name.starts_with("try_"),
                Callee::Path(_) | Callee::Value(_) => false,
            },
            _ => false,
        }
    }

    /// Whether the value may be there behind this arm: what is `None` holds nothing, and neither
    /// does the error of an attempt (`try_lock`).
    fn succeeds(&self, branch: &Branch, target: BlockId) -> bool {
        let tries = self.tries();
        let mut covered = false;
        for arm in &branch.arms {
            if arm.target == target {
                return match &arm.pat {
                    Pat::Variant(name, _) if name == "None" => false,
                    Pat::Variant(name, _) if name == "Err" => !tries,
                    Pat::Any => !covered,
                    _ => true,
                };
            }
            let success = arm.pat.must_match("Some") || (tries && arm.pat.must_match("Ok"));
            covered |= success && !arm.guarded;
        }
        true
    }

    /// Applies the statements from `from` up to, not including, `end`; the terminator is one.
    fn through(&self, held: &mut BitSet, block: BlockId, from: u32, end: u32) {
        let Some(found) = self.body.blocks.get(block as usize) else { return };
        for index in from..end.min(found.stmts.len() as u32 + 1) {
            let point = Point { block, stmt: index };
            match found.stmts.get(index as usize) {
                Some(stmt) if !held.is_empty() => self.stmt(held, stmt, point),
                Some(_) => {}
                None => self.term(held, &found.term),
            }
            if point == self.birth {
                if held.is_unset() {
                    *held = BitSet::new(self.body.locals.len());
                }
                held.insert(self.local);
            }
        }
    }

    fn stmt(&self, held: &mut BitSet, stmt: &Stmt, at: Point) {
        let (place, value) = match &stmt.kind {
            StmtKind::Assign(place, value) => (place, value),
            StmtKind::End(local) | StmtKind::Declare(local) => {
                held.remove(*local);
                return;
            }
        };
        let mut moved = false;
        operands::of_value(value, |_, operand| {
            let Some(local) = self.taken(held, operand, value, at) else { return };
            held.remove(local);
            moved |= self.keeps(value, operand, at);
        });
        if let Value::Call(call) = value
            && self.setting.facts.is_own_method(self.setting.id, at)
            && let Some(emptied) = self.emptied(call, at)
            && held.contains(emptied)
        {
            held.remove(emptied);
            moved = true;
        }
        if let Value::Closure(nested) = value {
            for capture in capture::captures(self.setting.file, *nested) {
                let by_value =
                    || capture::by_value(self.setting.file, self.setting.facts, *nested, capture);
                if held.contains(capture.outer) && by_value() {
                    held.remove(capture.outer);
                    moved = true;
                }
            }
        }
        match place.whole() {
            Some(local) if moved => {
                held.insert(local);
            }
            Some(local) => held.remove(local),
            // Put into a field or an element: it lives as long as what that belongs to.
            None if moved => {
                if let Some(local) = place.local().filter(|local| self.owns(*local, place)) {
                    held.insert(local);
                }
            }
            None => {}
        }
    }

    fn term(&self, held: &mut BitSet, term: &Term) {
        let Term::Select(select) = term else { return };
        for arm in &select.arms {
            if let Operand::Place(place, Mode::Move) = &arm.future
                && let Some(local) = place.whole()
            {
                held.remove(local);
            }
            held.remove(arm.output);
        }
    }

    /// The local that held the value and gives it up through this operand.
    fn taken(&self, held: &BitSet, operand: &Operand, value: &Value, at: Point) -> Option<LocalId> {
        let Operand::Place(place, mode) = operand else { return None };
        let local = place.local().filter(|local| held.contains(*local))?;
        let by_value = match mode {
            Mode::Move => moves_all(place),
            Mode::Receiver => {
                place.proj.is_empty()
                    && matches!(value, Value::Call(call)
                        if self.setting.facts.consumes_receiver(self.setting.id, at, call))
            }
            Mode::Ref | Mode::RefMut => false,
        };
        let copied = || self.setting.facts.is_copy(self.setting.id, local);
        (by_value && !copied()).then_some(local)
    }

    /// Whether the result of `value` holds what this operand gives.
    fn keeps(&self, value: &Value, operand: &Operand, at: Point) -> bool {
        match value {
            Value::Use(_) | Value::Cast(..) | Value::Unwrapped(_) | Value::Aggregate(_) => true,
            Value::Macro(call) => call.path.last().is_some_and(|name| name == "vec"),
            Value::Call(call) => {
                let given = self.setting.facts.given_back(self.setting.id, at, call);
                given
                    .and_then(|index| call.args.get(index))
                    .is_some_and(|given| std::ptr::eq(given, operand))
            }
            Value::Await(..) | Value::Closure(_) | Value::Op(..) | Value::Unknown(_) => false,
        }
    }

    /// The local whose value the call takes out through a reference: `x.take()`,
    /// `mem::replace(&mut x, ..)`.
    fn emptied(&self, call: &Call, at: Point) -> Option<LocalId> {
        let first = call.args.first()?.place()?.whole()?;
        match &call.callee {
            Callee::Method(name, _) if matches!(name.as_str(), "take" | "replace") => Some(first),
            Callee::Path(path)
                if path.last().is_some_and(|name| matches!(name.as_str(), "take" | "replace")) =>
            {
                self.referred(first, at)
            }
            _ => None,
        }
    }

    /// The local that a reference made earlier in the same block refers to.
    fn referred(&self, reference: LocalId, at: Point) -> Option<LocalId> {
        let before = self.body.blocks.get(at.block as usize)?.stmts.get(..at.stmt as usize)?;
        before.iter().rev().find_map(|stmt| match &stmt.kind {
            StmtKind::Assign(dest, Value::Use(Operand::Place(place, Mode::RefMut)))
                if dest.whole() == Some(reference) =>
            {
                place.whole()
            }
            _ => None,
        })
    }

    /// Whether what is put into a part of this local lives as long as the local: not when it is
    /// a reference or somebody else's.
    fn owns(&self, local: LocalId, place: &Place) -> bool {
        let own = self.body.locals.get(local as usize).is_some_and(|found| {
            matches!(found.kind, LocalKind::Let | LocalKind::Temp | LocalKind::Tail)
        });
        own && !place.proj.contains(&Proj::Deref)
    }
}

/// Whether `target` is where a branch leads when what it asks is `there`.
fn answers(branch: &Branch, target: BlockId, there: bool) -> bool {
    let says_so = |arm: &Arm| arm.pat == Pat::Bool(there);
    let arm = branch.arms.iter().find(|arm| arm.target == target);
    arm.is_none_or(|arm| match arm.pat {
        Pat::Bool(answer) => answer == there,
        _ => !branch.arms.iter().any(says_so),
    })
}

/// Whether reading this place by value takes the value out of its local: all of the local, or
/// the payload of a variant. A field is mostly one of what a guard gives access to, and copied.
fn moves_all(place: &Place) -> bool {
    matches!(place.proj.first(), None | Some(Proj::Variant(_)))
}

#[cfg(test)]
mod tests {
    use crate::flow::cache::FileFlow;
    use crate::flow::facts::ByName;
    use crate::model::body::{StmtKind, Value};
    use crate::source::Edition;

    /// Whether the value of the first call of `lock` is alive at each await, in order.
    fn alive_at_awaits(text: &str) -> Vec<bool> {
        let file = crate::syntax::lower(text, Edition::E2021, false).expect("the sample is Rust");
        let flows = FileFlow::new(&file, &ByName);
        let flow = flows.body(0).expect("there is a body");
        let (birth, local) = flow
            .body()
            .stmts()
            .find_map(|(point, stmt)| match &stmt.kind {
                StmtKind::Assign(place, Value::Call(call))
                    if matches!(&call.callee, crate::model::body::Callee::Method(name, _)
                        if name == "lock") =>
                {
                    Some((point, place.whole()?))
                }
                _ => None,
            })
            .expect("the sample locks");
        let life = flow.life(birth, local);
        let awaits = flow.body().stmts().filter(|(_, stmt)| {
            matches!(&stmt.kind, StmtKind::Assign(_, value) if matches!(value, Value::Await(..)))
        });
        let mut alive: Vec<_> =
            awaits.map(|(point, stmt)| (stmt.span, life.is_alive(point))).collect();
        alive.sort_unstable();
        alive.into_iter().map(|(_, alive)| alive).collect()
    }

    #[test]
    fn a_bound_guard_lives_to_the_end_of_its_scope() {
        let text = "async fn f() { { let g = m.lock().unwrap(); a().await; } b().await; }";
        assert_eq!(alive_at_awaits(text), [true, false]);
    }

    #[test]
    fn a_dropped_guard_is_gone() {
        let text = "async fn f() { let g = m.lock().unwrap(); drop(g); a().await; }";
        assert_eq!(alive_at_awaits(text), [false]);
    }

    #[test]
    fn a_guard_dropped_on_one_path_only_lives_on() {
        let text = "async fn f() { let g = m.lock(); if x() { drop(g); return; } a().await; }";
        assert_eq!(alive_at_awaits(text), [true]);
    }

    #[test]
    fn a_temporary_lives_to_the_end_of_its_statement() {
        let text = "async fn f() { m.lock().unwrap().send().await; a().await; }";
        assert_eq!(alive_at_awaits(text), [true, false]);
    }

    #[test]
    fn a_guard_moved_into_a_struct_lives_with_it() {
        let text = "async fn f() { let g = m.lock(); let s = S { g }; a().await; }";
        assert_eq!(alive_at_awaits(text), [true]);
    }

    #[test]
    fn a_guard_given_away_is_gone() {
        let text = "async fn f() { let g = m.lock(); keep(g); a().await; }";
        assert_eq!(alive_at_awaits(text), [false]);
    }

    #[test]
    fn a_guard_replaced_in_its_variable_is_gone() {
        let text = "async fn f() { let mut g = m.lock(); g = other(); a().await; }";
        assert_eq!(alive_at_awaits(text), [false]);
    }

    #[test]
    fn a_guard_in_a_pattern_lives_in_its_arm() {
        let text = "async fn f() { if let Ok(g) = m.lock() { a().await; } b().await; }";
        assert_eq!(alive_at_awaits(text), [true, false]);
    }

    #[test]
    fn a_field_of_a_guard_is_not_the_guard() {
        let text = "async fn f() { let g = m.lock().unwrap(); let n = g.count; a().await; }";
        assert_eq!(alive_at_awaits(text), [true]);
    }
}
