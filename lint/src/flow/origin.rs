//! Where a value comes from: back through moves, references, clones of shared pointers, `?` and
//! `unwrap`, and out of closures into the bodies that they are written in.

use super::capture;
use super::operands;
use super::uses::Uses;
use super::vocabulary;
use crate::model::body::{
    Body, BodyId, Call, Callee, LocalId, LocalKind, Operand, Place, Point, Proj, Root, Value,
};
use crate::model::file::FileModel;
use crate::model::{Name, Path};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The body in which the trace ended.
    pub body: BodyId,
    /// What it ended at.
    pub source: Source,
    /// The last local on the way back; none for an item.
    pub local: Option<LocalId>,
    /// The fields from there to the value, outermost first; wrappers, references and shared
    /// pointers don't count. An element of a collection is `[]`.
    pub fields: Vec<Name>,
    /// On the way lies an index, an item of an iterator or a payload of an unknown enum: two
    /// values with this origin need not be the same.
    pub one_of_many: bool,
    /// A `clone` lies on the way.
    pub cloned: bool,
}

/// What a trace ended at.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A parameter of the body.
    Param(LocalId),
    /// The result of a call there.
    Call(Point),
    /// The result of an `.await` there, of something that is itself no call.
    Await(Point),
    /// The result of awaiting the call there.
    AwaitedCall {
        /// The call that made the future.
        call: Point,
        /// The await.
        at: Point,
    },
    /// The output of that arm of the `select!` there.
    Arm(Point, u32),
    /// A closure or async block.
    Closure(BodyId),
    /// A struct, tuple, array or other value put together there.
    Made(Point),
    /// A static, constant or function.
    Item(Path),
    /// A literal.
    Literal,
    /// Several assignments, or something that is not understood.
    Unknown,
}

/// A file whose values are traced, with the index of uses of each body.
pub trait Trail<'a> {
    /// The file.
    fn file(&self) -> &'a FileModel;
    /// The uses of a body; none for a body that does not exist.
    fn uses(&self, body: BodyId) -> Option<&Uses>;
}

/// Longer chains of moves don't occur.
const LIMIT: usize = 64;

/// Where the value that `operand` stands for in `body` comes from.
pub fn of_operand<'a>(trail: &dyn Trail<'a>, body: BodyId, operand: &Operand) -> Origin {
    match operand {
        Operand::Place(place, _) => of_place(trail, body, place),
        Operand::Literal(_) => {
            let mut origin = start(body);
            origin.source = Source::Literal;
            origin
        }
    }
}

/// Where the value in a place comes from.
pub fn of_place<'a>(trail: &dyn Trail<'a>, body: BodyId, place: &Place) -> Origin {
    let mut origin = start(body);
    let mut back = Back { origin: &mut origin, reversed: Vec::new() };
    back.project(&place.proj);
    let reversed = match &place.root {
        Root::Local(local) => back.trace(trail, *local),
        Root::Item(path) => {
            back.origin.source = Source::Item((**path).clone());
            back.reversed
        }
    };
    origin.fields = reversed.into_iter().rev().collect();
    origin
}

/// Where the value in a local comes from.
pub fn of_local<'a>(trail: &dyn Trail<'a>, body: BodyId, local: LocalId) -> Origin {
    of_place(trail, body, &Place::of(local))
}

fn start(body: BodyId) -> Origin {
    Origin {
        body,
        source: Source::Unknown,
        local: None,
        fields: Vec::new(),
        one_of_many: false,
        cloned: false,
    }
}

struct Back<'o> {
    origin: &'o mut Origin,
    /// The fields, innermost first.
    reversed: Vec<Name>,
}

