//! Operations that wait: recorded while they are pending, and only then.

use crate::context;
use crate::registry::{Entry, Site, Slot, Term, Wait, Wants, order, site, waker};
use pin_project_lite::pin_project;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

/// What an operation does, on what, and where.
#[derive(Clone, Copy)]
pub(crate) struct What {
    pub(crate) term: &'static Term,
    /// The resource, as records store it.
    pub(crate) resource: u64,
    /// The task that is awaited, if it is one.
    pub(crate) target: u64,
    pub(crate) location: &'static Location<'static>,
}

impl What {
    pub(crate) fn on(
        term: &'static Term,
        resource: u64,
        location: &'static Location<'static>,
    ) -> Self {
        What { term, resource, target: 0, location }
    }
}

impl What {
    /// The wait is over. If it was for somebody's end, that came before what follows.
    #[inline]
    fn over(self) {
        if matches!(self.term.wants, Wants::Actor | Wants::Members) {
            order::learn();
        }
    }
}

/// The record of an operation that is pending. Dropping it, also by cancellation, undoes all.
pub(crate) struct Pending {
    entry: Entry<Wait>,
    /// The poll that counts one clone of the task's waker as held by this operation.
    counted: Option<u32>,
}

impl Pending {
    #[inline]
    fn new(what: What, poll: u32) -> Self {
        // Put together here, so that nothing but the slot goes through memory.
        Pending { entry: Entry::of(Pending::record(what, poll)), counted: None }
    }

    #[inline(never)]
    fn record(what: What, poll: u32) -> Option<&'static Slot<Wait>> {
        let actor = context::actor_raw();
        let site = site_of(what.location);
        Entry::leaked(|wait: &Wait| {
            wait.actor.store(actor, Ordering::Relaxed);
            wait.resource.store(what.resource, Ordering::Relaxed);
            wait.target.store(what.target, Ordering::Relaxed);
            wait.operation.store(what.term.index(), Ordering::Relaxed);
            wait.site.store(site.map_or(0, |site| site.index), Ordering::Relaxed);
            wait.poll.store(poll, Ordering::Relaxed);
            wait.blocks.store(false, Ordering::Relaxed);
            wait.thread.store(0, Ordering::Relaxed);
        })
    }

    /// Whose wait it is; zero where nothing is recorded.
    fn actor(&self) -> u64 {
        self.entry.get().map_or(0, |wait| wait.actor.load(Ordering::Relaxed))
    }

    /// Runs an operation that blocks the thread, with a record of the wait.
    pub(crate) fn during<T>(what: What, wait: impl FnOnce() -> T) -> T {
        let pending = Pending::blocking(what);
        let value = wait();
        drop(pending);
        what.over();
        value
    }

    /// The record of a thread that blocks in an operation.
    pub(crate) fn blocking(what: What) -> Self {
        let pending = Pending::new(what, 0);
        if let Some(wait) = pending.entry.get() {
            let thread = crate::system::id_here().unwrap_or(0);
            wait.thread.store(thread, Ordering::Relaxed);
            wait.blocks.store(true, Ordering::Relaxed);
        }
        pending
    }

    /// Notes that an operation returned `Pending` in this poll. It keeps one clone of the waker.
    fn note(&mut self, cx: &Context<'_>) {
        let current = context::current();
        let ours = current.waker != 0 && waker::identity(cx.waker()) == current.waker;
        if !ours || yields() {
            self.counted = None;
        } else if self.counted != Some(current.poll()) {
            self.counted = Some(current.poll());
            if let (Some(slot), Some(wait)) = (current.actor, self.entry.get()) {
                slot.fields.last.store(wait.site.load(Ordering::Relaxed), Ordering::Relaxed);
            }
            context::replace(context::Current { pending: current.pending + 1, ..current });
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let Some(poll) = self.counted else { return };
        let current = context::current();
        let mine = current.actor.is_some_and(|slot| slot.key().raw() == self.actor());
        if mine && current.poll() == poll {
            // The primitive may keep its clone, but nothing waits for it: it counts as foreign.
            let pending = current.pending.saturating_sub(1);
            context::replace(context::Current { pending, ..current });
        }
    }
}

/// Whether an operation is pending only to let others run: it has done nothing, and the clone of the
/// waker is with the runtime, which will use it soon.
fn yields() -> bool {
    #[cfg(feature = "tokio")]
    return !::tokio::task::coop::has_budget_remaining();
    #[cfg(not(feature = "tokio"))]
    return false;
}

/// A location as a site. Combinators of the standard library hide the place of the `.await`.
fn site_of(location: &'static Location<'static>) -> Option<&'static Site> {
    (!location.file().starts_with("/rustc/")).then(|| site(location))
}

