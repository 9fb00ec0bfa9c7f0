//! Which locals hold a value at each point: on some path, or on every path.
//!
//! A local holds something from its assignment until the value is moved out of it (also into a
//! closure that captures it by value), its scope ends, or it is declared anew. That is what
//! decides whether the end of a scope or a second assignment drops anything.

use super::bits::BitSet;
use super::capture;
use super::facts::Facts;
use super::graph::Graph;
use super::operands;
use crate::model::body::{
    BlockId, Body, BodyId, Call, LocalId, LocalKind, Mode, Operand, Place, Point, Proj, Stmt,
    StmtKind, Term, Value,
};
use crate::model::file::FileModel;

/// What the transfer function needs to know.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The file, for the captures of nested bodies.
    pub file: &'a FileModel,
    /// The body.
    pub id: BodyId,
    /// Types and signatures.
    pub facts: &'a dyn Facts,
}

/// The locals that hold a value at the start of each block.
#[derive(Debug)]
pub struct Holds {
    may: Vec<BitSet>,
    must: Vec<BitSet>,
    /// What each statement takes out and puts in, by block: found once, since asking the types
    /// costs more than the sets.
    effects: Vec<Vec<Effect>>,
}

/// One change of what is held.
#[derive(Clone, Copy, Debug)]
enum Effect {
    /// By the statement of that number.
    Gone(u32, LocalId),
    Here(u32, LocalId),
}

impl Effect {
    fn stmt(self) -> u32 {
        match self {
            Effect::Gone(stmt, _) | Effect::Here(stmt, _) => stmt,
        }
    }

    fn apply(self, set: &mut BitSet) {
        match self {
            Effect::Gone(_, local) => set.remove(local),
            Effect::Here(_, local) => {
                set.insert(local);
            }
        }
    }
}

impl Holds {
    /// Solves both questions for `body`.
    pub fn new(setting: Setting<'_>, body: &Body, graph: &Graph) -> Holds {
        let effects: Vec<Vec<Effect>> =
            (0..body.blocks.len()).map(|block| block_effects(setting, body, block)).collect();
        let count = body.locals.len();
        let mut entry = BitSet::new(count);
        for (id, local) in (0u32..).zip(&body.locals) {
            if matches!(local.kind, LocalKind::Param | LocalKind::Captured) {
                entry.insert(id);
            }
        }
        let may = solve(body, graph, &effects, &entry, BitSet::new(count), BitSet::union);
        let must = solve(body, graph, &effects, &entry, BitSet::full(count), BitSet::intersect);
        Holds { may, must, effects }
    }

    /// Whether some path to `point` leaves a value in `local`.
    pub fn may_hold(&self, local: LocalId, point: Point) -> bool {
        self.at(&self.may, local, point)
    }

    /// Whether every path to `point` leaves a value in `local`.
    pub fn must_hold(&self, local: LocalId, point: Point) -> bool {
        self.at(&self.must, local, point)
    }

    /// All locals that hold a value at `point` on some path.
    pub fn held(&self, point: Point) -> BitSet {
        let mut set = self.may.get(point.block as usize).cloned().unwrap_or_default();
        for effect in self.before(point) {
            effect.apply(&mut set);
        }
        set
    }

    /// Calls `visit` with what may be held at each point of the reachable blocks, in order.
    /// Cheaper than asking point by point.
    pub fn each_point(&self, body: &Body, graph: &Graph, mut visit: impl FnMut(Point, &BitSet)) {
        for &block in graph.order() {
            let Some(mut set) = self.may.get(block as usize).cloned() else { continue };
            let mut effects = self.effects.get(block as usize).into_iter().flatten().peekable();
            let stmts = body.blocks.get(block as usize).map_or(0, |found| found.stmts.len());
            for stmt in 0..=stmts as u32 {
                while let Some(effect) = effects.next_if(|effect| effect.stmt() < stmt) {
                    effect.apply(&mut set);
                }
                visit(Point { block, stmt }, &set);
            }
        }
    }

