//! Which call runs an async block to its end on the caller's own thread.

use super::BodyCx;
use super::site::CallSite;
use crate::catalogue::Role;

impl<'a> BodyCx<'a> {
    /// The `block_on` that this async block is given to where it is written, in a function that
    /// is not async itself: the call, and the body in which it stands.
    pub fn driver(&self) -> Option<(BodyCx<'a>, CallSite<'a>)> {
        let outer = self.parent().filter(|outer| !outer.body().is_async())?;
        let call =
            outer.calls_of(Role::BlockOn).find(|call| call.span.contains(self.body().span))?;
        Some((outer, call))
    }
}
