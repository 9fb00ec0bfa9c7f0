//! Who calls whom, by name, and what that makes matter.

use rustc_hash::{FxHashMap, FxHashSet};

use super::bearing::Bearing;
use super::of_body;
use super::vocabulary::Spoken;
use crate::source::sketch::{Function, How, Sketch, Use, Word};

/// All bodies of a project, and what their calls may call.
pub(super) struct Calls {
    bodies: Vec<Body>,
    names: Vec<Name>,
}

/// A function, whose body may be missing.
struct Body {
    bearing: Bearing,
    test: bool,
    is_async: bool,
    /// It has asynchronous code, or is.
    has_async: bool,
    /// What it names, by number.
    uses: Vec<u32>,
    /// It does nothing with a future that one of its calls gives.
    leaves_future: bool,
    /// It is called for a future, which it makes itself.
    makes_future: bool,
}

/// What a call may call: functions that cannot be told apart by name.
#[derive(Default)]
struct Name {
    functions: Vec<u32>,
    users: Vec<u32>,
    gives_guard: bool,
    gives_future: bool,
}

/// A name as it is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// `.name()`
    Method(Word),
    /// `name()`
    Free(Word),
    /// `Type::name()`
    Of(Word, Word),
    /// `Type::name()`, where the type may be any.
    OfAny(Word),
    /// `Type::name()`, where the type may have it from a trait.
    OfTrait(Word),
}

impl Calls {
    pub(super) fn of(sketches: &[Sketch], spoken: &Spoken) -> Calls {
        let mut keys = Keys::default();
        let mut names: Vec<Name> = Vec::new();
        let functions = || {
            let all = sketches
                .iter()
                .flat_map(|sketch| sketch.functions.iter().map(move |function| (sketch, function)));
            (0u32..).zip(all)
        };
        for (number, (sketch, function)) in functions() {
            let returns = sketch.returns(function);
            let gives_guard = returns.iter().any(|word| spoken.is_looked_after(*word));
            let gives_future = function.is_async || returns.contains(&FUTURE);
            keys.owners.extend(&function.owners);
            for key in provided(function) {
                let name = *keys.numbers.entry(key).or_insert_with(|| {
                    names.push(Name::default());
                    (names.len() - 1) as u32
                });
                let name = &mut names[name as usize];
                name.functions.push(number);
                name.gives_guard |= gives_guard;
                name.gives_future |= gives_future;
            }
        }
        keys.params.extend(sketches.iter().flat_map(|sketch| &sketch.params));
        let mut bodies = Vec::new();
        for (number, (sketch, function)) in functions() {
            let mut uses = Vec::new();
            let mut leaves_future = false;
            for used in sketch.uses(function) {
                let Some(name) = keys.called(used, spoken) else { continue };
                leaves_future |= used.last && names[name as usize].gives_future;
                if uses.last() != Some(&name) {
                    uses.push(name);
                }
            }
            uses.sort_unstable();
            uses.dedup();
            for name in &uses {
                names[*name as usize].users.push(number);
            }
            bodies.push(Body {
                bearing: of_body(sketch, function, spoken),
                test: function.test,
                is_async: function.is_async,
                has_async: function.is_async || function.has_async,
                uses,
                leaves_future,
                makes_future: function.has_async && sketch.returns(function).contains(&FUTURE),
            });
        }
        Calls { bodies, names }
    }

    /// Whether each function matters, in the order of the sketches.
    pub(super) fn matter(&self) -> Vec<bool> {
        let told = self.told();
        let mut asked: Vec<Option<Bearing>> = vec![None; self.bodies.len()];
        let mut todo = Vec::new();
        for (number, body) in self.bodies.iter().enumerate() {
            if self.counts(body, &told) {
                asked[number] = Some(Bearing::NONE);
                todo.push((number, self.asks(body)));
            }
        }
        while let Some((number, asks)) = todo.pop() {
            let known = asked[number].unwrap_or_default();
            asked[number] = Some(known | asks);
            let drops = self.bodies[number].bearing.has(Bearing::DROPS);
            for name in &self.bodies[number].uses {
                let wanted = told[*name as usize] & asks;
                for called in &self.names[*name as usize].functions {
                    let function = &self.bodies[*called as usize];
                    let place = &mut asked[*called as usize];
                    if !wanted.is_none() && !function.test {
                        if place.is_none_or(|known| known | wanted != known) {
                            *place = Some(place.unwrap_or_default() | wanted);
                            todo.push((*called as usize, wanted));
                        }
                    } else if drops && function.has_async && place.is_none() {
                        *place = Some(Bearing::NONE);
                    }
                }
            }
        }
        asked.into_iter().map(|asked| asked.is_some()).collect()
    }

