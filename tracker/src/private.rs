//! What the macros expand to. Not for use by hand: it may change with every version.

use crate::options::Options;
use crate::report::Report;
#[cfg(feature = "tokio")]
use crate::scope::Run;
use crate::scope::{Before, Scope};
use crate::{Kind, env};
use pin_project_lite::pin_project;
use std::any::Any;
use std::future::{Future, IntoFuture};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The kind that `allow(…)` names; the macro knows that there is one.
#[must_use]
pub fn kind(name: &str) -> Kind {
    Kind::from_name(name).unwrap_or(Kind::UnknownTasks)
}

/// How the runtime of a test is set up.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Whether it has worker threads.
    pub multi_thread: bool,
    /// How many.
    pub worker_threads: Option<usize>,
    /// Whether its clock stands still at first.
    pub start_paused: bool,
}

#[cfg(not(feature = "track"))]
pub use crate::scope::marks::*;
#[cfg(all(feature = "track", feature = "tokio"))]
pub use crate::tokio::captures::{CapturedEnd, Probe, ProbeAny, ProbeEnd, spawn};
#[cfg(feature = "track")]
pub use crate::tracked::marks::{own, owned};

/// A future whose output is named.
pub fn typed<T, F: Future<Output = T>>(future: F) -> F {
    future
}

/// What a body came to: its value, or the panic that ended it.
type Ended<T> = Result<T, Box<dyn Any + Send>>;

/// What a test returns: whether it is a failure by itself.
pub trait Outcome {
    /// Whether the test has failed by itself, so that leaks are not the first news.
    fn failed(&self) -> bool;
}

impl Outcome for () {
    fn failed(&self) -> bool {
        false
    }
}

impl<T, E> Outcome for Result<T, E> {
    fn failed(&self) -> bool {
        self.is_err()
    }
}

impl Outcome for std::process::ExitCode {
    fn failed(&self) -> bool {
        *self != std::process::ExitCode::SUCCESS
    }
}

/// Fails for the test's own reason if it has one, with the leaks beside it; else for the leaks.
#[track_caller]
fn judge<T: Outcome>(ended: Ended<T>, report: &Report) -> T {
    let failed = ended.as_ref().map_or(true, Outcome::failed);
    if failed && !report.is_clean() {
        crate::output::warn(format_args!("the test failed, and left something behind\n{report}"));
    }
    let value = ended.unwrap_or_else(|panic| resume_unwind(panic));
    if !failed {
        report.assert_clean();
    }
    value
}

/// Runs a test that is not async.
#[track_caller]
pub fn test_sync<T: Outcome>(name: &str, options: Options, body: impl FnOnce() -> T) -> T {
    let before = Before::test();
    let scope = Scope::with_options(name, options);
    let ended = {
        let _entered = scope.enter();
        catch_unwind(AssertUnwindSafe(body))
    };
    judge(ended, &scope.check_blocking_after(&before))
}

/// Runs a program that is not async, and reports what it leaves behind.
pub fn main_sync<T>(name: &str, options: Options, body: impl FnOnce() -> T) -> T {
    let before = Before::program();
    let scope = Scope::with_options(name, options);
    let value = {
        let _entered = scope.enter();
        body()
    };
    tell(&scope.check_blocking_after(&before));
    value
}

fn tell(report: &Report) {
    if !report.findings().is_empty() && env::mode() != env::Mode::Off {
        crate::output::warn(format_args!("at the end of the program\n{report}"));
    }
}

/// An assertion that is awaited in async code, and made by its drop elsewhere.
#[derive(Debug)]
pub struct AssertNoLeaks {
    open: bool,
    place: &'static Location<'static>,
}

impl AssertNoLeaks {
    /// An assertion that is still to be made.
    #[track_caller]
    #[allow(clippy::new_without_default, reason = "a default that panics helps nobody")]
    pub fn new() -> Self {
        AssertNoLeaks { open: true, place: Location::caller() }
    }
}

impl IntoFuture for AssertNoLeaks {
    type Output = ();
    type IntoFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

