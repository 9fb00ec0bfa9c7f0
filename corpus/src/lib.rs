//! Nothing to build: this package only pins the crates that linger is measured on.