/// For operations that are polled by hand: updates `pending` by what the poll returned.
#[inline]
pub(crate) fn polled<T>(
    poll: Poll<T>,
    pending: &mut Option<Pending>,
    cx: &Context<'_>,
    what: impl FnOnce() -> What,
) -> Poll<T> {
    is_pending(poll.is_pending(), pending, cx, what);
    poll
}

/// The same for results that better stay where they are.
#[inline]
pub(crate) fn is_pending(
    is: bool,
    pending: &mut Option<Pending>,
    cx: &Context<'_>,
    what: impl FnOnce() -> What,
) {
    if is {
        still(pending, cx, what);
    } else if pending.is_some() {
        *pending = None;
    }
}

/// An operation that is polled by hand is pending once more.
fn still(pending: &mut Option<Pending>, cx: &Context<'_>, what: impl FnOnce() -> What) {
    if !crate::env::tracking() {
        return;
    }
    let current = context::current();
    let actor = context::actor_raw();
    match pending {
        Some(known) if known.actor() == actor => {
            if let Some(wait) = known.entry.get() {
                wait.poll.store(current.poll(), Ordering::Relaxed);
            }
        }
        _ => *pending = Some(Pending::new(what(), current.poll())),
    }
    if let Some(pending) = pending {
        pending.note(cx);
    }
}

pin_project! {
    /// An operation's own future, its record while it is pending, and what to note at its end. One
    /// layer and no async block around it, and as little as can be beside the future: each `.await`
    /// moves all of it.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Operation<F, D = What> {
        #[pin]
        inner: F,
        doing: D,
        pending: Option<Pending>,
    }
}

/// What an operation does, and what to make of its result.
pub(crate) trait Doing<T> {
    /// What the caller gets.
    type Output;

    /// What it waits for, should it be pending.
    fn what(&self) -> What;

    /// Called once, with the result.
    fn at_end(&mut self, result: T) -> Self::Output;
}

impl<T> Doing<T> for What {
    type Output = T;

    fn what(&self) -> What {
        *self
    }

    #[inline]
    fn at_end(&mut self, result: T) -> T {
        self.over();
        result
    }
}

/// An operation on one value at one place. The functions capture nothing, and take no room.
pub(crate) struct On<'a, S: ?Sized, W, E> {
    on: &'a S,
    location: &'static Location<'static>,
    what: W,
    at_end: E,
}

impl<'a, S, W, E, T, U> Doing<T> for On<'a, S, W, E>
where
    S: ?Sized,
    W: Fn(&'a S, &'static Location<'static>) -> What,
    E: Fn(&'a S, &'static Location<'static>, T) -> U,
{
    type Output = U;

    fn what(&self) -> What {
        (self.what)(self.on, self.location)
    }

    #[inline]
    fn at_end(&mut self, result: T) -> U {
        (self.at_end)(self.on, self.location, result)
    }
}

impl<F> Operation<F> {
    pub(crate) fn new(inner: F, what: What) -> Self {
        Operation { inner, doing: what, pending: None }
    }
}

impl<'a, F, S, W, E, U> Operation<F, On<'a, S, W, E>>
where
    F: Future,
    S: ?Sized,
    W: Fn(&'a S, &'static Location<'static>) -> What,
    E: Fn(&'a S, &'static Location<'static>, F::Output) -> U,
{
    /// An operation on `on` that says `what` it waits for when it does, and whose result goes through
    /// `at_end`.
    #[inline]
    pub(crate) fn on(
        inner: F,
        on: &'a S,
        location: &'static Location<'static>,
        what: W,
        at_end: E,
    ) -> Self {
        Operation { inner, doing: On { on, location, what, at_end }, pending: None }
    }
}

impl<F: Future, D: Doing<F::Output>> Future for Operation<F, D> {
    type Output = D::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<D::Output> {
        let this = self.project();
        match this.inner.poll(cx) {
            Poll::Ready(result) => {
                if this.pending.is_some() {
                    *this.pending = None;
                }
                Poll::Ready(this.doing.at_end(result))
            }
            Poll::Pending => {
                if crate::env::tracking() {
                    // A boxed future may be polled by one task first and then by another.
                    let actor = context::actor_raw();
                    if this.pending.as_ref().is_none_or(|known| known.actor() != actor) {
                        *this.pending = Some(Pending::new(this.doing.what(), 0));
                    }
                    if let Some(pending) = this.pending {
                        pending.note(cx);
                    }
                }
                Poll::Pending
            }
        }
    }
}
