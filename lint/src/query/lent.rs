//! Futures that are polled by reference: they live on when the wait is over.

use super::BodyCx;
use crate::flow::operands;
use crate::model::body::{LocalId, Mode, Operand, Place, Point, Value};

/// A future that something polls by `&mut` or `as_mut()`.
#[derive(Clone, Copy, Debug)]
pub struct Lent {
    /// The variable that holds it.
    pub future: LocalId,
    /// Where the reference is made.
    pub at: Point,
}

impl BodyCx<'_> {
    /// The variable behind a reference that is awaited, or is the future of an arm.
    pub fn lent(&self, polled: &Operand) -> Option<Lent> {
        let (place, at) = self.lent_place(polled)?;
        Some(Lent { future: place.whole()?, at })
    }

    /// The variable or field behind such a reference, and where the reference is made.
    pub fn lent_place(&self, polled: &Operand) -> Option<(&Place, Point)> {
        let at = self.uses().definition(polled.place()?.whole()?)?;
        let (_, value) = operands::assign_at(self.body(), at)?;
        let lent = match value {
            Value::Use(operand @ Operand::Place(_, Mode::RefMut)) => operand,
            Value::Call(_) => {
                self.call_at(at).filter(|call| call.name() == "as_mut")?.receiver()?
            }
            _ => return None,
        };
        Some((lent.place()?, at))
    }
}
