//! Tasks and threads: the record that lives as long as they do.

use super::holding;
use crate::clock;
use crate::context::{self, Current, Restore};
use crate::finding::Kind;
use crate::registry::site::by_index;
use crate::registry::waker::{Lent, identity};
use crate::registry::{
    Actor, ActorKind, Entry, Handle, Key, Outcome, Site, Slot, State, event, order, runtimes, site,
};
use pin_project_lite::pin_project;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::atomic::{Ordering, fence};
use std::task::{Context, Poll, Waker};

/// Fills in a record. Slots are used again, so every field is written.
pub(crate) fn write(actor: &Actor, kind: ActorKind, site: Option<&'static Site>, size: usize) {
    let current = context::current();
    let parent = current.actor;
    let index = site.map_or(0, |site| site.index);
    // Where `block_on` was called says nothing about the owner.
    let spawned =
        parent.filter(|slot| slot.fields.kind.load(Ordering::Relaxed) != ActorKind::Root as u8);
    let parent_site = spawned.map_or(0, |slot| slot.fields.site.load(Ordering::Relaxed));
    actor.begin();
    actor.site.store(index, Ordering::Relaxed);
    actor.parent_site.store(parent_site, Ordering::Relaxed);
    actor.parent.store(parent.map_or(0, |slot| slot.key().raw()), Ordering::Relaxed);
    actor.scope.store(current.scope, Ordering::Relaxed);
    actor.owner.store(current.owner, Ordering::Relaxed);
    actor.unattributed.store(0, Ordering::Relaxed);
    actor.polls.store(0, Ordering::Relaxed);
    actor.size.store(u32::try_from(size).unwrap_or(u32::MAX), Ordering::Relaxed);
    actor.base.store(0, Ordering::Relaxed);
    actor.kind.store(kind as u8, Ordering::Relaxed);
    actor.state.store(State::New as u8, Ordering::Relaxed);
    actor.handle.store(Handle::Held as u8, Ordering::Relaxed);
    actor.set.store(0, Ordering::Relaxed);
    actor.given.begin();
    actor.abort_handles.store(0, Ordering::Relaxed);
    actor.runtime.store(0, Ordering::Relaxed);
    actor.local.store(false, Ordering::Relaxed);
    actor.named.store(false, Ordering::Relaxed);
    actor.knows.store(order::known(parent), Ordering::Relaxed);
    actor.holds.store(false, Ordering::Relaxed);
    actor.last.store(0, Ordering::Relaxed);
}

/// The record of a task or thread that was spawned, and what is counted when it ends.
pub(crate) struct Life {
    // And no more: it is moved with the future, and lies in the task that tokio allocates.
    entry: Entry<Actor>,
}

impl Life {
    /// A record for what is spawned at `location`.
    pub(crate) fn spawned(
        kind: ActorKind,
        location: &'static Location<'static>,
        size: usize,
    ) -> Self {
        if !crate::env::tracking() {
            return Life { entry: Entry::none() };
        }
        let site = site(location);
        context::current().spawns();
        let life = Life { entry: Entry::new(|actor| write(actor, kind, Some(site), size)) };
        if crate::env::backtrace() {
            crate::backtrace::capture(life.entry.key());
        }
        life
    }

    /// Gives the task a name.
    pub(crate) fn name(&self, name: &str) {
        if let Some(slot) = self.entry.slot() {
            super::name::set(slot.key(), name);
            slot.fields.named.store(true, Ordering::Relaxed);
        }
    }

    /// What the handle keeps of the task.
    pub(crate) fn watch(&self) -> Watch {
        let site = self.entry.get().map_or(0, |actor| actor.site.load(Ordering::Relaxed));
        Watch { slot: self.entry.slot(), key: self.entry.raw(), site }
    }

