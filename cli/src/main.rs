//! `cargo linger`.
fn main() {}
