//! `// linger: allow(rule): reason`: findings that the author answers for.
//!
//! A comment speaks for its own line if code stands on it, otherwise for the next line of code,
//! and if an item begins there, for the whole item. Documentation comments never suppress, so
//! that they can show the syntax. `#[linger::allow(rule, reason = "…")]` speaks for its item.

mod allow;
mod attribute;
mod comment;
mod reach;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::config::Config;
use crate::finding::{Finding, Level, Origin, Suppressed};
use crate::near;
use crate::rules::{self, names};
use crate::source::LineIndex;
use allow::Allow;

/// A file's comments and attributes, and what they may stand on.
#[derive(Clone, Copy, Debug)]
pub struct Commented<'a> {
    /// The file's text.
    pub text: &'a str,
    /// The comments and attributes in it that may speak to linger, as
    /// [`skim`](crate::source::skim::skim) finds them.
    pub suppressions: &'a [Range<usize>],
    /// The items in it, in any order, as byte ranges from their first attribute or word on.
    pub items: &'a [Range<usize>],
}

/// What suppressions leave of a check's findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// What no suppression allows, and what is wrong with suppressions.
    pub findings: Vec<Finding>,
    /// What a suppression allows.
    pub suppressed: Vec<Suppressed>,
}

/// Takes away the findings that a suppression allows, and adds one for each that allows nothing, gives no reason, or can't be understood.
///
/// `files` maps the name of each file to its suppressions; a finding in a file that is not among
/// them stays. A suppression of a rule that `config` allows everywhere is not called unused.
pub fn apply(
    found: Vec<Finding>,
    files: &BTreeMap<&str, Commented<'_>>,
    config: &Config,
) -> Applied {
    let spoken: Vec<_> = files
        .iter()
        .filter(|(_, file)| !file.suppressions.is_empty())
        .map(|(path, file)| (*path, *file, LineIndex::new(file.text)))
        .collect();
    let mut suppressions: Vec<Suppression<'_>> = spoken
        .iter()
        .flat_map(|(path, file, lines)| {
            let ranges = file.suppressions.iter();
            ranges.filter_map(|range| Suppression::new(path, *file, lines, range.clone()))
        })
        .collect();
    let mut applied = Applied::default();
    for finding in found {
        // All are asked, also behind the first that takes it: each that does is in use.
        let taking: Vec<bool> = suppressions.iter_mut().map(|one| one.takes(&finding)).collect();
        match taking.iter().position(|takes| *takes) {
            Some(first) => {
                let reason = suppressions[first].allow.reason.clone();
                applied.suppressed.push(Suppressed { finding, reason });
            }
            None => applied.findings.push(finding),
        }
    }
    let complaints = suppressions.iter().flat_map(|suppression| suppression.complaints(config));
    applied.findings.extend(complaints);
    applied
}

/// One comment or attribute, and which of the rules it names have matched.
struct Suppression<'a> {
    path: &'a str,
    text: &'a str,
    lines: &'a LineIndex,
    range: Range<usize>,
    allow: Allow,
    /// What to write, for the help of complaints.
    syntax: &'static str,
    reach: Range<usize>,
    used: Vec<bool>,
}

impl<'a> Suppression<'a> {
    fn new(
        path: &'a str,
        file: Commented<'a>,
        lines: &'a LineIndex,
        range: Range<usize>,
    ) -> Option<Self> {
        let written = &file.text[range.clone()];
        let is_attribute = written.starts_with('#');
        let (allow, syntax) = if is_attribute {
            (attribute::parse(written)?, attribute::SYNTAX)
        } else {
            (comment::parse(written)?, comment::SYNTAX)
        };
        let item = is_attribute.then(|| reach::item(&range, file.items)).flatten();
        let reach = item.unwrap_or_else(|| reach::reach(file.text, &range, file.items));
        let used = vec![false; allow.rules.len()];
        Some(Suppression { path, text: file.text, lines, range, allow, syntax, reach, used })
    }

    /// Whether it allows the finding; all suppressions that do so are in use.
    fn takes(&mut self, finding: &Finding) -> bool {
        if finding.file != self.path || !self.reach.contains(&finding.span.start.byte) {
            return false;
        }
        match self.allow.rules.iter().position(|(rule, _)| *rule == finding.rule) {
            Some(index) => {
                self.used[index] = true;
                true
            }
            None => false,
        }
    }

    fn complaints(&self, config: &Config) -> Vec<Finding> {
        let unused = names::UNUSED_SUPPRESSION;
        let whole = 0..self.range.len();
        if self.allow.rules.is_empty() {
            let complaint = "this suppression can't be understood";
            return vec![self.complaint(
                unused,
                complaint.to_owned(),
                Some(self.syntax),
                &whole,
                config,
            )];
        }
        let mut complaints = Vec::new();
        for ((rule, place), used) in self.allow.rules.iter().zip(&self.used) {
            if rules::find(rule).is_none() {
                let message =
                    near::unknown("rule", rule, rules::all().iter().map(|rule| rule.name));
                complaints.push(self.complaint(unused, message, None, place, config));
            } else if !used && config.level_in(self.path, rule) != Level::Allow {
                let message = format!("`{rule}` reports nothing here that could be allowed");
                let help = Some("take the suppression away");
                complaints.push(self.complaint(unused, message, help, place, config));
            }
        }
        if self.allow.reason.is_empty() {
            let rules: Vec<_> = self.allow.rules.iter().map(|(r, _)| format!("`{r}`")).collect();
            let message = format!("no reason is given for allowing {}", rules.join(", "));
            let rule = names::SUPPRESSION_WITHOUT_REASON;
            complaints.push(self.complaint(rule, message, Some(self.syntax), &whole, config));
        }
        complaints
    }

    /// `place` is counted from the start of the suppression.
    fn complaint(
        &self,
        rule: &str,
        message: String,
        help: Option<&str>,
        place: &Range<usize>,
        config: &Config,
    ) -> Finding {
        let (start, end) = (self.range.start + place.start, self.range.start + place.end);
        Finding {
            rule: rule.to_owned(),
            level: config.level_in(self.path, rule),
            message,
            file: self.path.to_owned(),
            span: self.lines.region(self.text, start, end),
            labels: Vec::new(),
            help: help.map(str::to_owned),
            fix: None,
            origin: Origin::Lint,
            run: None,
            evidence: None,
        }
    }
}

#[cfg(test)]
mod tests;
