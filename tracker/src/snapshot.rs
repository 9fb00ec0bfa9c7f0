//! What is alive at one moment: the records as plain values.

use crate::registry::arena::Record;
use crate::registry::{
    Actor, ActorKind, Handle, Hold, How, Key, Resource, Side, Site, State, Term, Wait,
    for_each_end, runtimes, site, term,
};
use crate::tracked::name;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering, fence};

/// All records of one moment, for the verdict.
pub(crate) struct View {
    pub(crate) actors: HashMap<Key, ActorView>,
    pub(crate) waits: Vec<WaitView>,
    pub(crate) resources: HashMap<Key, ResourceView>,
    pub(crate) ends: Vec<EndView>,
    pub(crate) holds: Vec<HoldView>,
    /// How many tasks each runtime has, with those that have no record.
    pub(crate) runtimes: HashMap<u32, usize>,
}

#[derive(Clone, Copy)]
pub(crate) struct ActorView {
    pub(crate) site: Option<&'static Site>,
    /// Where it last waited.
    pub(crate) last: Option<&'static Site>,
    pub(crate) parent_site: Option<&'static Site>,
    pub(crate) parent: Option<Key>,
    pub(crate) scope: u64,
    pub(crate) owner: u32,
    pub(crate) unattributed: u32,
    pub(crate) polls: u32,
    pub(crate) kind: ActorKind,
    pub(crate) state: State,
    pub(crate) handle: Handle,
    pub(crate) woken: bool,
    pub(crate) told: u32,
    pub(crate) given: u64,
    pub(crate) abort_handles: u32,
    pub(crate) runtime: u32,
    pub(crate) local: bool,
    pub(crate) set: Option<Key>,
}

pub(crate) struct WaitView {
    key: Key,
    pub(crate) actor: Option<Key>,
    pub(crate) resource: Option<Key>,
    pub(crate) target: Option<Key>,
    pub(crate) operation: Option<&'static Term>,
    pub(crate) site: Option<&'static Site>,
    /// It blocks the thread, also inside of a poll.
    pub(crate) blocks: bool,
    /// The thread that it blocks, as the system numbers it; zero if that is not known.
    pub(crate) thread: u32,
    /// As long as it waits it borrows what it waits by.
    pub(crate) borrows: bool,
}

pub(crate) struct ResourceView {
    pub(crate) kind: Option<&'static Term>,
    pub(crate) site: Option<&'static Site>,
    pub(crate) closed: Option<&'static Site>,
    pub(crate) forgotten: u32,
    pub(crate) forgotten_at: Option<&'static Site>,
    pub(crate) escaped: bool,
    /// Its guards can't leave the thread or task that has them.
    pub(crate) stays: bool,
}

pub(crate) struct EndView {
    pub(crate) resource: Option<Key>,
    pub(crate) owner: Option<Key>,
    pub(crate) scope: u64,
    pub(crate) site: Option<&'static Site>,
    pub(crate) side: Side,
    pub(crate) how: How,
    pub(crate) told: u32,
}

pub(crate) struct HoldView {
    pub(crate) resource: Option<Key>,
    pub(crate) actor: Option<Key>,
    pub(crate) scope: u64,
    pub(crate) site: Option<&'static Site>,
    pub(crate) permits: u32,
    /// How often the holder had given something away when it got this.
    pub(crate) given: u64,
    /// Other readers may have the lock as well.
    pub(crate) shares: bool,
    /// The guard owns what keeps the lock alive, so that it may lie with anybody by now.
    pub(crate) moves: bool,
}

fn byte(field: &AtomicU8) -> u8 {
    field.load(Ordering::Relaxed)
}

fn place(field: &AtomicU32) -> Option<&'static Site> {
    site::by_index(field.load(Ordering::Relaxed))
}

fn word(field: &AtomicU32) -> Option<&'static Term> {
    term::by_index(field.load(Ordering::Relaxed))
}

