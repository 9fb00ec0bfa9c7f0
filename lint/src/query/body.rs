//! One body as a rule sees it.

use super::channel::{self, Channel};
use super::file::{FileCx, Found};
use super::guard::{self, Guard, Head};
use super::meaning::FunctionId;
use super::model::ModelCx;
use super::once;
use super::operation;
use super::site::{AwaitSite, CallSite, LoopSite, SelectSite};
use super::summary::{Spot, SpotRoot, Summary};
use super::task::{self, Spawn};
use super::words;
use crate::catalogue::{Catalogue, FnFact, Role, TypeFact};
use crate::flow::cache::BodyFlow;
use crate::flow::course::{self, Assumption, Course};
use crate::flow::fate::Fate;
use crate::flow::graph::Graph;
use crate::flow::holds::Holds;
use crate::flow::life::Life;
use crate::flow::loops::{self, Exit, ExitKind};
use crate::flow::operands;
use crate::flow::origin::Origin;
use crate::flow::same::{self, Identity, IdentityRoot};
use crate::flow::uses::Uses;
use crate::model::body::{
    Body, BodyId, Local, LocalId, LoopId, Operand, Place, Point, Proj, StmtKind, Term, Value,
};
use crate::model::item::Function;
use crate::model::{Name, Span};

/// One body with everything that can be asked about it.
#[derive(Clone, Copy)]
pub struct BodyCx<'a> {
    /// Its file.
    pub file: &'a FileCx<'a>,
    /// Its number in the file.
    pub id: BodyId,
    flow: &'a BodyFlow<'a>,
}

