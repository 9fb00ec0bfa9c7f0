//! Answers the questions of the query layer.

use super::Linked;
use super::infer::{BodyTypes, Called};
use super::modules::{Item, Meant};
use super::program::{Program, Target};
use super::ty::Ty;
use crate::catalogue::{Catalogue, FnFact, Kind, Role, TypeFact};
use crate::flow::facts::{ByName, Facts};
use crate::flow::origin::{Origin, Source};
use crate::flow::vocabulary;
use crate::model::body::{BodyId, Call, Callee, LocalId, Point};
use crate::model::item::SelfKind;
use crate::model::{Name, TypeRef};
use crate::query::{CallSite, FileId, FunctionId, KeptHandle, Meaning, Site, Summary};

/// What is known of one file.
pub(super) struct FileTypes<'a> {
    pub(super) program: &'a Program<'a>,
    pub(super) bodies: Vec<BodyTypes<'a>>,
}

impl<'a> FileTypes<'a> {
    fn called(&self, body: BodyId, point: Point) -> Option<Called<'a>> {
        let calls = &self.bodies.get(body as usize)?.calls;
        let position = calls.binary_search_by_key(&point, |(at, _)| *at).ok()?;
        calls.get(position).map(|(_, called)| *called)
    }

    /// What the call at a point calls.
    pub(super) fn target(&self, body: BodyId, point: Point) -> Option<Target<'a>> {
        self.called(body, point).map(|called| called.target)
    }

    /// What the catalogue says of a local's type, wrappers taken off.
    fn type_of(&self, body: BodyId, local: LocalId) -> Option<&'a TypeFact> {
        self.fact(self.local(body, local)?)
    }

    /// What the catalogue says of a type, wrappers taken off.
    fn fact(&self, ty: &Ty) -> Option<&'a TypeFact> {
        let mut ty = ty.peeled();
        loop {
            let Ty::Named(path, args) = ty else { return None };
            let wraps = path == "std::option::Option" || path == "std::result::Result";
            match self.program.catalogue.ty(path) {
                _ if wraps => {}
                Some(fact) if fact.kind == Kind::Pointer => {}
                found => return found,
            }
            ty = args.first()?.peeled();
        }
    }

    /// The canonical path of the static that an origin starts at; also of a function without
    /// parameters that gives a reference: it gives the same one each time.
    pub(super) fn global(&self, file: FileId, origin: &Origin) -> Option<Name> {
        match &origin.source {
            Source::Item(path) => {
                let body = self.program.files.file(file)?.bodies.get(origin.body as usize)?;
                let is_static = |item: &Item| match item {
                    Item::Static(file, id) => {
                        let statics = self.program.files.file(*file).map(|file| &file.statics);
                        statics.and_then(|all| all.get(*id as usize)).is_some_and(|s| s.is_static)
                    }
                    _ => false,
                };
                match self.program.modules.resolve(file, body.scope, path)? {
                    Meant::Items(path, items, None) => items.iter().any(is_static).then_some(path),
                    _ => None,
                }
            }
            Source::Call(point) => {
                let Target::Workspace(id) = self.target(origin.body, *point)? else { return None };
                let called = self.program.files.function(id)?;
                let is_constant = called.params.is_empty()
                    && called.generics.params.is_empty()
                    && matches!(called.ret, TypeRef::Ref(_));
                let FunctionId { file, function } = id;
                is_constant.then(|| Name::from(format!("{file}:{function}::{}()", called.name)))
            }
            _ => None,
        }
    }

    /// Whether a body gives a handle or a guard, or a struct of the project that holds a guard.
    pub(super) fn gives_something(&self, body: BodyId) -> bool {
        let given = self.type_of(body, 0);
        given.is_some_and(|fact| matches!(fact.kind, Kind::Guard | Kind::Permit | Kind::Handle))
            || self.local(body, 0).is_some_and(|ty| {
                ty.path().is_some_and(|path| self.program.is_own(path))
                    && self.program.holds(ty, Kind::Guard)
            })
    }

    fn local(&self, body: BodyId, local: LocalId) -> Option<&Ty> {
        self.bodies.get(body as usize)?.locals.get(local as usize)
    }
}

