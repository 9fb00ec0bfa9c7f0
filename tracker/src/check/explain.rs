//! Findings in words: each record with its places, equal ones counted together.

use crate::finding::{Certainty, Finding, Kind, Label, Severity};
use crate::registry::event::{Event, Tally};
use crate::registry::order::{Circle, Grip};
use crate::registry::{ActorKind, Handle, Key, Side, Site, State, Wants, scopes, site, term};
use crate::snapshot::{ActorView, EndView, HoldView, View, WaitView};
use crate::source::{Sources, Span};
use crate::system::Thread;
use crate::tracked::name;
use crate::verdict::Knot;
use std::collections::BTreeSet;

/// The findings of one scope, in the making.
pub(super) struct Explain {
    scope: String,
    sources: Sources,
    findings: Vec<Finding>,
}

impl Explain {
    pub(super) fn new(scope: u64) -> Self {
        let scope =
            scopes::name(scope).map_or_else(|| "process".to_owned(), |name| name.to_string());
        Explain { scope, sources: Sources::default(), findings: Vec::new() }
    }

    /// The findings, by owner, errors first.
    pub(super) fn findings(mut self) -> Vec<Finding> {
        // A task that is still there says itself that its handle was dropped.
        let left: Vec<(String, Span)> = (self.findings.iter())
            .filter(|finding| {
                matches!(
                    finding.kind,
                    Kind::LeakedTask | Kind::LeakedThread | Kind::Blocked | Kind::Deadlock
                )
            })
            .flat_map(|finding| {
                let others = finding.labels.iter().filter(|label| label.message.starts_with(WITH));
                let others = others.map(|label| (label.file.clone(), label.span));
                others.chain([(finding.file.clone(), finding.span)])
            })
            .collect();
        self.findings.retain(|finding| {
            finding.kind != Kind::DetachedTask
                || !left.contains(&(finding.file.clone(), finding.span))
        });
        self.findings.sort_by(|a, b| {
            let key = |finding: &Finding| {
                (std::cmp::Reverse(finding.severity), finding.owner.clone(), finding.file.clone())
            };
            key(a).cmp(&key(b)).then_with(|| a.span.cmp(&b.span)).then_with(|| a.kind.cmp(&b.kind))
        });
        self.findings
    }

    /// A task or thread that is left.
    pub(super) fn actor(
        &mut self,
        view: &View,
        key: Key,
        actor: &ActorView,
        kind: Kind,
        certainty: Certainty,
    ) {
        let waits: Vec<&WaitView> =
            view.waits.iter().filter(|wait| wait.actor == Some(key)).collect();
        let mut labels = Vec::new();
        let mut help = BTreeSet::new();
        for wait in &waits {
            self.wait(view, wait, &mut labels);
            if let Some(operation) = wait.operation {
                help.insert(operation.freed_by);
            }
        }
        let noun = noun(actor);
        if waits.is_empty() && actor.last.is_some() {
            self.label(&mut labels, WAITED.to_owned(), actor.last);
        }
        let lost = waits.is_empty() && is_lost(actor);
        if waits.is_empty() {
            help.insert(match actor.kind {
                ActorKind::Blocking | ActorKind::Thread => {
                    "a condition that it checks, and a join that waits for it"
                }
                _ if lost => {
                    "abort; or its future, which returned without passing its waker to anybody"
                }
                _ if actor.state == State::Idle => {
                    "abort, or a signal to stop besides what it waits for: a timer, I/O, or a library \
                     that has no mirror"
                }
                _ => "abort, or a signal to stop that it looks at now and then",
            });
        }
        let tail = match (kind, actor.handle) {
            (Kind::Blocked, _) => " waits for what nobody can give any more",
            (_, Handle::Dropped) => " outlives its scope, and its handle was dropped",
            (_, Handle::Aborted) => " outlives its scope, though it was aborted",
            _ => " outlives its scope",
        };
        let lost = if lost { "; nobody has its waker" } else { "" };
        let finding = Finding {
            message: format!("{noun}{tail}{lost}"),
            help: help.into_iter().collect::<Vec<_>>().join("; or "),
            labels,
            owner: self.owners(view, actor),
            task: name::get(key).map(|name| name.to_string()),
            backtrace: crate::backtrace::get(key).map(|backtrace| backtrace.to_string()),
            ..self.at(kind, certainty, actor.site)
        };
        self.add(finding);
    }

