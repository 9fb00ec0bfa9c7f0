//! Loops: what belongs to them, and the ways out.

use super::graph::Graph;
use crate::model::body::{BlockId, Body, BranchKind, Loop, LoopId, Point, Term};

/// A way out of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// What kind of way it is.
    pub kind: ExitKind,
    /// The terminator inside the loop behind which the path is outside.
    pub at: Point,
    /// The first block outside; none when the body ends.
    pub to: Option<BlockId>,
    /// The last branch on the way and the number of the arm taken there, when every path to the
    /// exit takes it.
    pub via: Option<(BlockId, u32)>,
}

/// What kind of way out it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitKind {
    /// The loop's own condition: `while x`, `while let`, the end of a `for`.
    Condition,
    /// `break` of this loop.
    Break,
    /// A labelled jump to an outer loop or block.
    Outer,
    /// `return`
    Return,
    /// `?`
    Question,
    /// A panic or the end of the process.
    Diverge,
}

/// Whether `block` lies in the loop or in one inside it.
pub fn contains(body: &Body, id: LoopId, block: BlockId) -> bool {
    let innermost = body.blocks.get(block as usize).and_then(|found| found.in_loop);
    is_within(body, innermost, id)
}

/// Whether `inner` is the loop `outer` or one inside it.
pub fn is_within(body: &Body, inner: Option<LoopId>, outer: LoopId) -> bool {
    let mut at = inner;
    // A loop's parent has a smaller number, so that this ends even on an odd graph.
    while let Some(id) = at {
        if id == outer {
            return true;
        }
        at = body
            .loops
            .get(id as usize)
            .and_then(|found| found.parent)
            .filter(|parent| *parent < id);
    }
    false
}

/// Every reachable way out of a loop, panics included, in block order.
pub fn exits(body: &Body, graph: &Graph, id: LoopId) -> Vec<Exit> {
    let Some(found) = body.loops.get(id as usize) else { return Vec::new() };
    let mut exits = Vec::new();
    for (index, block) in body.blocks.iter().enumerate() {
        let from = index as BlockId;
        if !graph.is_reachable(from) || !contains(body, id, from) {
            continue;
        }
        let at = Point { block: from, stmt: block.stmts.len() as u32 };
        match block.term {
            Term::Return => exits.push(exit(body, graph, found, at, None)),
            Term::Diverge => {
                let via = via(body, graph, from);
                exits.push(Exit { kind: ExitKind::Diverge, at, to: None, via });
            }
            _ => {}
        }
        for target in graph.successors(from) {
            if !contains(body, id, *target) {
                exits.push(exit(body, graph, found, at, Some(*target)));
            }
        }
    }
    exits
}

/// Whether a path out of the loop exists that is no panic.
pub fn has_way_out(body: &Body, graph: &Graph, id: LoopId) -> bool {
    exits(body, graph, id).iter().any(|exit| exit.kind != ExitKind::Diverge)
}

fn exit(body: &Body, graph: &Graph, left: &Loop, at: Point, to: Option<BlockId>) -> Exit {
    // A branch may itself be the edge that leaves; otherwise the one behind which it lies.
    let via = match to {
        Some(to) => arm_to(body, at.block, to).or_else(|| via(body, graph, at.block)),
        None => via(body, graph, at.block),
    };
    let branch = via.and_then(|(block, _)| match &body.blocks.get(block as usize)?.term {
        Term::Branch(branch) => Some(branch.kind),
        _ => None,
    });
    let kind = match (to, branch) {
        (None, Some(BranchKind::Try)) => ExitKind::Question,
        (None, _) => ExitKind::Return,
        (Some(to), Some(BranchKind::For | BranchKind::While | BranchKind::WhileLet))
            if to == left.exit =>
        {
            ExitKind::Condition
        }
        (Some(to), _) if to == left.exit => ExitKind::Break,
        (Some(_), _) => ExitKind::Outer,
    };
    Exit { kind, at, to, via }
}

/// The nearest branch above `block` through one arm of which every path to it comes.
fn via(body: &Body, graph: &Graph, block: BlockId) -> Option<(BlockId, u32)> {
    let mut at = block;
    // Each step goes to the only predecessor; a chain longer than the body is a circle.
    for _ in 0..body.blocks.len() {
        let [before] = graph.predecessors(at) else { return None };
        if let Some(found) = arm_to(body, *before, at) {
            return Some(found);
        }
        at = *before;
    }
    None
}

/// The arm by which the branch or `select!` that ends `from` leads to `to`.
fn arm_to(body: &Body, from: BlockId, to: BlockId) -> Option<(BlockId, u32)> {
    let term = &body.blocks.get(from as usize)?.term;
    let arm = match term {
        Term::Branch(branch) => branch.arms.iter().position(|arm| arm.target == to)?,
        Term::Select(select) => select.arms.iter().position(|arm| arm.target == to)?,
        Term::Goto(_) | Term::Return | Term::Diverge => return None,
    };
    Some((from, arm as u32))
}

#[cfg(test)]
mod tests {
    use super::{ExitKind, exits, has_way_out};
    use crate::flow::graph::Graph;
    use crate::flow::sketch::{Sketch, take, variant};
    use crate::model::body::BranchKind;

    #[test]
    fn a_loop_without_a_jump_has_no_way_out() {
        let body = Sketch::new(3).goto(0, 1).goto(1, 1).in_loop(&[1], 2, None).body();
        assert!(!has_way_out(&body, &Graph::new(&body), 0));
    }

    #[test]
    fn a_question_mark_leaves_by_returning() {
        let arms = [(variant("Ok"), 2), (variant("Err"), 3)];
        let body = Sketch::new(5)
            .locals(1)
            .goto(0, 1)
            .branch(1, BranchKind::Try, take(1), &arms)
            .goto(2, 1)
            .in_loop(&[1, 2, 3], 4, None)
            .body();
        let found = exits(&body, &Graph::new(&body), 0);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind, found[0].via), (ExitKind::Question, Some((1, 1))));
    }

    #[test]
    fn leaving_the_inner_loop_for_the_outer_is_an_outer_exit() {
        // 1: outer, 2: inner, whose block 3 continues the outer one.
        let body = Sketch::new(6)
            .goto(0, 1)
            .goto(1, 2)
            .fork(2, 2, 3)
            .goto(3, 1)
            .in_loop(&[1], 5, None)
            .in_loop(&[2, 3], 4, Some(0))
            .body();
        let graph = Graph::new(&body);
        assert_eq!(exits(&body, &graph, 1)[0].kind, ExitKind::Outer);
        assert!(!has_way_out(&body, &graph, 0));
    }

    #[test]
    fn a_panic_is_no_way_out() {
        let body =
            Sketch::new(4).goto(0, 1).fork(1, 1, 2).diverge(2).in_loop(&[1, 2], 3, None).body();
        let graph = Graph::new(&body);
        assert!(!has_way_out(&body, &graph, 0));
        assert_eq!(exits(&body, &graph, 0)[0].kind, ExitKind::Diverge);
    }
}
