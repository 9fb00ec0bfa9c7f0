//! What a statement or terminator reads, in one form whatever it does.

use crate::model::body::{Body, Operand, Place, Point, Stmt, StmtKind, Term, Value};

/// What an operand is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// It is the whole right side of an assignment: `a = b`, `a = &b`, `a = b as T`.
    Value,
    /// The success value of `?` is taken from it.
    Unwrapped,
    /// Argument of that number of a call, the receiver of a method being the first.
    Argument(u32),
    /// It is called: a closure or function value.
    Callee,
    /// One of the futures awaited together.
    Awaited(u32),
    /// Part of that number of a struct, variant, tuple or array.
    Part(u32),
    /// Of an operator: only read.
    Operator,
    /// Of a macro such as `println!`: only read.
    Macro(u32),
    /// Of something that is not understood.
    Unknown,
    /// A branch looks at it.
    Scrutinee,
    /// The future of that arm of a `select!`.
    Arm(u32),
}

/// Calls `visit` for each operand of `value`.
pub fn of_value<'a>(value: &'a Value, mut visit: impl FnMut(Slot, &'a Operand)) {
    let numbered = |operands: &'a [Operand]| (0u32..).zip(operands);
    match value {
        Value::Use(operand) | Value::Cast(operand, _) => visit(Slot::Value, operand),
        Value::Unwrapped(operand) => visit(Slot::Unwrapped, operand),
        Value::Call(call) => {
            numbered(&call.args).for_each(|(index, arg)| visit(Slot::Argument(index), arg));
        }
        Value::Await(operands, _) => {
            numbered(operands).for_each(|(index, operand)| visit(Slot::Awaited(index), operand));
        }
        Value::Aggregate(aggregate) => {
            for (index, (_, operand)) in (0u32..).zip(&aggregate.fields) {
                visit(Slot::Part(index), operand);
            }
        }
        Value::Closure(_) => {}
        Value::Op(_, operands) => {
            operands.iter().for_each(|operand| visit(Slot::Operator, operand));
        }
        Value::Macro(call) => {
            numbered(&call.args).for_each(|(index, arg)| visit(Slot::Macro(index), arg));
        }
        Value::Unknown(operands) => {
            operands.iter().for_each(|operand| visit(Slot::Unknown, operand));
        }
    }
}

/// Calls `visit` for each operand of a terminator.
pub fn of_term<'a>(term: &'a Term, mut visit: impl FnMut(Slot, &'a Operand)) {
    match term {
        Term::Branch(branch) => visit(Slot::Scrutinee, &branch.scrutinee),
        Term::Select(select) => {
            for (index, arm) in (0u32..).zip(&select.arms) {
                visit(Slot::Arm(index), &arm.future);
            }
        }
        Term::Goto(_) | Term::Return | Term::Diverge => {}
    }
}

/// The statement at a point; none for a terminator.
pub fn stmt_at(body: &Body, point: Point) -> Option<&Stmt> {
    body.blocks.get(point.block as usize)?.stmts.get(point.stmt as usize)
}

/// The terminator at a point; none for a statement.
pub fn term_at(body: &Body, point: Point) -> Option<&Term> {
    let block = body.blocks.get(point.block as usize)?;
    (block.stmts.len() == point.stmt as usize).then_some(&block.term)
}

/// The assignment at a point.
pub fn assign_at(body: &Body, point: Point) -> Option<(&Place, &Value)> {
    match &stmt_at(body, point)?.kind {
        StmtKind::Assign(place, value) => Some((place, value)),
        StmtKind::End(_) | StmtKind::Declare(_) => None,
    }
}

/// The point of a block's terminator.
pub fn end_of(body: &Body, block: u32) -> Point {
    let stmts = body.blocks.get(block as usize).map_or(0, |found| found.stmts.len());
    Point { block, stmt: stmts as u32 }
}
