//! The ends of a channel: who has them, and where they were made, cloned and closed.

use super::actor::Watch;
use crate::context;
use crate::finding::Kind;
use crate::registry::{End, Entry, How, Key, Resource, Side, Site, Slot, Term, event, site};
use std::panic::Location;
use std::sync::atomic::Ordering;

/// The record of one end; the last one ends the record of the channel.
pub(crate) struct ChannelEnd {
    record: Record,
    channel: Option<&'static Slot<Resource>>,
}

/// The shortest queue that is worth a second look.
const MANY: usize = 500;

/// Where the record of an end is.
enum Record {
    /// In that of the channel.
    First(&'static End),
    /// It has one of its own.
    Own(Entry<End>),
}

impl Record {
    #[inline]
    fn get(&self) -> Option<&'static End> {
        match self {
            Record::First(end) => Some(end),
            Record::Own(entry) => entry.get(),
        }
    }
}

/// A reference to a channel that does not keep it open.
#[derive(Clone, Copy)]
pub(crate) struct WeakEnd {
    channel: Option<(&'static Slot<Resource>, Key)>,
}

/// Fills in the record of a resource. Slots are used again, so every field is written.
pub(crate) fn write_resource(
    resource: &Resource,
    kind: &'static Term,
    site: &'static Site,
    ends: u32,
) {
    resource.kind.store(kind.index(), Ordering::Relaxed);
    resource.site.store(site.index, Ordering::Relaxed);
    resource.ends.store(ends, Ordering::Relaxed);
    resource.receivers.store(1, Ordering::Relaxed);
    resource.weak.store(false, Ordering::Relaxed);
    resource.closed.store(0, Ordering::Relaxed);
    resource.forgotten.store(0, Ordering::Relaxed);
    resource.forgotten_at.store(0, Ordering::Relaxed);
    resource.holder.store(0, Ordering::Relaxed);
    resource.holder_scope.store(0, Ordering::Relaxed);
    resource.holder_site.store(0, Ordering::Relaxed);
    resource.holder_given.store(0, Ordering::Relaxed);
    resource.stays.store(false, Ordering::Relaxed);
    resource.escaped.store(false, Ordering::Relaxed);
    resource.ordered.store(false, Ordering::Relaxed);
}

/// What is the same for both ends of a new channel.
#[derive(Clone, Copy)]
struct Made {
    site: &'static Site,
    owner: u64,
    scope: u64,
}

impl Made {
    fn here(location: &'static Location<'static>) -> Self {
        let current = context::current();
        let owner = current.actor.map(Slot::key).or_else(context::actor);
        Made { site: site(location), owner: owner.map_or(0, Key::raw), scope: current.scope }
    }

    fn write(self, end: &End, side: Side, channel: &Slot<Resource>) {
        end.owner.store(self.owner, Ordering::Relaxed);
        end.scope.store(self.scope, Ordering::Relaxed);
        end.site.store(self.site.index, Ordering::Relaxed);
        end.side.store(side as u8, Ordering::Relaxed);
        end.told.store(0, Ordering::Relaxed);
        end.how.store(How::Made as u8, Ordering::Relaxed);
        // Last: who sees it sees the rest.
        end.resource.store(channel.key().raw(), Ordering::Release);
    }
}

/// The record of a channel with both its ends.
fn new_channel(
    kind: &'static Term,
    location: &'static Location<'static>,
) -> Option<&'static Slot<Resource>> {
    if !crate::env::tracking() {
        return None;
    }
    let made = Made::here(location);
    let channel = Entry::new(|channel| write_resource(channel, kind, made.site, 2)).leak()?;
    for side in [Side::Sender, Side::Receiver] {
        made.write(&channel.fields.first[side as usize], side, channel);
    }
    Some(channel)
}

impl ChannelEnd {
    /// Both ends of a new channel.
    #[inline]
    pub(crate) fn pair(
        kind: &'static Term,
        location: &'static Location<'static>,
    ) -> (ChannelEnd, ChannelEnd) {
        // Put together here, so that nothing but the slot goes through memory.
        match new_channel(kind, location) {
            Some(channel) => (
                ChannelEnd::first(channel, Side::Sender),
                ChannelEnd::first(channel, Side::Receiver),
            ),
            None => (ChannelEnd::none(), ChannelEnd::none()),
        }
    }

    /// The end of a channel that is not tracked.
    pub(crate) const fn none() -> Self {
        ChannelEnd { record: Record::Own(Entry::none()), channel: None }
    }

