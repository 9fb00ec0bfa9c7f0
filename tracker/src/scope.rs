//! Scopes: what is started in one belongs to it, and may be asked to be gone with it.

use crate::check as checking;
pub(crate) use crate::check::Timer;
use crate::clock::Runs;
use crate::context::{self, Restore};
use crate::options::Options;
use crate::registry::scopes;
use crate::report::Report;
#[cfg(feature = "tokio")]
pub(crate) use crate::stuck::Run;
use crate::system;
pub(crate) use crate::system::Before;
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A stretch of work that should leave nothing behind: a test, a request, a connection.
///
/// Tasks and threads inherit the scope of whoever spawns them, so that scopes which run side by
/// side are never blamed for each other. A scope that is made inside another one lies in it.
///
/// # Examples
///
/// ```
/// use linger::Scope;
///
/// let scope = Scope::new("request 7");
/// {
///     let _entered = scope.enter();
///     // Spawn threads, make channels.
/// }
/// scope.check_blocking().assert_clean();
/// ```
#[derive(Clone)]
pub struct Scope(Arc<Inner>);

struct Inner {
    id: u64,
    name: Arc<str>,
    options: Options,
    _clock: Runs,
}

impl Drop for Inner {
    fn drop(&mut self) {
        scopes::end(self.id);
    }
}

impl Scope {
    /// A scope with the usual options. The name appears in reports.
    pub fn new(name: impl Into<String>) -> Self {
        Scope::with_options(name, Options::new())
    }

    /// A scope whose checks go by `options`.
    pub fn with_options(name: impl Into<String>, options: Options) -> Self {
        let name: Arc<str> = Arc::from(name.into());
        let id = {
            let current = context::current();
            // A task may be on any thread of its runtime.
            let host = if current.actor.is_none() { system::host_here() } else { None };
            scopes::add(Arc::clone(&name), current.scope, host)
        };
        Scope(Arc::new(Inner { id, name, options, _clock: Runs::new() }))
    }

    pub(crate) fn id(&self) -> u64 {
        self.0.id
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// The name in reports.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Runs a future in this scope: what it spawns belongs to the scope.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
    /// # fn block_on<F: Future>(future: F) -> F::Output {
    /// #     let mut future = pin!(future);
    /// #     loop {
    /// #         let mut cx = Context::from_waker(Waker::noop());
    /// #         if let Poll::Ready(value) = future.as_mut().poll(&mut cx) { return value }
    /// #     }
    /// # }
    /// let scope = linger::Scope::new("connection");
    /// let answer = block_on(scope.run(async { 42 }));
    /// assert_eq!(answer, 42);
    /// ```
    pub fn run<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        InScope { inner: future, scope: self.clone() }
    }

    /// Enters the scope on this thread, until the guard is dropped. For code that is not async:
    /// a guard held over an `.await` does not follow the task.
    pub fn enter(&self) -> Entered<'_> {
        let current = context::Current { scope: self.0.id, ..context::current() };
        Entered { _restore: Restore::enter(current), _scope: self, _thread: PhantomData }
    }

    /// Waits until nothing of the scope is left, at most for the grace period, and reports what
    /// is.
    pub fn check(&self) -> impl Future<Output = Report> + Send + use<> {
        self.check_with(checking::thread_timer, || 0, Before::unknown(), false)
    }

    /// Waits by `timer`; `alive` says how many tasks the runtime has, where all are of this scope,
    /// `before` which threads are not, and `done` that nothing else of the scope will run after the
    /// check.
    pub(crate) fn check_with<A>(
        &self,
        timer: Timer,
        alive: A,
        before: Before,
        done: bool,
    ) -> impl Future<Output = Report> + Send + use<A>
    where
        A: Fn() -> usize + Send,
    {
        let scope = self.clone();
        async move {
            let Inner { id, options, .. } = &*scope.0;
            checking::check(*id, options.clone(), timer, alive, before, done).await
        }
    }

    /// As [`check`](Scope::check), for code that is not async. It blocks the thread, so that tasks
    /// which need this thread can't end meanwhile.
    pub fn check_blocking(&self) -> Report {
        checking::check_blocking(self.0.id, &self.0.options, &Before::unknown(), false)
    }

    /// The same at the end of a test or a program, with the threads that are new since `before`.
    pub(crate) fn check_blocking_after(&self, before: &Before) -> Report {
        checking::check_blocking(self.0.id, &self.0.options, before, true)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("name", &self.0.name).finish_non_exhaustive()
    }
}

/// The thread is in a scope while this lives.
#[must_use = "the scope is left when this is dropped"]
pub struct Entered<'a> {
    _restore: Restore,
    _scope: &'a Scope,
    // What it puts back belongs to this thread.
    _thread: PhantomData<*const ()>,
}

impl fmt::Debug for Entered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entered").finish_non_exhaustive()
    }
}

pin_project! {
    struct InScope<F> {
        #[pin]
        inner: F,
        scope: Scope,
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let inner = this.inner;
        context::inside(|current| current.scope = this.scope.0.id, || inner.poll(cx))
    }
}

/// Checks the current scope: waits out the grace period, and reports what is left of it.
///
/// Whoever asks may keep its own channels and guards. Outside of any scope the whole process is
/// checked.
///
/// # Examples
///
/// ```
/// # async fn example() {
/// linger::check().await.assert_clean();
/// # }
/// ```
pub async fn check() -> Report {
    let (scope, before) = (context::current().scope, Before::unknown());
    checking::check(scope, Options::new(), checking::thread_timer, || 0, before, false).await
}

/// As [`check`], for code that is not async.
///
/// # Examples
///
/// ```
/// assert!(linger::check_blocking().is_clean());
/// ```
pub fn check_blocking() -> Report {
    let (scope, before) = (context::current().scope, Before::unknown());
    checking::check_blocking(scope, &Options::new(), &before, false)
}

/// Whether this thread is polling a tracked task right now.
pub(crate) fn polling() -> bool {
    context::current().waker != 0
}