fn key(field: &AtomicU64) -> Option<Key> {
    Key::from_raw(field.load(Ordering::Relaxed))
}

fn flag(field: &AtomicBool) -> bool {
    field.load(Ordering::Relaxed)
}

impl ActorView {
    fn of(actor: &Actor) -> Self {
        // Whoever counted a poll has said before that it runs, and says last that it waits.
        let polls = actor.polls.load(Ordering::Acquire);
        let state = State::from_raw(actor.state.load(Ordering::Acquire));
        ActorView {
            site: place(&actor.site),
            last: place(&actor.last),
            parent_site: place(&actor.parent_site),
            parent: key(&actor.parent),
            scope: actor.scope.load(Ordering::Relaxed),
            owner: actor.owner.load(Ordering::Relaxed),
            unattributed: actor.unattributed.load(Ordering::Relaxed),
            polls,
            kind: ActorKind::from_raw(byte(&actor.kind)),
            state,
            handle: Handle::from_raw(byte(&actor.handle)),
            // Who took the mark away has said before that it runs.
            woken: actor.woken.is_set(),
            told: actor.given.told(),
            given: actor.given.get(),
            abort_handles: actor.abort_handles.load(Ordering::Relaxed),
            runtime: actor.runtime.load(Ordering::Relaxed),
            local: flag(&actor.local),
            set: key(&actor.set),
        }
    }
}

impl ActorView {
    /// Whether it has stood still from the one moment to the other.
    fn stands(&self, later: &ActorView) -> bool {
        !self.woken
            && !later.woken
            && self.polls == later.polls
            && self.unattributed == later.unattributed
            && self.state == later.state
    }
}

impl View {
    /// Whether anything of the scopes that `wanted` picks is alive, besides what `but` names.
    /// Cheap: reads the records, keeps none.
    pub(crate) fn anything(but: Option<Key>, wanted: impl Fn(u64) -> bool) -> bool {
        let mut found = false;
        Actor::arena().for_each(|key, actor| {
            let scope = actor.scope.load(Ordering::Relaxed);
            let kind = ActorKind::from_raw(byte(&actor.kind));
            found |= Some(key) != but && kind.can_leak() && wanted(scope);
        });
        for_each_end(|end| found |= wanted(end.scope));
        Hold::arena().for_each(|_, hold| found |= wanted(hold.scope.load(Ordering::Relaxed)));
        Resource::arena().for_each(|_, resource| {
            let lock = &resource.lock;
            found |= lock.holder.load(Ordering::Relaxed) != 0
                && wanted(lock.holder_scope.load(Ordering::Relaxed));
        });
        found
    }

    /// How many tasks of these scopes are alive.
    pub(crate) fn tasks(wanted: impl Fn(u64) -> bool) -> usize {
        let mut tasks = 0;
        Actor::arena().for_each(|_, actor| {
            let is_task = ActorKind::from_raw(byte(&actor.kind)) == ActorKind::Task;
            tasks += usize::from(is_task && wanted(actor.scope.load(Ordering::Relaxed)));
        });
        tasks
    }

