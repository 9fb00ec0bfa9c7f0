//! The tests of the tracker: one binary, a module for each subject.

mod findings;
mod macros;
