//! What a function does itself, and whom it calls.

use super::MAX_CHAIN;
use crate::catalogue::{Mode, Role};
use crate::flow::cache::FileFlow;
use crate::flow::fate::What;
use crate::flow::origin::{Origin, Source};
use crate::link::meaning::FileTypes;
use crate::link::program::Target;
use crate::model::body::{
    Body, BodyId, BodyKind, Call, Callee, LocalId, Operand, Point, StmtKind, Value,
};
use crate::model::file::FileModel;
use crate::query::{Blocking, FileId, FunctionId, Locking, Losing, Site, Spot, SpotRoot, Summary};

/// One function before its callees are known.
pub(super) struct Local {
    pub(super) summary: Summary,
    pub(super) edges: Vec<Edge>,
    /// The call whose result the function gives, itself or its success value.
    pub(super) gives: Option<Gives>,
    pub(super) is_async: bool,
}

/// A call of a function of the workspace.
pub(super) struct Edge {
    pub(super) callee: FunctionId,
    /// What the arguments are to the caller's own callers.
    pub(super) args: Vec<Option<Spot>>,
    /// The code of the called runs within the caller: it is not `async`, or awaited there.
    pub(super) runs: bool,
}

impl Edge {
    /// What a spot of the called is to the caller's own callers.
    pub(super) fn spot(&self, spot: &Spot) -> Option<Spot> {
        spot.behind(&self.args).filter(|spot| spot.fields.len() <= MAX_CHAIN)
    }
}

/// The call whose result a function gives.
pub(super) struct Gives {
    pub(super) call: Called,
    /// What its arguments are to the function's own callers, the receiver first.
    pub(super) args: Vec<Option<Spot>>,
    /// How many of them are receivers.
    pub(super) receivers: usize,
    /// Nothing else is done with the result on the way.
    pub(super) only: bool,
}

/// What is called.
pub(super) enum Called {
    Library(Box<crate::catalogue::FnFact>),
    Workspace(FunctionId),
}

/// The local that holds what a body gives.
const RETURN: LocalId = 0;

/// Looks at the functions of a file.
pub(super) fn look(
    file: FileId,
    model: &FileModel,
    types: &FileTypes<'_>,
) -> Vec<(FunctionId, Local)> {
    let flow = FileFlow::new(model, types);
    let look = Look { file, model, types, flow: &flow };
    let found = (0u32..).zip(&model.functions).filter_map(|(number, item)| {
        let local = look.function(item.body?)?;
        Some((FunctionId { file, function: number }, local))
    });
    found.collect()
}

struct Look<'a> {
    file: FileId,
    model: &'a FileModel,
    types: &'a FileTypes<'a>,
    flow: &'a FileFlow<'a>,
}

