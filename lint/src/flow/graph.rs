//! The graph of a body's blocks: order, reachability, dominators.

use std::cell::OnceCell;

use super::bits::BitSet;
use crate::model::body::{BlockId, Body, Point, Term};

/// Whether a walk goes on behind a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the points that follow.
    On,
    /// No further on this path.
    Stop,
}

/// The edges between the blocks of one body, forwards and backwards.
///
/// Edges to blocks that don't exist are left out, so that no walk over the graph can fail.
#[derive(Debug)]
pub struct Graph {
    successors: Vec<Vec<BlockId>>,
    predecessors: Vec<Vec<BlockId>>,
    /// The reachable blocks in reverse postorder: each before its successors, loops aside.
    order: Vec<BlockId>,
    /// The position of each block in `order`.
    position: Vec<Option<u32>>,
    dominators: OnceCell<Vec<Option<BlockId>>>,
}

impl Graph {
    /// Reads the edges of `body`.
    pub fn new(body: &Body) -> Graph {
        let count = body.blocks.len();
        let mut successors = Vec::with_capacity(count);
        let mut predecessors = vec![Vec::new(); count];
        for (from, block) in body.blocks.iter().enumerate() {
            let mut targets = block.term.targets();
            targets.retain(|target| (*target as usize) < count);
            targets.sort_unstable();
            targets.dedup();
            for target in &targets {
                predecessors[*target as usize].push(from as BlockId);
            }
            successors.push(targets);
        }
        let order = reverse_postorder(&successors);
        let mut position = vec![None; count];
        for (index, block) in order.iter().enumerate() {
            position[*block as usize] = Some(index as u32);
        }
        Graph { successors, predecessors, order, position, dominators: OnceCell::new() }
    }

    /// The blocks that may follow `block`.
    pub fn successors(&self, block: BlockId) -> &[BlockId] {
        self.successors.get(block as usize).map_or(&[], Vec::as_slice)
    }

    /// The blocks that `block` may follow.
    pub fn predecessors(&self, block: BlockId) -> &[BlockId] {
        self.predecessors.get(block as usize).map_or(&[], Vec::as_slice)
    }

    /// The reachable blocks, each before its successors, loops aside.
    pub fn order(&self) -> &[BlockId] {
        &self.order
    }

    /// Whether the entry leads to `block`.
    pub fn is_reachable(&self, block: BlockId) -> bool {
        self.position.get(block as usize).is_some_and(Option::is_some)
    }

    /// Whether every path from the entry to `block` passes `above`; each block dominates itself.
    pub fn dominates(&self, above: BlockId, block: BlockId) -> bool {
        let dominators = self.dominators.get_or_init(|| self.find_dominators());
        let mut at = block;
        loop {
            if at == above {
                return self.is_reachable(at);
            }
            match dominators.get(at as usize).copied().flatten() {
                Some(next) if next != at => at = next,
                _ => return false,
            }
        }
    }

    /// Whether every path from the entry to `point` passes `above` first.
    pub fn point_dominates(&self, above: Point, point: Point) -> bool {
        if above.block == point.block {
            self.is_reachable(above.block) && above.stmt <= point.stmt
        } else {
            self.dominates(above.block, point.block)
        }
    }

    /// The immediate dominators, by the algorithm of Cooper, Harvey and Kennedy.
    fn find_dominators(&self) -> Vec<Option<BlockId>> {
        let mut above: Vec<Option<BlockId>> = vec![None; self.successors.len()];
        let Some(&entry) = self.order.first() else { return above };
        above[entry as usize] = Some(entry);
        let mut changed = true;
        while changed {
            changed = false;
            for &block in self.order.iter().skip(1) {
                let mut known = self
                    .predecessors(block)
                    .iter()
                    .copied()
                    .filter(|before| above[*before as usize].is_some());
                let Some(first) = known.next() else { continue };
                let found = known.fold(first, |a, b| self.common_dominator(&above, a, b));
                if above[block as usize] != Some(found) {
                    above[block as usize] = Some(found);
                    changed = true;
                }
            }
        }
        above
    }

    fn common_dominator(
        &self,
        above: &[Option<BlockId>],
        mut a: BlockId,
        mut b: BlockId,
    ) -> BlockId {
        let position = |block: BlockId| self.position[block as usize].unwrap_or(u32::MAX);
        while a != b {
            // Dominators come earlier in the order, so the later of the two climbs.
            let later = if position(a) > position(b) { &mut a } else { &mut b };
            match above[*later as usize] {
                Some(next) if next != *later => *later = next,
                _ => break,
            }
        }
        a
    }