impl Back<'_> {
    fn project(&mut self, proj: &[Proj]) {
        let mut steps = proj.iter().rev().peekable();
        while let Some(step) = steps.next() {
            match step {
                Proj::Deref => {}
                // `as Some.0`: a wrapper taken off. Other variants and parts are parts.
                Proj::Field(name) => match steps.peek() {
                    Some(Proj::Variant(variant)) if is_wrapper(variant) && name == "0" => {
                        steps.next();
                    }
                    Some(Proj::Variant(variant)) => {
                        self.reversed.push(name.clone());
                        self.reversed.push(variant.clone());
                        steps.next();
                    }
                    _ => self.reversed.push(name.clone()),
                },
                Proj::Variant(variant) => self.reversed.push(variant.clone()),
                Proj::Index | Proj::Item => {
                    self.origin.one_of_many = true;
                    self.reversed.push(Name::new_static("[]"));
                }
            }
        }
    }

    /// Goes back from `local`; the fields met, innermost first.
    fn trace<'a>(mut self, trail: &dyn Trail<'a>, mut local: LocalId) -> Vec<Name> {
        let file = trail.file();
        for _ in 0..LIMIT {
            self.origin.local = Some(local);
            self.origin.source = Source::Unknown;
            let id = self.origin.body;
            let Some(body) = capture::body(file, id) else { break };
            let Some(found) = body.locals.get(local as usize) else { break };
            match found.kind {
                LocalKind::Param => {
                    self.origin.source = Source::Param(local);
                    break;
                }
                LocalKind::Captured => {
                    let outer = body.captures.iter().find(|capture| capture.inner == local);
                    let (Some(parent), Some(outer)) = (body.parent, outer) else { break };
                    // A parent comes before its closures, so that this ends.
                    if parent >= id {
                        break;
                    }
                    self.origin.body = parent;
                    local = outer.outer;
                    continue;
                }
                _ => {}
            }
            let Some(uses) = trail.uses(id) else { break };
            let Some(point) = uses.definition(local) else { break };
            match self.back_from(body, point, local) {
                Some(next) => local = next,
                None => break,
            }
        }
        self.reversed
    }

    /// The local that the value defined at `point` is made of, or none with the source noted.
    fn back_from(&mut self, body: &Body, point: Point, local: LocalId) -> Option<LocalId> {
        if let Some(arm) = output_arm(body, point, local) {
            self.origin.source = Source::Arm(point, arm);
            return None;
        }
        let (_, value) = operands::assign_at(body, point)?;
        match value {
            Value::Use(operand) | Value::Unwrapped(operand) | Value::Cast(operand, _) => {
                self.through(operand)
            }
            Value::Call(call) => match passing(call) {
                Some((operand, cloned)) => {
                    self.origin.cloned |= cloned;
                    self.through(operand)
                }
                None => {
                    self.origin.source = Source::Call(point);
                    None
                }
            },
            Value::Await(futures, _) => {
                self.origin.source = match futures.as_slice() {
                    [future] => awaited_call(body, future, point).unwrap_or(Source::Await(point)),
                    _ => Source::Await(point),
                };
                None
            }
            Value::Closure(nested) => {
                self.origin.source = Source::Closure(*nested);
                None
            }
            Value::Aggregate(aggregate) => {
                let wrapper =
                    aggregate.path.as_ref().is_some_and(|path| vocabulary::wraps(&path.segments));
                match aggregate.fields.as_slice() {
                    [(_, operand)] if wrapper => self.through(operand),
                    fields => {
                        // A part that was put in by name comes from what was put in.
                        let last = self.reversed.last().cloned();
                        let part = fields.iter().find(|(name, _)| Some(name) == last.as_ref());
                        match part {
                            Some((_, operand)) if !aggregate.array => {
                                self.reversed.pop();
                                self.through(operand)
                            }
                            _ => {
                                self.origin.source = Source::Made(point);
                                None
                            }
                        }
                    }
                }
            }
            Value::Op(..) | Value::Macro(_) | Value::Unknown(_) => {
                self.origin.source = Source::Made(point);
                None
            }
        }
    }

    fn through(&mut self, operand: &Operand) -> Option<LocalId> {
        match operand {
            Operand::Literal(_) => {
                self.origin.source = Source::Literal;
                self.origin.local = None;
                None
            }
            Operand::Place(place, _) => {
                self.project(&place.proj);
                match &place.root {
                    Root::Local(local) => Some(*local),
                    Root::Item(path) => {
                        self.origin.source = Source::Item((**path).clone());
                        self.origin.local = None;
                        None
                    }
                }
            }
        }
    }
}

/// The operand that a call gives back, and whether as a clone.
fn passing(call: &Call) -> Option<(&Operand, bool)> {
    let first = call.args.first()?;
    match &call.callee {
        Callee::Method(name, _) if vocabulary::clones(name) => Some((first, true)),
        Callee::Method(name, _) if vocabulary::passes_on(name) => Some((first, false)),
        _ if vocabulary::takes_out(call) => Some((first, false)),
        Callee::Path(path) if vocabulary::clone_function(&path.segments) => Some((first, true)),
        Callee::Path(path) if vocabulary::wraps(&path.segments) => Some((first, false)),
        _ => None,
    }
}

