//! Threads as the system lists them: also those of C libraries, and those that a crate starts by
//! itself. Where `/proc` is absent or closed, nothing is listed.

use crate::finding::Finding;
use dashmap::DashMap;
use std::collections::HashSet;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

pub(crate) const TASKS: &str = "/proc/self/task";

/// The longest name that the system keeps of a thread.
const NAME: usize = 15;

/// The threads that have met the tracker, and who accounts for what they do.
static KNOWN: LazyLock<DashMap<u32, Arc<AtomicU64>>> = LazyLock::new(DashMap::new);

/// Who accounts for what a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// It runs code of the program: it made scopes, or has left a runtime.
    Nobody,
    /// There are records of what it runs, or it is the tracker's own.
    Records,
    /// It is of a runtime's pool for blocking work, and there are no records of what it does there.
    Pool(u32),
}

impl Account {
    const POOL: u64 = 1 << 32;

    fn from_raw(raw: u64) -> Self {
        match raw {
            0 => Account::Nobody,
            1 => Account::Records,
            pool => Account::Pool(pool as u32),
        }
    }

    fn raw(self) -> u64 {
        match self {
            Account::Nobody => 0,
            Account::Records => 1,
            Account::Pool(runtime) => Account::POOL | u64::from(runtime),
        }
    }
}

/// The names of threads on which scopes were made, outside of tasks: those of tests, mostly. What they
/// start has the same name, unless it is given another.
static HOSTS: LazyLock<DashMap<u32, Arc<str>>> = LazyLock::new(DashMap::new);

/// A thread that the system lists.
#[derive(Debug)]
pub(crate) struct Thread {
    pub(crate) name: String,
    /// The system call that it is in, if it has a name here.
    pub(crate) call: Option<&'static str>,
}

/// Takes a thread out of those that are known when it ends.
struct Known {
    id: Option<u32>,
    account: Arc<AtomicU64>,
}

thread_local! {
    static SELF: Known = {
        let (id, account) = (own_id(), Arc::new(AtomicU64::new(Account::Nobody.raw())));
        if let Some(id) = id {
            KNOWN.insert(id, Arc::clone(&account));
        }
        Known { id, account }
    };
}

/// Says who accounts for this thread from now on; returns who did before. One that is ending already
/// needs no mark.
fn set_account(account: Account) -> Option<Account> {
    let before = SELF.try_with(|known| known.account.swap(account.raw(), Ordering::Relaxed));
    before.ok().map(Account::from_raw)
}

/// The number of this thread, as the system lists it.
pub(crate) fn id_here() -> Option<u32> {
    SELF.try_with(|known| known.id).ok().flatten()
}

/// Says that this thread is accounted for elsewhere, until it ends.
pub(crate) fn known_here() {
    set_account(Account::Records);
}

/// Says that this thread is of a runtime's pool.
#[cfg(feature = "tokio")]
pub(crate) fn pool_here(runtime: u32) {
    set_account(Account::Pool(runtime));
}

/// Says that this thread, if it is of a runtime's pool, runs the tasks of the runtime.
#[cfg(feature = "tokio")]
pub(crate) fn worker_here() {
    let _ending = SELF.try_with(|known| {
        if known.account.load(Ordering::Relaxed) >= Account::POOL {
            known.account.store(Account::Records.raw(), Ordering::Relaxed);
        }
    });
}

/// This thread is accounted for while the value lives.
#[derive(Debug)]
pub(crate) struct Accounted(Option<Account>);

/// Says that there are records of what this thread runs, for as long as the value lives.
pub(crate) fn accounted() -> Accounted {
    Accounted(set_account(Account::Records))
}

impl Drop for Accounted {
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            set_account(before);
        }
    }
}

/// Who accounts for a thread; nothing if nobody does, and it has made no scopes.
pub(crate) fn account(id: u32) -> Option<Account> {
    let account = Account::from_raw(KNOWN.get(&id)?.load(Ordering::Relaxed));
    (account != Account::Nobody || HOSTS.contains_key(&id)).then_some(account)
}

/// The names of the threads that made scopes.
pub(crate) fn hosts() -> Vec<Arc<str>> {
    HOSTS.iter().map(|entry| Arc::clone(entry.value())).collect()
}

/// A thread that makes scopes.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) id: u32,
    /// Its own name, and that of the threads that it starts.
    pub(crate) name: Arc<str>,
}

thread_local! {
    static HOST: Option<Host> = {
        let id = id_here();
        let host = id.and_then(|id| Some(Host { id, name: name(id)? }));
        if let Some(Host { id, name }) = &host {
            HOSTS.insert(*id, Arc::clone(name));
        }
        host
    };
}

/// Says that this thread makes scopes.
pub(crate) fn host_here() -> Option<Host> {
    HOST.try_with(Clone::clone).ok().flatten()
}

impl Drop for Known {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            KNOWN.remove(&id);
            HOSTS.remove(&id);
        }
    }
}

/// The threads that were there before a test or a program began.
pub(crate) struct Before {
    threads: HashSet<u32>,
    whose: Whose,
}

/// Which new threads are ours.
enum Whose {
    /// Nobody else runs.
    All,
    /// Tests run side by side, each on a thread that has its name, and a thread that is given no
    /// name inherits that of its creator.
    Named(String),
    /// There is no telling.
    None,
}

impl Before {
    /// No thread will be ours.
    pub(crate) fn unknown() -> Self {
        Before { threads: HashSet::new(), whose: Whose::None }
    }

