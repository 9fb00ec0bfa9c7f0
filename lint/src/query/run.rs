//! Runs rules over the model.

use rayon::prelude::*;

use super::{BodyCx, FileCx, ModelCx, Report, Sink, Unit};
use crate::rules::{self, Check, Rule};

/// What the rules for which `wanted` holds found.
pub fn run(
    model: &ModelCx<'_>,
    wanted: impl Fn(&Rule) -> bool + Sync,
) -> Vec<(&'static Rule, Report)> {
    let rules: Vec<&'static Rule> = rules::all().iter().filter(|rule| wanted(rule)).collect();
    let by_body: Vec<_> = rules.iter().filter_map(|rule| body_check(rule)).collect();
    let mut found: Vec<_> =
        model.units.par_iter().flat_map_iter(|unit| over_file(model, unit, &by_body)).collect();
    found.par_extend(rules.par_iter().flat_map_iter(|rule| over_model(model, rule)));
    found
}

type BodyCheck = (&'static Rule, fn(&BodyCx<'_>, &mut Sink));

fn body_check(rule: &'static Rule) -> Option<BodyCheck> {
    match rule.check {
        Check::Body(check) => Some((rule, check)),
        Check::Model(_) | Check::Engine => None,
    }
}

fn over_file(
    model: &ModelCx<'_>,
    unit: &Unit<'_>,
    checks: &[BodyCheck],
) -> Vec<(&'static Rule, Report)> {
    let file = FileCx::new(model, unit);
    let mut sinks: Vec<Sink> = checks.iter().map(|_| Sink::new(unit.id)).collect();
    for cx in file.bodies() {
        for ((_, check), sink) in checks.iter().zip(&mut sinks) {
            check(&cx, sink);
        }
    }
    let named = |((rule, _), sink): (&BodyCheck, Sink)| {
        let rule = *rule;
        sink.into_reports().into_iter().map(move |report| (rule, report))
    };
    checks.iter().zip(sinks).flat_map(named).collect()
}

fn over_model(model: &ModelCx<'_>, rule: &'static Rule) -> Vec<(&'static Rule, Report)> {
    let Check::Model(check) = rule.check else { return Vec::new() };
    let mut sink = Sink::new(0);
    check(model, &mut sink);
    sink.into_reports().into_iter().map(|report| (rule, report)).collect()
}
