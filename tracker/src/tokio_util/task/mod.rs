//! Collections of tasks.

mod abort_on_drop;
mod join_map;
mod join_queue;
mod local_pool;
pub mod task_tracker;

#[doc(no_inline)]
pub use ::tokio_util::task::*;
pub use abort_on_drop::{AbortOnDrop, AbortOnDropHandle};
pub use join_map::JoinMap;
pub use join_queue::JoinQueue;
pub use local_pool::LocalPoolHandle;
#[doc(inline)]
pub use task_tracker::TaskTracker;
