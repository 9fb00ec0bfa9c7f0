//! The mirrored crates, and those of their tests that concern what is mirrored.

/// A crate and its tests.
pub(crate) struct Suite {
    /// The name of the crate, which is also the name of linger's feature.
    pub(crate) name: &'static str,
    /// The crate that carries the tests, if it is another one.
    pub(crate) from: Option<&'static str>,
    /// Files in the crate's folder `tests`.
    pub(crate) tests: &'static [&'static str],
    /// Files in the crate's folder `src` with tests inside.
    pub(crate) unit_tests: &'static [&'static str],
    /// A trait `Private`, with methods that the unit tests call and nobody else can.
    pub(crate) private: &'static str,
    /// The section `[features]` that the tests expect.
    pub(crate) features: &'static str,
    /// The section `[dependencies]`, besides the crate itself.
    pub(crate) dependencies: &'static str,
}

pub(crate) const SUITES: &[Suite] =
    &[TOKIO, TOKIO_UTIL, CROSSBEAM_CHANNEL, PARKING_LOT, FLUME, ASYNC_CHANNEL, FUTURES];

/// Left out are the tests of files, sockets, processes and signals, which are re-exported, and those
/// that need `--cfg tokio_unstable`.
const TOKIO: Suite = Suite {
    name: "tokio",
    from: None,
    tests: &[
        "async_send_sync",
        "coop_budget",
        "join_handle_panic",
        "macros_join",
        "macros_pin",
        "macros_select",
        "macros_test",
        "macros_try_join",
        "no_rt",
        "rt_basic",
        "rt_busy_tick",
        "rt_common",
        "rt_common_before_park",
        "rt_handle",
        "rt_handle_block_on",
        "rt_local",
        "rt_metrics",
        "rt_panic",
        "rt_shutdown_err",
        "rt_spawn_blocking",
        "rt_threaded",
        "rt_time_start_paused",
        "rt_worker_index",
        "sync_barrier",
        "sync_broadcast",
        "sync_broadcast_weak",
        "sync_errors",
        "sync_mpsc",
        "sync_mpsc_weak",
        "sync_mutex",
        "sync_mutex_owned",
        "sync_notify",
        "sync_notify_owned",
        "sync_once_cell",
        "sync_oneshot",
        "sync_panic",
        "sync_rwlock",
        "sync_semaphore",
        "sync_semaphore_owned",
        "sync_set_once",
        "sync_watch",
        "task_abort",
        "task_blocking",
        "task_id",
        "task_join_set",
        "task_local",
        "task_local_set",
        "task_panic",
        "task_yield_now",
        "test_clock",
        "time_interval",
        "time_panic",
        "time_pause",
        "time_rt",
        "time_sleep",
        "time_timeout",
        "unwindsafe",
    ],
    unit_tests: &[],
    private: "",
    features: r#"
default = ["full", "test-util", "rt", "sync", "time"]
full = []
rt = []
sync = []
time = []
test-util = []
"#,
    dependencies: r#"
real-tokio = { package = "tokio", version = "1", features = ["full", "test-util"] }
async-stream = "0.3"
bytes = "1"
futures = { version = "0.3", features = ["async-await"] }
futures-concurrency = "7"
futures-test = "0.3"
mockall = "0.13"
pin-project-lite = "0.2"
proptest = "1"
rand = "0.9"
socket2 = "0.6"
tempfile = "3"
tokio-stream = "0.1"
tokio-test = "0.4"
tokio-util = { version = "0.7", features = ["rt"] }
"#,
};

/// Left out are the tests of codecs, I/O and clocks, which are re-exported, and those of `PollSender`
/// and `PollSemaphore`, which take tokio's own types.
const TOKIO_UTIL: Suite = Suite {
    name: "tokio-util",
    from: None,
    tests: &[
        "abort_on_drop",
        "future",
        "spawn_pinned",
        "sync_cancellation_token",
        "task_join_map",
        "task_join_queue",
        "task_tracker",
    ],
    unit_tests: &[],
    private: "",
    features: r#"
default = ["join-map", "rt"]
join-map = []
rt = []
"#,
    dependencies: r#"
tokio = { package = "tokio-facade", path = "../tokio/facade" }
real-tokio = { package = "tokio", version = "1", features = ["full", "test-util"] }
futures = "0.3"
futures-test = "0.3"
tokio-test = "0.4"
"#,
};

