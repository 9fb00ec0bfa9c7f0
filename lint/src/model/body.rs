//! Code, lowered to a graph of blocks in which every drop, move and way out is explicit.
//!
//! The shape follows rustc's MIR as far as concurrency needs it: a [`Body`] has locals and
//! blocks; a block has statements and one [`Term`]inator; each call writes its result into a
//! local of its own; the end of each scope and of each temporary is a statement
//! ([`StmtKind::End`]), placed by the rules of the edition, on every path that leaves the scope.
//! See "The Rust Reference", chapter Destructors, for those rules.

use thin_vec::ThinVec;

use super::file::ScopeId;
use super::item::SelfKind;
use super::{Name, Path, Span, TypeRef};

/// An index into the file's bodies.
pub type BodyId = u32;
/// An index into [`Body::locals`].
pub type LocalId = u32;
/// An index into [`Body::blocks`].
pub type BlockId = u32;
/// An index into [`Body::loops`].
pub type LoopId = u32;

/// The code of a function, closure, async block, static or constant.
#[derive(Clone, Debug)]
pub struct Body {
    /// What it is.
    pub kind: BodyKind,
    /// The body it is written in, for closures and async blocks.
    pub parent: Option<BodyId>,
    /// The function it belongs to (for a nested body: of the outermost), an index into the
    /// file's functions.
    pub function: Option<u32>,
    /// The scope in which its paths are resolved.
    pub scope: ScopeId,
    /// `move` closures and blocks.
    pub is_move: bool,
    /// Below `#[cfg(test)]`, or in a test function.
    pub test: bool,
    /// The whole.
    pub span: Span,
    /// Parameters in order; one local each (patterns are then taken apart by statements).
    pub params: Vec<LocalId>,
    /// All locals. Local 0 is the value that the body returns.
    pub locals: Vec<Local>,
    /// Locals of the enclosing body that are used in this one.
    pub captures: Vec<Capture>,
    /// The blocks; block 0 is the entry.
    pub blocks: Vec<Block>,
    /// Loops, outer before inner.
    pub loops: Vec<Loop>,
    /// How a method takes `self`.
    pub self_kind: Option<SelfKind>,
}

impl Body {
    /// The local of that id.
    pub fn local(&self, id: LocalId) -> &Local {
        &self.locals[id as usize]
    }

    /// The block of that id.
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id as usize]
    }

    /// Whether an `.await` may stand directly in it.
    pub fn is_async(&self) -> bool {
        matches!(self.kind, BodyKind::AsyncFn | BodyKind::AsyncBlock | BodyKind::AsyncClosure)
    }

    /// Each statement with its point, in block order.
    pub fn stmts(&self) -> impl Iterator<Item = (Point, &Stmt)> {
        self.blocks.iter().enumerate().flat_map(|(block, b)| {
            b.stmts
                .iter()
                .enumerate()
                .map(move |(stmt, s)| (Point { block: block as BlockId, stmt: stmt as u32 }, s))
        })
    }
}

/// What kind of body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// `fn`
    Fn,
    /// `async fn`
    AsyncFn,
    /// `|…| …`
    Closure,
    /// `async |…| …`; a closure whose body is an async block is a closure with a block in it.
    AsyncClosure,
    /// `async { … }`, also what `stream!` and `try_stream!` make.
    AsyncBlock,
    /// The initialiser of a static or constant.
    Const,
}

/// A place in a body: before statement `stmt` of `block`; `stmts.len()` is the terminator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// The block.
    pub block: BlockId,
    /// The statement in it.
    pub stmt: u32,
}

/// A variable or temporary.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name; empty for a temporary.
    pub name: Name,
    /// What it is.
    pub kind: LocalKind,
    /// The type written beside it.
    pub ty: TypeRef,
    /// Where it is declared; for a temporary, the expression that makes it.
    pub span: Span,
    /// The innermost loop in which it is declared.
    pub in_loop: Option<LoopId>,
    /// `mut`
    pub mutable: bool,
}

