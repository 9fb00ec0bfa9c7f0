//! A quick look at a text without parsing it.
