//! The integration tests of linger are in the `tests` folder of this package.
