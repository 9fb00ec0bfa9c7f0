//! What every drop-in module is made of: futures, operations, ends and guards that keep their
//! records.

pub(crate) mod actor;
pub(crate) mod end;
pub(crate) mod fate;
pub(crate) mod gauge;
pub(crate) mod hold;
pub(crate) mod holding;
pub(crate) mod marks;
pub(crate) mod name;
pub(crate) mod operation;
