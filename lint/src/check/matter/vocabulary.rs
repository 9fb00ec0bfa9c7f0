//! The names of the catalogue that a project may mean.
//!
//! A method's name alone tells little: `read` and `next` are everywhere. But a method belongs to
//! a type, and where nobody names the type, nor anything that gives one, nobody calls it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::bearing::Bearing;
use crate::catalogue::{Catalogue, FnFact, Kind, Role, TypeFact};
use crate::model::{Name, TypeRef};
use crate::query::ONCE_METHODS;
use crate::source::Project;
use crate::source::sketch::{Sketch, Use, Word};

/// The names of the catalogue, with what they bear upon.
pub(in crate::check) struct Vocabulary {
    types: Vec<TypeWords>,
    functions: Vec<FunctionWords>,
}

struct TypeWords {
    library: Library,
    names: Vec<Word>,
    /// The types that it leads to by itself: those of its fields, what it dereferences to.
    leads_to: Vec<usize>,
    /// A handle, guard or end of a channel.
    tells: bool,
    is_token: bool,
    is_guard: bool,
    is_handle: bool,
    methods: Vec<Method>,
}

struct Method {
    name: Word,
    bearing: Bearing,
    /// It has no arguments beside its receiver.
    bare: bool,
    /// The types that it gives, to its caller or to a closure.
    gives: Vec<usize>,
}

struct FunctionWords {
    library: Library,
    names: Vec<Word>,
    bearing: Bearing,
    /// As for methods.
    gives: Vec<usize>,
}

/// The crates by which something can be named; none for the standard library, which always can.
type Library = Vec<Word>;

impl Vocabulary {
    pub(in crate::check) fn new(catalogue: &Catalogue) -> Vocabulary {
        let mut roots: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        let mut other_names: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for (path, target) in catalogue.aliases() {
            roots.entry(root(target)).or_default().push(root(path));
            other_names.entry(target).or_default().push(last(path));
        }
        let library = |path: &str| -> Library {
            let root = root(path);
            if matches!(root, "std" | "core" | "alloc") {
                return Vec::new();
            }
            let aliases = roots.get(root).into_iter().flatten().copied();
            aliases.chain([root]).map(Word::of).collect()
        };
        let names = |path: &str| -> Vec<Word> {
            let others = other_names.get(path).into_iter().flatten().copied();
            others.chain([last(path)]).map(Word::of).collect()
        };
        let facts: Vec<&TypeFact> = catalogue.types().collect();
        let numbers: FxHashMap<&str, usize> =
            (0..).zip(&facts).map(|(number, fact)| (fact.path.as_str(), number)).collect();
        let named = |types: &mut dyn Iterator<Item = &TypeRef>| {
            let mut found = Vec::new();
            types.for_each(|ty| paths(ty, &numbers, &mut found));
            found
        };
        let gives = |fact: &FnFact| named(&mut fact.ret.iter().chain(&fact.with));
        let bearing = |fact: &FnFact, gives: &[usize]| {
            // Who makes a runtime in asynchronous code may drop it there.
            let panics = gives.iter().any(|ty| facts[*ty].drop_panics_in_async);
            let made = if panics { Bearing::COUNTS_IN_ASYNC } else { Bearing::NONE };
            Bearing::of(fact) | made
        };
        let method = |name: &Name, fact: &FnFact| {
            let gives = gives(fact);
            let bearing = bearing(fact, &gives);
            Method { name: Word::of(name), bearing, bare: is_bare(name, fact), gives }
        };
        let types = facts.iter().map(|fact| TypeWords {
            library: library(&fact.path),
            names: names(&fact.path),
            leads_to: named(&mut leads_to(fact)),
            tells: tells(fact),
            is_token: fact.kind == Kind::Token,
            is_guard: matches!(fact.kind, Kind::Guard | Kind::Permit),
            is_handle: matches!(fact.kind, Kind::Handle | Kind::TaskSet),
            methods: fact.methods.iter().map(|(name, fact)| method(name, fact)).collect(),
        });
        let functions = catalogue.functions().map(|fact| {
            let gives = gives(fact);
            let bearing = bearing(fact, &gives);
            FunctionWords { library: library(&fact.path), names: names(&fact.path), bearing, gives }
        });
        let (types, functions) = (types.collect(), functions.collect());
        Vocabulary { types, functions }
    }

