//! The tests of the tracker: one binary, a module for each subject.

mod correct;
mod environment;
mod findings;
mod macros;
mod output;
mod refused;
mod threads;
mod unharmed;