const CROSSBEAM_CHANNEL: Suite = Suite {
    name: "crossbeam-channel",
    from: None,
    tests: &[
        "after",
        "array",
        "golang",
        "iter",
        "list",
        "mpsc",
        "never",
        "ready",
        "same_channel",
        "select",
        "select_macro",
        "thread_locals",
        "tick",
        "zero",
    ],
    unit_tests: &[],
    private: "",
    features: "",
    dependencies: r#"
crossbeam-utils = "0.8"
num_cpus = "1"
rand = "0.8"
signal-hook = "0.3"
"#,
};

/// Left out is the test of `deadlock_detection`, which is parking_lot's own and re-exported.
const PARKING_LOT: Suite = Suite {
    name: "parking_lot",
    from: None,
    tests: &["issue_203", "issue_392"],
    unit_tests: &["condvar", "fair_mutex", "mutex", "once", "remutex", "rwlock"],
    private: r#"
trait Private {
    fn wait_while_until_internal<T: ?Sized>(
        &self,
        guard: &mut parking_lot::MutexGuard<'_, T>,
        condition: impl FnMut(&mut T) -> bool,
        timeout: Option<std::time::Instant>,
    ) -> parking_lot::WaitTimeoutResult;
}

impl Private for parking_lot::Condvar {
    fn wait_while_until_internal<T: ?Sized>(
        &self,
        guard: &mut parking_lot::MutexGuard<'_, T>,
        condition: impl FnMut(&mut T) -> bool,
        timeout: Option<std::time::Instant>,
    ) -> parking_lot::WaitTimeoutResult {
        let Some(timeout) = timeout else {
            self.wait_while(guard, condition);
            return self.wait_while_for(guard, |_| false, std::time::Duration::ZERO);
        };
        self.wait_while_until(guard, condition, timeout)
    }
}
"#,
    features: r#"
default = ["serde"]
serde = []
"#,
    dependencies: r#"
bincode = "1"
rand = "0.8"
real-parking_lot = { package = "parking_lot", version = "0.12", features = ["serde"] }
"#,
};

/// Left out are files whose tests are all commented out upstream, and `basic`, of which three tests
/// allow so little time that they fail on a machine that does something else.
const FLUME: Suite = Suite {
    name: "flume",
    from: None,
    tests: &[
        "array",
        "async",
        "check_same_channel",
        "iter",
        "list",
        "method_sharing",
        "mpsc",
        "stream",
        "zero",
    ],
    unit_tests: &[],
    private: "",
    features: r#"
default = ["async", "select", "eventual-fairness"]
async = []
select = []
eventual-fairness = []
"#,
    dependencies: r#"
real-flume = { package = "flume", version = "0.12" }
async-std = { version = "1", features = ["attributes", "unstable"] }
crossbeam-channel = "0.5"
crossbeam-utils = "0.8"
futures = "0.3"
rand = "0.8"
tokio = { version = "1", features = ["rt", "macros"] }
waker-fn = "1"
"#,
};

const ASYNC_CHANNEL: Suite = Suite {
    name: "async-channel",
    from: None,
    tests: &["bounded", "unbounded"],
    unit_tests: &[],
    private: "",
    features: "",
    dependencies: r#"
easy-parallel = "3"
futures-lite = "2"
"#,
};

/// The channels have a crate of their own, which carries their tests.
const FUTURES: Suite = Suite {
    name: "futures",
    from: Some("futures-channel"),
    tests: &["channel", "mpsc", "mpsc-close", "mpsc-size_hint", "oneshot"],
    unit_tests: &[],
    private: "",
    features: "",
    dependencies: r#"
real-futures = { package = "futures", version = "0.3" }
futures-channel = "0.3"
futures-test = "0.3"
"#,
};