    /// What the functions of each name tell their callers, of themselves or of what they call.
    fn told(&self) -> Vec<Bearing> {
        let mut told = vec![Bearing::NONE; self.names.len()];
        let mut own_names: Vec<Vec<u32>> = vec![Vec::new(); self.bodies.len()];
        for (number, name) in (0u32..).zip(&self.names) {
            for function in &name.functions {
                own_names[*function as usize].push(number);
            }
        }
        let mut of_bodies = vec![Bearing::NONE; self.bodies.len()];
        let mut todo: Vec<(u32, Bearing)> =
            (0u32..).zip(&self.bodies).map(|(number, body)| (number, body.bearing)).collect();
        while let Some((number, heard)) = todo.pop() {
            let tells = heard & self.bodies[number as usize].may_tell();
            let known = &mut of_bodies[number as usize];
            if *known | tells == *known {
                continue;
            }
            *known |= tells;
            for name in &own_names[number as usize] {
                let told = &mut told[*name as usize];
                if *told | tells != *told {
                    *told |= tells;
                    let users = &self.names[*name as usize].users;
                    todo.extend(users.iter().map(|user| (*user, tells)));
                }
            }
        }
        told
    }

    /// Whether a rule may begin with a body.
    fn counts(&self, body: &Body, told: &[Bearing]) -> bool {
        let bearing = body.bearing;
        let gets_guard = || body.uses.iter().any(|name| self.names[*name as usize].gives_guard);
        if body.test {
            return bearing.has(Bearing::COUNTS_IN_TESTS) || gets_guard();
        }
        let meets_block = || body.uses.iter().any(|name| told[*name as usize].has(Bearing::BLOCKS));
        bearing.has(Bearing::COUNTS | Bearing::KEEPS)
            || (body.has_async && bearing.has(Bearing::COUNTS_IN_ASYNC))
            || (bearing.has(Bearing::LOOPS) && bearing.has(Bearing::COUNTS_IN_LOOPS))
            || body.leaves_future
            || body.makes_future
            || (body.has_async && meets_block())
            || gets_guard()
    }

    /// What a body that matters wants to know of the functions that it calls.
    fn asks(&self, body: &Body) -> Bearing {
        let bearing = body.bearing;
        let mut asks = Bearing::NONE;
        if body.test {
            return asks;
        }
        if bearing.has(Bearing::LOCKS)
            || body.uses.iter().any(|name| self.names[*name as usize].gives_guard)
        {
            asks |= Bearing::LOCKS | Bearing::BLOCKS;
        }
        if body.has_async || (bearing.has(Bearing::LOOPS) && bearing.has(Bearing::COUNTS)) {
            asks |= Bearing::BLOCKS;
        }
        if bearing.has(Bearing::STARTS) {
            asks |= Bearing::LOOPS | Bearing::LOCKS | Bearing::BLOCKS;
        }
        if bearing.has(Bearing::DROPS) {
            asks |= Bearing::LOSES | Bearing::LOCKS | Bearing::LOOPS;
        }
        asks
    }
}

impl Body {
    /// What callers may hear of it. A future stops nobody before it is polled, and only a future
    /// can be dropped half-way.
    fn may_tell(&self) -> Bearing {
        if self.test {
            Bearing::NONE
        } else if self.is_async {
            Bearing::LOCKS | Bearing::LOSES | Bearing::LOOPS
        } else {
            Bearing::LOCKS | Bearing::BLOCKS | Bearing::LOOPS
        }
    }
}

/// The word by which a function says that it gives a future.
const FUTURE: Word = Word::of("Future");

/// The names of functions, by number.
#[derive(Default)]
struct Keys {
    numbers: FxHashMap<Key, u32>,
    /// The project's own types and traits.
    owners: FxHashSet<Word>,
    /// Generic parameters, which may be any type.
    params: FxHashSet<Word>,
}

impl Keys {
    /// What a use may call of the project's own functions.
    fn called(&self, used: &Use, spoken: &Spoken) -> Option<u32> {
        let find = |key| self.numbers.get(&key).copied();
        let name = used.word;
        match (used.how, used.of) {
            (How::Method, _) => find(Key::Method(name)),
            (How::Call | How::Mention, Some(of)) if !used.of_module => {
                if of == Word::SELF || self.params.contains(&of) || spoken.is_given(of) {
                    find(Key::OfAny(name))
                } else {
                    find(Key::Of(of, name)).or_else(|| find(Key::OfTrait(name)))
                }
            }
            (How::Call | How::Mention, _) => find(Key::Free(name))
                .or_else(|| spoken.stands_for(name).iter().find_map(|name| find(Key::Free(*name)))),
            (How::Field | How::Macro, _) => None,
        }
    }
}

/// The names by which a function may be called.
fn provided(function: &Function) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut names = function.names.iter().copied();
    if let Some(name) = names.next() {
        if function.owners.is_empty() {
            keys.push(Key::Free(name));
        } else {
            keys.extend([Key::Method(name), Key::OfAny(name)]);
            keys.extend(function.owners.iter().map(|owner| Key::Of(*owner, name)));
        }
        if function.in_trait {
            keys.push(Key::OfTrait(name));
        }
    }
    // What stands in its body may be free, or a method of a type that stands there too.
    keys.extend(names.flat_map(|name| [Key::Free(name), Key::Method(name), Key::OfAny(name)]));
    keys
}