impl Facts for FileTypes<'_> {
    fn consumes_receiver(&self, body: BodyId, point: Point, call: &Call) -> bool {
        match self.called(body, point) {
            // Nothing can be moved out of what is shared.
            Some(Called { through: true, .. }) => false,
            Some(Called { target: Target::Library(fact), .. }) => fact.consumes,
            Some(Called { target: Target::Workspace(id), .. }) => {
                let kind = self.program.files.function(id).and_then(|item| item.self_kind);
                matches!(kind, Some(SelfKind::Value | SelfKind::Typed))
            }
            None => matches!(&call.callee, Callee::Method(name, _) if vocabulary::consumes(name)),
        }
    }

    fn given_back(&self, body: BodyId, point: Point, call: &Call) -> Option<usize> {
        let known = vocabulary::given_back(call);
        known.or_else(|| match (self.called(body, point)?, &call.callee) {
            (Called { through: true, .. }, _) => None,
            // The tables know what a guard can be made into: `map`, `or_default`.
            (Called { target: Target::Library(fact), .. }, Callee::Method(..)) => {
                (fact.role == Some(Role::Pass) && fact.consumes).then_some(0)
            }
            _ => None,
        })
    }

    fn is_own_method(&self, body: BodyId, point: Point) -> bool {
        !self.called(body, point).is_some_and(|called| called.through)
    }

    fn is_option(&self, body: BodyId, local: LocalId) -> bool {
        let path = self.local(body, local).and_then(|ty| ty.path());
        path.is_some_and(|path| path == "std::option::Option")
    }

    fn is_copy(&self, body: BodyId, local: LocalId) -> bool {
        self.local(body, local).is_some_and(|ty| self.program.is_copy(ty))
    }
}

impl Linked<'_> {
    /// The type of what these fields of a local lead to.
    fn part(&self, file: FileId, body: BodyId, local: LocalId, fields: &[Name]) -> Option<Ty> {
        let mut ty = self.file(file)?.local(body, local)?.clone();
        for field in fields {
            ty = self.program.field(&self.program.bare(&ty), None, field);
        }
        Some(ty)
    }
}

impl Linked<'_> {
    /// What the lock guards, or the channel carries, to which these fields of a local lead.
    fn content_of(
        &self,
        file: FileId,
        body: BodyId,
        local: LocalId,
        fields: &[Name],
        kinds: &[Kind],
    ) -> Option<Ty> {
        let ty = self.part(file, body, local, fields)?;
        let is_one = |step: &Ty| {
            let fact = step.path().and_then(|path| self.program.catalogue.ty(path));
            fact.is_some_and(|fact| kinds.contains(&fact.kind))
        };
        self.program.inward(&ty).find(is_one)?.arg(0).cloned()
    }
}

