//! A check: look, and look again until the grace period is over, before anybody is accused.

mod ended;
mod explain;
mod find;
mod proofs;
mod wait;

use crate::context;
use crate::finding::{Certainty, Severity};
use crate::options::Options;
use crate::registry::scopes;
use crate::report::Report;
use crate::system::{self, Before};
use proofs::Proofs;
use std::time::Duration;

pub(crate) use ended::Ended;
pub(crate) use find::{Stand, knots, stand};
pub(crate) use wait::{Timer, thread_timer};

/// Looks at a scope until it is clean or the grace period is over.
///
/// `alive` says how many tasks there are in the runtime, and `before` which threads there were; what
/// linger does not know of them is noted. `done`: when the check is over, nothing else of the scope
/// will run.
pub(crate) async fn check(
    scope: u64,
    options: Options,
    timer: Timer,
    alive: impl Fn() -> usize + Send,
    before: Before,
    done: bool,
) -> Report {
    let (mut patience, mut proofs) = (Patience::new(&options), Proofs::default());
    loop {
        let report = look(scope, &options, alive(), &before, done, &mut proofs);
        match patience.next(&report) {
            Next::Enough => return keep(report),
            Next::Yield => wait::yield_now().await,
            Next::Sleep(time) => timer(time).await,
        }
    }
}

/// The same for code that is not async.
pub(crate) fn check_blocking(scope: u64, options: &Options, before: &Before, done: bool) -> Report {
    let (mut patience, mut proofs) = (Patience::new(options), Proofs::default());
    loop {
        let report = look(scope, options, 0, before, done, &mut proofs);
        match patience.next(&report) {
            Next::Enough => return keep(report),
            Next::Yield => std::thread::yield_now(),
            Next::Sleep(time) => std::thread::sleep(time),
        }
    }
}

fn look(
    scope: u64,
    options: &Options,
    alive: usize,
    before: &Before,
    done: bool,
    proofs: &mut Proofs,
) -> Report {
    let name = scopes::name(scope).map_or_else(|| "process".to_owned(), |name| name.to_string());
    let threads = before.since();
    let (checker, limits) = (context::current(), options.limits());
    let question = find::Question { scope, checker, alive, threads: &threads, done, limits };
    let mut findings = find::find(question);
    proofs.apply(&mut findings);
    Report::new(name, options.apply(findings))
}

/// Writes a report to where the environment says, and gives it back.
pub(crate) fn keep(report: Report) -> Report {
    if let (Some(file), false) = (crate::env::output(), report.findings().is_empty()) {
        crate::output::append(file, &report.to_json());
    }
    if let Some(file) = crate::env::evidence() {
        crate::output::append(file, &report.to_evidence(&ended::since_last()));
    }
    report
}

/// How long to wait before the next look.
struct Patience {
    grace: Duration,
    waited: Duration,
    step: Duration,
    yields: u32,
    proved: u32,
}

enum Next {
    Enough,
    Yield,
    Sleep(Duration),
}

impl Patience {
    /// What ends by itself mostly does so when it is let run for a moment.
    const YIELDS: u32 = 8;
    const FIRST: Duration = Duration::from_millis(1);
    const LONGEST: Duration = Duration::from_millis(50);
    /// The system lists a thread for a moment after it was joined.
    const FADING: Duration = Duration::from_millis(20);
    /// So many looks must agree that all is proved, to end a check early.
    const AGREE: u32 = 4;

    fn new(options: &Options) -> Self {
        Patience {
            grace: options.grace_period(),
            waited: Duration::ZERO,
            step: Patience::FIRST,
            yields: 0,
            proved: 0,
        }
    }

    fn next(&mut self, report: &Report) -> Next {
        let mut errors =
            report.findings().iter().filter(|one| one.severity == Severity::Error).peekable();
        let fading = || report.findings().iter().any(system::spoken_of);
        let enough = if errors.peek().is_some() {
            self.waited >= self.grace
        } else {
            self.waited >= Patience::FADING.min(self.grace) || !fading()
        };
        if enough {
            return Next::Enough;
        }
        if self.yields < Patience::YIELDS {
            self.yields += 1;
            return Next::Yield;
        }
        let proved =
            errors.peek().is_some() && errors.all(|finding| finding.certainty == Certainty::Proved);
        self.proved = if proved { self.proved + 1 } else { 0 };
        if self.proved >= Patience::AGREE {
            return Next::Enough;
        }
        let time = self.step.min(self.grace - self.waited);
        self.waited += time;
        self.step = (2 * self.step).min(Patience::LONGEST);
        Next::Sleep(time)
    }
}