    /// The single end of a new channel.
    pub(crate) fn single(
        kind: &'static Term,
        side: Side,
        location: &'static Location<'static>,
    ) -> ChannelEnd {
        if !crate::env::tracking() {
            return ChannelEnd::none();
        }
        let made = Made::here(location);
        match Entry::new(|channel| write_resource(channel, kind, made.site, 1)).leak() {
            Some(channel) => {
                made.write(&channel.fields.first[side as usize], side, channel);
                ChannelEnd::first(channel, side)
            }
            None => ChannelEnd::none(),
        }
    }

    /// An end whose record is in that of the channel, and is written.
    #[inline]
    fn first(channel: &'static Slot<Resource>, side: Side) -> Self {
        let end = &channel.fields.first[side as usize];
        ChannelEnd { record: Record::First(end), channel: Some(channel) }
    }

    /// An end whose channel already counts it.
    fn of(
        channel: Option<&'static Slot<Resource>>,
        side: Side,
        location: &'static Location<'static>,
    ) -> Self {
        let Some(slot) = channel else { return ChannelEnd::none() };
        let made = Made::here(location);
        let entry = Entry::new(|end: &End| made.write(end, side, slot));
        ChannelEnd { record: Record::Own(entry), channel }
    }

    /// Another end of the same channel.
    pub(crate) fn another(&self, side: Side, location: &'static Location<'static>) -> Self {
        if let Some(channel) = self.channel {
            channel.fields.ends.fetch_add(1, Ordering::Relaxed);
            if side == Side::Receiver {
                channel.fields.receivers.fetch_add(1, Ordering::Relaxed);
            }
        }
        ChannelEnd::of(self.channel, side, location)
    }

    /// Notes that one of several receivers goes, and says whether it was the last, with which the
    /// messages in the channel are lost. Where an end is in code that is not tracked, none is.
    #[cfg(any(feature = "crossbeam-channel", feature = "flume", feature = "async-channel"))]
    pub(crate) fn last_receiver(&self) -> bool {
        let Some(slot) = self.channel else { return false };
        let last = slot.fields.receivers.fetch_sub(1, Ordering::Relaxed) == 1;
        last && !slot.fields.escaped.load(Ordering::Relaxed)
    }

    pub(crate) fn downgrade(&self) -> WeakEnd {
        if let Some(channel) = self.channel {
            channel.fields.weak.store(true, Ordering::Relaxed);
        }
        WeakEnd { channel: self.channel.map(|slot| (slot, slot.key())) }
    }

    /// The channel, as records store it.
    pub(crate) fn resource(&self) -> u64 {
        self.channel.map_or(0, |slot| slot.key().raw())
    }

    /// Notes that whoever runs now uses the end, which lies at `at`.
    #[inline]
    pub(crate) fn touch<T>(&self, at: &T) {
        let Some(end) = self.record.get() else { return };
        let current = context::current();
        let Some(actor) = current.actor.map(Slot::key).or_else(context::actor) else { return };
        let address = std::ptr::from_ref(at) as usize;
        let how = if current.owns(address) { How::Inside } else { How::Touched } as u8;
        // Mostly nothing changes; a store would take the line from whoever reads it.
        if end.owner.load(Ordering::Relaxed) != actor.raw() {
            end.owner.store(actor.raw(), Ordering::Relaxed);
        }
        if end.how.load(Ordering::Relaxed) != how {
            end.how.store(how, Ordering::Relaxed);
        }
        let told = current.told();
        if end.told.load(Ordering::Relaxed) != told {
            end.told.store(told, Ordering::Relaxed);
        }
    }

    /// Notes that a message was sent by this end, which lies at `at`. What has nothing to drop can't
    /// have had an end inside.
    #[inline]
    pub(crate) fn passed<M, T>(&self, at: &T) {
        if std::mem::needs_drop::<M>() {
            context::current().tells();
            self.touch(at);
        }
    }

    /// Notes that whoever runs may send, from now on, where nobody notes it.
    pub(crate) fn lets_pass<M>(&self) {
        if std::mem::needs_drop::<M>() {
            context::current().tells_from_now_on();
        }
    }

    /// Notes that the channel is closed here; a second time is a finding.
    pub(crate) fn close(&self, location: &'static Location<'static>) {
        let Some(slot) = self.channel else { return };
        let here = site(location);
        let before = slot.fields.closed.swap(here.index, Ordering::Relaxed);
        if before != 0 {
            self.event(Kind::DoubleClose, location, before);
        }
    }

