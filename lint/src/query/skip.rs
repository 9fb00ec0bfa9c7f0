//! Branches that do nothing on one side: `if let` with no `else`, an arm `_ => {}`.

use super::BodyCx;
use crate::flow::graph::Step;
use crate::model::body::{BlockId, Point, StmtKind, Term, Value};

impl BodyCx<'_> {
    /// Whether nothing happens between an arm's first block and where it meets the arm that
    /// begins at `other`, save that scopes end.
    pub fn skips(&self, arm: BlockId, other: BlockId) -> bool {
        let mut at = arm;
        // Each step leads to another block; a chain longer than the body is a circle.
        for _ in 0..self.body().blocks.len() {
            if self.leads_to_block(other, at) {
                return true;
            }
            let Some(block) = self.body().blocks.get(at as usize) else { return false };
            let idle = block.stmts.iter().all(|stmt| match &stmt.kind {
                StmtKind::End(_) | StmtKind::Declare(_) => true,
                StmtKind::Assign(_, value) => matches!(value, Value::Use(_)),
            });
            match block.term {
                Term::Goto(next) if idle => at = next,
                _ => return false,
            }
        }
        false
    }

    fn leads_to_block(&self, from: BlockId, to: BlockId) -> bool {
        let mut found = false;
        self.graph().forward(self.body(), Point { block: from, stmt: 0 }, |point| {
            found |= point.block == to;
            if found { Step::Stop } else { Step::On }
        });
        found
    }
}
