//! A watchdog for programs: it looks at the whole process from time to time, and says what is proved
//! to be stuck.

use crate::check;
use crate::options::Options;
use crate::report::Report;
use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A watchdog that runs. It goes on when this is dropped, until the process ends or
/// [`stop`](Watch::stop) is called.
#[derive(Clone)]
pub struct Watch(Arc<Inner>);

struct Inner {
    options: Options,
    stopped: AtomicBool,
    last: Mutex<Report>,
}

impl Watch {
    /// What was found when it looked last: knots that are proved, equal ones counted together.
    pub fn report(&self) -> Report {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the watchdog within its interval.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("options", &self.0.options).finish_non_exhaustive()
    }
}

/// Starts a watchdog for a program. Every [grace period](Options::grace) it looks at all tasks and
/// threads of the process, on a thread of its own. What two looks prove to be stuck is written to
/// standard error and to the file of `LINGER_OUTPUT`, once for each place.
///
/// A look reads the records of all that lives, and stops nobody. Where memory or threads are short,
/// so that none can be started, nothing is watched.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let watch = linger::watch(linger::Options::new().grace(Duration::from_secs(5)));
/// assert!(watch.report().is_clean());
/// watch.stop();
/// ```
pub fn watch(options: Options) -> Watch {
    let empty = Report::new("process".to_owned(), Vec::new());
    let inner = Inner { options, stopped: AtomicBool::new(false), last: Mutex::new(empty) };
    let watch = Watch(Arc::new(inner));
    let theirs = watch.clone();
    if crate::env::tracking() {
        let thread = std::thread::Builder::new().name("linger-watch".to_owned());
        // linger: allow(unowned-spawn): it ends by `Watch::stop`, and must not hold up its host
        let _ = thread.spawn(move || run(&theirs.0));
    }
    watch
}

fn run(watch: &Inner) {
    crate::system::known_here();
    let mut told = HashSet::new();
    let mut before = Vec::new();
    while !watch.stopped.load(Ordering::Relaxed) {
        std::thread::sleep(watch.options.grace_period());
        let mut found = watch.options.apply(check::knots());
        let now = found.clone();
        // What is stuck stays so; a second look costs little, and an accusation much.
        found.retain(|finding| before.contains(finding));
        before = now;
        let news: Vec<_> = (found.iter())
            .filter(|finding| told.insert((finding.file.clone(), finding.span, finding.kind)))
            .cloned()
            .collect();
        let report = |findings| Report::new("process".to_owned(), findings);
        *watch.last.lock().unwrap_or_else(PoisonError::into_inner) = report(found);
        if !news.is_empty() {
            let news = check::keep(report(news));
            crate::output::warn(format_args!("while the program runs\n{news}"));
        }
    }
}