    /// Notes that something was sent here after the channel was closed.
    #[cold]
    pub(crate) fn sent_after_close(&self, location: &'static Location<'static>) {
        let Some(slot) = self.channel else { return };
        self.event(Kind::SendAfterClose, location, slot.fields.closed.load(Ordering::Relaxed));
    }

    /// Notes that so many messages wait.
    #[inline]
    pub(crate) fn queues(&self, messages: usize) {
        if messages >= MANY {
            self.queues_many(messages);
        }
    }

    #[cold]
    fn queues_many(&self, messages: usize) {
        let Some(slot) = self.channel else { return };
        let at = slot.fields.site.load(Ordering::Relaxed);
        let (scope, kind) = (self.scope(), Kind::QueueGrowth);
        event::measure(event::Event { scope, kind, at, other: 0, task: 0 }, messages as u64);
    }

    /// Notes that the last receiving end goes while messages are waiting.
    #[cold]
    pub(crate) fn unread(&self, messages: usize) {
        self.queues(messages);
        let Some(slot) = self.channel else { return };
        let made = crate::registry::site::by_index(slot.fields.site.load(Ordering::Relaxed));
        event::count(self.scope(), Kind::UnreadMessages, made, None, messages as u64);
    }

    /// Notes that a sender goes without having sent what its receiver waits for.
    #[cold]
    pub(crate) fn unsent(&self) {
        let Some(slot) = self.channel else { return };
        let made = crate::registry::site::by_index(slot.fields.site.load(Ordering::Relaxed));
        event::count(self.scope(), Kind::SenderDroppedUnsent, made, None, 1);
    }

    fn event(&self, kind: Kind, here: &'static Location<'static>, other: u32) {
        let other = crate::registry::site::by_index(other);
        event::count(self.scope(), kind, Some(site(here)), other, 1);
    }

    fn scope(&self) -> u64 {
        self.record.get().map_or(0, |end| end.scope.load(Ordering::Relaxed))
    }

    /// Notes that an end is handed to code that is not tracked.
    pub(crate) fn escape(&self) {
        if let Some(slot) = self.channel {
            slot.fields.escaped.store(true, Ordering::Relaxed);
        }
    }
}

/// What has an end of a channel in it.
#[cfg(feature = "tokio")]
pub trait HasEnd {
    /// The record of the end.
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "a bound for the macros, not for use")]
    fn end(&self) -> &ChannelEnd;
}

/// A reference to the record of an end.
#[derive(Clone, Copy)]
pub(crate) struct EndRef(&'static End);

impl ChannelEnd {
    pub(crate) fn reference(&self) -> Option<EndRef> {
        self.record.get().map(EndRef)
    }
}

impl EndRef {
    /// Notes that a task has captured the end, which is why the end is alive.
    pub(crate) fn captured_by(self, task: Watch) {
        if task.raw() != 0 {
            self.0.owner.store(task.raw(), Ordering::Relaxed);
            self.0.how.store(How::Inside as u8, Ordering::Relaxed);
            self.0.told.store(0, Ordering::Relaxed);
        }
    }
}

impl Drop for ChannelEnd {
    fn drop(&mut self) {
        let Some(slot) = self.channel else { return };
        if let Record::First(end) = self.record {
            // Who misses it sees the ends that its owner made before.
            end.resource.store(0, Ordering::Release);
        }
        // The last one: nobody else has the channel, so its record may end. Acquire and release
        // order the other ends' last uses before that. Where nobody can come back to it, there is
        // nothing to count down.
        let ends = &slot.fields.ends;
        let alone = ends.load(Ordering::Acquire) == 1 && !slot.fields.weak.load(Ordering::Relaxed);
        if alone || ends.fetch_sub(1, Ordering::AcqRel) == 1 {
            drop(Entry::adopt(slot));
        }
    }
}

impl WeakEnd {
    /// An end again, if the channel is still there.
    pub(crate) fn upgrade(&self, side: Side, location: &'static Location<'static>) -> ChannelEnd {
        let Some((slot, key)) = self.channel else { return ChannelEnd::none() };
        let ends = &slot.fields.ends;
        let counted = ends
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |ends| {
                (ends > 0 && slot.key() == key).then_some(ends + 1)
            })
            .is_ok();
        if counted && side == Side::Receiver {
            slot.fields.receivers.fetch_add(1, Ordering::Relaxed);
        }
        ChannelEnd::of(counted.then_some(slot), side, location)
    }
}