    fn site(&self) -> Option<&'static Site> {
        by_index(self.entry.get()?.site.load(Ordering::Relaxed))
    }

    /// Says what became of the handle, where that is known from the start.
    pub(crate) fn no_handle(&self) {
        if let Some(actor) = self.entry.get() {
            actor.handle.store(Handle::None as u8, Ordering::Relaxed);
        }
    }

    /// Runs a closure as this actor, from start to end.
    pub(crate) fn run<T>(self, work: impl FnOnce() -> T) -> T {
        let Some(slot) = self.entry.slot() else { return work() };
        let actor = &slot.fields;
        let _accounted = crate::system::accounted();
        actor.state.store(State::Running as u8, Ordering::Relaxed);
        let _restore = Restore::enter(Current {
            actor: Some(slot),
            scope: actor.scope.load(Ordering::Relaxed),
            owner: actor.owner.load(Ordering::Relaxed),
            ..Current::default()
        });
        let mark = MarkPanic::new(actor);
        let value = work();
        drop(mark);
        actor.state.store(State::Finished as u8, Ordering::Relaxed);
        value
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        let (Some(slot), Some(site)) = (self.entry.slot(), self.site()) else { return };
        let actor = &slot.fields;
        holding::end(slot);
        let outcome = match State::from_raw(actor.state.load(Ordering::Relaxed)) {
            State::Finished => Outcome::Finished,
            State::Panicked => Outcome::Panicked,
            State::New | State::Running | State::Idle => Outcome::Cancelled,
        };
        site.count(outcome);
        let handle = Handle::from_raw(actor.handle.load(Ordering::Relaxed));
        let scope = actor.scope.load(Ordering::Relaxed);
        match (outcome, handle) {
            (Outcome::Panicked, Handle::Held | Handle::Counted) => {
                super::fate::panicked(slot.key(), scope);
            }
            (Outcome::Panicked, Handle::Dropped | Handle::Left) => {
                event::count(scope, Kind::SwallowedPanic, Some(site), None, 1);
            }
            _ => {}
        }
        if actor.named.load(Ordering::Relaxed) {
            super::name::forget(slot.key());
        }
        if crate::env::backtrace() {
            crate::backtrace::forget(slot.key());
        }
    }
}

/// Marks the actor as panicked if it is dropped while unwinding.
struct MarkPanic<'a> {
    actor: &'a Actor,
    before: bool,
}

impl<'a> MarkPanic<'a> {
    fn new(actor: &'a Actor) -> Self {
        MarkPanic { actor, before: std::thread::panicking() }
    }
}

impl Drop for MarkPanic<'_> {
    fn drop(&mut self) {
        if !self.before && std::thread::panicking() {
            self.actor.state.store(State::Panicked as u8, Ordering::Relaxed);
        }
    }
}

/// What a handle knows of its task, also when the task is over.
#[derive(Clone, Copy)]
pub(crate) struct Watch {
    slot: Option<&'static Slot<Actor>>,
    // Raw and by number, as handles are moved often.
    key: u64,
    site: u32,
}

impl Watch {
    pub(crate) fn none() -> Self {
        Watch { slot: None, key: 0, site: 0 }
    }

    pub(crate) fn site(&self) -> Option<&'static Site> {
        by_index(self.site)
    }

    pub(crate) fn key(&self) -> Option<Key> {
        Key::from_raw(self.key)
    }

    pub(crate) fn raw(&self) -> u64 {
        self.key
    }

    /// The key and the number of polls, if it seems to wait for nothing that nobody knows of. Cheap: a
    /// first question, before the whole state of things is asked for.
    pub(crate) fn resting(&self) -> Option<(Key, u32)> {
        let (actor, key) = (self.alive()?, self.key()?);
        let kind = ActorKind::from_raw(actor.kind.load(Ordering::Relaxed));
        let state = State::from_raw(actor.state.load(Ordering::Acquire));
        let idle = state == State::Idle
            && !actor.woken.is_set()
            && actor.unattributed.load(Ordering::Relaxed) == 0;
        let polled = matches!(kind, ActorKind::Task | ActorKind::Root);
        (!polled || idle || state == State::Running)
            .then(|| (key, actor.polls.load(Ordering::Relaxed)))
    }

    /// Says that it stays on its thread, where the runtime does not count it.
    pub(crate) fn stays_local(&self) {
        if let Some(actor) = self.alive() {
            actor.local.store(true, Ordering::Relaxed);
        }
    }

    /// Says which set of tasks it is in.
    pub(crate) fn joins(&self, set: u64) {
        if let Some(actor) = self.alive() {
            actor.set.store(set, Ordering::Relaxed);
        }
    }

    /// The record, if the task is not over.
    pub(crate) fn alive(&self) -> Option<&'static Actor> {
        let slot = self.slot?;
        (slot.key().raw() == self.key).then_some(&slot.fields)
    }

    /// Notes that there is one more handle that can only abort the task, or one less. Should the task
    /// end right now, the count of another may be wrong, which makes it the less certain.
    pub(crate) fn abort_handles(&self, one_more: bool) {
        let Some(actor) = self.alive() else { return };
        let _ = actor.abort_handles.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| {
            if one_more { count.checked_add(1) } else { count.checked_sub(1) }
        });
    }

    /// Says what became of the handle. Should the task end right now and its slot be taken again,
    /// the mark meets another task: it then misses a word in a report, nothing more.
    pub(crate) fn became(&self, handle: Handle) {
        if let Some(actor) = self.alive() {
            actor.handle.store(handle as u8, Ordering::Relaxed);
        }
    }
}