    fn at(&self, sets: &[BitSet], local: LocalId, point: Point) -> bool {
        let last = self.before(point).rev().find_map(|effect| match effect {
            Effect::Gone(_, gone) if *gone == local => Some(false),
            Effect::Here(_, here) if *here == local => Some(true),
            _ => None,
        });
        last.unwrap_or_else(|| {
            sets.get(point.block as usize).is_some_and(|set| set.contains(local))
        })
    }

    fn before(&self, point: Point) -> impl DoubleEndedIterator<Item = &Effect> {
        let effects = self.effects.get(point.block as usize).map_or(&[][..], Vec::as_slice);
        let end = effects.partition_point(|effect| effect.stmt() < point.stmt);
        effects.get(..end).unwrap_or_default().iter()
    }
}

fn solve(
    body: &Body,
    graph: &Graph,
    effects: &[Vec<Effect>],
    entry: &BitSet,
    top: BitSet,
    merge: impl Fn(&mut BitSet, &BitSet) -> bool,
) -> Vec<BitSet> {
    let mut starts = vec![top; body.blocks.len()];
    if let Some(first) = starts.first_mut() {
        *first = entry.clone();
    }
    // In reverse postorder a round settles all that lies outside loops; each further round
    // settles one more level of nesting, so that this takes few of them.
    let mut changed = true;
    while changed {
        changed = false;
        for &block in graph.order() {
            let Some(mut set) = starts.get(block as usize).cloned() else { continue };
            for effect in effects.get(block as usize).into_iter().flatten() {
                effect.apply(&mut set);
            }
            for &target in graph.successors(block) {
                // A value in scope at the entry can't be given back by a jump to the entry.
                if let Some(start) = starts.get_mut(target as usize) {
                    changed |= merge(start, &set);
                }
            }
        }
    }
    starts
}

fn block_effects(setting: Setting<'_>, body: &Body, block: usize) -> Vec<Effect> {
    let mut effects = Vec::new();
    let Some(found) = body.blocks.get(block) else { return effects };
    let mut at = Point { block: block as BlockId, stmt: 0 };
    for stmt in &found.stmts {
        stmt_effects(setting, stmt, at, &mut effects);
        at.stmt += 1;
    }
    if let Term::Select(select) = &found.term {
        for arm in &select.arms {
            gone(setting, &arm.future, at.stmt, &mut effects);
        }
        // Which of them holds something depends on the arm taken; the others are never read.
        effects.extend(select.arms.iter().map(|arm| Effect::Here(at.stmt, arm.output)));
    }
    effects
}

fn stmt_effects(setting: Setting<'_>, stmt: &Stmt, at: Point, effects: &mut Vec<Effect>) {
    match &stmt.kind {
        StmtKind::Assign(place, value) => {
            operands::of_value(value, |_, operand| gone(setting, operand, at.stmt, effects));
            match value {
                Value::Call(call) => receiver_gone(setting, call, at, effects),
                Value::Closure(nested) => {
                    effects.extend(
                        capture::captures(setting.file, *nested)
                            .iter()
                            .filter(|found| {
                                capture::by_value(setting.file, setting.facts, *nested, found)
                            })
                            .map(|found| Effect::Gone(at.stmt, found.outer)),
                    );
                }
                _ => {}
            }
            if let Some(local) = place.whole() {
                effects.push(Effect::Here(at.stmt, local));
            }
        }
        StmtKind::End(local) | StmtKind::Declare(local) => {
            effects.push(Effect::Gone(at.stmt, *local));
        }
    }
}

fn gone(setting: Setting<'_>, operand: &Operand, stmt: u32, effects: &mut Vec<Effect>) {
    if let Operand::Place(place, Mode::Move) = operand
        && let Some(local) = emptied(place)
        && !setting.facts.is_copy(setting.id, local)
    {
        effects.push(Effect::Gone(stmt, local));
    }
}