    /// What of it may be meant in these files.
    pub(super) fn spoken(&self, project: &Project, sketches: &[Sketch]) -> Spoken {
        let mut words: FxHashSet<Word> = FxHashSet::default();
        words.extend(sketches.iter().flat_map(|sketch| &sketch.words));
        for target in &project.targets {
            for (local, real) in &target.renames {
                if words.contains(&Word::of(local)) {
                    words.insert(Word::of(real));
                }
            }
        }
        let is_spoken =
            |library: &Library| library.is_empty() || library.iter().any(|it| words.contains(it));
        let mut spoken = Spoken::default();
        // Types come up by their names, and unnamed as what functions and methods give.
        let named = |ty: &TypeWords| ty.names.iter().any(|name| words.contains(name));
        let types = (0..).zip(&self.types);
        let types = types.filter(|(_, ty)| is_spoken(&ty.library) && named(ty));
        let mut todo: Vec<usize> = types.map(|(number, _)| number).collect();
        for function in self.functions.iter().filter(|function| is_spoken(&function.library)) {
            if function.names.iter().any(|name| words.contains(name)) {
                todo.extend(&function.gives);
            }
            for name in &function.names {
                *spoken.functions.entry(*name).or_default() |= function.bearing;
            }
        }
        let mut seen: FxHashSet<usize> = FxHashSet::default();
        while let Some(number) = todo.pop() {
            let Some(ty) = self.types.get(number).filter(|_| seen.insert(number)) else { continue };
            todo.extend(&ty.leads_to);
            let called = ty.methods.iter().filter(|method| words.contains(&method.name));
            todo.extend(called.flat_map(|method| &method.gives));
            spoken.add(ty);
        }
        for name in ONCE_METHODS {
            spoken.methods.entry(Word::of(name)).or_default().with_arguments |= Bearing::COUNTS;
        }
        spoken.learn(sketches);
        spoken
    }
}

/// Whether a function that is given, gives or keeps such a value has to do with it even where it
/// calls nothing of it: by dropping, awaiting or iterating over it.
fn tells(fact: &TypeFact) -> bool {
    fact.drop_panics_in_async
        || matches!(
            fact.kind,
            Kind::Handle
                | Kind::AbortHandle
                | Kind::TaskSet
                | Kind::Sender
                | Kind::Receiver
                | Kind::DropGuard
                | Kind::Guard
                | Kind::Permit
        )
}

/// Whether the method has no arguments beside its receiver. Everybody's `join` and `read` have
/// some, and are told apart by that.
fn is_bare(name: &str, method: &FnFact) -> bool {
    matches!(name, "join" | "lock" | "read" | "write" | "borrow" | "borrow_mut" | "recv")
        && matches!(method.role, Some(Role::Join | Role::Lock | Role::Receive))
}

/// What one comes to from a value of a type without calling a method of it.
fn leads_to(fact: &TypeFact) -> impl Iterator<Item = &TypeRef> {
    let parts = [&fact.deref, &fact.item, &fact.output];
    parts.into_iter().flatten().chain(fact.fields.values())
}

/// The types of the catalogue that a type is made of.
fn paths(ty: &TypeRef, numbers: &FxHashMap<&str, usize>, found: &mut Vec<usize>) {
    match ty {
        TypeRef::Path(path) => {
            found.extend(numbers.get(path.segments.join("::").as_str()));
            path.args.iter().for_each(|arg| paths(arg, numbers, found));
        }
        TypeRef::Ref(inner) | TypeRef::Slice(inner) | TypeRef::Fn(inner) => {
            paths(inner, numbers, found);
        }
        TypeRef::Tuple(parts) => parts.iter().for_each(|part| paths(part, numbers, found)),
        TypeRef::Unknown | TypeRef::Never | TypeRef::Bounds(_) => {}
    }
}

fn root(path: &str) -> &str {
    path.split("::").next().unwrap_or_default()
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or_default()
}

/// What the methods of one name bear upon, called in either way.
#[derive(Clone, Copy, Default)]
struct Methods {
    bare: Bearing,
    with_arguments: Bearing,
}

/// What of the vocabulary a project may mean, in its own words.
#[derive(Default)]
pub(super) struct Spoken {
    types: FxHashSet<Word>,
    methods: FxHashMap<Word, Methods>,
    associated: FxHashMap<(Word, Word), Bearing>,
    functions: FxHashMap<Word, Bearing>,
    /// Types that tell, under all their names.
    telling: FxHashSet<Word>,
    tokens: FxHashSet<Word>,
    /// Types that hold a lock or permit.
    guards: FxHashSet<Word>,
    /// Types that own tasks or threads.
    handles: FxHashSet<Word>,
    /// Fields that keep one.
    handle_keepers: FxHashSet<Word>,
    /// Fields, variants and statics that keep a value that tells.
    keepers: FxHashSet<Word>,
    /// Names that the project gives to types: by `use … as` and by aliases.
    given: FxHashMap<Word, Vec<Word>>,
}

