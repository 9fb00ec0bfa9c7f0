//! The tests of the tracker: one binary, a module for each subject.

mod correct;
mod findings;
mod macros;
mod output;
mod threads;
mod unharmed;