/// What a local is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LocalKind {
    /// The value that the body returns.
    Return,
    /// A parameter.
    Param,
    /// Bound by `let` or by a pattern.
    Let,
    /// Stands for a local of the enclosing body: see [`Body::captures`].
    Captured,
    /// The value of an expression on its way into another.
    Temp,
    /// The value of an expression statement, which is dropped at its end.
    Statement,
    /// The value of `let _ = …;`, dropped at the end of that statement.
    Underscore,
    /// The value of a block's tail expression or of the whole body.
    Tail,
}

/// One captured variable.
#[derive(Clone, Copy, Debug)]
pub struct Capture {
    /// The local in the enclosing body.
    pub outer: LocalId,
    /// The local that stands for it here.
    pub inner: LocalId,
    /// Its first use in here.
    pub span: Span,
}

/// Statements and a terminator.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The statements.
    pub stmts: Vec<Stmt>,
    /// What follows.
    pub term: Term,
    /// The innermost loop it belongs to.
    pub in_loop: Option<LoopId>,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// The expression it comes from.
    pub span: Span,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `place = value`. The first one to a whole local defines it; a later one drops the old
    /// value when that is still there.
    Assign(Place, Value),
    /// The scope of this local ends: it is dropped if it still holds something.
    End(LocalId),
    /// `let x;` or a new round of a loop: the local holds nothing.
    Declare(LocalId),
}

/// How a value is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// By value: a move, unless the type is `Copy`.
    Move,
    /// `&place`
    Ref,
    /// `&mut place`
    RefMut,
    /// As the receiver of a method: what that means depends on the method.
    Receiver,
}

/// A value that goes into an operation.
#[derive(Clone, Debug)]
pub enum Operand {
    /// What a place holds.
    Place(Place, Mode),
    /// A literal.
    Literal(Literal),
}

impl Operand {
    /// The place, whatever the mode.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Operand::Place(place, _) => Some(place),
            Operand::Literal(_) => None,
        }
    }

    /// The local, when the operand is a whole local or a part of one.
    pub fn local(&self) -> Option<LocalId> {
        self.place().and_then(Place::local)
    }
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// An integer, when it fits.
    Int(u64),
    /// `true`, `false`
    Bool(bool),
    /// A string.
    Str(Name),
    /// Anything else, also `()`.
    Other,
}

/// A variable or static and the way to a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Where it starts.
    pub root: Root,
    /// The way from there.
    pub proj: ThinVec<Proj>,
}

impl Place {
    /// The whole of a local.
    pub fn of(local: LocalId) -> Place {
        Place { root: Root::Local(local), proj: ThinVec::new() }
    }

    /// The local it starts at.
    pub fn local(&self) -> Option<LocalId> {
        match self.root {
            Root::Local(local) => Some(local),
            Root::Item(_) => None,
        }
    }

    /// The local, if the place is all of it.
    pub fn whole(&self) -> Option<LocalId> {
        if self.proj.is_empty() { self.local() } else { None }
    }
}

/// Where a place starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// A local.
    Local(LocalId),
    /// A static, a constant, a function or a unit struct.
    Item(Box<Path>),
}

/// One step from a place to a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Proj {
    /// `.name`, `.0`
    Field(Name),
    /// `[…]`
    Index,
    /// `*`
    Deref,
    /// Inside this variant (`Some`), as a pattern sees it; a field follows.
    Variant(Name),
    /// One item of what a `for` loop iterates over.
    Item,
}