impl Meaning for Linked<'_> {
    fn facts(&self, file: FileId) -> &dyn Facts {
        match self.file(file) {
            Some(types) => types,
            None => &ByName,
        }
    }

    fn catalogue(&self) -> &Catalogue {
        self.program.catalogue
    }

    fn function(&self, file: FileId, site: &CallSite<'_>) -> Option<&FnFact> {
        match self.file(file)?.target(site.body, site.point)? {
            Target::Library(fact) => Some(fact),
            Target::Workspace(id) => Some(&self.summary(id)?.amounts.as_ref()?.fact),
        }
    }

    fn is_reference(&self, file: FileId, body: BodyId, local: LocalId) -> bool {
        let ty = self.file(file).and_then(|types| types.local(body, local));
        matches!(ty, Some(Ty::Ref(_)))
    }

    fn holds_receiver(&self, file: FileId, body: BodyId, local: LocalId) -> bool {
        let ty = self.file(file).and_then(|types| types.local(body, local));
        ty.is_some_and(|ty| self.program.holds(ty, Kind::Receiver))
    }

    fn task_returns(&self, file: FileId, body: BodyId, handle: LocalId) -> Option<&Name> {
        let mut ty = self.file(file)?.local(body, handle)?.peeled();
        if let Ty::Iterator(item) = ty {
            ty = item.peeled();
        }
        while let Ty::Named(path, args) = ty {
            let inner = args.first()?.peeled();
            let is_handle = self.program.catalogue.ty(path).is_some_and(|f| f.kind == Kind::Handle);
            if is_handle {
                return inner.path();
            }
            ty = inner;
        }
        None
    }

    fn kept_handles(&self) -> Vec<KeptHandle> {
        let program = self.program;
        let mut found = Vec::new();
        for (owner, (file, id)) in program.index.structures() {
            let Some(item) = program.files.structure((file, id)) else { continue };
            let types = program.signatures.fields((file, id));
            let ends_by_drop = |ty: &Ty| {
                [Kind::Sender, Kind::Token, Kind::DropGuard, Kind::Atomic, Kind::Runtime]
                    .iter()
                    .any(|kind| program.holds(ty, *kind))
            };
            for (field, ty) in item.fields.iter().zip(types) {
                let Some(handle) = program.kept_handle(ty) else { continue };
                let name = match &field.variant {
                    Some(variant) => format!("{}::{variant}", item.name),
                    None => item.name.to_string(),
                };
                found.push(KeptHandle {
                    owner: owner.clone(),
                    name,
                    field: field.name.clone(),
                    at: Site { file, span: field.span },
                    is_thread: handle.path.starts_with("std::thread"),
                    ends_by_drop: types.iter().any(ends_by_drop),
                });
            }
        }
        found
    }

    fn is_nested_result(&self, file: FileId, body: BodyId, local: LocalId) -> bool {
        let inner = |ty: &Ty, wrapper: &str| match ty.peeled() {
            Ty::Named(path, args) if path == wrapper => args.first().cloned(),
            _ => None,
        };
        let Some(ty) = self.file(file).and_then(|types| types.local(body, local)) else {
            return false;
        };
        let result = "std::result::Result";
        let joined = inner(ty, "std::option::Option").unwrap_or_else(|| ty.clone());
        inner(&joined, result).is_some_and(|returned| {
            let each = inner(&returned, "std::vec::Vec").unwrap_or(returned);
            inner(&each, result).is_some()
        })
    }

    fn structure(
        &self,
        file: FileId,
        body: BodyId,
        local: LocalId,
        fields: &[Name],
    ) -> Option<Name> {
        let ty = self.part(file, body, local, fields)?;
        self.program.bare(&ty).path().filter(|path| self.program.is_own(path)).cloned()
    }

    fn content(&self, file: FileId, body: BodyId, local: LocalId, fields: &[Name]) -> Option<Name> {
        let kinds = [Kind::Lock, Kind::Sender, Kind::Receiver];
        let found = self.content_of(file, body, local, fields, &kinds)?;
        let content = self.program.bare(&found);
        content.path().filter(|path| self.program.is_own(path)).cloned()
    }

    fn items_are_shared(
        &self,
        file: FileId,
        body: BodyId,
        local: LocalId,
        fields: &[Name],
    ) -> bool {
        let map = self.content_of(file, body, local, fields, &[Kind::Lock]);
        let item = map.as_ref().and_then(|map| map.arg(1));
        let holds = |kind| item.is_some_and(|item| self.program.holds(item, kind));
        holds(Kind::Lock) || holds(Kind::Atomic)
    }

    fn global(&self, file: FileId, origin: &Origin) -> Option<Name> {
        self.file(file)?.global(file, origin)
    }

    fn summary(&self, function: FunctionId) -> Option<&Summary> {
        self.summaries.get(&function)
    }

    fn type_of(&self, file: FileId, body: BodyId, local: LocalId) -> Option<&TypeFact> {
        self.file(file)?.type_of(body, local)
    }

    fn type_of_part(
        &self,
        file: FileId,
        body: BodyId,
        local: LocalId,
        fields: &[Name],
    ) -> Option<&TypeFact> {
        match self.part(file, body, local, fields)? {
            Ty::Ref(_) => None,
            ty => self.file(file)?.fact(&ty),
        }
    }

    fn callee(&self, file: FileId, site: &CallSite<'_>) -> Option<FunctionId> {
        match self.file(file)?.target(site.body, site.point)? {
            Target::Workspace(id) => Some(id),
            Target::Library(_) => None,
        }
    }
}