    /// Those who wait for each other, as one finding with the places of all of them.
    pub(super) fn knot(&mut self, view: &View, knot: &Knot) {
        let mut parties: Vec<(Key, &ActorView)> =
            knot.parties.iter().filter_map(|&key| Some((key, view.actors.get(&key)?))).collect();
        parties.sort_by_key(|(key, actor)| {
            let place = actor.site.map(|site| (site.location.file(), site.location.line()));
            (actor.site.is_none(), place, *key)
        });
        let Some(&(first, actor)) = parties.first() else { return };
        let proved = knot.certainty == Certainty::Proved;
        let kind = if proved { Kind::Deadlock } else { Kind::Blocked };
        let (mut labels, mut help) = (Vec::new(), BTreeSet::new());
        for (number, &(key, party)) in parties.iter().enumerate() {
            if number > 0 {
                self.label(&mut labels, format!("{WITH} {} spawned here", noun(party)), party.site);
            }
            for wait in view.waits.iter().filter(|wait| wait.actor == Some(key)) {
                self.wait(view, wait, &mut labels);
                help.extend(wait.operation.map(|operation| operation.freed_by.to_owned()));
            }
        }
        let give = way_out(view, &parties);
        let message = match (&parties[..], proved) {
            ([_], true) => format!("{} waits for itself", noun(actor)),
            ([_], false) => format!("{} waits, as far as can be seen, for itself", noun(actor)),
            (all, true) => format!("{} {}s wait for each other", all.len(), common_noun(all)),
            (all, false) => {
                let (number, noun) = (all.len(), common_noun(all));
                format!("{number} {noun}s wait, as far as can be seen, for each other")
            }
        };
        let finding = Finding {
            message,
            help: give.unwrap_or_else(|| help.into_iter().collect::<Vec<_>>().join("; or ")),
            labels,
            owner: self.owners(view, actor),
            task: name::get(first).map(|name| name.to_string()),
            backtrace: crate::backtrace::get(first).map(|backtrace| backtrace.to_string()),
            ..self.at(kind, knot.certainty, actor.site)
        };
        self.add(finding);
    }

    /// An end of a channel that no live task has.
    pub(super) fn end(&mut self, view: &View, end: &EndView) {
        let channel = end.resource.and_then(|key| view.resources.get(&key));
        let noun = channel.and_then(|channel| channel.kind).map_or("channel", |kind| kind.text);
        let side = match end.side {
            Side::Sender => "sender",
            Side::Receiver => "receiver",
        };
        let made = channel.and_then(|channel| channel.site).or(end.site);
        let mut labels = Vec::new();
        if end.site.map(|site| site.index) != made.map(|site| site.index) {
            self.label(&mut labels, "cloned here".to_owned(), end.site);
        }
        self.closed(view, end.resource, &mut labels);
        let finding = Finding {
            message: format!("{side} of a {noun} is alive, and no live task has it"),
            help: "dropping it: it was forgotten, is global, or lies in a cycle of Arcs".to_owned(),
            labels,
            ..self.at(Kind::LeakedChannel, Certainty::Outlived, made)
        };
        self.add(finding);
    }

    /// A guard or permits of somebody who is over.
    pub(super) fn hold(&mut self, view: &View, hold: &HoldView) {
        let lock = hold.resource.and_then(|key| view.resources.get(&key));
        let noun = lock.and_then(|lock| lock.kind).map_or("lock", |kind| kind.text);
        let (what, is, lock_noun) = match hold.permits {
            0 => ("the guard".to_owned(), "is", "lock"),
            1 => ("a permit".to_owned(), "is", "semaphore"),
            permits => (format!("{permits} permits"), "are", "semaphore"),
        };
        let mut labels = Vec::new();
        if let Some(made) = lock.and_then(|lock| lock.site) {
            self.label(&mut labels, format!("{lock_noun} made here"), Some(made));
        }
        let finding = Finding {
            message: format!("{what} of a {noun} {is} never given back"),
            labels,
            help: "dropping it: it was forgotten, is global, or lies in a cycle of Arcs".to_owned(),
            ..self.at(Kind::ForgottenPermit, Certainty::Outlived, hold.site)
        };
        self.add(finding);
    }

    /// Tasks that the runtime has, and that linger did not see.
    pub(super) fn unknown(&mut self, tasks: usize) {
        let finding = Finding {
            message: "task of the runtime that linger did not see spawning".to_owned(),
            help: "spawning it through linger's mirror shows where it comes from".to_owned(),
            count: tasks as u64,
            ..self.at(Kind::UnknownTasks, Certainty::Outlived, None)
        };
        self.add(finding);
    }

