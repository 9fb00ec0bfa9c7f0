//! All that lives: tasks and threads, resources, their ends, waits and holds.
//!
//! What lives and dies fast has slots in an [`arena`]; what is looked up by key and changes seldom
//! (scopes, sites, names) is in maps. No function here runs code of the user, and none waits for
//! anything but another function here.

pub(crate) mod arena;
mod clones;
pub(crate) mod event;
mod given;
mod last_use;
pub(crate) mod order;
mod place;
mod record;
pub(crate) mod runtimes;
pub(crate) mod scopes;
pub(crate) mod site;
pub(crate) mod slot;
pub(crate) mod term;
pub(crate) mod waker;
mod woken;

/// The atomics that [`slot`], [`clones`] and [`woken`] use; the loom test puts loom's in their place.
mod atomic {
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};
}

pub(crate) use arena::Entry;
pub(crate) use last_use::{How, Use};
pub(crate) use record::{
    Actor, ActorKind, End, Handle, Hold, Resource, Side, State, Wait, for_each_end,
};
pub(crate) use site::{Outcome, Site, site};
pub(crate) use slot::{Key, Slot};
pub(crate) use term::{Term, Wants};