/// The right side of an assignment.
#[derive(Clone, Debug)]
pub enum Value {
    /// A move or copy of a place, a reference to it, or a literal.
    Use(Operand),
    /// A call of a function, method or function value.
    Call(Box<Call>),
    /// `.await` on these futures together: one, or the arguments of a `join!`.
    Await(ThinVec<Operand>, AwaitKind),
    /// The success value of `?`; the failure's way out is a branch before it.
    Unwrapped(Operand),
    /// A struct literal, an enum variant with fields, a tuple or an array.
    Aggregate(Box<Aggregate>),
    /// A closure or async block; its captures are in the body.
    Closure(BodyId),
    /// An operator: `-`, `!`, `+`, `==`, `as` …
    Op(Name, ThinVec<Operand>),
    /// `expr as T`
    Cast(Operand, Box<TypeRef>),
    /// A macro call whose arguments were read: `println!`, `assert_eq!`, `vec!` …
    Macro(Box<MacroCall>),
    /// What the taken arms and `break`s assign is stated by them; or nothing is known, save
    /// that these values were used.
    Unknown(ThinVec<Operand>),
}

/// How several futures are awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwaitKind {
    /// `.await`
    One,
    /// `join!`
    Join,
    /// `try_join!`
    TryJoin,
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// The arguments; the receiver comes first.
    pub args: Vec<Operand>,
    /// The name of the function or method, for messages and labels.
    pub name_span: Span,
}

/// What is called.
#[derive(Clone, Debug)]
pub enum Callee {
    /// `path(…)`
    Path(Path),
    /// `receiver.name::<T>(…)`
    Method(Name, Vec<TypeRef>),
    /// `(expr)(…)`: a closure or function pointer.
    Value(Place),
}

/// A value put together from parts.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// The struct or variant; `None` for tuples and arrays.
    pub path: Option<Path>,
    /// `[…]` and `vec![…]`.
    pub array: bool,
    /// The parts by name, or by number.
    pub fields: Vec<(Name, Operand)>,
}

/// A macro call whose arguments were read as expressions.
#[derive(Clone, Debug)]
pub struct MacroCall {
    /// Its path.
    pub path: Path,
    /// Its arguments in order.
    pub args: Vec<Operand>,
}

/// What follows a block.
#[derive(Clone, Debug, Default)]
pub enum Term {
    /// The next block.
    Goto(BlockId),
    /// One of several, by what a value is.
    Branch(Branch),
    /// A `select!`: waits until one of its arms is ready.
    Select(Box<Select>),
    /// The body ends and gives local 0.
    Return,
    /// Nothing follows: a panic, an exit of the process, an endless loop's far side.
    #[default]
    Diverge,
}

impl Term {
    /// The blocks that may follow.
    pub fn targets(&self) -> Vec<BlockId> {
        match self {
            Term::Goto(block) => vec![*block],
            Term::Branch(branch) => branch.arms.iter().map(|arm| arm.target).collect(),
            Term::Select(select) => {
                select.arms.iter().map(|arm| arm.target).chain(select.otherwise).collect()
            }
            Term::Return | Term::Diverge => Vec::new(),
        }
    }
}

/// `if`, `match`, `if let`, `while`, `for`, `?`, `let … else`, `&&`, `||`.
#[derive(Clone, Debug)]
pub struct Branch {
    /// What is looked at.
    pub scrutinee: Operand,
    /// Where each outcome leads; the first that matches is taken.
    pub arms: Vec<Arm>,
    /// What it is written as.
    pub kind: BranchKind,
    /// The head.
    pub span: Span,
}

/// What a branch is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BranchKind {
    /// `if cond`, and the sides of `&&` and `||`.
    If,
    /// `if let`, also in chains.
    IfLet,
    /// `let … else`
    LetElse,
    /// `match`
    Match,
    /// `while cond`
    While,
    /// `while let`
    WhileLet,
    /// The next item of a `for` loop: arms `Some` and `None`.
    For,
    /// `?`: arms `Ok` (which stands for `Some` and `Continue` too) and `Err`.
    Try,
}

/// One outcome of a branch.
#[derive(Clone, Debug)]
pub struct Arm {
    /// What it matches.
    pub pat: Pat,
    /// An `if` guard stands behind the pattern: the arm may not be taken although it matches.
    pub guarded: bool,
    /// Where it leads.
    pub target: BlockId,
    /// The arm as written.
    pub span: Span,
}