    /// A thread that the system has, and that linger did not see. It may be one of a pool that lives
    /// as long as the process, so that it is only noted.
    pub(super) fn thread(&mut self, thread: &Thread) {
        let waits = match thread.call {
            Some("futex") => ", and waits for a lock, a message or a join",
            Some("epoll_wait" | "poll" | "ppoll" | "select") => ", and waits for I/O",
            Some("nanosleep") => ", and sleeps",
            Some(_) | None => "",
        };
        let finding = Finding {
            message: format!("thread that linger did not see starting outlives its scope{waits}"),
            help: "joining it, or ending the pool or library that it belongs to; started through \
                   linger::std::thread it would name its place"
                .to_owned(),
            task: Some(thread.name.clone()),
            severity: Severity::Note,
            ..self.at(Kind::LeakedThread, Certainty::Outlived, None)
        };
        self.add(finding);
    }

    /// Locks that are taken in orders which go round in a circle.
    pub(super) fn circle(&mut self, circle: &Circle) {
        let mut steps = circle.steps.clone();
        steps.sort_by_key(|step| place_of(site::by_index(step.taken.site)));
        let Some(first) = steps.first() else { return };
        let noun = |grip: &Grip| term::by_index(grip.kind).map_or("lock", |kind| kind.text);
        let mut labels = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            if number > 0 {
                let message = format!("against a {} taken here", noun(&step.taken));
                self.label(&mut labels, message, site::by_index(step.taken.site));
            }
            let message = format!("while holding a {} taken here", noun(&step.held));
            self.label(&mut labels, message, site::by_index(step.held.site));
            if let Some(spawned) = site::by_index(step.spawned) {
                let who = noun_of(step.kind);
                self.label(&mut labels, format!("by the {who} spawned here"), Some(spawned));
            }
        }
        for step in &steps {
            self.label(&mut labels, "lock made here".to_owned(), site::by_index(step.taken.made));
        }
        let (many, order) = match steps.len() {
            2 => ("two".to_owned(), "two orders"),
            many => (many.to_string(), "orders that go round in a circle"),
        };
        let so_far = if circle.meets { "" } else { ", though so far by one after the other" };
        let at = self.at(Kind::LockOrder, Certainty::Likely, site::by_index(first.taken.site));
        let finding = Finding {
            message: format!("{many} locks are taken in {order}{so_far}"),
            help: "taking them in the same order everywhere, or with a further lock around both"
                .to_owned(),
            labels,
            // Whoever waits for the one before it starts the next is safe, if by luck.
            severity: if circle.meets { at.severity } else { Severity::Note },
            ..at
        };
        self.add(finding);
    }

    /// Something that happened.
    pub(super) fn event(&mut self, event: Event, tally: Tally) {
        let (at, other) = (site::by_index(event.at), site::by_index(event.other));
        let (message, label, help) = match event.kind {
            Kind::DoubleClose => {
                ("channel is closed twice", "closed first here", "closing it in one place")
            }
            Kind::SendAfterClose if other.is_none() => (
                "message is sent to a receiver that is gone, and lost",
                "",
                "sending before the receiver goes",
            ),
            Kind::SendAfterClose => (
                "message is sent into a closed channel, and lost",
                "closed here",
                "sending before the receiver closes or goes",
            ),
            Kind::UnreadMessages => (
                "channel goes away with messages that nobody received",
                "",
                "receiving until the channel is empty after it is closed",
            ),
            Kind::SenderDroppedUnsent => (
                "sender goes without having sent what its receiver waits for",
                "",
                "sending on every way out",
            ),
            Kind::SwallowedPanic => {
                ("task panicked, and nobody looked at its handle", "", "awaiting its handle")
            }
            Kind::LockHeldAcrossAwait => (
                "guard of a lock was held while its task waited",
                WAITED,
                "dropping the guard before the wait, with what is needed of the value taken out",
            ),
            Kind::LongPoll => (
                "poll of a task kept its thread from all others",
                WAITED,
                "an .await in between, or spawn_blocking for what blocks or computes",
            ),
            Kind::QueueGrowth => (
                "messages were sent faster than they were received",
                "",
                "a channel with a limit, which makes senders wait",
            ),
            Kind::DetachedTask => (
                "handle was dropped while what it stands for was running",
                "",
                "keeping the handle, and awaiting or joining it",
            ),
            _ => ("", "", ""),
        };
        let mut labels = Vec::new();
        if !label.is_empty() && other.is_some() {
            self.label(&mut labels, label.to_owned(), other);
        }
        if let Some(task) = site::by_index(event.task) {
            self.label(&mut labels, "by the task spawned here".to_owned(), Some(task));
        }
        let size = match event.kind {
            Kind::LongPoll | Kind::LockHeldAcrossAwait => format!(", for {} ms", tally.most),
            Kind::QueueGrowth => format!(": {} were waiting", tally.most),
            _ => String::new(),
        };
        let finding = Finding {
            message: format!("{message}{size}"),
            help: help.to_owned(),
            labels,
            count: tally.times,
            ..self.at(event.kind, Certainty::Proved, at)
        };
        self.add(finding);
    }

    /// A finding without its words.
    fn at(&mut self, kind: Kind, certainty: Certainty, site: Option<&'static Site>) -> Finding {
        let (file, span) = self.place(site);
        Finding {
            kind,
            severity: kind.severity(),
            certainty,
            message: String::new(),
            file,
            span,
            labels: Vec::new(),
            help: String::new(),
            count: 1,
            scope: self.scope.clone(),
            owner: Vec::new(),
            task: None,
            backtrace: None,
        }
    }

    fn place(&mut self, site: Option<&'static Site>) -> (String, Span) {
        site.map_or_else(Default::default, |site| {
            (site.location.file().to_owned(), self.sources.span(site.location))
        })
    }

    fn label(&mut self, labels: &mut Vec<Label>, message: String, site: Option<&'static Site>) {
        let (file, span) = self.place(site);
        let label = Label { message, file, span };
        if !labels.contains(&label) {
            labels.push(label);
        }
    }

    /// What a wait is for, and who has the other side.
    fn wait(&mut self, view: &View, wait: &WaitView, labels: &mut Vec<Label>) {
        let Some(operation) = wait.operation else { return };
        self.label(labels, format!("waits for {} here", operation.text), wait.site);
        if let Some(target) = wait.target.and_then(|key| view.actors.get(&key)) {
            self.label(labels, "held by the task spawned here".to_owned(), target.site);
        }
        let Some(resource) = wait.resource else { return };
        let side = match operation.wants {
            Wants::Senders => Some((Side::Sender, "sender")),
            Wants::Receivers => Some((Side::Receiver, "receiver")),
            _ => None,
        };
        if let Some((side, noun)) = side {
            let kind = view.resources.get(&resource).and_then(|resource| resource.kind);
            let noun = kind.and_then(|kind| kind.shared).unwrap_or(noun);
            for end in view.ends.iter().filter(|e| e.resource == Some(resource) && e.side == side) {
                self.holder(view, end, wait.actor, noun, labels);
            }
        }
        for hold in view.holds.iter().filter(|hold| hold.resource == Some(resource)) {
            let own = hold.actor.is_some() && hold.actor == wait.actor;
            let whose = if own {
                "held by the task itself, since here"
            } else {
                "held by a guard taken here"
            };
            self.label(labels, whose.to_owned(), hold.site);
        }
        if let Some(lock) = view.resources.get(&resource) {
            if lock.forgotten > 0 {
                let permits = if lock.forgotten == 1 { "permit" } else { "permits" };
                let message = format!("forgotten {} {permits} here", lock.forgotten);
                self.label(labels, message, lock.forgotten_at);
            }
        }
        self.closed(view, Some(resource), labels);
    }

    /// Who has one end of a channel.
    fn holder(
        &mut self,
        view: &View,
        end: &EndView,
        waiter: Option<Key>,
        noun: &str,
        labels: &mut Vec<Label>,
    ) {
        let owner = end.owner.and_then(|key| view.actors.get(&key));
        match owner {
            Some(_) if end.owner == waiter => {
                let message = format!("held by the task itself: the {noun} made here");
                self.label(labels, message, end.site);
            }
            Some(ActorView { site: Some(spawned), kind, .. }) if *kind != ActorKind::Root => {
                let message = format!("held by ({noun}) the task spawned here");
                self.label(labels, message, Some(*spawned));
            }
            // Roots and threads have no spawn site; an owner that is over says nothing either.
            _ => {
                self.label(labels, format!("held by the {noun} made here"), end.site);
                // An end that is a clone may come from a derive, which does not say whose it is.
                let channel = end.resource.and_then(|key| view.resources.get(&key));
                let made = channel.and_then(|channel| channel.site);
                if made.map(|site| site.index) != end.site.map(|site| site.index) {
                    self.label(labels, "channel made here".to_owned(), made);
                }
            }
        }
    }

    fn closed(&mut self, view: &View, resource: Option<Key>, labels: &mut Vec<Label>) {
        let closed = resource.and_then(|key| view.resources.get(&key)).and_then(|one| one.closed);
        if closed.is_some() {
            self.label(labels, "closed here".to_owned(), closed);
        }
    }

    /// Who started an actor, from the outermost on.
    fn owners(&self, view: &View, actor: &ActorView) -> Vec<String> {
        let mut owners = Vec::new();
        let mut item = 0;
        let mut next = Some(*actor);
        while let Some(actor) = next {
            if actor.owner != 0 && actor.owner != item {
                item = actor.owner;
                owners.extend(crate::owner::name(item));
            }
            let parent = actor.parent.and_then(|key| Some((key, view.actors.get(&key)?)));
            let named = parent.and_then(|(key, _)| name::get(key));
            match (named, actor.parent_site) {
                (Some(name), _) => owners.push(format!("task {name:?}")),
                (None, Some(site)) => owners.push(format!(
                    "task spawned at {}:{}",
                    crate::source::short(site.location.file()),
                    site.location.line()
                )),
                (None, None) => {}
            }
            next = parent.map(|(_, parent)| *parent).filter(|_| owners.len() < DEEPEST);
        }
        owners.reverse();
        owners
    }

    /// Adds a finding, or counts it with its like.
    fn add(&mut self, finding: Finding) {
        let like = self.findings.iter_mut().find(|other| {
            (other.kind, other.certainty, other.span)
                == (finding.kind, finding.certainty, finding.span)
                && (&other.file, &other.message, &other.labels, &other.owner, &other.task)
                    == (
                        &finding.file,
                        &finding.message,
                        &finding.labels,
                        &finding.owner,
                        &finding.task,
                    )
        });
        match like {
            Some(other) => other.count += finding.count,
            None => self.findings.push(finding),
        }
    }
}

