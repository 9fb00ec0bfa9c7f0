//! Places in the program's source, each with what was started there.

use dashmap::DashMap;
use std::cell::Cell;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError, RwLock};

/// A place in the source where tasks start or operations wait. Sites live as long as the process;
/// there are as many as places in the source.
pub(crate) struct Site {
    pub(crate) location: &'static Location<'static>,
    pub(crate) index: u32,
    ended: [Ended; SHARDS],
}

/// Threads count apart, so that they do not fight over a cache line. Each of so many has counters of
/// its own, which take a load and a store;
const OWN: usize = 8;
/// the others share some.
const SHARED: usize = 4;
const SHARDS: usize = OWN + SHARED;

/// How the tasks of a site ended. The live ones are in the arena.
#[derive(Default)]
#[repr(align(64))]
struct Ended {
    finished: AtomicU64,
    cancelled: AtomicU64,
    panicked: AtomicU64,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Finished,
    Cancelled,
    Panicked,
}

impl Site {
    pub(crate) fn count(&self, outcome: Outcome) {
        // A thread that is ending has given its own back.
        let shard = SHARD.try_with(|shard| shard.0).unwrap_or(OWN);
        let ended = &self.ended[shard];
        let counter = match outcome {
            Outcome::Finished => &ended.finished,
            Outcome::Cancelled => &ended.cancelled,
            Outcome::Panicked => &ended.panicked,
        };
        if shard < OWN {
            // Only this thread writes here.
            counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        } else {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many tasks that started here finished, were cancelled, panicked.
    pub(crate) fn ended(&self) -> (u64, u64, u64) {
        self.ended.iter().fold((0, 0, 0), |(finished, cancelled, panicked), ended| {
            (
                finished + ended.finished.load(Ordering::Relaxed),
                cancelled + ended.cancelled.load(Ordering::Relaxed),
                panicked + ended.panicked.load(Ordering::Relaxed),
            )
        })
    }
}

static BY_LOCATION: LazyLock<DashMap<&'static Location<'static>, &'static Site>> =
    LazyLock::new(DashMap::new);
static BY_INDEX: RwLock<Vec<&'static Site>> = RwLock::new(Vec::new());

thread_local! {
    static SHARD: Shard = Shard::take();
    /// The sites met last, by the address of their location.
    static CACHE: [Cell<Option<(&'static Location<'static>, &'static Site)>>; CACHED] =
        const { [const { Cell::new(None) }; CACHED] };
    /// The sites met last, by their number.
    static BY_INDEX_CACHE: [Cell<Option<&'static Site>>; CACHED] =
        const { [const { Cell::new(None) }; CACHED] };
}

const CACHED: usize = 64;

/// Which counters of all sites a thread uses.
struct Shard(usize);

/// Those counters of their own that no thread has.
static FREE: Mutex<[bool; OWN]> = Mutex::new([true; OWN]);

impl Shard {
    fn take() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = free.iter().position(|free| *free) {
            free[own] = false;
            return Shard(own);
        }
        Shard(OWN + NEXT.fetch_add(1, Ordering::Relaxed) % SHARED)
    }
}

impl Drop for Shard {
    fn drop(&mut self) {
        // The next one sees what this one has counted.
        if let Some(free) = FREE.lock().unwrap_or_else(PoisonError::into_inner).get_mut(self.0) {
            *free = true;
        }
    }
}

/// The site of a location.
#[inline]
pub(crate) fn site(location: &'static Location<'static>) -> &'static Site {
    let place = (std::ptr::from_ref(location) as usize / 8) % CACHED;
    CACHE
        .try_with(|cache| {
            if let Some((known, site)) = cache[place].get() {
                if std::ptr::eq(known, location) {
                    return site;
                }
            }
            let site = intern(location);
            cache[place].set(Some((location, site)));
            site
        })
        .unwrap_or_else(|_| intern(location))
}

#[cold]
fn intern(location: &'static Location<'static>) -> &'static Site {
    if let Some(site) = BY_LOCATION.get(location) {
        return *site;
    }
    *BY_LOCATION.entry(location).or_insert_with(|| {
        let mut sites = BY_INDEX.write().unwrap_or_else(PoisonError::into_inner);
        // Zero stands for no site.
        let index = sites.len() as u32 + 1;
        let site: &'static Site =
            Box::leak(Box::new(Site { location, index, ended: Default::default() }));
        sites.push(site);
        site
    })
}

/// The site that a record names, if any.
#[inline]
pub(crate) fn by_index(index: u32) -> Option<&'static Site> {
    let place = index as usize % CACHED;
    let known = BY_INDEX_CACHE.try_with(|cache| cache[place].get()).ok().flatten();
    known.filter(|site| site.index == index).or_else(|| look_up(index))
}

#[cold]
fn look_up(index: u32) -> Option<&'static Site> {
    let site = table(index)?;
    let place = index as usize % CACHED;
    // A thread that is ending remembers nothing.
    let _ = BY_INDEX_CACHE.try_with(|cache| cache[place].set(Some(site)));
    Some(site)
}

fn table(index: u32) -> Option<&'static Site> {
    let sites = BY_INDEX.read().unwrap_or_else(PoisonError::into_inner);
    sites.get((index as usize).checked_sub(1)?).copied()
}

/// Every site met so far.
pub(crate) fn all() -> Vec<&'static Site> {
    BY_INDEX.read().unwrap_or_else(PoisonError::into_inner).clone()
}