    /// Visits each point that may follow `from`, once; `from` itself only if it can come again.
    /// The terminator of a block is a point too.
    pub fn forward(&self, body: &Body, from: Point, mut visit: impl FnMut(Point) -> Step) {
        let mut seen = BitSet::new(self.successors.len());
        let mut todo = Vec::new();
        // The block of `from` is walked from its middle first, and perhaps as a whole later.
        if self.walk_block(body, from.block, from.stmt + 1, u32::MAX, &mut visit) {
            todo.extend_from_slice(self.successors(from.block));
        }
        while let Some(block) = todo.pop() {
            if !seen.insert(block) {
                continue;
            }
            // What lies behind `from` in its block was seen already.
            let end = if block == from.block { from.stmt } else { u32::MAX };
            if self.walk_block(body, block, 0, end, &mut visit) && block != from.block {
                todo.extend_from_slice(self.successors(block));
            }
        }
    }

    /// Visits the points of one block from `start` to `end`; whether the walk goes on behind.
    fn walk_block(
        &self,
        body: &Body,
        block: BlockId,
        start: u32,
        end: u32,
        visit: &mut impl FnMut(Point) -> Step,
    ) -> bool {
        let Some(found) = body.blocks.get(block as usize) else { return false };
        let last = (found.stmts.len() as u32).min(end);
        (start..=last).all(|stmt| visit(Point { block, stmt }) == Step::On)
    }

    /// Whether a path leads from behind `from` to `to` without passing a point for which
    /// `avoid` holds.
    pub fn reaches(
        &self,
        body: &Body,
        from: Point,
        to: Point,
        mut avoid: impl FnMut(Point) -> bool,
    ) -> bool {
        let mut found = false;
        self.forward(body, from, |point| {
            found |= point == to;
            if found || avoid(point) { Step::Stop } else { Step::On }
        });
        found
    }

    /// Whether every path from behind `from` to the end of the body passes a point for which
    /// `passes` holds. Paths that never end don't count.
    pub fn always_passes(
        &self,
        body: &Body,
        from: Point,
        mut passes: impl FnMut(Point) -> bool,
    ) -> bool {
        let mut escaped = false;
        self.forward(body, from, |point| {
            if passes(point) {
                return Step::Stop;
            }
            escaped |= is_return(body, point);
            if escaped { Step::Stop } else { Step::On }
        });
        !escaped
    }
}

/// Whether the body ends at this point in the ordinary way.
pub fn is_return(body: &Body, point: Point) -> bool {
    body.blocks.get(point.block as usize).is_some_and(|block| {
        block.stmts.len() == point.stmt as usize && matches!(block.term, Term::Return)
    })
}

fn reverse_postorder(successors: &[Vec<BlockId>]) -> Vec<BlockId> {
    let mut seen = BitSet::new(successors.len());
    let mut order = Vec::new();
    let mut stack: Vec<(BlockId, usize)> = Vec::new();
    if seen.insert(0) {
        stack.push((0, 0));
    }
    while let Some((block, next)) = stack.last_mut() {
        match successors[*block as usize].get(*next) {
            Some(&target) => {
                *next += 1;
                if seen.insert(target) {
                    stack.push((target, 0));
                }
            }
            None => {
                order.push(*block);
                stack.pop();
            }
        }
    }
    order.reverse();
    order
}

#[cfg(test)]
mod tests {
    use super::Graph;
    use crate::flow::sketch::Sketch;
    use crate::model::body::Point;

    fn at(block: u32, stmt: u32) -> Point {
        Point { block, stmt }
    }

    #[test]
    fn a_diamond_is_dominated_by_its_head() {
        let body = Sketch::new(4).fork(0, 1, 2).goto(1, 3).goto(2, 3).body();
        let graph = Graph::new(&body);
        assert!(graph.dominates(0, 3));
        assert!(!graph.dominates(1, 3));
        assert!(!graph.dominates(2, 1));
    }

    #[test]
    fn an_unreachable_block_dominates_nothing() {
        let body = Sketch::new(2).body();
        let graph = Graph::new(&body);
        assert!(!graph.is_reachable(1));
        assert!(!graph.dominates(1, 1));
    }

    #[test]
    fn a_loop_comes_back_to_where_it_began() {
        let body = Sketch::new(3).goto(0, 1).fork(1, 1, 2).body();
        let graph = Graph::new(&body);
        assert!(graph.reaches(&body, at(1, 0), at(1, 0), |_| false));
        assert!(!graph.reaches(&body, at(2, 0), at(1, 0), |_| false));
    }

    #[test]
    fn an_avoided_point_cuts_the_path() {
        let body = Sketch::new(3).goto(0, 1).goto(1, 2).body();
        let graph = Graph::new(&body);
        assert!(!graph.reaches(&body, at(0, 0), at(2, 0), |point| point.block == 1));
        assert!(graph.always_passes(&body, at(0, 0), |point| point.block == 1));
    }

    #[test]
    fn edges_to_nowhere_are_left_out() {
        let body = Sketch::new(1).goto(0, 77).body();
        assert!(Graph::new(&body).successors(0).is_empty());
    }
}
