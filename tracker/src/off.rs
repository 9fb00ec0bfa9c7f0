//! What is left when nothing is tracked: the same names, which do nothing.

use crate::options::Options;
use crate::report::Report;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub(crate) type Timer = fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// A watchdog that watches nothing.
#[derive(Clone, Debug)]
pub struct Watch(());

impl Watch {
    /// Nothing.
    pub fn report(&self) -> Report {
        Report::new("process".to_owned(), Vec::new())
    }

    /// Does nothing.
    pub fn stop(&self) {}
}

/// Starts no watchdog.
pub fn watch(_: Options) -> Watch {
    Watch(())
}

/// A test that nobody watches.
pub(crate) struct Run;

impl Run {
    pub(crate) fn new(_: &Scope) -> Arc<Self> {
        Arc::new(Run)
    }

    pub(crate) fn parks(&self) {}

    #[cfg(feature = "tokio")]
    pub(crate) fn block_on<F: Future>(
        &self,
        runtime: &::tokio::runtime::Runtime,
        future: F,
    ) -> Result<F::Output, Report> {
        Ok(runtime.block_on(future))
    }
}

/// Threads that nobody asks for.
pub(crate) struct Before;

impl Before {
    pub(crate) fn program() -> Self {
        Before
    }

    pub(crate) fn test() -> Self {
        Before
    }
}

/// A stretch of work. Without the feature `track` nothing is recorded, and every check is clean.
#[derive(Clone, Debug)]
pub struct Scope {
    name: Arc<str>,
}

impl Scope {
    /// A scope.
    pub fn new(name: impl Into<String>) -> Self {
        Scope { name: Arc::from(name.into()) }
    }

    /// A scope.
    pub fn with_options(name: impl Into<String>, _: Options) -> Self {
        Scope::new(name)
    }

    /// The name in reports.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs a future.
    pub fn run<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        future
    }

    /// Enters the scope on this thread.
    pub fn enter(&self) -> Entered<'_> {
        Entered(PhantomData)
    }

    /// An empty report.
    pub fn check(&self) -> impl Future<Output = Report> + Send + use<> {
        std::future::ready(self.empty())
    }

    pub(crate) fn check_with(
        &self,
        _: Timer,
        _: impl Fn() -> usize,
        _: Before,
        _: bool,
    ) -> impl Future<Output = Report> + Send {
        self.check()
    }

    /// An empty report.
    pub fn check_blocking(&self) -> Report {
        self.empty()
    }

    pub(crate) fn check_blocking_after(&self, _: &Before) -> Report {
        self.empty()
    }

    fn empty(&self) -> Report {
        Report::new(self.name.to_string(), Vec::new())
    }
}

/// The thread is in a scope while this lives.
#[derive(Debug)]
#[must_use = "the scope is left when this is dropped"]
pub struct Entered<'a>(PhantomData<(&'a Scope, *const ())>);

/// An empty report.
pub async fn check() -> Report {
    Scope::new("process").empty()
}

/// An empty report.
pub fn check_blocking() -> Report {
    Scope::new("process").empty()
}

pub(crate) fn polling() -> bool {
    false
}

/// What is alive now: nothing is known.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    groups: Vec<Group>,
}

/// The tasks and threads of one spawn site.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The file of the spawn, as the compiler named it.
    pub file: String,
    /// The line of the spawn.
    pub line: u32,
    /// The column of the spawn.
    pub column: u32,
    /// How many are alive now.
    pub alive: u64,
    /// How many have finished.
    pub finished: u64,
    /// How many were cancelled before they finished.
    pub cancelled: u64,
    /// How many panicked.
    pub panicked: u64,
    /// The names of those that have one.
    pub names: Vec<String>,
}

impl Snapshot {
    /// Nothing.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// None.
    pub fn alive(&self) -> u64 {
        0
    }
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "nothing is tracked: the feature `track` of linger is off")
    }
}

/// What is alive now: nothing is known.
pub fn snapshot() -> Snapshot {
    Snapshot::default()
}

/// What the macros leave in the program.
pub(crate) mod marks {
    use std::future::Future;

    /// Nothing.
    pub fn own(_: &'static str) {}

    /// The future itself.
    pub fn owned<F: Future>(_: &'static str, future: F) -> F {
        future
    }

    /// No end.
    #[derive(Clone, Copy, Debug)]
    pub struct CapturedEnd;

    /// Asks nothing.
    #[derive(Debug)]
    pub struct Probe<'a, T: ?Sized>(pub &'a T);

    /// The answer of everything.
    pub trait ProbeEnd {
        /// No end.
        fn end(&self) -> CapturedEnd;
    }

    impl<T: ?Sized> ProbeEnd for Probe<'_, T> {
        fn end(&self) -> CapturedEnd {
            CapturedEnd
        }
    }

    /// Nothing answers this.
    pub trait ProbeAny {}

    /// Spawns a task.
    #[cfg(feature = "tokio")]
    pub fn spawn<F>(
        _: Option<&str>,
        future: F,
        _: &[CapturedEnd],
    ) -> ::tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        ::tokio::spawn(future)
    }
}