impl Look<'_> {
    fn function(&self, id: BodyId) -> Option<Local> {
        let body = self.model.bodies.get(id as usize)?;
        let is_async = body.kind == BodyKind::AsyncFn;
        let mut local =
            Local { summary: Summary::default(), edges: Vec::new(), gives: None, is_async };
        self.body(id, id, &mut local);
        local.gives = self.gives(id);
        Some(local)
    }

    /// Adds what a body does that runs within the function `id`: its own, or that of a closure
    /// that is called where it is made.
    fn body(&self, id: BodyId, inner: BodyId, local: &mut Local) {
        let Some(body) = self.model.bodies.get(inner as usize) else { return };
        let is_async = body.kind == BodyKind::AsyncFn;
        for (point, stmt) in body.stmts() {
            let StmtKind::Assign(dest, Value::Call(call)) = &stmt.kind else { continue };
            let at = Site { file: self.file, span: stmt.span };
            match self.types.target(inner, point) {
                Some(Target::Library(fact)) => {
                    let waits = (fact.role == Some(Role::Lock) || fact.locks)
                        && (is_async || !fact.is_async)
                        && !fact.is_try;
                    if waits
                        && let Some(lock) =
                            call.args.first().and_then(|arg| self.spot(id, inner, arg))
                    {
                        let shared = fact.mode == Mode::Shared;
                        let (recursive, is_async) = (fact.recursive, fact.is_async);
                        let part = crate::query::locks_a_part(fact);
                        let locking = Locking { lock, shared, recursive, is_async, part, at };
                        local.summary.add_lock(locking, usize::MAX);
                    }
                    if let Some(words) = &fact.cancel_unsafe
                        && is_async
                        && matches!(fact.role, Some(Role::Io | Role::Read))
                        && local.summary.loses.is_none()
                        && dest.whole().is_some_and(|future| is_awaited(body, future))
                        && let Some(stream) =
                            call.args.first().and_then(|arg| self.spot(id, inner, arg))
                    {
                        local.summary.loses = Some(Losing { stream, words: words.clone(), at });
                    }
                    if let Some(words) = &fact.blocks
                        && !local.is_async
                        && !matches!(fact.role, Some(Role::Lock | Role::Send | Role::FileIo))
                        && !fact.is_try
                        && !fact.is_async
                        && local.summary.blocks.is_none()
                    {
                        let words = words.clone();
                        local.summary.blocks = Some(Blocking { words, at, through: Vec::new() });
                    }
                    if fact.in_place {
                        for closure in self.closures(inner, call) {
                            self.body(id, closure, local);
                        }
                    }
                }
                Some(Target::Workspace(callee)) => {
                    let args = self.spots(id, inner, &call.args);
                    let runs = self.runs(body, callee, dest.whole());
                    local.edges.push(Edge { callee, args, runs });
                }
                None => {}
            }
        }
    }

    /// The closures among the arguments of a call, made in the same body.
    fn closures(&self, id: BodyId, call: &Call) -> Vec<BodyId> {
        let made = call.args.iter().filter_map(|arg| match self.flow.origin(id, arg).source {
            // Bodies nest later in the list than what they are written in.
            Source::Closure(closure) if closure > id => Some(closure),
            _ => None,
        });
        made.collect()
    }

    /// Whether the code of a called function runs within the caller.
    fn runs(&self, body: &Body, callee: FunctionId, future: Option<LocalId>) -> bool {
        let is_async = self.types.program.files.function(callee).is_some_and(|item| item.is_async);
        !is_async || future.is_some_and(|future| is_awaited(body, future))
    }

    /// The call whose result the body returns.
    fn gives(&self, id: BodyId) -> Option<Gives> {
        if !self.types.gives_something(id) {
            return None;
        }
        let mut origin = self.flow.origin_of_local(id, RETURN);
        if let Source::Made(point) = origin.source {
            origin = self.guard_in(id, point)?;
        }
        let (Source::Call(point) | Source::AwaitedCall { call: point, .. }) = origin.source else {
            return None;
        };
        if origin.body != id || origin.cloned || !origin.fields.is_empty() {
            return None;
        }
        let call = match self.types.target(id, point)? {
            Target::Library(fact) => Called::Library(Box::new(fact.clone())),
            Target::Workspace(callee) => Called::Workspace(callee),
        };
        let site = self.call(id, point)?;
        let args = self.spots(id, id, &site.args);
        let receivers = usize::from(matches!(site.callee, Callee::Method(..)));
        Some(Gives { call, args, receivers, only: self.is_only_returned(id, &origin) })
    }

    /// The guard that a struct literal takes in: who drops the struct unlocks.
    fn guard_in(&self, id: BodyId, made: Point) -> Option<Origin> {
        let body = self.model.bodies.get(id as usize)?;
        let StmtKind::Assign(_, Value::Aggregate(made)) =
            &crate::flow::operands::stmt_at(body, made)?.kind
        else {
            return None;
        };
        made.path.as_ref()?;
        let mut guards = made.fields.iter().filter_map(|(_, part)| {
            let origin = crate::flow::origin::of_operand(self.flow, id, part);
            let point = match origin.source {
                Source::Call(point) | Source::AwaitedCall { call: point, .. } => point,
                _ => return None,
            };
            let locks = match self.types.target(origin.body, point)? {
                Target::Library(fact) => fact.role == Some(Role::Lock),
                Target::Workspace(_) => false,
            };
            locks.then_some(origin)
        });
        let guard = guards.next()?;
        guards.next().is_none().then_some(guard)
    }

    fn is_only_returned(&self, id: BodyId, origin: &Origin) -> bool {
        let Some(flow) = self.flow.body(id) else { return false };
        origin.local.is_some_and(|local| {
            let fates = flow.fate(local);
            fates.iter().all(|fate| {
                matches!(fate.what, What::Returned | What::Looked | What::Dropped | What::Awaited)
            })
        })
    }

    fn call(&self, id: BodyId, point: Point) -> Option<&Call> {
        let body = self.model.bodies.get(id as usize)?;
        let stmt = crate::flow::operands::stmt_at(body, point)?;
        match &stmt.kind {
            StmtKind::Assign(_, Value::Call(call)) => Some(call),
            _ => None,
        }
    }

    fn spots(&self, id: BodyId, inner: BodyId, args: &[Operand]) -> Vec<Option<Spot>> {
        args.iter().map(|arg| self.spot(id, inner, arg)).collect()
    }

    /// What an operand of the body `inner` is to the callers of the function `id`, when it is a
    /// parameter of that, a global, or part of one.
    fn spot(&self, id: BodyId, inner: BodyId, operand: &Operand) -> Option<Spot> {
        let origin = self.flow.origin(inner, operand);
        if origin.one_of_many {
            return None;
        }
        let root = match origin.source {
            Source::Param(local) if origin.body == id => {
                let params = &self.model.bodies.get(id as usize)?.params;
                SpotRoot::Argument(params.iter().position(|param| *param == local)?)
            }
            _ => SpotRoot::Global(self.types.global(self.file, &origin)?),
        };
        Some(Spot { root, fields: origin.fields })
    }
}

/// Whether a local is awaited as it is.
fn is_awaited(body: &Body, future: LocalId) -> bool {
    body.stmts().any(|(_, stmt)| match &stmt.kind {
        StmtKind::Assign(_, Value::Await(futures, _)) => {
            futures.iter().any(|awaited| awaited.local() == Some(future))
        }
        _ => false,
    })
}