/// The call that made the future awaited at `at`, when that is one step back.
fn awaited_call(body: &Body, future: &Operand, at: Point) -> Option<Source> {
    let wanted = future.place()?.whole()?;
    // The call stands close before its await in nearly all code.
    let block = body.blocks.get(at.block as usize)?;
    let before = block.stmts.get(..at.stmt as usize)?;
    let (stmt, found) =
        before.iter().enumerate().rev().find_map(|(index, stmt)| match &stmt.kind {
            crate::model::body::StmtKind::Assign(place, value) if place.whole() == Some(wanted) => {
                Some((index as u32, value))
            }
            _ => None,
        })?;
    let call = Point { block: at.block, stmt };
    matches!(found, Value::Call(_)).then_some(Source::AwaitedCall { call, at })
}

/// The arm of the `select!` at `point` whose output `local` is.
fn output_arm(body: &Body, point: Point, local: LocalId) -> Option<u32> {
    match operands::term_at(body, point)? {
        crate::model::body::Term::Select(select) => {
            let arm = select.arms.iter().position(|arm| arm.output == local)?;
            u32::try_from(arm).ok()
        }
        _ => None,
    }
}

fn is_wrapper(variant: &str) -> bool {
    matches!(variant, "Some" | "Ok" | "Err")
}

#[cfg(test)]
mod tests {
    use super::{Origin, Source};
    use crate::flow::cache::FileFlow;
    use crate::flow::facts::ByName;
    use crate::flow::fate::What;
    use crate::model::file::FileModel;
    use crate::source::Edition;

    fn lower(text: &str) -> FileModel {
        crate::syntax::lower(text, Edition::E2021, false).expect("the sample is Rust")
    }

    /// The number of the variable of that name in the body.
    fn named(file: &FileModel, body: u32, name: &str) -> u32 {
        let locals = &file.bodies[body as usize].locals;
        locals.iter().position(|local| local.name == name).expect("the sample has it") as u32
    }

    fn origin(text: &str, body: u32, name: &str) -> Origin {
        let file = lower(text);
        FileFlow::new(&file, &ByName).origin_of_local(body, named(&file, body, name))
    }

    #[test]
    fn a_captured_clone_comes_from_the_first_pointer() {
        let text = "fn f(a: Arc<M>) { let b = Arc::clone(&a); spawn(move || b.run()); }";
        let found = origin(text, 1, "b");
        assert_eq!((found.body, found.source), (0, Source::Param(1)));
        assert!(found.cloned);
    }

    #[test]
    fn fields_add_up_through_references() {
        let text = "fn f(s: &S) { let a = &s.inner; let b = &a.state; b.lock(); }";
        let found = origin(text, 0, "b");
        assert_eq!(found.fields, ["inner", "state"]);
        assert_eq!(found.source, Source::Param(1));
    }

    #[test]
    fn a_received_item_comes_from_the_awaited_call() {
        let text = "async fn f() { while let Some(x) = rx.recv().await { g(x); } }";
        assert!(matches!(origin(text, 0, "x").source, Source::AwaitedCall { .. }));
    }

    #[test]
    fn an_element_is_one_of_many() {
        let text = "fn f(list: Vec<M>) { for m in &list { m.lock(); } }";
        let found = origin(text, 0, "m");
        assert!(found.one_of_many);
        assert_eq!(found.source, Source::Param(1));
    }

    fn fates(text: &str, name: &str) -> Vec<What> {
        let file = lower(text);
        let flow = FileFlow::new(&file, &ByName);
        let body = flow.body(0).expect("there is a body");
        body.fate(named(&file, 0, name)).into_iter().map(|fate| fate.what).collect()
    }

    #[test]
    fn a_handle_that_only_dies_is_dropped() {
        assert_eq!(fates("fn f() { let h = spawn(g); }", "h"), [What::Dropped]);
    }

    #[test]
    fn an_awaited_handle_is_awaited() {
        let text = "async fn f() { let h = spawn(g); let r = h; r.await.unwrap(); }";
        assert_eq!(fates(text, "h"), [What::Awaited]);
    }

    #[test]
    fn a_handle_assigned_again_is_overwritten() {
        let text = "fn f() { let mut h = None; loop { h = Some(spawn(g)); } }";
        assert!(fates(text, "h").contains(&What::Overwritten));
    }

    #[test]
    fn a_pushed_handle_is_an_argument() {
        let text = "fn f(list: &mut Vec<H>) { let h = spawn(g); list.push(h); }";
        assert_eq!(fates(text, "h"), [What::Argument(1)]);
    }
}
