//! Branches that do nothing on one side: `if let` with no `else`, an arm `_ => {}`.

use super::BodyCx;
use crate::model::body::{BlockId, Literal, Operand, Point, StmtKind, Term, Value};

impl BodyCx<'_> {
    /// Whether nothing happens from the start of a block to a point that is reached on no other
    /// way, save that scopes end.
    pub fn leads_at_once(&self, from: BlockId, to: Point) -> bool {
        let mut at = from;
        for _ in 0..self.body().blocks.len() {
            let Some(block) = self.body().blocks.get(at as usize) else { return false };
            let until = if at == to.block { to.stmt as usize } else { block.stmts.len() };
            if !block.stmts.iter().take(until).all(|stmt| is_idle(&stmt.kind)) {
                return false;
            }
            match block.term {
                _ if at == to.block => return self.graph().dominates(from, at),
                Term::Goto(next) => at = next,
                _ => return false,
            }
        }
        false
    }

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
            let idle = block.stmts.iter().all(|stmt| is_idle(&stmt.kind));
            match block.term {
                Term::Goto(next) if idle => at = next,
                _ => return false,
            }
        }
        false
    }
}

fn is_idle(stmt: &StmtKind) -> bool {
    match stmt {
        StmtKind::End(_) | StmtKind::Declare(_) => true,
        StmtKind::Assign(_, value) => is_unit(value),
    }
}

fn is_unit(value: &Value) -> bool {
    matches!(value, Value::Use(Operand::Literal(Literal::Other)))
}
