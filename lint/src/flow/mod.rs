//! What happens in a body: paths, lives of values, where they come from and where they go.
//!
//! Nothing in here knows a rule or a library. The parts that need types ask [`facts::Facts`];
//! all else is read off the graph. [`cache::FileFlow`] makes each analysis when it is asked for.

pub mod bits;
pub mod cache;
pub mod capture;
pub mod course;
pub mod ends;
pub mod facts;
pub mod fate;
pub mod graph;
pub mod holds;
pub mod life;
pub mod loops;
pub mod operands;
pub mod origin;
pub mod outcome;
pub mod same;
#[cfg(test)]
mod sketch;
pub mod uses;
pub mod vocabulary;