    /// Reads everything. Nothing is stopped meanwhile; a second look sorts out what moved.
    pub(crate) fn take() -> Self {
        let mut actors: HashMap<Key, ActorView> = Actor::arena()
            .collect(|key, actor| Some((key, ActorView::of(actor))))
            .into_iter()
            .collect();
        let mut waits: Vec<WaitView> = Wait::arena().collect(|own, wait| {
            let actor = key(&wait.actor);
            let poll = wait.poll.load(Ordering::Relaxed);
            // A handle that is polled now and then waits only in the polls that reached it.
            let stale = poll != 0
                && actor.and_then(|key| actors.get(&key)).is_some_and(|actor| actor.polls != poll);
            (!stale).then(|| WaitView {
                key: own,
                actor,
                resource: key(&wait.resource),
                target: key(&wait.target),
                operation: word(&wait.operation),
                site: place(&wait.site),
                blocks: flag(&wait.blocks),
                thread: wait.thread.load(Ordering::Relaxed),
                borrows: poll == 0,
            })
        });
        let mut resources: HashMap<Key, ResourceView> = Resource::arena()
            .collect(|key, resource| {
                let view = ResourceView {
                    kind: word(&resource.kind),
                    site: place(&resource.site),
                    closed: place(&resource.closed),
                    forgotten: resource.lock.forgotten.load(Ordering::Relaxed),
                    forgotten_at: place(&resource.lock.forgotten_at),
                    // Whoever has a weak reference can make an end of it at any time.
                    escaped: flag(&resource.escaped) || flag(&resource.weak),
                    stays: flag(&resource.lock.stays),
                };
                Some((key, view))
            })
            .into_iter()
            .collect();
        let alone = Resource::arena().collect(|resource, record| {
            let lock = &record.lock;
            Some(HoldView {
                resource: Some(resource),
                actor: Some(key(&lock.holder)?),
                scope: lock.holder_scope.load(Ordering::Relaxed),
                site: lock.holder_place.get().map(crate::registry::site),
                permits: 0,
                given: lock.holder_given.load(Ordering::Relaxed),
                shares: false,
                moves: false,
            })
        });
        let mut ends = Vec::new();
        for_each_end(|end| {
            ends.push(EndView {
                resource: end.resource,
                owner: end.last.owner,
                scope: end.scope,
                site: site::by_index(end.site),
                side: end.side,
                how: end.last.how,
                told: end.last.told,
            });
        });
        let mut holds = Hold::arena().collect(|_, hold| {
            Some(HoldView {
                resource: key(&hold.resource),
                actor: key(&hold.actor),
                scope: hold.scope.load(Ordering::Relaxed),
                site: place(&hold.site),
                permits: hold.permits.load(Ordering::Relaxed),
                given: hold.given.load(Ordering::Relaxed),
                shares: flag(&hold.reads),
                moves: flag(&hold.moves),
            })
        });
        holds.extend(alone);
        // What moved while the rest was read is alive, whatever it seemed to wait for. Who is left
        // stood still all the while, so that what was read of it held at one and the same moment.
        fence(Ordering::Acquire);
        let standing: HashSet<Key> =
            Wait::arena().collect(|own, _| Some(own)).into_iter().collect();
        waits.retain(|wait| {
            let stands = standing.contains(&wait.key);
            if let (false, Some(seen)) = (stands, wait.actor.and_then(|key| actors.get_mut(&key))) {
                seen.woken = true;
            }
            stands
        });
        let mut gone: HashSet<Key> = actors.keys().copied().collect();
        Actor::arena().for_each(|key, actor| {
            let now = ActorView::of(actor);
            gone.remove(&key);
            if let Some(seen) = actors.get_mut(&key) {
                seen.woken = !seen.stands(&now);
            }
        });
        // Who is over meanwhile waits for nothing.
        actors.retain(|key, _| !gone.contains(key));
        mark_missed_ends(&mut resources, &ends);
        View { actors, waits, resources, ends, holds, runtimes: runtimes::tasks() }
    }
}

impl View {
    /// Whether these actors have not moved since the view was taken.
    pub(crate) fn still_holds(&self, of: &HashSet<Key>) -> bool {
        let mut still = HashSet::new();
        Actor::arena().for_each(|key, actor| {
            let now = ActorView::of(actor);
            // Who blocks its thread may have been woken besides.
            let same = |seen: &ActorView| {
                (seen.woken, seen.polls, seen.unattributed, seen.state)
                    == (now.woken, now.polls, now.unattributed, now.state)
            };
            if of.contains(&key) && self.actors.get(&key).is_some_and(same) {
                still.insert(key);
            }
        });
        fence(Ordering::Acquire);
        let waits: HashSet<Key> = Wait::arena().collect(|own, _| Some(own)).into_iter().collect();
        let theirs = |wait: &&WaitView| wait.actor.is_some_and(|actor| of.contains(&actor));
        still.len() == of.len()
            && self.waits.iter().filter(theirs).all(|wait| waits.contains(&wait.key))
    }
}

