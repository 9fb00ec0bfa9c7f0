//! Whether code runs because a value is dropped.

use super::BodyCx;

impl BodyCx<'_> {
    /// Whether the body belongs to `Drop::drop`, where nobody can be told of a failure.
    pub fn is_dropper(&self) -> bool {
        let file = self.file.unit.model;
        self.function_around()
            .and_then(|function| file.impls.get(function.in_impl? as usize))
            .is_some_and(|found| {
                let last = found.trait_.as_ref().and_then(|path| path.last());
                last.is_some_and(|name| name == "Drop" || name == "AsyncDrop")
            })
    }
}
