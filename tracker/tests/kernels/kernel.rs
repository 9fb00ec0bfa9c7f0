//! What a kernel is, and how it is tried.

use linger::tokio::runtime::{Builder, Runtime};
use linger::{Certainty, Finding, Kind, Options, Report, Scope};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// One half of a kernel, to be run in a scope.
#[derive(Clone, Copy)]
pub(crate) enum Program {
    Tasks(fn() -> Pin<Box<dyn Future<Output = ()> + Send>>),
    Threads(fn()),
}

/// A program that waits for ever, and its repair.
pub(crate) struct Kernel {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) kind: Kind,
    pub(crate) certainty: Certainty,
    pub(crate) buggy: Program,
    pub(crate) repaired: Program,
}

/// A list of kernels, and a test for each half of each.
macro_rules! kernels {
    ($($name:ident: $kind:ident $certainty:ident, $program:ident {
        buggy $buggy:block
        repaired $repaired:block
    })*) => {
        pub(crate) const KERNELS: &[$crate::kernel::Kernel] = &[$($crate::kernel::Kernel {
            name: stringify!($name),
            file: file!(),
            kind: linger::Kind::$kind,
            certainty: linger::Certainty::$certainty,
            buggy: program!($program $buggy),
            repaired: program!($program $repaired),
        }),*];

        $(#[test]
        fn $name() {
            $crate::kernel::find(KERNELS, stringify!($name)).check();
        })*
    };
}

macro_rules! program {
    (tasks $body:block) => { $crate::kernel::Program::Tasks(|| Box::pin(async $body)) };
    (threads $body:block) => { $crate::kernel::Program::Threads(|| $body) };
}

pub(crate) fn find(kernels: &'static [Kernel], name: &str) -> &'static Kernel {
    kernels.iter().find(|kernel| kernel.name == name).expect("a kernel's own test names it")
}

/// How often each half runs on each kind of runtime.
fn repeat() -> usize {
    std::env::var("LINGER_REPEAT").ok().and_then(|times| times.parse().ok()).unwrap_or(2)
}

fn runtimes() -> [fn() -> Runtime; 2] {
    [
        || Builder::new_current_thread().enable_all().build().unwrap(),
        || Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap(),
    ]
}

impl Program {
    /// Runs in a scope of its own and checks it, as often as wanted, on each kind of runtime.
    fn reports(self, name: &str, grace: Duration, each: impl Fn(Report)) {
        let scope = || Scope::with_options(name, Options::new().grace(grace));
        for _ in 0..repeat() {
            match self {
                Program::Tasks(program) => {
                    for runtime in runtimes() {
                        // Each time another one, so that it takes along what is stuck.
                        let (runtime, scope) = (runtime(), scope());
                        each(runtime.block_on(async {
                            scope.run(program()).await;
                            scope.check().await
                        }));
                        runtime.shutdown_background();
                    }
                }
                Program::Threads(program) => {
                    let scope = scope();
                    let entered = scope.enter();
                    program();
                    drop(entered);
                    each(scope.check_blocking());
                }
            }
        }
    }
}

impl Kernel {
    pub(crate) fn check(&self) {
        self.repaired.reports(self.name, Duration::from_secs(20), |report| {
            assert!(report.is_clean(), "the repaired half of {}: {report}", self.name);
        });
        let waits = self.marked("//~ waits");
        assert!(!waits.is_empty(), "{} marks no place", self.name);
        self.buggy.reports(self.name, Duration::from_millis(100), |report| {
            let found: Vec<&Finding> =
                report.findings().iter().filter(|finding| finding.kind == self.kind).collect();
            let certain = found.iter().all(|finding| finding.certainty == self.certainty);
            assert!(!found.is_empty() && certain, "{}: {report}", self.name);
            if self.kind == Kind::Deadlock {
                assert_eq!(found.len(), 1, "one knot in {}: {report}", self.name);
            }
            // Who waits for those that wait may be apart from them.
            let all = report.findings().iter().flat_map(|finding| &finding.labels);
            let places: BTreeSet<usize> = all
                .filter(|label| label.message.starts_with("waits for"))
                .map(|label| label.span.start.line)
                .collect();
            assert_eq!(places, waits, "places of {}: {report}", self.name);
        });
    }

    /// The lines of the buggy half that have a mark.
    fn marked(&self, mark: &str) -> BTreeSet<usize> {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(self.file);
        let text = std::fs::read_to_string(file).expect("a kernel's own file is there");
        let start = format!("    {}: ", self.name);
        let lines = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with(&start));
        let buggy = lines.take_while(|(_, line)| line.trim_start() != "repaired {");
        buggy.filter(|(_, line)| line.contains(mark)).map(|(number, _)| number + 1).collect()
    }
}
