//! Channels: the ends that a body makes, and the handles on them.

use super::BodyCx;
use super::operation::{self, Pair};
use super::site::CallSite;
use crate::flow::ends::{self, Ends, Handle};
use crate::flow::fate::Fate;
use crate::model::Span;
use crate::model::body::{Literal, Operand, Point};

/// One channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The call that makes it.
    pub call: Point,
    /// What kind of channel it is.
    pub how: Pair,
    /// The sender first, the receiver second.
    pub ends: Ends,
    /// The expression.
    pub span: Span,
}

impl Channel {
    /// How many messages it holds, when that is written as a number.
    pub fn capacity(&self, cx: &BodyCx<'_>) -> Option<u64> {
        match cx.call_at(self.call)?.arg(self.how.capacity?)? {
            Operand::Literal(Literal::Int(capacity)) => Some(*capacity),
            Operand::Literal(_) | Operand::Place(..) => None,
        }
    }

    /// The sender and its clones in this body, the original first.
    pub fn senders(&self, cx: &BodyCx<'_>) -> Vec<Handle> {
        self.ends.first.local.map_or(Vec::new(), |end| ends::handles(cx.flow(), end))
    }

    /// The receiver and its clones in this body, the original first.
    pub fn receivers(&self, cx: &BodyCx<'_>) -> Vec<Handle> {
        self.ends.second.local.map_or(Vec::new(), |end| ends::handles(cx.flow(), end))
    }

    /// What becomes of one handle.
    pub fn fate(&self, cx: &BodyCx<'_>, handle: &Handle) -> Vec<Fate> {
        cx.fate(handle.local)
    }
}

/// The channels that a body makes, in block order.
pub(super) fn find(cx: &BodyCx<'_>) -> Vec<Channel> {
    cx.calls().filter_map(|site| channel(cx, &site)).collect()
}

fn channel(cx: &BodyCx<'_>, site: &CallSite<'_>) -> Option<Channel> {
    let how = operation::pair(cx.function(site)?)?;
    let ends = ends::ends(cx.flow(), site.point);
    Some(Channel { call: site.point, how, ends, span: site.span })
}
