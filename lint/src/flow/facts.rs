//! What the flow analyses ask about the program around a body.

use super::vocabulary;
use crate::model::body::{BodyId, Call, Callee, LocalId, Point};

/// Answers from types and signatures. Without them the names of methods decide.
pub trait Facts: Sync {
    /// Whether the call at `point` takes its receiver by value.
    fn consumes_receiver(&self, body: BodyId, point: Point, call: &Call) -> bool {
        let _ = (body, point);
        matches!(&call.callee, Callee::Method(name, _) if vocabulary::consumes(name))
    }

    /// The argument that the call at `point` gives back in its result, by number.
    fn given_back(&self, body: BodyId, point: Point, call: &Call) -> Option<usize> {
        let _ = (body, point);
        vocabulary::given_back(call)
    }

    /// Whether the method called at `point` is one of its receiver's type, and not one of what a
    /// guard or a shared pointer leads to: `take` may empty an `Option`, but not the guard of it.
    fn is_own_method(&self, body: BodyId, point: Point) -> bool {
        let _ = (body, point);
        true
    }

    /// Whether this local is an `Option`, which may hold nothing.
    fn is_option(&self, body: BodyId, local: LocalId) -> bool {
        let _ = (body, local);
        false
    }

    /// Whether using this local by value copies it.
    fn is_copy(&self, body: BodyId, local: LocalId) -> bool {
        let _ = (body, local);
        false
    }
}

/// No types: names alone decide.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByName;

impl Facts for ByName {}
