//! The ends of a channel: who has them, and where they were made, cloned and closed.

use super::actor::Watch;
use crate::context;
use crate::finding::Kind;
use crate::registry::{End, Entry, How, Key, Resource, Side, Site, Slot, Term, Use, event, site};
use std::panic::Location;
use std::sync::atomic::Ordering;

/// One end of a channel. The last one ends the record of the channel.
pub(crate) struct ChannelEnd {
    channel: Option<&'static Slot<Resource>>,
    record: Record,
}

/// The shortest queue that is worth a second look.
const MANY: usize = 500;

/// Where the record of an end is.
#[derive(Clone, Copy)]
enum Record {
    /// In that of the channel.
    First(Side),
    /// It has one of its own, unless memory for it could not be had.
    Own(Option<&'static Slot<End>>),
}

/// A reference to a channel that does not keep it open.
#[derive(Clone, Copy)]
pub(crate) struct WeakEnd {
    channel: Option<(&'static Slot<Resource>, Key)>,
}

/// Fills in the record of a channel. Slots are used again, so every field is written that is not
/// empty at the end of every record.
#[inline]
pub(super) fn write_channel(channel: &Resource, kind: &'static Term, made: Made, ends: u32) {
    channel.kind.store(kind.index(), Ordering::Relaxed);
    channel.site.store(made.site.index, Ordering::Relaxed);
    channel.scope.store(made.scope, Ordering::Relaxed);
    channel.ends.store(ends, Ordering::Relaxed);
    channel.receivers.store(1, Ordering::Relaxed);
    channel.weak.store(false, Ordering::Relaxed);
    channel.closed.store(0, Ordering::Relaxed);
    channel.escaped.store(false, Ordering::Relaxed);
}

/// Who makes a channel or an end of one, and where.
#[derive(Clone, Copy)]
pub(super) struct Made {
    pub(super) site: &'static Site,
    pub(super) scope: u64,
    owner: u64,
}

impl Made {
    #[inline]
    pub(super) fn here(location: &'static Location<'static>) -> Self {
        let current = context::current();
        let owner = current.actor.or_else(context::thread);
        let owner = owner.map_or(0, |owner| owner.key().raw());
        Made { site: site(location), owner, scope: current.scope }
    }
}

/// The record of a channel with both its ends.
#[inline]
fn new_channel(
    kind: &'static Term,
    location: &'static Location<'static>,
) -> Option<&'static Slot<Resource>> {
    let made = Made::here(location);
    let channel = Entry::leaked(|channel| write_channel(channel, kind, made, 2))?;
    channel.fields.first.iter().for_each(|end| end.begin(made.owner));
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
        let channel = new_channel(kind, location);
        (ChannelEnd::first(channel, Side::Sender), ChannelEnd::first(channel, Side::Receiver))
    }

    /// The end of a channel that is not tracked.
    pub(crate) const fn none() -> Self {
        ChannelEnd { record: Record::Own(None), channel: None }
    }

    /// The single end of a new channel.
    pub(crate) fn single(
        kind: &'static Term,
        side: Side,
        location: &'static Location<'static>,
    ) -> ChannelEnd {
        let made = Made::here(location);
        let channel = Entry::leaked(|channel| write_channel(channel, kind, made, 1));
        if let Some(channel) = channel {
            channel.fields.first[side as usize].begin(made.owner);
        }
        ChannelEnd::first(channel, side)
    }

    /// An end whose record is in that of the channel, and is written.
    #[inline]
    fn first(channel: Option<&'static Slot<Resource>>, side: Side) -> Self {
        ChannelEnd { record: Record::First(side), channel }
    }

    /// An end whose channel already counts it.
    fn of(
        channel: Option<&'static Slot<Resource>>,
        side: Side,
        location: &'static Location<'static>,
    ) -> Self {
        let Some(slot) = channel else { return ChannelEnd::none() };
        let made = Made::here(location);
        let own = Entry::leaked(|end: &End| {
            end.scope.store(made.scope, Ordering::Relaxed);
            end.site.store(made.site.index, Ordering::Relaxed);
            end.side.store(side as u8, Ordering::Relaxed);
            end.resource.store(slot.key().raw(), Ordering::Relaxed);
            end.used.begin(made.owner);
        });
        ChannelEnd { record: Record::Own(own), channel }
    }

    /// The record of who used it last.
    #[inline]
    fn used(&self) -> Option<&'static Use> {
        match self.record {
            Record::First(side) => Some(&self.channel?.fields.first[side as usize]),
            Record::Own(own) => Some(&own?.fields.used),
        }
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
        let Some(used) = self.used() else { return };
        let current = context::current();
        let Some(actor) = current.actor.or_else(context::thread) else { return };
        let inside = current.owns(std::ptr::from_ref(at) as usize);
        let how = if inside { How::Inside } else { How::Touched };
        used.note(actor.key().raw(), how, current.told());
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
        let scope = match self.record {
            Record::First(_) => self.channel.map(|channel| &channel.fields.scope),
            Record::Own(own) => own.map(|own| &own.fields.scope),
        };
        scope.map_or(0, |scope| scope.load(Ordering::Relaxed))
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
pub(crate) struct EndRef(&'static Use);

impl ChannelEnd {
    pub(crate) fn reference(&self) -> Option<EndRef> {
        self.used().map(EndRef)
    }
}

impl EndRef {
    /// Notes that a task has captured the end, which is why the end is alive.
    pub(crate) fn captured_by(self, task: Watch) {
        if task.raw() != 0 {
            self.0.note(task.raw(), How::Inside, 0);
        }
    }
}

impl Drop for ChannelEnd {
    #[inline]
    fn drop(&mut self) {
        let Some(slot) = self.channel else { return };
        match self.record {
            Record::First(side) => slot.fields.first[side as usize].end(),
            Record::Own(own) => drop(Entry::of(own)),
        }
        // The last one: nobody else has the channel, so its record may end. Acquire and release
        // order the other ends' last uses before that. Where nobody can come back to it, there is
        // nothing to count down.
        let ends = &slot.fields.ends;
        let alone = ends.load(Ordering::Acquire) == 1 && !slot.fields.weak.load(Ordering::Relaxed);
        if alone || ends.fetch_sub(1, Ordering::AcqRel) == 1 {
            drop(Entry::of(Some(slot)));
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
