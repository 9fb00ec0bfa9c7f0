//! What a loop does from the moment at which a call gives a certain result, now and ever after.

use super::BodyCx;
use super::site::CallSite;
use crate::flow::course::{Assumption, Course, OtherArms};
use crate::flow::outcome::Outcome;
use crate::model::body::{LocalId, LoopId, Point};

/// What is assumed of a loop besides the result of the call in question.
pub struct Besides<'a> {
    /// What other locals get, whenever they are assigned.
    pub values: &'a [(LocalId, Outcome)],
    /// When other arms of a `select!` are taken.
    pub other_arms: OtherArms,
    /// Statements that wait besides `.await` and `select!`.
    pub waits: &'a dyn Fn(Point) -> bool,
}

/// Anything may happen besides.
const MEANWHILE: Besides<'static> =
    Besides { values: &[], other_arms: OtherArms::Always, waits: &|_| false };

/// The call has given its result, and anything may happen next.
const NEXT: Besides<'static> =
    Besides { values: &[], other_arms: OtherArms::Later, waits: &|_| false };

impl BodyCx<'_> {
    /// Whether the loop surely goes on, round after round, when this call gives nothing but
    /// `outcome` any more, whatever else happens. A panic is no going on.
    pub fn goes_on_after(&self, within: LoopId, call: &CallSite<'_>, outcome: &Outcome) -> bool {
        let courses = self.courses_after(within, call, outcome, &NEXT);
        !courses.is_empty() && courses.iter().all(Course::never_leaves)
    }

    /// Whether the loop may be left because of what this call gives.
    pub fn may_leave_after(&self, within: LoopId, call: &CallSite<'_>, outcome: &Outcome) -> bool {
        let courses = self.courses_after(within, call, outcome, &MEANWHILE);
        courses.iter().any(|course| course.gave_up || !course.leaves.is_empty())
    }

    /// Whether the loop may come round to this call again once it has given `outcome`.
    pub fn may_come_back_after(
        &self,
        within: LoopId,
        call: &CallSite<'_>,
        outcome: &Outcome,
    ) -> bool {
        let courses = self.courses_after(within, call, outcome, &NEXT);
        courses.iter().any(|course| course.gave_up || course.comes_back)
    }

    /// What the loop does when this call gives nothing but `outcome` any more: one course for
    /// each place where its result comes in.
    pub fn courses_after(
        &self,
        within: LoopId,
        call: &CallSite<'_>,
        outcome: &Outcome,
        besides: &Besides<'_>,
    ) -> Vec<Course> {
        let starts = self.assume(call, outcome);
        let courses = starts.into_iter().map(|(start, local, outcome)| {
            let mut values = vec![(local, outcome)];
            values.extend_from_slice(besides.values);
            let Besides { other_arms, waits, .. } = *besides;
            self.course(within, start, &Assumption { values: &values, other_arms, waits })
        });
        courses.collect()
    }
}
