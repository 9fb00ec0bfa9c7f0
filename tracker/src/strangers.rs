//! Threads that may do something of which nobody keeps a record.
//!
//! A thread that waits for another one, and for nothing else, does nothing by itself. So whoever is
//! not known may be around, as long as all of them wait so.

use crate::system::{self, Account, Host, TASKS};
use std::collections::HashSet;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Whose threads are asked for.
pub(crate) enum Whose<'a> {
    /// Those of the process.
    Anybody,
    /// Those that could have to do with a scope.
    Scope {
        /// When it was made.
        since: Instant,
        /// The thread that made it, if that is known.
        host: Option<&'a Host>,
        /// The runtimes that have tasks of it.
        runtimes: &'a HashSet<u32>,
    },
}

/// For so long a thread may be there that nobody accounts for.
const FADING: Duration = Duration::from_millis(1);

/// So often others are looked for, if each time there are others.
const LOOKS: usize = 5;

/// Whether there may be threads that can do something by themselves, besides this one and those that
/// somebody accounts for. Where nothing is listed, there is no telling.
pub(crate) fn any(whose: &Whose<'_>) -> bool {
    let mut before = HashSet::new();
    for look in 0..LOOKS {
        // A thread that starts or ends is listed for a moment before or after anybody accounts for it.
        if look > 0 {
            std::thread::sleep(FADING);
        }
        let Some(now) = strangers(whose) else { return true };
        if now.is_empty() {
            return false;
        }
        if now.iter().any(|id| before.contains(id)) {
            return true;
        }
        before = now;
    }
    true
}

/// Those that can do something now; nothing if there is no telling.
fn strangers(whose: &Whose<'_>) -> Option<HashSet<u32>> {
    let (ids, own) = (all()?, system::own_id());
    let look = || {
        let others = ids.iter().copied().filter(|id| Some(*id) != own);
        others.filter(|&id| is_stranger(id, whose)).collect::<HashSet<u32>>()
    };
    let first = look();
    // One that wakes another one and then waits may be missed, if the other one was looked at before.
    Some(if first.is_empty() { look() } else { first })
}

fn is_stranger(id: u32, whose: &Whose<'_>) -> bool {
    match (system::account(id), whose) {
        (Some(Account::Records), _) => false,
        // One of the tracker's own, which has only just started.
        (None, _) if system::name(id).is_some_and(|name| name.starts_with("linger-")) => false,
        (Some(Account::Pool(_)), Whose::Anybody) => !waits(id, Limit::Some),
        (Some(Account::Pool(runtime)), Whose::Scope { runtimes, .. }) => {
            runtimes.contains(&runtime) && !waits(id, Limit::Some)
        }
        (_, Whose::Anybody) => !waits(id, Limit::None),
        // It has a scope of its own, or made this one.
        (Some(Account::Nobody), Whose::Scope { host, .. }) => {
            host.is_some_and(|host| host.id == id) && !waits(id, Limit::None)
        }
        // It runs the tests, and nothing of theirs.
        (None, _) if id == std::process::id() => false,
        (None, Whose::Scope { since, host, .. }) => {
            if of_another(id, *host) {
                // Maybe of a pool, in which it has waited for the work that it does.
                has_waited(id) && !waits(id, Limit::None)
            } else {
                // Whoever started it has told it what to do, and that may be anything.
                system::started_since(id, *since) || !waits(id, Limit::None)
            }
        }
    }
}

/// Whether the name of a thread says that the host of another scope started it.
fn of_another(id: u32, host: Option<&Host>) -> bool {
    // The first thread is the host of what runs the tests, and starts their threads.
    let first = system::name(std::process::id());
    let hosts: HashSet<Arc<str>> = first.into_iter().chain(system::hosts()).collect();
    system::name(id)
        .is_none_or(|name| host.is_some_and(|host| name != host.name) && hosts.contains(&name))
}

/// Whether a thread has ever waited for anything.
fn has_waited(id: u32) -> bool {
    let Ok(status) = fs::read_to_string(format!("{TASKS}/{id}/status")) else { return true };
    let field = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    field.is_none_or(|count| count.trim() != "0")
}

/// All threads; nothing if there may be more.
fn all() -> Option<HashSet<u32>> {
    // The list ends early where a thread ends while it is read.
    (0..3).find_map(|_| {
        let ids = system::ids()?;
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let (_, fields) = stat.rsplit_once(')')?;
        let count: usize = fields.split_ascii_whitespace().nth(17)?.parse().ok()?;
        (ids.len() >= count).then_some(ids)
    })
}

/// Whether a thread that says that it waits does so. It says so before and after, when it runs, or
/// could.
pub(crate) fn is_asleep(id: u32) -> bool {
    fs::read_to_string(format!("{TASKS}/{id}/syscall"))
        .map_or(true, |call| call.trim_end() != "running")
}

/// How long a thread waits that nobody wakes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// For ever.
    None,
    /// For some time: so a pool waits for work.
    Some,
}

/// Whether a thread waits for another one, and so long. One that is gone waits for all time.
fn waits(id: u32, limit: Limit) -> bool {
    match fs::read_to_string(format!("{TASKS}/{id}/syscall")) {
        Ok(call) => futex_wait(&call) == Some(limit),
        Err(_) => !fs::exists(format!("{TASKS}/{id}")).unwrap_or(true),
    }
}

/// The limit of a futex wait, of which the system tells the number of the call and its arguments:
/// the address, the operation, the value, and where the limit is.
fn futex_wait(call: &str) -> Option<Limit> {
    const FUTEX: &str = if cfg!(target_arch = "aarch64") { "98" } else { "202" };
    const WAIT: u64 = 0;
    const WAIT_BITSET: u64 = 9;
    // Private to the process, and by which clock.
    const FLAGS: u64 = 128 | 256;
    if !cfg!(any(target_arch = "aarch64", target_arch = "x86_64")) {
        return None;
    }
    let mut fields = call.split_ascii_whitespace();
    if fields.next() != Some(FUTEX) {
        return None;
    }
    let mut hex = || u64::from_str_radix(fields.next()?.strip_prefix("0x")?, 16).ok();
    let (_address, operation, _value, limit) = (hex()?, hex()?, hex()?, hex()?);
    let waits = matches!(operation & !FLAGS, WAIT | WAIT_BITSET);
    waits.then_some(if limit == 0 { Limit::None } else { Limit::Some })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn a_futex_wait_is_told_from_other_calls() {
        let wait = |limit| format!("202 0x7f00 0x189 0x2 {limit} 0x0 0xffffffff 0x7ffd 0x7f54");
        assert!(futex_wait(&wait("0x0")) == Some(Limit::None));
        assert!(futex_wait(&wait("0x7f10")) == Some(Limit::Some));
        assert!(futex_wait("202 0x7f00 0x81 0x1 0x0 0x0 0x0 0x7ffd 0x7f54").is_none());
        assert!(futex_wait("230 0x1 0x1 0x7f54 0x0 0x0 0x0 0x7ffd 0x7f54").is_none());
        assert!(futex_wait("running").is_none());
    }
}
