//! `linger.toml`.