    fn into_future(mut self) -> Self::IntoFuture {
        self.open = false;
        Box::pin(async { crate::check().await.assert_clean() })
    }
}

impl Drop for AssertNoLeaks {
    fn drop(&mut self) {
        if !self.open || std::thread::panicking() {
            return;
        }
        let place = self.place;
        assert!(
            !crate::scope::polling(),
            "in async code it is `linger::assert_no_leaks!().await` ({place})"
        );
        crate::check_blocking().assert_clean();
    }
}

pin_project! {
    /// A future whose panic is a value.
    struct Caught<F> {
        #[pin]
        inner: F,
    }
}

impl<F: Future> Future for Caught<F> {
    type Output = Ended<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let inner = self.project().inner;
        match catch_unwind(AssertUnwindSafe(|| inner.poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

/// Runs a body, ends it completely, and only then looks at what it left.
#[cfg(feature = "tokio")]
async fn run_and_check<F: Future>(
    scope: &Scope,
    body: F,
    timer: crate::scope::Timer,
    before: Before,
) -> (Ended<F::Output>, Report) {
    let ended = scope.run(Caught { inner: body }).await;
    // The runtime is the test's own, so that all of its tasks are the test's.
    let alive = || ::tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let report = scope.check_with(timer, alive, before, true).await;
    (ended, report)
}

/// Waits by the runtime's own clock, which a test may have stopped.
#[cfg(feature = "tokio")]
fn tokio_timer(time: std::time::Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(::tokio::time::sleep(time))
}

#[cfg(feature = "tokio")]
fn runtime(
    settings: Settings,
    parks: Option<impl Fn() + Send + Sync + 'static>,
) -> std::io::Result<crate::tokio::runtime::Runtime> {
    let mut builder = if settings.multi_thread {
        crate::tokio::runtime::Builder::new_multi_thread()
    } else {
        crate::tokio::runtime::Builder::new_current_thread()
    };
    if let Some(threads) = settings.worker_threads {
        builder.worker_threads(threads);
    }
    builder.enable_all();
    if let Some(parks) = parks {
        builder.on_thread_park(parks);
    }
    #[cfg(feature = "test-util")]
    builder.start_paused(settings.start_paused);
    #[cfg(not(feature = "test-util"))]
    assert!(!settings.start_paused, "`start_paused` needs the feature `test-util` of linger");
    builder.build()
}

/// Runs an async test.
///
/// # Panics
///
/// Panics if the runtime can't be made, if the test panics, or if it leaves something behind.
#[cfg(feature = "tokio")]
#[track_caller]
pub fn test_async<F>(settings: Settings, name: &str, options: Options, body: F) -> F::Output
where
    F: Future<Output: Outcome>,
{
    let before = Before::test();
    let scope = Scope::with_options(name, options);
    let run = Run::new(&scope);
    let parks = (!settings.multi_thread).then(|| {
        // Weak, because the run asks the runtime for its tasks.
        let run = std::sync::Arc::downgrade(&run);
        move || {
            if let Some(run) = run.upgrade() {
                run.parks();
            }
        }
    });
    let runtime = runtime(settings, parks).expect("the runtime of a test can be made");
    let result = run.block_on(&runtime, run_and_check(&scope, body, tokio_timer, before));
    // A leaked blocking task would keep a dropped runtime waiting for ever.
    runtime.shutdown_background();
    match result {
        Ok((ended, report)) => judge(ended, &report),
        Err(report) => {
            panic!("the test can only wait\n{report}")
        }
    }
}

/// Runs an async program, and reports what it leaves behind.
///
/// # Panics
///
/// Panics if the runtime can't be made, or if the program panics.
#[cfg(feature = "tokio")]
pub fn main_async<F: Future>(
    settings: Settings,
    name: &str,
    options: Options,
    body: F,
) -> F::Output {
    let before = Before::program();
    let runtime = runtime(settings, None::<fn()>).expect("the runtime of the program can be made");
    let scope = Scope::with_options(name, options);
    let (ended, report) = runtime.block_on(run_and_check(&scope, body, tokio_timer, before));
    tell(&report);
    ended.unwrap_or_else(|panic| resume_unwind(panic))
}
