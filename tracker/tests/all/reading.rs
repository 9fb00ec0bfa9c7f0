//! How tests run a body in a scope, and read what is found.

use linger::{Certainty, Finding, Kind, Options, Report, Scope, tokio};
use std::future::Future;
use std::time::Duration;

/// Runs `body` in a scope of its own and checks it.
pub(crate) fn check(body: impl FnOnce()) -> Report {
    let scope = Scope::with_options("threads", Options::new().grace(Duration::from_millis(30)));
    {
        let _entered = scope.enter();
        body();
    }
    scope.check_blocking()
}

/// Runs `body` in a scope and on a runtime of its own, and checks the scope.
#[allow(dead_code, reason = "only the families with futures use it")]
pub(crate) fn check_async(body: impl Future<Output = ()>) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scope = Scope::with_options("tasks", Options::new().grace(Duration::from_millis(30)));
    runtime.block_on(async {
        scope.run(body).await;
        scope.check().await
    })
}

pub(crate) fn kinds(report: &Report) -> Vec<Kind> {
    report.findings().iter().map(|finding| finding.kind).collect()
}

/// The only finding of a kind.
#[track_caller]
pub(crate) fn only(report: &Report, kind: Kind) -> Finding {
    let mut found = report.findings().iter().filter(|finding| finding.kind == kind);
    let first = found.next().unwrap_or_else(|| panic!("no {kind} in {report}")).clone();
    assert!(found.next().is_none(), "more than one {kind} in {report}");
    first
}

/// The line of a label whose message starts so.
#[track_caller]
pub(crate) fn label(finding: &Finding, start: &str) -> u32 {
    let label = finding.labels.iter().find(|label| label.message.starts_with(start));
    let label = label.unwrap_or_else(|| panic!("no label {start:?} in {finding:?}"));
    label.span.start.line as u32
}

/// The only finding, which says that somebody waits in vain. Proved is that only where no thread is
/// about that nobody knows, such as those of other tests: one could have got the end of a channel.
#[allow(dead_code, reason = "only the families with futures use it")]
#[track_caller]
pub(crate) fn in_vain(report: &Report) -> &Finding {
    let [finding] = report.findings() else { panic!("not one finding in {report}") };
    let kind = match finding.certainty {
        Certainty::Proved => Kind::Deadlock,
        _ => Kind::Blocked,
    };
    assert_eq!(finding.kind, kind, "{report}");
    finding
}