/// What a pattern asks of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Pat {
    /// `_`, `..`, a name: matches all.
    Any,
    /// `true`, `false`
    Bool(bool),
    /// A literal or a range.
    Literal(Literal),
    /// An enum variant, struct or constant by the last segment of its path, and its parts.
    Variant(Name, Vec<Pat>),
    /// A tuple or slice.
    Tuple(Vec<Pat>),
    /// `a | b`
    Or(Vec<Pat>),
}

impl Pat {
    /// Whether a value that matches `variant` (`Some`, `None`, `Ok`, `Err`) may match this.
    pub fn may_match(&self, variant: &str) -> bool {
        match self {
            Pat::Any => true,
            Pat::Variant(name, _) => name == variant,
            Pat::Or(pats) => pats.iter().any(|pat| pat.may_match(variant)),
            Pat::Bool(_) | Pat::Literal(_) | Pat::Tuple(_) => false,
        }
    }

    /// Whether every value that matches `variant` matches this.
    pub fn must_match(&self, variant: &str) -> bool {
        match self {
            Pat::Any => true,
            Pat::Variant(name, parts) => name == variant && parts.iter().all(Pat::irrefutable),
            Pat::Or(pats) => pats.iter().any(|pat| pat.must_match(variant)),
            Pat::Bool(_) | Pat::Literal(_) | Pat::Tuple(_) => false,
        }
    }

    /// Whether it matches everything.
    pub fn irrefutable(&self) -> bool {
        match self {
            Pat::Any => true,
            Pat::Tuple(pats) => pats.iter().all(Pat::irrefutable),
            Pat::Or(pats) => pats.iter().any(Pat::irrefutable),
            Pat::Bool(_) | Pat::Literal(_) | Pat::Variant(..) => false,
        }
    }
}

/// A `select!`.
#[derive(Clone, Debug)]
pub struct Select {
    /// The macro.
    pub path: Path,
    /// `biased;`
    pub biased: bool,
    /// The arms in order.
    pub arms: Vec<SelectArm>,
    /// `else => …` (tokio), `default` and `complete` (others): where all arms being disabled
    /// leads. Without it tokio's macro panics then.
    pub otherwise: Option<BlockId>,
    /// It waits asynchronously (tokio, futures), not as a thread (crossbeam).
    pub is_async: bool,
    /// The whole.
    pub span: Span,
}

/// One arm of a `select!`.
#[derive(Clone, Debug)]
pub struct SelectArm {
    /// What its result must match for the arm to be taken.
    pub pat: Pat,
    /// The future, which earlier statements made.
    pub future: Operand,
    /// The expression that makes the future.
    pub future_span: Span,
    /// An `if` precondition stands behind it.
    pub precondition: Option<Span>,
    /// The block that takes the pattern apart and holds the arm's body.
    pub target: BlockId,
    /// The local that holds the future's result in the target block.
    pub output: LocalId,
    /// The arm as written.
    pub span: Span,
}

/// A loop.
#[derive(Clone, Debug)]
pub struct Loop {
    /// What it is written as.
    pub kind: LoopKind,
    /// The enclosing loop in the same body.
    pub parent: Option<LoopId>,
    /// The block at which each round starts: the condition of a `while`, the next item of a
    /// `for`, the body of a `loop`.
    pub header: BlockId,
    /// The block that follows the loop, reached by `break` and by its own end.
    pub exit: BlockId,
    /// Its label, without the quote mark.
    pub label: Option<Name>,
    /// The whole.
    pub span: Span,
    /// The keyword and what belongs to it, for labels: `loop`, `while …`, `for x in y`.
    pub head_span: Span,
}

/// What a loop is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoopKind {
    /// `loop`
    Loop,
    /// `while cond`; `while true` is a `loop`.
    While,
    /// `while let`
    WhileLet,
    /// `for`
    For,
}
