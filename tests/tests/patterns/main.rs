//! Every variant of the pattern book runs, and the tracker finds what its markers say.

mod run;

// A module for each pattern, a test for each variant.
include!(concat!(env!("OUT_DIR"), "/patterns.rs"));