/// An end that was made while the ends were read may have been missed, and one for which there was
/// no room has no record. Whose it is nobody knows, as with those that escaped.
fn mark_missed_ends(resources: &mut HashMap<Key, ResourceView>, ends: &[EndView]) {
    let mut seen: HashMap<Key, u32> = HashMap::new();
    for resource in ends.iter().filter_map(|end| end.resource) {
        *seen.entry(resource).or_default() += 1;
    }
    Resource::arena().for_each(|key, resource| {
        if let Some(view) = resources.get_mut(&key) {
            let there = resource.ends.load(Ordering::Relaxed);
            view.escaped |= there > seen.get(&key).copied().unwrap_or(0);
        }
    });
}

/// All tasks and threads that are alive now, counted by the place where they were spawned.
///
/// `Display` is a table; the fields of each [`Group`] are for programs.
///
/// # Examples
///
/// ```
/// for group in linger::snapshot().groups() {
///     println!("{} alive from {}:{}", group.alive, group.file, group.line);
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    groups: Vec<Group>,
}

/// The tasks and threads of one spawn site.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The file of the spawn, as the compiler named it.
    pub file: String,
    /// The line of the spawn.
    pub line: u32,
    /// The column of the spawn.
    pub column: u32,
    /// How many are alive now.
    pub alive: u64,
    /// How many have finished.
    pub finished: u64,
    /// How many were cancelled before they finished.
    pub cancelled: u64,
    /// How many panicked.
    pub panicked: u64,
    /// The names of those that have one.
    pub names: Vec<String>,
}

impl Snapshot {
    /// The groups, the largest first. Sites whose tasks are all over come last.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// How many tasks and threads are alive.
    pub fn alive(&self) -> u64 {
        self.groups.iter().map(|group| group.alive).sum()
    }
}

/// What is alive now in the whole process.
///
/// # Examples
///
/// ```
/// println!("{}", linger::snapshot());
/// ```
pub fn snapshot() -> Snapshot {
    let mut alive: HashMap<u32, (u64, Vec<Key>)> = HashMap::new();
    Actor::arena().for_each(|key, actor| {
        let site = actor.site.load(Ordering::Relaxed);
        // Roots and foreign threads were not spawned anywhere.
        if site == 0 {
            return;
        }
        let group = alive.entry(site).or_default();
        group.0 += 1;
        if flag(&actor.named) {
            group.1.push(key);
        }
    });
    let mut groups: BTreeMap<_, Group> = BTreeMap::new();
    for site in site::all() {
        let (finished, cancelled, panicked) = site.ended();
        let (alive, named) = alive.remove(&site.index).unwrap_or_default();
        if alive + finished + cancelled + panicked == 0 {
            continue;
        }
        let (file, line, column) =
            (site.location.file(), site.location.line(), site.location.column());
        let names = named.into_iter().filter_map(name::get).map(|name| name.to_string()).collect();
        let file_name = file.to_owned();
        groups.insert(
            (std::cmp::Reverse(alive), file, line, column),
            Group { file: file_name, line, column, alive, finished, cancelled, panicked, names },
        );
    }
    Snapshot { groups: groups.into_values().collect() }
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:>9} {:>11} {:>9} {:>8}  spawned at",
            "alive", "finished", "cancelled", "panicked"
        )?;
        for group in &self.groups {
            writeln!(
                f,
                "{:>9} {:>11} {:>9} {:>8}  {}:{}:{}{}{}",
                group.alive,
                group.finished,
                group.cancelled,
                group.panicked,
                crate::source::short(&group.file),
                group.line,
                group.column,
                if group.names.is_empty() { "" } else { "  " },
                group.names.join(", "),
            )?;
        }
        Ok(())
    }
}
