//! Whether a closure or async block takes what it captures by value.

use super::facts::Facts;
use super::operands;
use crate::model::body::{Body, BodyId, Capture, LocalId, Mode, Operand, StmtKind, Term, Value};
use crate::model::file::FileModel;

/// The body of that number, if there is one.
pub fn body(file: &FileModel, id: BodyId) -> Option<&Body> {
    file.bodies.get(id as usize)
}

/// What a nested body captures; nothing for a body that does not exist.
pub fn captures(file: &FileModel, id: BodyId) -> &[Capture] {
    body(file, id).map_or(&[], |found| &found.captures)
}

/// Whether the closure or async block `id` moves the captured variable into itself: it is
/// `move`, or it uses the variable by value.
pub fn by_value(file: &FileModel, facts: &dyn Facts, id: BodyId, capture: &Capture) -> bool {
    body(file, id).is_some_and(|found| {
        let copied = facts.is_copy(id, capture.inner);
        !copied && (found.is_move || consumes(file, facts, id, found, capture.inner))
    })
}

fn consumes(file: &FileModel, facts: &dyn Facts, id: BodyId, body: &Body, local: LocalId) -> bool {
    let moved = |operand: &Operand| matches!(operand, Operand::Place(place, Mode::Move) if place.whole() == Some(local));
    let by_stmt = body.stmts().any(|(point, stmt)| {
        let StmtKind::Assign(_, value) = &stmt.kind else { return false };
        let mut found = false;
        operands::of_value(value, |_, operand| found |= moved(operand));
        found
            || match value {
                Value::Call(call) => {
                    call.args.first().is_some_and(|receiver| {
                        matches!(receiver, Operand::Place(place, Mode::Receiver)
                            if place.whole() == Some(local))
                    }) && facts.consumes_receiver(id, point, call)
                }
                // Nested bodies come later in the file, so that this ends.
                Value::Closure(nested) if *nested > id => captures(file, *nested)
                    .iter()
                    .any(|inner| inner.outer == local && by_value(file, facts, *nested, inner)),
                _ => false,
            }
    });
    by_stmt
        || body.blocks.iter().any(|block| match &block.term {
            Term::Select(select) => select.arms.iter().any(|arm| moved(&arm.future)),
            _ => false,
        })
}
