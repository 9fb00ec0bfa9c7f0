//! What a call calls, and what it gives.

use super::infer::{Called, Frame, Inference};
use super::modules::{Item, Meant};
use super::program::Target;
use super::ty::Ty;
use crate::catalogue::Kind;
use crate::flow::vocabulary;
use crate::model::body::{BodyId, Call, Callee, Operand};
use crate::model::{Name, Path};
use crate::query::FunctionId;

impl<'a> Inference<'_, 'a> {
    /// The type of a call's result, and what is called.
    pub(super) fn call(&mut self, frame: &mut Frame<'_>, call: &Call) -> (Ty, Option<Called<'a>>) {
        let mut args: Vec<Ty> =
            call.args.iter().map(|operand| self.operand(frame, operand)).collect();
        match &call.callee {
            Callee::Path(path) => {
                let (ty, target) = self.path_call(frame, path, &mut args);
                (ty, target.map(|target| Called { target, through: false }))
            }
            Callee::Method(name, _) => self.method_call(frame, name, &mut args),
            Callee::Value(place) => {
                let operand = Operand::Place(place.clone(), crate::model::body::Mode::Ref);
                let callee = self.operand(frame, &operand);
                (self.program.returned(&callee), None)
            }
        }
    }

    fn method_call(
        &mut self,
        frame: &mut Frame<'_>,
        name: &Name,
        args: &mut [Ty],
    ) -> (Ty, Option<Called<'a>>) {
        let receiver = args.first().cloned().unwrap_or_default();
        if receiver.is_unknown() {
            self.unresolved(frame.id, name);
            return (Ty::Unknown, None);
        }
        match self.program.method(self.file, &receiver, name) {
            Some(method) => {
                let ret = self.called(frame, method.target, Some(&method.owner), args);
                (ret, Some(Called { target: method.target, through: method.through }))
            }
            None => (self.by_name(&receiver, name), None),
        }
    }

    /// Calls a target whose arguments have these types.
    fn called(
        &mut self,
        frame: &mut Frame<'_>,
        target: Target<'a>,
        owner: Option<&Ty>,
        args: &mut [Ty],
    ) -> Ty {
        match target {
            Target::Library(fact) => {
                let given = self.program.closure_params(fact, owner, args);
                if !given.is_empty() {
                    self.closures(frame, args, &given);
                }
                self.program.given(fact, owner, args)
            }
            Target::Workspace(id) => self.program.returns(id, args),
        }
    }

    /// Finds the types in the closures among the arguments once more, now that it is known what
    /// they are called with.
    fn closures(&mut self, frame: &mut Frame<'_>, args: &mut [Ty], given: &[Ty]) {
        for arg in args {
            if let Ty::Callable(_, Some(id)) = arg {
                *arg = self.closure(frame, *id, given);
            }
        }
    }

    fn path_call(
        &mut self,
        frame: &mut Frame<'_>,
        path: &Path,
        args: &mut [Ty],
    ) -> (Ty, Option<Target<'a>>) {
        if let Some(qself) = &path.qself {
            let owner = self.read(&frame.context, qself);
            return match path.last() {
                Some(name) => self.associated(frame, &owner, name, args),
                None => (Ty::Unknown, None),
            };
        }
        if let Some((owner, name)) = self.owner_in_scope(frame, path) {
            return self.associated(frame, &owner, &name, args);
        }
        match self.program.modules.resolve(frame.context.file, frame.context.scope, path) {
            Some(Meant::Outside(full)) => self.library(frame, &full, path, args),
            Some(Meant::Items(full, items, None)) => match items.first() {
                Some(Item::Function(file, function)) => {
                    let id = FunctionId { file: *file, function: *function };
                    let target = Target::Workspace(id);
                    (self.called(frame, target, None, args), Some(target))
                }
                // A tuple struct.
                Some(Item::Struct(..)) => (Ty::Named(full, Vec::new()), None),
                Some(Item::Alias(..)) => (self.alias(frame, path, 0), None),
                _ => (Ty::Unknown, None),
            },
            Some(Meant::Items(full, items, Some(name))) => match items.first() {
                Some(Item::Struct(..)) => {
                    self.associated(frame, &Ty::Named(full, Vec::new()), &name, args)
                }
                Some(Item::Alias(..)) => {
                    let owner = self.alias(frame, path, 1);
                    self.associated(frame, &owner, &name, args)
                }
                Some(Item::Trait(..)) => {
                    let receiver = args.first().cloned().unwrap_or_default();
                    let found = self.program.method(self.file, &receiver, &name);
                    let id = self.program.index.methods(&full, &name).first();
                    let target = found
                        .map(|method| method.target)
                        .or_else(|| id.map(|id| Target::Workspace(*id)));
                    match target {
                        Some(target) => (self.called(frame, target, None, args), Some(target)),
                        None => (Ty::Unknown, None),
                    }
                }
                _ => (Ty::Unknown, None),
            },
            Some(Meant::Module(_)) | None => (Ty::Unknown, None),
        }
    }

    /// `Self::name` and `T::name`: the type in front, when it is no item.
    fn owner_in_scope(&self, frame: &Frame<'_>, path: &Path) -> Option<(Ty, Name)> {
        let [first, name] = path.segments.as_slice() else { return None };
        let known = first == "Self"
            || frame.context.generics.iter().any(|g| g.params.iter().any(|(p, _)| p == first));
        if path.global || !known {
            return None;
        }
        let owner = Path { segments: vec![first.clone()], ..Path::default() };
        let owner = crate::model::TypeRef::Path(Box::new(owner));
        Some((self.read(&frame.context, &owner), name.clone()))
    }

    /// The type that an alias stands for, when `behind` segments follow its name.
    fn alias(&self, frame: &Frame<'_>, path: &Path, behind: usize) -> Ty {
        let mut owner = path.clone();
        owner.segments.truncate(path.segments.len().saturating_sub(behind));
        self.read(&frame.context, &crate::model::TypeRef::Path(Box::new(owner)))
    }

    /// A function or variant of a type, or a method called by its path.
    fn associated(
        &mut self,
        frame: &mut Frame<'_>,
        owner: &Ty,
        name: &Name,
        args: &mut [Ty],
    ) -> (Ty, Option<Target<'a>>) {
        let Some(path) = owner.path() else { return (Ty::Unknown, None) };
        if let Some(fact) = self.program.catalogue.method(path, name) {
            let target = Target::Library(fact);
            let receiver = args.first().filter(|ty| ty.path() == Some(path)).cloned();
            let owner = receiver.unwrap_or_else(|| owner.clone());
            return (self.called(frame, target, Some(&owner), args), Some(target));
        }
        if let Some(id) = self.program.index.methods(path, name).first() {
            let target = Target::Workspace(*id);
            return (self.called(frame, target, Some(owner), args), Some(target));
        }
        let the =
            self.program.index.structure(path).and_then(|id| self.program.files.structure(id));
        let makes_itself = name == "default"
            || the.is_some_and(|the| the.variants.iter().any(|variant| variant == name));
        (if makes_itself { owner.peeled().clone() } else { Ty::Unknown }, None)
    }

    /// A function that lies outside the workspace.
    fn library(
        &mut self,
        frame: &mut Frame<'_>,
        full: &str,
        path: &Path,
        args: &mut [Ty],
    ) -> (Ty, Option<Target<'a>>) {
        let first = || args.first().cloned().unwrap_or_default();
        match full {
            "std::option::Option::Some" => {
                return (Ty::named("std::option::Option", vec![first()]), None);
            }
            "std::result::Result::Ok" => {
                return (Ty::named("std::result::Result", vec![first(), Ty::Unknown]), None);
            }
            "std::result::Result::Err" => {
                return (Ty::named("std::result::Result", vec![Ty::Unknown, first()]), None);
            }
            _ => {}
        }
        let catalogue = self.program.catalogue;
        if let Some(fact) = catalogue.function(full) {
            let target = Target::Library(fact);
            let generics = path.args.iter().map(|arg| self.read(&frame.context, arg)).collect();
            let owner = full.rsplit_once("::").map_or("", |(owner, _)| owner);
            let owner = Ty::named(owner, generics);
            let receiver = args.first().filter(|ty| ty.path() == owner.path()).cloned();
            let owner = receiver.unwrap_or(owner);
            return (self.called(frame, target, Some(&owner), args), Some(target));
        }
        // A method of a type that is listed under another path, or a tuple struct.
        let Some((owner, name)) = full.rsplit_once("::") else { return (Ty::Unknown, None) };
        match catalogue.canonical(owner) {
            Some(owner) if owner != full => {
                self.associated(frame, &Ty::Named(owner, Vec::new()), &Name::from(name), args)
            }
            _ => (Ty::Unknown, None),
        }
    }

    /// What a struct literal or a variant with fields makes.
    pub(super) fn constructed(&self, frame: &Frame<'_>, path: &Path) -> Ty {
        if let Some((owner, _)) = self.owner_in_scope(frame, path) {
            return owner;
        }
        if path.is("Self") {
            return frame.context.this.cloned().unwrap_or_default();
        }
        match self.program.modules.resolve(frame.context.file, frame.context.scope, path) {
            Some(Meant::Items(full, items, variant)) => match items.first() {
                Some(Item::Struct(..)) => Ty::Named(full, Vec::new()),
                Some(Item::Alias(..)) => self.alias(frame, path, usize::from(variant.is_some())),
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    /// The type of a static, a function used as a value, or a unit struct.
    pub(super) fn item(&self, frame: &Frame<'_>, path: &Path) -> Ty {
        if let Some((owner, name)) = self.owner_in_scope(frame, path) {
            return self.member(&owner, &name);
        }
        match self.program.modules.resolve(frame.context.file, frame.context.scope, path) {
            Some(Meant::Items(full, items, None)) => match items.first() {
                Some(Item::Static(file, id)) => {
                    self.program.signatures.static_(*file, *id).cloned().unwrap_or_default()
                }
                Some(Item::Function(file, function)) => {
                    self.function(FunctionId { file: *file, function: *function })
                }
                Some(Item::Struct(..)) => Ty::Named(full, Vec::new()),
                _ => Ty::Unknown,
            },
            Some(Meant::Items(full, _, Some(name))) => {
                self.member(&Ty::Named(full, Vec::new()), &name)
            }
            Some(Meant::Outside(full)) if full == "std::option::Option::None" => {
                Ty::named("std::option::Option", vec![Ty::Unknown])
            }
            Some(Meant::Outside(full)) => match self.program.catalogue.function(&full) {
                Some(fact) => Ty::Callable(Box::new(self.program.given(fact, None, &[])), None),
                None => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    /// `Type::name` as a value: a method, or a variant.
    fn member(&self, owner: &Ty, name: &Name) -> Ty {
        let Some(path) = owner.path() else { return Ty::Unknown };
        if let Some(id) = self.program.index.methods(path, name).first() {
            return self.function(*id);
        }
        let the =
            self.program.index.structure(path).and_then(|id| self.program.files.structure(id));
        let is_variant = the.is_some_and(|the| the.variants.iter().any(|known| known == name));
        if is_variant { owner.peeled().clone() } else { Ty::Unknown }
    }

    fn function(&self, id: FunctionId) -> Ty {
        let ret = self.program.signatures.function(id).map(|signature| signature.ret.clone());
        Ty::Callable(Box::new(ret.unwrap_or_default()), None)
    }

    fn unresolved(&mut self, body: BodyId, name: &str) {
        if self.program.known.asked.contains(name) {
            self.count_unresolved(body);
        }
    }

    /// What a method gives whose name has one meaning wherever it is used: another handle on the
    /// same, or the same in a wrapper.
    fn by_name(&self, receiver: &Ty, name: &str) -> Ty {
        if vocabulary::clones(name)
            || matches!(name, "to_owned" | "borrow" | "borrow_mut" | "by_ref")
        {
            let is_guard = |ty: &Ty| {
                let fact = ty.path().and_then(|path| self.program.catalogue.ty(path));
                fact.is_some_and(|fact| fact.kind == Kind::Guard)
            };
            let steps = self.program.derefs(receiver);
            let value = steps.into_iter().find(|ty| !matches!(ty, Ty::Ref(_)) && !is_guard(ty));
            return value.unwrap_or_default();
        }
        if !vocabulary::rewraps(name) {
            return Ty::Unknown;
        }
        match receiver.path().map(Name::as_str) {
            // `context` makes a `Result` of an `Option`, and changes the error.
            Some("std::option::Option" | "std::result::Result") => {
                Ty::named("std::result::Result", vec![receiver.success(), Ty::Unknown])
            }
            // An iterator's `take` is another thing than an option's.
            _ if name == "take" => Ty::Unknown,
            _ => receiver.clone(),
        }
    }
}
