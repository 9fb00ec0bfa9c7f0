//! What happens in a body: paths, lives of values, where they come from and where they go.
//!
//! Nothing in here knows a rule or a library. The parts that need types ask [`facts::Facts`];
//! all else is read off the graph.

pub mod bits;
pub mod capture;
pub mod course;
pub mod facts;
pub mod graph;
pub mod holds;
pub mod loops;
pub mod operands;
pub mod outcome;
#[cfg(test)]
mod sketch;
pub mod uses;
pub mod vocabulary;
