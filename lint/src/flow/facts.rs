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