/// What the place is called at which a task had last waited.
const WAITED: &str = "last waited here";

/// What stands before the other parties of a knot.
const WITH: &str = "with the";

/// How many owners a report names; a task that spawns its successor has a long line of them.
const DEEPEST: usize = 8;

/// Whether a task is pending, and nobody is there to wake it.
fn is_lost(actor: &ActorView) -> bool {
    let pending = actor.kind == ActorKind::Task && actor.state == State::Idle && !actor.woken;
    pending && actor.unattributed == 0 && actor.handle != Handle::Aborted
}

fn noun(actor: &ActorView) -> &'static str {
    noun_of(actor.kind)
}

fn noun_of(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Thread | ActorKind::Foreign => "thread",
        ActorKind::Blocking => "blocking task",
        ActorKind::Task => "task",
        ActorKind::Root => "main task",
    }
}

/// A noun for all of them.
fn common_noun(parties: &[(Key, &ActorView)]) -> &'static str {
    let mut nouns = parties.iter().map(|(_, actor)| noun(actor));
    let first = nouns.next().unwrap_or("task");
    match first {
        _ if nouns.clone().all(|noun| noun == first) => first,
        _ if nouns.all(|noun| noun.ends_with("task")) && first.ends_with("task") => "task",
        _ => "task and thread",
    }
}

/// The edge of a knot that can give: a guard that one party would have to drop before it waits.
fn way_out(view: &View, parties: &[(Key, &ActorView)]) -> Option<String> {
    let inside = |actor: Option<Key>| parties.iter().any(|(key, _)| Some(*key) == actor);
    let awaited = |hold: &&HoldView| {
        inside(hold.actor)
            && view.waits.iter().any(|wait| wait.resource == hold.resource && inside(wait.actor))
    };
    let hold = view.holds.iter().filter(awaited).min_by_key(|hold| place_of(hold.site))?;
    let wait = view
        .waits
        .iter()
        .filter(|wait| wait.actor == hold.actor)
        .min_by_key(|wait| place_of(wait.site))?;
    let short = |site: Option<&'static Site>| {
        let place = place_of(site)?;
        Some(format!("{}:{}", crate::source::short(place.0), place.1))
    };
    Some(format!(
        "dropping the guard of {} before the wait at {}",
        short(hold.site)?,
        short(wait.site)?
    ))
}

fn place_of(site: Option<&'static Site>) -> Option<(&'static str, u32, u32)> {
    let location = site?.location;
    Some((location.file(), location.line(), location.column()))
}
