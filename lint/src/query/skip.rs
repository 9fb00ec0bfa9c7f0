//! Branches that do nothing on one side: `if let` with no `else`, an arm `_ => {}`.

use super::BodyCx;
use crate::model::body::{BlockId, Literal, Operand, StmtKind, Term, Value};

impl BodyCx<'_> {
    /// Whether nothing happens between an arm's first block and where other paths come in, save
    /// that scopes end: no call, no way out, no value but `()`.
    pub fn skips(&self, arm: BlockId) -> bool {
        let mut at = arm;
        // Each step leads to another block; a chain longer than the body is a circle.
        for _ in 0..self.body().blocks.len() {
            if !self.graph().dominates(arm, at) {
                return true;
            }
            let Some(block) = self.body().blocks.get(at as usize) else { return false };
            let idle = block.stmts.iter().all(|stmt| match &stmt.kind {
                StmtKind::End(_) | StmtKind::Declare(_) => true,
                StmtKind::Assign(_, value) => is_unit(value),
            });
            match block.term {
                Term::Goto(next) if idle => at = next,
                _ => return false,
            }
        }
        false
    }
}

fn is_unit(value: &Value) -> bool {
    matches!(value, Value::Use(Operand::Literal(Literal::Other)))
}
