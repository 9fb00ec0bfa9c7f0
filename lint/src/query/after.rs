//! What a loop does from the moment at which a call gives a certain result, now and ever after.

use super::BodyCx;
use super::site::CallSite;
use crate::flow::course::{Assumption, Course};
use crate::flow::outcome::Outcome;
use crate::model::body::LoopId;

impl BodyCx<'_> {
    /// Whether the loop surely goes on, round after round, when this call gives nothing but
    /// `outcome` any more, whatever else happens. A panic is no going on.
    pub fn goes_on_after(&self, within: LoopId, call: &CallSite<'_>, outcome: &Outcome) -> bool {
        let courses = self.courses_after(within, call, outcome);
        !courses.is_empty() && courses.iter().all(Course::never_leaves)
    }

    /// Whether the loop may be left because of what this call gives.
    pub fn may_leave_after(&self, within: LoopId, call: &CallSite<'_>, outcome: &Outcome) -> bool {
        let courses = self.courses_after(within, call, outcome);
        courses.iter().any(|course| course.gave_up || !course.leaves.is_empty())
    }

    fn courses_after(&self, within: LoopId, call: &CallSite<'_>, outcome: &Outcome) -> Vec<Course> {
        let waits = |_| false;
        let starts = self.assume(call, outcome);
        let courses = starts.iter().map(|(start, local, outcome)| {
            let values = [(*local, outcome.clone())];
            let assumption = Assumption { values: &values, other_arms: true, waits: &waits };
            self.course(within, *start, &assumption)
        });
        courses.collect()
    }
}
