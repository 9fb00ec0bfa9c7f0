//! Which of the findings are reported.

use linger_lint::Report;
use linger_lint::finding::{Finding, Level};

use crate::args::Check;
use crate::baseline::Baseline;
use crate::configuration::{Configuration, common_folder, given};
use crate::diff::Changes;
use crate::globs::Globs;
use crate::load::Loaded;
use crate::paths::absolute;

/// What the arguments leave of a report.
pub(super) struct Narrow {
    only: Option<Globs>,
    changes: Option<Changes>,
    baseline: Option<Baseline>,
}

impl Narrow {
    /// Reads what there is to read, so that a mistake is told before a long check.
    ///
    /// # Errors
    ///
    /// A pattern, a revision or the baseline is wrong: the text to print.
    pub(super) fn of(args: &Check, configuration: &Configuration) -> Result<Narrow, String> {
        let only = &args.narrowed.only;
        let only = (!only.is_empty()).then(|| given("only", only)).transpose()?;
        let base = args.narrowed.diff.as_deref();
        let changes = base.map(|base| Changes::since(base, &folder(args))).transpose()?;
        let baseline = Baseline::of(&args.baseline, configuration.baseline.as_deref())?;
        Ok(Narrow { only, changes, baseline })
    }

    /// Leaves in `report` what is asked for, and gives the sentences to say of the rest.
    ///
    /// # Errors
    ///
    /// The baseline can't be written: the text to print.
    pub(super) fn apply(
        self,
        report: &mut Report,
        loaded: &Loaded,
        configuration: &Configuration,
    ) -> Result<Vec<String>, String> {
        let mut said = Vec::new();
        let wanted =
            |file: &str| self.only.as_ref().is_none_or(|only| only.cover(&absolute(file.as_ref())));
        retain(report, |finding| wanted(&finding.file));
        // Before what did not change goes: an entry for it is no longer in the report otherwise.
        if let Some(baseline) = self.baseline {
            let config = &configuration.config;
            let checked =
                |file: &str, rule: &str| wanted(file) && config.level_in(file, rule) > Level::Allow;
            said = baseline.apply(report, &loaded.project, checked)?;
        }
        if let Some(changes) = &self.changes {
            retain(report, |finding| changes.touch(finding));
        }
        Ok(said)
    }
}

/// The folder of what is checked, where git is asked.
pub(super) fn folder(args: &Check) -> std::path::PathBuf {
    let common = common_folder(&args.paths);
    let above = common.ancestors().find(|folder| folder.is_dir());
    above.unwrap_or(&common).to_owned()
}

fn retain(report: &mut Report, keep: impl Fn(&Finding) -> bool) {
    report.findings.retain(&keep);
    report.suppressed.retain(|suppressed| keep(&suppressed.finding));
}
