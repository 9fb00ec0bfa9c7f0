//! Tests that can only wait for ever: they end at once, with a report, and not by a timeout.
//!
//! On a runtime of one thread the moment is known: the thread is about to park. Elsewhere, and for
//! what is only likely, a thread of linger's own looks from time to time.

use crate::check::{self, Stand};
use crate::finding::Certainty;
use crate::report::Report;
use crate::scope::Scope;
use crate::tracked::actor::Watch;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::Waker;
use std::time::{Duration, Instant};
#[cfg(feature = "tokio")]
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// A test that runs.
pub(crate) struct Run {
    scope: Scope,
    /// Who runs its body.
    actor: OnceLock<Watch>,
    /// How many tasks its runtime has.
    alive: OnceLock<Box<dyn Fn() -> usize + Send + Sync>>,
    waker: Mutex<Option<Waker>>,
    found: OnceLock<Report>,
    /// Since when nothing of it moves, and at which poll.
    still: Mutex<Option<(u32, Instant)>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Run {
    pub(crate) fn new(scope: &Scope) -> Arc<Self> {
        let run = Arc::new(Run {
            scope: scope.clone(),
            actor: OnceLock::new(),
            alive: OnceLock::new(),
            waker: Mutex::new(None),
            found: OnceLock::new(),
            still: Mutex::new(None),
        });
        if crate::env::mode() == crate::env::Mode::Fail && cfg!(feature = "track") {
            watch(&run);
        }
        run
    }

    /// The runtime's thread is about to wait.
    pub(crate) fn parks(&self) {
        if self.found.get().is_none() {
            self.look(false);
        }
    }

    /// Ends the test if it can only wait. `patient`: also if that is only likely, but for long.
    fn look(&self, patient: bool) {
        let Some(actor) = self.actor.get() else { return };
        let Some((key, polls)) = actor.resting() else {
            *lock(&self.still) = None;
            return;
        };
        let alive = self.alive.get().map_or(0, |alive| alive());
        let (certainty, findings) = match check::stand(self.scope.id(), key, alive) {
            Stand::Moves => {
                *lock(&self.still) = None;
                return;
            }
            Stand::Stuck(findings) => (Certainty::Proved, findings),
            Stand::Still(findings) => (Certainty::Likely, findings),
        };
        let mut still = lock(&self.still);
        let since = match *still {
            Some((seen, since)) if seen == polls => since,
            _ => still.insert((polls, Instant::now())).1,
        };
        drop(still);
        let long = patient && since.elapsed() >= self.scope.options().grace_period();
        if certainty == Certainty::Proved || long {
            let report = Report::new(self.scope.name().to_owned(), findings);
            self.end(report);
        }
    }

    fn end(&self, report: Report) {
        if report.is_clean() || self.found.set(check::keep(report)).is_err() {
            return;
        }
        if let Some(waker) = lock(&self.waker).take() {
            waker.wake();
        }
    }
}

#[cfg(feature = "tokio")]
impl Run {
    /// Runs a test's future, or gives the report of why it will never end.
    #[track_caller]
    pub(crate) fn block_on<F: Future>(
        self: &Arc<Self>,
        runtime: &crate::tokio::runtime::Runtime,
        future: F,
    ) -> Result<F::Output, Report> {
        let _entered = self.scope.enter();
        let root = crate::tokio::runtime::root(future);
        let _ = self.actor.set(root.watch());
        let metrics = runtime.metrics();
        let _ = self.alive.set(Box::new(move || metrics.num_alive_tasks()));
        let _driven = runtime.driven_here();
        let mut root = std::pin::pin!(root);
        runtime.inner().block_on(std::future::poll_fn(|cx| self.poll(root.as_mut(), cx)))
    }

    /// The waker is taken out here, outside of what is tracked, so that it does not count as held by
    /// somebody unknown.
    fn poll<F: Future>(
        &self,
        root: Pin<&mut F>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<F::Output, Report>> {
        if let Some(report) = self.found.get() {
            return Poll::Ready(Err(report.clone()));
        }
        let mut waker = lock(&self.waker);
        if !waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            *waker = Some(cx.waker().clone());
        }
        drop(waker);
        root.poll(cx).map(Ok)
    }
}

/// The tests that run now.
static RUNS: Mutex<Vec<Weak<Run>>> = Mutex::new(Vec::new());
static MORE: Condvar = Condvar::new();

/// How often the watching thread looks.
const INTERVAL: Duration = Duration::from_millis(20);

/// Watches a test for as long as it is there.
fn watch(run: &Arc<Run>) {
    static STARTED: OnceLock<bool> = OnceLock::new();
    lock(&RUNS).push(Arc::downgrade(run));
    STARTED.get_or_init(|| {
        let thread = std::thread::Builder::new().name("linger-watch".to_owned());
        thread.spawn(watch_all).is_ok()
    });
    MORE.notify_one();
}

fn watch_all() {
    crate::system::known_here();
    loop {
        let mut runs = lock(&RUNS);
        while runs.is_empty() {
            runs = MORE.wait(runs).unwrap_or_else(PoisonError::into_inner);
        }
        drop(runs);
        std::thread::sleep(INTERVAL);
        let mut runs = lock(&RUNS);
        runs.retain(|run| run.strong_count() > 0);
        let now: Vec<Arc<Run>> = runs.iter().filter_map(Weak::upgrade).collect();
        drop(runs);
        for run in now.iter().filter(|run| run.found.get().is_none()) {
            run.look(true);
        }
    }
}
