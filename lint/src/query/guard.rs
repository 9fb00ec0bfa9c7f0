//! Guards: what a body has locked, borrowed or been permitted, and for how long.

use super::BodyCx;
use super::operation::{self, Acquire, Wait};
use super::site::CallSite;
use crate::flow::fate::What;
use crate::flow::life::Life;
use crate::flow::same::Identity;
use crate::model::Span;
use crate::model::body::{BranchKind, LocalId, LoopKind, Point, Term};

/// One guard, from the call that takes the lock to the last point at which it is held.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The call that takes it.
    pub call: Point,
    /// What is taken and how.
    pub how: Acquire,
    /// The statement that gives it: the call, or the await of its future.
    pub birth: Point,
    /// The local that it is put into first.
    pub local: LocalId,
    /// Where it lives, and in which locals.
    pub life: Life,
    /// What is locked, when that is known.
    pub lock: Option<Identity>,
    /// What is locked, in back quotes; none when it has no name.
    pub lock_words: Option<String>,
    /// The expression that takes it.
    pub span: Span,
}

impl Guard {
    /// The variable that keeps it alive at a point, if it is one; otherwise a temporary does.
    pub fn holder(&self, cx: &BodyCx<'_>, point: Point) -> Option<LocalId> {
        let named = |local: &LocalId| cx.local(*local).is_some_and(|found| !found.name.is_empty());
        self.life.holders(point).iter().copied().rfind(named)
    }

    /// Whether taking `second` while this one lives can wait for it: a reader that does not queue
    /// behind writers never waits for another reader.
    pub fn keeps_out(&self, second: &Guard) -> bool {
        !(self.how.shared && second.how.shared && second.how.recursive)
    }

    /// Whether both are guards of the same lock.
    pub fn same_lock(&self, other: &Guard) -> bool {
        self.lock.is_some() && self.lock == other.lock
    }
}

/// The head of a branch or loop that keeps a temporary alive in its body.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// What it is written as.
    pub kind: BranchKind,
    /// The expression that is looked at.
    pub span: Span,
}

/// The head in which a guard is taken that nothing but that head keeps alive at `at`, which
/// stands behind it.
pub(super) fn head(cx: &BodyCx<'_>, guard: &Guard, at: Point, span: Span) -> Option<Head> {
    if guard.holder(cx, at).is_some() {
        return None;
    }
    let heads = cx.body().blocks.iter().filter_map(|block| match &block.term {
        Term::Branch(branch) => Some(Head { kind: branch.kind, span: branch.span }),
        _ => None,
    });
    let loops = cx
        .body()
        .loops
        .iter()
        .filter(|found| found.kind == LoopKind::For)
        .map(|found| Head { kind: BranchKind::For, span: found.head_span });
    heads
        .chain(loops)
        .filter(|head| {
            let keeps = matches!(
                head.kind,
                BranchKind::Match | BranchKind::IfLet | BranchKind::WhileLet | BranchKind::For
            );
            keeps && head.span.contains(guard.span) && !head.span.contains(span)
        })
        .min_by_key(|head| head.span.end - head.span.start)
}

/// The guards that a body takes, in block order.
pub(super) fn find(cx: &BodyCx<'_>) -> Vec<Guard> {
    cx.calls().filter_map(|site| guard(cx, &site)).collect()
}

fn guard(cx: &BodyCx<'_>, site: &CallSite<'_>) -> Option<Guard> {
    let how = operation::acquire(cx.catalogue(), cx.function(site)?)?;
    let result = site.result()?;
    let (birth, local) = match how.wait {
        Wait::Async => awaited(cx, result)?,
        Wait::Blocking | Wait::Never => (site.point, result),
    };
    let (lock, lock_words) = lock(cx, site);
    Some(Guard {
        call: site.point,
        how,
        birth,
        local,
        life: cx.life(birth, local),
        lock,
        lock_words,
        span: site.span,
    })
}

/// What a call locks, and what messages call it.
fn lock(cx: &BodyCx<'_>, site: &CallSite<'_>) -> (Option<Identity>, Option<String>) {
    let Some(summary) = cx.summary(site) else {
        let lock = site.call.args.first();
        return (lock.and_then(|lock| cx.identity(lock)), lock.and_then(|lock| cx.words(lock)));
    };
    let Some(spot) = summary.amounts.as_ref().and_then(|amounts| amounts.lock.as_ref()) else {
        return (None, None);
    };
    (cx.spot_at(site, spot), cx.spot_words(site, spot))
}

/// Where a future is awaited, and the local that the result is put into.
fn awaited(cx: &BodyCx<'_>, future: LocalId) -> Option<(Point, LocalId)> {
    cx.fate(future).into_iter().find_map(|fate| match fate.what {
        What::Awaited => {
            let site = cx.awaits().find(|site| site.point == fate.point)?;
            Some((site.point, site.result?))
        }
        What::Selected(arm) => {
            let site = cx.selects().find(|site| site.point == fate.point)?;
            Some((site.point, site.select.arms.get(arm as usize)?.output))
        }
        _ => None,
    })
}