    /// Before a program.
    pub(crate) fn program() -> Self {
        Before::with(Whose::All)
    }

    /// Before a test.
    pub(crate) fn test() -> Self {
        Before::with(if one_test_at_a_time() {
            Whose::All
        } else {
            match std::thread::current().name() {
                // A longer name is cut off, and may then be that of two tests.
                Some(name) if name.len() < NAME && name != "main" => Whose::Named(name.to_owned()),
                _ => Whose::None,
            }
        })
    }

    fn with(whose: Whose) -> Self {
        if matches!(whose, Whose::None) || !crate::env::tracking() {
            return Before::unknown();
        }
        match ids() {
            Some(threads) => Before { threads, whose },
            None => Before::unknown(),
        }
    }

    /// The threads of ours that are new, and that nobody else accounts for.
    pub(crate) fn since(&self) -> Vec<Thread> {
        if matches!(self.whose, Whose::None) {
            return Vec::new();
        }
        let new = ids().into_iter().flatten();
        new.filter(|id| !self.threads.contains(id) && account(*id).is_none())
            .filter_map(Thread::of)
            .filter(|thread| match &self.whose {
                Whose::All => true,
                Whose::Named(name) => thread.name == *name,
                Whose::None => false,
            })
            .collect()
    }
}

impl Thread {
    /// Nothing if the thread is gone meanwhile.
    fn of(id: u32) -> Option<Self> {
        let name = fs::read_to_string(format!("{TASKS}/{id}/comm")).ok()?;
        let state = fs::read_to_string(format!("{TASKS}/{id}/syscall")).unwrap_or_default();
        let call = state.split(' ').next().and_then(|number| number.parse().ok()).and_then(call);
        Some(Thread { name: name.trim_end().to_owned(), call })
    }
}

/// Whether a finding speaks of a thread of the system.
pub(crate) fn spoken_of(finding: &Finding) -> bool {
    finding.kind == crate::Kind::LeakedThread && finding.file.is_empty()
}

/// Whether a debugger watches this process.
pub(crate) fn is_traced() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|tracer| tracer.trim() != "0")
}

/// The name of a thread; nothing if the thread is gone.
pub(crate) fn name(id: u32) -> Option<Arc<str>> {
    let name = fs::read_to_string(format!("{TASKS}/{id}/comm")).ok()?;
    Some(Arc::from(name.trim_end()))
}

/// Whether a thread started since then, as far as can be told; one that is gone did not.
pub(crate) fn started_since(id: u32, since: Instant) -> bool {
    let Some(now) = uptime() else { return true };
    let since = now - since.elapsed().as_secs_f64() - 1.0 / TICKS;
    started(id).is_some_and(|started| started >= since)
}

/// In how many parts the system divides a second when it says when a thread started.
const TICKS: f64 = 100.0;

/// When a thread started, in seconds since the system did; nothing if the thread is gone.
fn started(id: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("{TASKS}/{id}/stat")).ok()?;
    // The name is in brackets, and may contain anything. The start is the 22nd field of all.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: f64 = fields.split_ascii_whitespace().nth(19)?.parse().ok()?;
    Some(ticks / TICKS)
}

/// For how many seconds the system has run.
fn uptime() -> Option<f64> {
    fs::read_to_string("/proc/uptime").ok()?.split(' ').next()?.parse().ok()
}

/// The numbers of all threads of this process.
pub(crate) fn ids() -> Option<HashSet<u32>> {
    let entries = fs::read_dir(TASKS).ok()?.flatten();
    Some(entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
}

pub(crate) fn own_id() -> Option<u32> {
    fs::read_link("/proc/thread-self").ok()?.file_name()?.to_str()?.parse().ok()
}

/// Whether whoever runs the tests says that they run one after the other.
fn one_test_at_a_time() -> bool {
    // Nextest gives each test a process.
    if std::env::var_os("NEXTEST").is_some()
        || std::env::var_os("RUST_TEST_THREADS").is_some_and(|threads| threads == "1")
    {
        return true;
    }
    let arguments: Vec<_> = std::env::args_os().collect();
    arguments.iter().any(|argument| argument == "--test-threads=1")
        || arguments.windows(2).any(|pair| pair[0] == "--test-threads" && pair[1] == "1")
}

/// The name of a system call in which threads wait.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn call(number: i64) -> Option<&'static str> {
    Some(match number {
        0 => "read",
        7 => "poll",
        23 => "select",
        35 | 230 => "nanosleep",
        43 | 288 => "accept",
        45 => "recvfrom",
        61 => "wait4",
        128 => "rt_sigtimedwait",
        202 => "futex",
        232 | 281 | 441 => "epoll_wait",
        271 => "ppoll",
        426 => "io_uring_enter",
        _ => return None,
    })
}

/// The name of a system call in which threads wait.
#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
fn call(number: i64) -> Option<&'static str> {
    Some(match number {
        22 | 441 => "epoll_wait",
        63 => "read",
        73 => "ppoll",
        98 => "futex",
        101 | 115 => "nanosleep",
        137 => "rt_sigtimedwait",
        202 | 242 => "accept",
        207 => "recvfrom",
        260 => "wait4",
        426 => "io_uring_enter",
        _ => return None,
    })
}

/// The numbers are those of other systems.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn call(_: i64) -> Option<&'static str> {
    None
}
