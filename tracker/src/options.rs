//! How a check goes about it.

use crate::finding::{Finding, Kind, Severity};
use std::time::Duration;

/// How long a check waits before it accuses, and what it lets pass.
///
/// # Examples
///
/// ```
/// use linger::{Kind, Options, Scope};
/// use std::time::Duration;
///
/// let options = Options::new()
///     .grace(Duration::from_millis(50))
///     .allow(Kind::LeakedTask, "metrics", "runs as long as the process");
/// let report = Scope::with_options("example", options).check_blocking();
/// assert!(report.is_clean());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "options do nothing until a scope or a check gets them"]
pub struct Options {
    grace: Duration,
    allowed: Vec<Allowed>,
    severities: Vec<(Kind, Severity)>,
    limits: Limits,
}

/// How much of a thing is nothing yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    long_poll: Duration,
    lock_held: Duration,
    queue: usize,
}

impl Limits {
    const USUAL: Limits = Limits {
        long_poll: Duration::from_millis(50),
        lock_held: Duration::from_millis(100),
        queue: 10_000,
    };

    /// Whether something that has a size, in milliseconds or messages, is too small to be told.
    #[cfg(feature = "track")]
    pub(crate) fn let_pass(&self, kind: Kind, size: u64) -> bool {
        let below = |limit: Duration| Duration::from_millis(size) < limit;
        match kind {
            Kind::LongPoll => below(self.long_poll),
            Kind::LockHeldAcrossAwait => below(self.lock_held),
            Kind::QueueGrowth => size < self.queue as u64,
            _ => false,
        }
    }
}

/// What is let pass, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Allowed {
    kind: Kind,
    pattern: String,
    reason: String,
}

impl Default for Options {
    fn default() -> Self {
        Options::new()
    }
}

impl Options {
    /// A grace period of 500 ms; nothing is let pass.
    pub fn new() -> Self {
        Options {
            grace: Duration::from_millis(500),
            allowed: Vec::new(),
            severities: Vec::new(),
            limits: Limits::USUAL,
        }
    }

    /// How long a check waits for what is on its way to its end.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Lets findings of a kind pass whose name, place (`file:line`) or owner contains `pattern`;
    /// a `*` in it stands for anything. The reason is for the reader of the program.
    pub fn allow(
        mut self,
        kind: Kind,
        pattern: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        self.allowed.push(Allowed { kind, pattern: pattern.into(), reason: reason.into() });
        self
    }

    /// Makes findings of a kind weigh more or less than they do by themselves.
    ///
    /// # Examples
    ///
    /// ```
    /// use linger::{Kind, Options, Severity};
    /// let strict = Options::new().severity(Kind::UnreadMessages, Severity::Error);
    /// # let _ = strict;
    /// ```
    pub fn severity(mut self, kind: Kind, severity: Severity) -> Self {
        self.severities.push((kind, severity));
        self
    }

    /// How long one poll of a task may take: 50 ms. Time is told to 20 ms, downwards, and less than
    /// that is never noticed. A longer poll is a note, because a machine that has other work to do
    /// makes every poll long:
    ///
    /// ```
    /// use linger::{Kind, Options, Severity};
    /// use std::time::Duration;
    ///
    /// let strict = Options::new()
    ///     .long_poll(Duration::from_millis(200))
    ///     .severity(Kind::LongPoll, Severity::Error);
    /// # let _ = strict;
    /// ```
    pub fn long_poll(mut self, limit: Duration) -> Self {
        self.limits.long_poll = limit;
        self
    }

    /// How long the guard of a lock may be held over waits of its task: 100 ms. More is a note. The
    /// same holds for time as in [`long_poll`](Options::long_poll).
    pub fn lock_held(mut self, limit: Duration) -> Self {
        self.limits.lock_held = limit;
        self
    }

    /// How many messages may wait in a channel that has room for all: 10,000. More is a note. Less
    /// than 500 is never noticed.
    pub fn queue(mut self, limit: usize) -> Self {
        self.limits.queue = limit;
        self
    }

    /// How much of a thing is nothing yet.
    #[cfg(feature = "track")]
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// The grace period.
    pub fn grace_period(&self) -> Duration {
        self.grace
    }

    /// What these options make of the findings.
    pub(crate) fn apply(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            findings.into_iter().filter(|finding| !self.allows(finding)).collect();
        for finding in &mut findings {
            let set = self.severities.iter().rev().find(|(kind, _)| *kind == finding.kind);
            if let Some((_, severity)) = set {
                finding.severity = *severity;
            }
        }
        findings
    }

    fn allows(&self, finding: &Finding) -> bool {
        self.allowed.iter().any(|allowed| {
            allowed.kind == finding.kind && {
                let place = format!("{}:{}", finding.file, finding.span.start.line);
                let names = finding.task.iter().chain(&finding.owner);
                names.chain([&place]).any(|text| matches(&allowed.pattern, text))
            }
        })
    }
}

/// Whether a text contains a pattern in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut rest = text;
    pattern.split('*').all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_is_contained_and_a_star_is_anything() {
        assert!(matches("pool", "src/pool.rs:3"));
        assert!(matches("src/*.rs:3", "src/pool.rs:3"));
        assert!(!matches("src/*.rs:4", "src/pool.rs:3"));
        assert!(matches("", "anything"));
    }
}
