//! What calls and types mean: the one seam to the catalogue and to linking.

use super::kept::KeptHandle;
use super::sink::FileId;
use super::site::CallSite;
use super::summary::Summary;
use crate::catalogue::{Catalogue, FnFact, TypeFact};
use crate::flow::facts::{ByName, Facts};
use crate::flow::origin::Origin;
use crate::model::Name;
use crate::model::body::{BodyId, LocalId};

/// A function of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId {
    /// Its file.
    pub file: FileId,
    /// Its number among the functions of the file.
    pub function: u32,
}

/// What the libraries and the workspace mean: answers from the catalogue, from types and from
/// summaries. A question without an answer makes rules silent.
pub trait Meaning: Sync {
    /// What the flow analyses ask about one file.
    fn facts(&self, file: FileId) -> &dyn Facts;

    /// What the libraries mean.
    fn catalogue(&self) -> &Catalogue;

    /// What the catalogue says of the function or method that a call calls. For a function of
    /// the workspace that amounts to one of a library (it returns a guard or a handle), what the
    /// catalogue would say of it.
    fn function(&self, file: FileId, site: &CallSite<'_>) -> Option<&FnFact> {
        let _ = (file, site);
        None
    }

    /// What the catalogue says of a local's type, or of the type that a reference, a shared
    /// pointer, an `Option` or a `Result` of that type leads to.
    fn type_of(&self, file: FileId, body: BodyId, local: LocalId) -> Option<&TypeFact> {
        let _ = (file, body, local);
        None
    }

    /// The same of what these fields of a local lead to, unless that is a reference.
    fn type_of_part(
        &self,
        file: FileId,
        body: BodyId,
        local: LocalId,
        fields: &[Name],
    ) -> Option<&TypeFact> {
        let _ = (file, body, local, fields);
        None
    }

    /// Whether a local is a reference.
    fn is_reference(&self, file: FileId, body: BodyId, local: LocalId) -> bool {
        let _ = (file, body, local);
        false
    }

    /// Whether a local is a receiver, or holds one in a field, however deep.
    fn holds_receiver(&self, file: FileId, body: BodyId, local: LocalId) -> bool {
        let _ = (file, body, local);
        false
    }

    /// The canonical path of the type that the task behind a handle returns.
    fn task_returns(&self, file: FileId, body: BodyId, handle: LocalId) -> Option<&Name> {
        let _ = (file, body, handle);
        None
    }

    /// Whether a local is a `Result` of a `Result`, or an `Option` of that: what a join gives of a
    /// task that can fail itself; or a `Result` of a list of results, of several tasks.
    fn is_nested_result(&self, file: FileId, body: BodyId, local: LocalId) -> bool {
        let _ = (file, body, local);
        false
    }

    /// The canonical path of the workspace's struct that these fields of a local lead to, wrappers
    /// and pointers taken off.
    fn structure(
        &self,
        file: FileId,
        body: BodyId,
        local: LocalId,
        fields: &[Name],
    ) -> Option<Name> {
        let _ = (file, body, local, fields);
        None
    }

    /// The canonical path of the workspace's type that the lock guards, or the channel carries,
    /// to which these fields of a local lead.
    fn content(&self, file: FileId, body: BodyId, local: LocalId, fields: &[Name]) -> Option<Name> {
        let _ = (file, body, local, fields);
        None
    }

    /// The fields of the workspace's types that keep the handles of tasks or threads which run on
    /// when the handle is dropped.
    fn kept_handles(&self) -> Vec<KeptHandle> {
        Vec::new()
    }

    /// Whether the items of the map that a lock guards, to which these fields of a local lead,
    /// are shared: they hold a lock or an atomic.
    fn items_are_shared(
        &self,
        file: FileId,
        body: BodyId,
        local: LocalId,
        fields: &[Name],
    ) -> bool {
        let _ = (file, body, local, fields);
        false
    }

    /// The canonical path of what an origin in that file starts at, when that is the same for
    /// everybody: a static, or what a function without parameters gives a reference to.
    fn global(&self, file: FileId, origin: &Origin) -> Option<Name> {
        let _ = (file, origin);
        None
    }

    /// What a function of the workspace does, with all that it calls.
    fn summary(&self, function: FunctionId) -> Option<&Summary> {
        let _ = function;
        None
    }

    /// The function of the workspace that a call calls.
    fn callee(&self, file: FileId, site: &CallSite<'_>) -> Option<FunctionId> {
        let _ = (file, site);
        None
    }
}

/// Nothing is known: names alone decide, and most rules are silent.
#[derive(Clone, Debug, Default)]
pub struct Nothing {
    catalogue: Catalogue,
}

impl Meaning for Nothing {
    fn facts(&self, _: FileId) -> &dyn Facts {
        &ByName
    }

    fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }
}