fn receiver_gone(setting: Setting<'_>, call: &Call, at: Point, effects: &mut Vec<Effect>) {
    if let Some(Operand::Place(place, Mode::Receiver)) = call.args.first()
        && let Some(local) = place.whole()
        && setting.facts.consumes_receiver(setting.id, at, call)
        && !setting.facts.is_copy(setting.id, local)
    {
        effects.push(Effect::Gone(at.stmt, local));
    }
}

/// The local that holds nothing of interest any more once `place` is moved out of it: all of
/// it, or the payload of an enum variant (`Ok(guard)`), which is all there is.
fn emptied(place: &Place) -> Option<LocalId> {
    match place.proj.first() {
        None | Some(Proj::Variant(_)) => place.local(),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Holds, Setting};
    use crate::flow::facts::ByName;
    use crate::flow::graph::Graph;
    use crate::flow::sketch::{Sketch, at, call, method, take};
    use crate::model::body::{Body, Capture, StmtKind, Value};
    use crate::model::file::FileModel;

    fn holds(body: &Body) -> Holds {
        let file = FileModel::default();
        let setting = Setting { file: &file, id: 0, facts: &ByName };
        Holds::new(setting, body, &Graph::new(body))
    }

    #[test]
    fn a_value_is_held_until_it_is_dropped() {
        let body = Sketch::new(1)
            .locals(2)
            .assign(0, 1, call("lock", vec![]))
            .assign(0, 2, call("drop", vec![take(1)]))
            .stmt(0, StmtKind::End(1))
            .body();
        let holds = holds(&body);
        assert!(!holds.may_hold(1, at(0, 0)));
        assert!(holds.must_hold(1, at(0, 1)));
        assert!(!holds.may_hold(1, at(0, 2)));
    }

    #[test]
    fn a_value_moved_on_one_path_may_still_be_held_behind() {
        let body = Sketch::new(4)
            .locals(2)
            .assign(0, 1, call("lock", vec![]))
            .fork(0, 1, 2)
            .assign(1, 2, call("drop", vec![take(1)]))
            .goto(1, 3)
            .goto(2, 3)
            .body();
        let holds = holds(&body);
        assert!(holds.may_hold(1, at(3, 0)));
        assert!(!holds.must_hold(1, at(3, 0)));
    }

    #[test]
    fn a_loop_brings_back_what_it_keeps() {
        let body = Sketch::new(3)
            .locals(1)
            .goto(0, 1)
            .fork(1, 2, 2)
            .assign(2, 1, call("spawn", vec![]))
            .goto(2, 1)
            .in_loop(&[1, 2], 0, None)
            .body();
        let holds = holds(&body);
        assert!(holds.may_hold(1, at(1, 0)));
        assert!(!holds.must_hold(1, at(1, 0)));
    }

    #[test]
    fn unwrap_takes_the_result_apart() {
        let body = Sketch::new(1)
            .locals(2)
            .assign(0, 1, call("lock", vec![]))
            .assign(0, 2, method("unwrap", 1))
            .body();
        let holds = holds(&body);
        assert!(!holds.may_hold(1, at(0, 2)));
        assert!(holds.must_hold(2, at(0, 2)));
    }

    #[test]
    fn a_move_closure_takes_what_it_captures() {
        let outer = Sketch::new(1)
            .locals(2)
            .assign(0, 1, call("acquire", vec![]))
            .assign(0, 2, Value::Closure(1))
            .body();
        let mut inner = Sketch::new(1).locals(1).body();
        inner.is_move = true;
        inner.captures.push(Capture { outer: 1, inner: 1, span: Default::default() });
        let file = FileModel { bodies: vec![outer, inner], ..FileModel::default() };
        let setting = Setting { file: &file, id: 0, facts: &ByName };
        let body = &file.bodies[0];
        let holds = Holds::new(setting, body, &Graph::new(body));
        assert!(holds.may_hold(1, at(0, 1)));
        assert!(!holds.may_hold(1, at(0, 2)));
    }
}