impl Spoken {
    fn add(&mut self, ty: &TypeWords) {
        for method in ty.methods.iter().filter(|method| !method.bearing.is_none()) {
            let found = self.methods.entry(method.name).or_default();
            found.bare |= method.bearing;
            if !method.bare {
                found.with_arguments |= method.bearing;
            }
            for name in &ty.names {
                *self.associated.entry((*name, method.name)).or_default() |= method.bearing;
            }
        }
        self.types.extend(&ty.names);
        let kinds = [
            (ty.tells, &mut self.telling),
            (ty.is_token, &mut self.tokens),
            (ty.is_guard, &mut self.guards),
            (ty.is_handle, &mut self.handles),
        ];
        for (_, set) in kinds.into_iter().filter(|(is, _)| *is) {
            set.extend(&ty.names);
        }
    }

    /// Learns the project's own names for what the libraries have, and what its types keep.
    fn learn(&mut self, sketches: &[Sketch]) {
        let parts = || sketches.iter().flat_map(|sketch| &sketch.parts);
        let aliases = parts().filter(|part| part.field.is_none());
        let aliases = aliases.filter_map(|part| Some((part.owner?, part.word)));
        let renames = sketches.iter().flat_map(|sketch| &sketch.renames).copied();
        let given: FxHashSet<(Word, Word)> = aliases.chain(renames).collect();
        // An alias of an alias of an alias: further than this nobody goes.
        for _ in 0..ROUNDS {
            for (new, old) in &given {
                for set in
                    [&mut self.telling, &mut self.tokens, &mut self.guards, &mut self.handles]
                {
                    if set.contains(old) {
                        set.insert(*new);
                    }
                }
                if let Some(bearing) = self.functions.get(old).copied() {
                    *self.functions.entry(*new).or_default() |= bearing;
                }
            }
        }
        // Who drops a struct drops the guard in it.
        let holds_guard = parts().filter(|part| self.guards.contains(&part.word));
        let holders: Vec<Word> = holds_guard.filter_map(|part| part.owner).collect();
        self.guards.extend(holders);
        for part in parts() {
            if let Some(field) = part.field
                && self.telling.contains(&part.word)
            {
                self.keepers.insert(field);
                if self.handles.contains(&part.word) {
                    self.handle_keepers.insert(field);
                }
            }
        }
        for (new, old) in given {
            self.given.entry(new).or_default().push(old);
        }
    }

    pub(super) fn is_type(&self, word: Word) -> bool {
        self.types.contains(&word)
    }

    pub(super) fn is_telling(&self, word: Word) -> bool {
        self.telling.contains(&word)
    }

    pub(super) fn is_token(&self, word: Word) -> bool {
        self.tokens.contains(&word)
    }

    /// Whether who gets a value of that type has to look after it: a guard, or a task's handle.
    pub(super) fn is_looked_after(&self, word: Word) -> bool {
        self.guards.contains(&word) || self.handles.contains(&word)
    }

    /// Whether a field, variant or static of that name keeps a value that tells.
    pub(super) fn is_kept_in(&self, word: Word) -> bool {
        self.keepers.contains(&word)
    }

    /// Whether a field of that name keeps the handle of a task or thread.
    pub(super) fn keeps_handle(&self, word: Word) -> bool {
        self.handle_keepers.contains(&word)
    }

    pub(super) fn method(&self, name: Word, bare: bool) -> Bearing {
        let found = self.methods.get(&name).copied().unwrap_or_default();
        if bare { found.bare } else { found.with_arguments }
    }

    pub(super) fn associated(&self, ty: Word, name: Word) -> Bearing {
        self.associated.get(&(ty, name)).copied().unwrap_or_default()
    }

    pub(super) fn function(&self, name: Word) -> Bearing {
        self.functions.get(&name).copied().unwrap_or_default()
    }

    /// A function of a type that has another name here.
    pub(super) fn alias_method(&self, used: &Use) -> Bearing {
        let Some(of) = used.of else { return Bearing::NONE };
        let Some(old) = self.given.get(&of) else { return Bearing::NONE };
        let types =
            old.iter().filter(|old| self.types.contains(old) || self.given.contains_key(old));
        if types.count() == 0 { Bearing::NONE } else { self.method(used.word, true) }
    }

    /// Whether the project gives the name to something that has one already.
    pub(super) fn is_given(&self, word: Word) -> bool {
        self.given.contains_key(&word)
    }

    /// What else a name may stand for.
    pub(super) fn stands_for(&self, word: Word) -> &[Word] {
        self.given.get(&word).map_or(&[], Vec::as_slice)
    }

    pub(super) fn macro_(&self, name: Word) -> Bearing {
        if [Word::of("select"), Word::of("select_biased")].contains(&name) {
            Bearing::COUNTS | Bearing::COUNTS_IN_TESTS | Bearing::DROPS
        } else {
            Bearing::NONE
        }
    }
}

/// How often names are followed to what they stand for.
const ROUNDS: usize = 3;