pin_project! {
    /// A future that runs as a task of its own.
    pub(crate) struct Tracked<F> {
        #[pin]
        inner: F,
        life: Life,
    }

    impl<F> PinnedDrop for Tracked<F> {
        fn drop(this: Pin<&mut Self>) {
            // The future goes first, and takes the records of its waits with it one by one. The task
            // must not look meanwhile as if it waited for what is left of them.
            let Some(actor) = this.life.entry.get() else { return };
            if State::from_raw(actor.state.load(Ordering::Relaxed)) == State::Idle {
                actor.state.store(State::Running as u8, Ordering::Relaxed);
                fence(Ordering::Release);
            }
        }
    }
}

impl<F> Tracked<F> {
    pub(crate) fn new(inner: F, life: Life) -> Self {
        Tracked { inner, life }
    }

    /// What others may know of it.
    pub(crate) fn watch(&self) -> Watch {
        self.life.watch()
    }
}

/// The shortest poll that is worth a second look, in ticks.
const LONG: u32 = 2;

/// Notes a poll that kept others from running for long.
#[cold]
fn long_poll(actor: &Actor, began: u32) {
    let kind = ActorKind::from_raw(actor.kind.load(Ordering::Relaxed));
    // A body may block its own thread; and who stops at a breakpoint knows why it takes long.
    if kind != ActorKind::Task || context::in_place() || crate::system::is_traced() {
        return;
    }
    let event = event::Event {
        scope: actor.scope.load(Ordering::Relaxed),
        kind: Kind::LongPoll,
        at: actor.site.load(Ordering::Relaxed),
        other: actor.last.load(Ordering::Relaxed),
        task: 0,
    };
    event::measure(event, clock::since(began).as_millis() as u64);
}

impl<F: Future> Future for Tracked<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(slot) = this.life.entry.slot() else { return this.inner.poll(cx) };
        let actor = &slot.fields;
        // SAFETY: the record is this task's own, and ends with it.
        #[allow(unsafe_code, reason = "see the module waker")]
        let lent = unsafe { Lent::new(slot, cx.waker()) };
        let waker: &Waker = lent.as_deref().unwrap_or(cx.waker());

        let poll = actor.polls.load(Ordering::Relaxed).wrapping_add(1);
        if poll == 1 {
            // Pinned: it stays there.
            actor.base.store(std::ptr::from_ref(&*this.inner) as usize, Ordering::Relaxed);
            actor.runtime.store(runtimes::here(), Ordering::Relaxed);
        }
        // Before the number and the mark change: this thread may be held up here, and the task must
        // not look as if it waited meanwhile.
        actor.state.store(State::Running as u8, Ordering::Relaxed);
        actor.polls.store(poll, Ordering::Release);
        // And before anything that this poll does to the records of its waits.
        fence(Ordering::Release);
        actor.waker.polled(&actor.woken);
        let restore = Restore::enter(Current {
            actor: Some(slot),
            scope: actor.scope.load(Ordering::Relaxed),
            waker: identity(waker),
            pending: 0,
            owner: actor.owner.load(Ordering::Relaxed),
        });
        holding::resume(slot);
        let began = clock::now();
        let mark = MarkPanic::new(actor);
        let result = this.inner.poll(&mut Context::from_waker(waker));
        drop(mark);
        let state = if result.is_ready() {
            holding::end(slot);
            State::Finished
        } else {
            let pending = context::current().pending;
            // Clones of a waker that is not ours are not counted, so that there may be one.
            let unattributed =
                if lent.is_some() { actor.unattributed_now(pending) } else { u32::MAX };
            actor.unattributed.store(unattributed, Ordering::Relaxed);
            holding::suspend(slot, unattributed.saturating_add(pending));
            State::Idle
        };
        actor.state.store(state as u8, Ordering::Release);
        if clock::now().wrapping_sub(began) > LONG {
            long_poll(actor, began);
        }
        drop(restore);
        result
    }
}