impl<'a> BodyCx<'a> {
    pub(super) fn new(file: &'a FileCx<'a>, id: BodyId) -> Option<BodyCx<'a>> {
        Some(BodyCx { file, id, flow: file.flows.body(id)? })
    }

    /// The whole model.
    pub fn model(&self) -> &'a ModelCx<'a> {
        self.file.model
    }

    /// Another body of the same file: a closure made here, or the body around it.
    pub fn other(&self, id: BodyId) -> Option<BodyCx<'a>> {
        BodyCx::new(self.file, id)
    }

    /// The body around this one, for closures and async blocks.
    pub fn parent(&self) -> Option<BodyCx<'a>> {
        self.other(self.body().parent?)
    }

    /// The function it belongs to; for a nested body, the outermost around it.
    pub fn function_around(&self) -> Option<&'a Function> {
        self.file.unit.model.functions.get(self.body().function? as usize)
    }

    /// The body.
    pub fn body(&self) -> &'a Body {
        self.flow.body()
    }

    /// A local of the body.
    pub fn local(&self, id: LocalId) -> Option<&'a Local> {
        self.body().locals.get(id as usize)
    }

    /// Its edges: order, dominators, "reachable without passing".
    pub fn graph(&self) -> &'a Graph {
        self.flow.graph()
    }

    /// Its mentions of locals.
    pub fn uses(&self) -> &'a Uses {
        self.flow.uses()
    }

    /// What its locals hold at each point.
    pub fn holds(&self) -> &'a Holds {
        self.flow.holds()
    }

    // Sites.

    /// The calls, in block order.
    pub fn calls(&self) -> impl Iterator<Item = CallSite<'a>> + use<'a> {
        let body = self.id;
        self.body().stmts().filter_map(move |(point, stmt)| match &stmt.kind {
            StmtKind::Assign(dest, Value::Call(call)) => {
                Some(CallSite { body, point, call, dest, span: stmt.span })
            }
            _ => None,
        })
    }

    /// The call at a point.
    pub fn call_at(&self, point: Point) -> Option<CallSite<'a>> {
        let stmt = operands::stmt_at(self.body(), point)?;
        match &stmt.kind {
            StmtKind::Assign(dest, Value::Call(call)) => {
                Some(CallSite { body: self.id, point, call, dest, span: stmt.span })
            }
            _ => None,
        }
    }

    /// The `.await`s and `join!`s, in block order.
    pub fn awaits(&self) -> impl Iterator<Item = AwaitSite<'a>> + use<'a> {
        self.body().stmts().filter_map(|(point, stmt)| match &stmt.kind {
            StmtKind::Assign(dest, Value::Await(futures, kind)) => Some(AwaitSite {
                point,
                futures,
                kind: *kind,
                result: dest.whole(),
                span: stmt.span,
            }),
            _ => None,
        })
    }

    /// The `select!`s, in block order.
    pub fn selects(&self) -> impl Iterator<Item = SelectSite<'a>> + use<'a> {
        (0u32..).zip(&self.body().blocks).filter_map(|(block, found)| match &found.term {
            Term::Select(select) => {
                let point = Point { block, stmt: found.stmts.len() as u32 };
                Some(SelectSite { point, select, in_loop: found.in_loop })
            }
            _ => None,
        })
    }

    /// The loops, outer before inner.
    pub fn loops(&self) -> impl Iterator<Item = LoopSite<'a>> + use<'a> {
        (0u32..).zip(&self.body().loops).map(|(id, the)| LoopSite { id, the })
    }

    // Loops.

    /// The innermost loop around a point.
    pub fn loop_around(&self, point: Point) -> Option<LoopId> {
        self.body().blocks.get(point.block as usize)?.in_loop
    }

    /// Whether a point lies in the loop, or in a loop inside it.
    pub fn in_loop(&self, id: LoopId, point: Point) -> bool {
        loops::contains(self.body(), id, point.block)
    }

    /// Every way out of a loop, panics included.
    pub fn exits(&self, id: LoopId) -> Vec<Exit> {
        loops::exits(self.body(), self.graph(), id)
    }

    /// Whether a loop can be left other than by a panic.
    pub fn has_way_out(&self, id: LoopId) -> bool {
        self.exits(id).iter().any(|exit| exit.kind != ExitKind::Diverge)
    }

    /// Whether each round of a loop that comes to its end passes this point.
    pub fn every_round(&self, id: LoopId, point: Point) -> bool {
        let Some(the) = self.body().loops.get(id as usize) else { return false };
        let mut back = self.graph().predecessors(the.header).iter();
        back.all(|from| {
            !loops::contains(self.body(), id, *from) || self.graph().dominates(point.block, *from)
        })
    }

    /// What the loop `within` does from behind `start`, where an assumed value has just come in.
    pub fn course(&self, within: LoopId, start: Point, assumption: &Assumption<'_>) -> Course {
        course::course(self.body(), self.graph(), within, start, assumption)
    }

    // Values.

    /// Where the value that a local gets goes.
    pub fn fate(&self, local: LocalId) -> Vec<Fate> {
        self.flow.fate(local)
    }

    /// Where a value comes from, through moves, references, clones and captures.
    pub fn origin(&self, operand: &Operand) -> Origin {
        self.file.flows.origin(self.id, operand)
    }

    /// Where the value in a place comes from.
    pub fn origin_of(&self, place: &Place) -> Origin {
        self.file.flows.origin_of_place(self.id, place)
    }

    /// Whether a local may hold a value at a point.
    pub fn may_hold(&self, local: LocalId, point: Point) -> bool {
        self.holds().may_hold(local, point)
    }

    /// Whether a local surely holds a value at a point.
    pub fn must_hold(&self, local: LocalId, point: Point) -> bool {
        self.holds().must_hold(local, point)
    }

    /// The locals that hold the value of `local` or a reference to it (true), itself first.
    pub fn names(&self, local: LocalId) -> Vec<(LocalId, bool)> {
        self.flow.names(local)
    }

    /// The life of the value that the statement at `birth` puts into `local`.
    pub fn life(&self, birth: Point, local: LocalId) -> Life {
        self.flow.life(birth, local)
    }

    /// What an operand surely names, to compare with others of the same file.
    pub fn identity(&self, operand: &Operand) -> Option<Identity> {
        self.identity_from(&self.origin(operand))
    }

    /// What a local surely is, to compare with others of the same file.
    pub fn identity_of(&self, local: LocalId) -> Option<Identity> {
        self.identity_from(&self.origin_of(&Place::of(local)))
    }

    fn identity_from(&self, origin: &Origin) -> Option<Identity> {
        let identity = same::identity(origin)?;
        Some(match self.model().meaning.global(self.file.unit.id, origin) {
            Some(global) => Identity { root: IdentityRoot::global(&global), ..identity },
            None => identity,
        })
    }

    /// Whether the variable that an identity starts at is only ever one thing: it gets its value
    /// once, or is a parameter.
    pub fn is_one_thing(&self, what: Option<&Identity>) -> bool {
        match what.map(|what| &what.root) {
            Some(IdentityRoot::Local(body, local)) => {
                self.other(*body).is_some_and(|cx| cx.uses().definitions(*local).count() <= 1)
            }
            Some(IdentityRoot::Static(_)) => true,
            None => false,
        }
    }

    /// The analyses beneath all this.
    pub fn flow(&self) -> &'a BodyFlow<'a> {
        self.flow
    }

    // What calls and types mean.

    /// What the libraries mean.
    pub fn catalogue(&self) -> &'a Catalogue {
        self.model().meaning.catalogue()
    }

    /// What a call is for, as the catalogue says.
    pub fn role(&self, site: &CallSite<'_>) -> Option<Role> {
        self.function(site)?.role
    }

    /// The calls of functions with this role, in block order.
    pub fn calls_of(&self, role: Role) -> impl Iterator<Item = CallSite<'a>> + use<'a> {
        let cx = *self;
        self.calls().filter(move |site| cx.role(site) == Some(role))
    }

    /// What the catalogue says of the function or method that a call calls.
    pub fn function(&self, site: &CallSite<'_>) -> Option<&'a FnFact> {
        self.model().meaning.function(self.file.unit.id, site)
    }

    /// What the catalogue says of the type whose method or associated function a call calls.
    pub fn owner(&self, site: &CallSite<'_>) -> Option<&'a TypeFact> {
        operation::owner(self.catalogue(), self.function(site)?).1
    }

    /// What the catalogue says of a local's type, or of what it wraps or refers to.
    pub fn type_of(&self, local: LocalId) -> Option<&'a TypeFact> {
        self.model().meaning.type_of(self.file.unit.id, self.id, local)
    }

    /// The same of a variable or of the field that a place names, unless that is a reference.
    pub fn type_of_place(&self, place: &Place) -> Option<&'a TypeFact> {
        let local = place.local()?;
        if place.whole().is_some() {
            return self.type_of(local).filter(|_| !self.is_reference(local));
        }
        let field = |step: &Proj| match step {
            Proj::Field(name) => Some(Some(name.clone())),
            Proj::Deref => Some(None),
            Proj::Index | Proj::Variant(_) | Proj::Item => None,
        };
        let fields: Option<Vec<Option<Name>>> = place.proj.iter().map(field).collect();
        let fields: Vec<Name> = fields?.into_iter().flatten().collect();
        self.model().meaning.type_of_part(self.file.unit.id, self.id, local, &fields)
    }

    /// Whether a local is a reference.
    pub fn is_reference(&self, local: LocalId) -> bool {
        self.model().meaning.is_reference(self.file.unit.id, self.id, local)
    }

    /// Whether a local is a receiver, or holds one in a field, however deep.
    pub fn holds_receiver(&self, local: LocalId) -> bool {
        self.model().meaning.holds_receiver(self.file.unit.id, self.id, local)
    }

    /// Whether using a local by value copies it.
    pub fn is_copy(&self, local: LocalId) -> bool {
        self.model().meaning.facts(self.file.unit.id).is_copy(self.id, local)
    }

    /// The path of the type that the task behind a handle returns.
    pub fn task_returns(&self, handle: LocalId) -> Option<&'a Name> {
        self.model().meaning.task_returns(self.file.unit.id, self.id, handle)
    }

    /// Whether a local is what a join gives of a task that can fail itself: a `Result` of a
    /// `Result`, or an `Option` of that.
    pub fn is_nested_result(&self, local: LocalId) -> bool {
        self.model().meaning.is_nested_result(self.file.unit.id, self.id, local)
    }

    /// The function of the workspace that a call calls.
    pub fn callee(&self, site: &CallSite<'_>) -> Option<FunctionId> {
        self.model().meaning.callee(self.file.unit.id, site)
    }

    /// The body of the function that a call calls, when it stands in this file.
    pub fn own_callee(&self, site: &CallSite<'_>) -> Option<BodyCx<'a>> {
        let id = self.callee(site).filter(|id| id.file == self.file.unit.id)?;
        self.other(self.file.unit.model.functions.get(id.function as usize)?.body?)
    }

    /// What the function of the workspace does that a call calls.
    pub fn summary(&self, site: &CallSite<'_>) -> Option<&'a Summary> {
        self.model().meaning.summary(self.callee(site)?)
    }

    /// What is at a spot of a called function, a lock or stream, as this body knows it.
    pub fn spot_at(&self, site: &CallSite<'_>, spot: &Spot) -> Option<Identity> {
        match &spot.root {
            SpotRoot::Argument(number) => {
                let mut identity = self.identity(site.call.args.get(*number)?)?;
                identity.fields.extend(spot.fields.iter().cloned());
                Some(identity)
            }
            SpotRoot::Global(name) => {
                let root = IdentityRoot::global(name);
                Some(Identity { root, fields: spot.fields.clone() })
            }
        }
    }

    // Guards, tasks, channels.

    /// The guards, permits and borrows that this body takes, in block order.
    pub fn guards(&self) -> &'a [Guard] {
        self.found().map_or(&[], |found| found.guards.get_or_init(|| guard::find(self)))
    }

    /// The head of a `match`, `if let`, `while let` or `for` that alone keeps a guard alive at
    /// `at`, where an expression with that span stands.
    pub fn head_that_holds(&self, guard: &Guard, at: Point, span: Span) -> Option<Head> {
        guard::head(self, guard, at, span)
    }

    /// Those that live just before what stands at a point.
    pub fn guards_at(&self, point: Point) -> impl Iterator<Item = &'a Guard> + use<'a> {
        self.guards().iter().filter(move |guard| guard.life.is_alive(point))
    }

    /// The tasks and threads that this body starts, in block order.
    pub fn spawns(&self) -> &'a [Spawn] {
        self.found().map_or(&[], |found| found.spawns.get_or_init(|| task::find(self)))
    }

    /// Whether a local's value is only ever dropped, by the end of a scope or in so many words.
    pub fn is_forgotten(&self, local: LocalId) -> bool {
        task::is_forgotten(self, local)
    }

    /// Whether it is test code: a test, or in a file of tests, benches or examples.
    pub fn is_test(&self) -> bool {
        self.body().test || self.file.unit.source.test
    }

    /// Whether it stands in a module of that name, in this file or around it.
    pub fn is_in_module(&self, name: &str) -> bool {
        let file = self.file.unit;
        let mut scope = Some(self.body().scope);
        let mut inline = std::iter::from_fn(|| {
            let found = file.model.scopes.get(scope? as usize)?;
            scope = found.parent;
            Some(&found.name)
        });
        inline.any(|found| found == name) || file.source.module.iter().any(|found| found == name)
    }

    /// Whether it is the body of `main`, or written in it.
    pub fn is_main(&self) -> bool {
        once::is_main(self)
    }

    /// Whether this code runs once in a program: it is `main`, or makes the value of a static.
    pub fn runs_once(&self) -> bool {
        once::runs_once(*self)
    }

    /// The channels that this body makes, in block order.
    pub fn channels(&self) -> &'a [Channel] {
        self.found().map_or(&[], |found| found.channels.get_or_init(|| channel::find(self)))
    }

    fn found(&self) -> Option<&'a Found> {
        self.file.found.get(self.id as usize)
    }

    // Words for messages.

    /// A place as a message names it: `self.state`, in back quotes; none for a temporary.
    pub fn words(&self, operand: &Operand) -> Option<String> {
        let origin = words::of_origin(self, &self.origin(operand));
        origin.or_else(|| words::of_operand(self, operand))
    }

    /// A call as a message names it: `thread::sleep`, `rx.recv`, in back quotes.
    pub fn call_words(&self, site: &CallSite<'_>) -> String {
        words::of_call(self, site)
    }

    /// A variable as a message names it: in back quotes; none for a temporary.
    pub fn name_of(&self, local: LocalId) -> Option<String> {
        let name = &self.local(local)?.name;
        (!name.is_empty()).then(|| format!("`{name}`"))
    }
}
