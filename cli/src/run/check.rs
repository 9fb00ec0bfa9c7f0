//! `check`.

use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use linger_lint::render::Surroundings;
use linger_lint::{Report, Stats, check_with};

use super::evidence::Record;
use super::fix::{self, Mended};
use super::narrow::{Narrow, folder};
use super::out::{Out, exit};
use super::{complain, note};
use crate::args::{self, Check};
use crate::cache::Cache;
use crate::configuration::Configuration;
use crate::exit::Exit;
use crate::load::{Loaded, load};
use crate::progress::Progress;

/// Checks what the arguments name and writes what was found.
pub(super) fn check(args: &Check) -> Result<Exit, String> {
    let started = Instant::now();
    let mut configuration = Configuration::of(args)?;
    let narrow = Narrow::of(args, &configuration)?;
    let out = Out::open(args.output.as_deref(), args.color)?;

    if args.fix.fix {
        fix::allowed(&folder(args), args.fix.allow_dirty)?;
    }
    let record = Record::of(&args.evidence, &args.paths);
    let mut looked = look(args, &mut configuration, narrow, &record)?;
    if args.fix.fix {
        let mut mended = Mended::default();
        while mended.make(&looked.report, &looked.loaded)? {
            let narrow = Narrow::of(args, &configuration)?;
            let said = looked.said;
            looked = look(args, &mut configuration, narrow, &record)?;
            // What every look says is said once.
            looked.said.retain(|sentence| !said.contains(sentence));
            looked.said.splice(..0, said);
        }
        looked.said.push(mended.to_string());
    }
    let Looked { loaded, report, said } = looked;
    said.iter().for_each(|sentence| note(sentence));

    let mut surroundings = Surroundings {
        colour: out.colour(),
        elapsed: started.elapsed(),
        packages: loaded.packages.iter().map(|(name, id)| (name.as_str(), id.as_str())).collect(),
        ..Surroundings::of(&loaded.project)
    };
    for (file, text) in &record.texts {
        surroundings.texts.entry(file).or_insert(text);
    }
    out.write(&report, args.format.into(), &surroundings)?;
    // A log has no use for advice.
    if args.format == args::Format::Human && io::stderr().is_terminal() {
        advice(args, &configuration, &report).iter().for_each(|sentence| note(sentence));
    }
    if args.stats {
        // Where nobody reads the standard error, nobody misses the numbers.
        write!(anstream::stderr(), "{}", stats(&report.stats)).ok();
    }
    loaded.errors.iter().for_each(|error| complain(error));
    Ok(exit(&report, record.failed || !loaded.errors.is_empty()))
}

/// More findings than these are not mended in one go.
const MANY: usize = 20;

/// What helps on.
fn advice(args: &Check, configuration: &Configuration, report: &Report) -> Vec<String> {
    let fixable = report.findings.iter().filter(|finding| finding.fix.is_some()).count();
    let narrowed = configuration.baseline.is_some()
        || args.baseline.baseline.is_some()
        || args.narrowed.diff.is_some();
    let mut advice = Vec::new();
    if fixable > 0 && !args.fix.fix {
        advice.push(format!("`--fix` mends {fixable} of these"));
    }
    if report.findings.len() > MANY && !narrowed {
        advice.push(
            "`--baseline FILE` keeps these in a file, and from then on reports what is new"
                .to_owned(),
        );
    }
    advice
}

/// What a check saw.
struct Looked {
    loaded: Loaded,
    report: Report,
    /// What else there is to say.
    said: Vec<String>,
}

/// Reads and checks what the arguments name, and leaves in the report what they ask for.
fn look(
    args: &Check,
    configuration: &mut Configuration,
    narrow: Narrow,
    record: &Record,
) -> Result<Looked, String> {
    let progress = Progress::new(!args.no_progress);
    progress.stage("reading");
    let loaded = load(&args.paths, &configuration.exclude);
    configuration.learn(&loaded);
    progress.stage(format!("checking {} files", loaded.project.files.len()));
    let cache = loaded.target_folder.as_deref().filter(|_| !args.no_cache).map(Cache::new);
    let kept = cache.as_ref().map(|cache| cache as &dyn linger_lint::Cache);
    let mut report = check_with(&loaded.project, &configuration.config, kept);
    if let Some(cache) = cache {
        cache.prune();
    }
    report.stats.generated = loaded.generated;
    drop(progress);
    record.weigh(&loaded, &mut report);
    let said = narrow.apply(&mut report, &loaded, configuration)?;
    Ok(Looked { loaded, report, said })
}

fn stats(stats: &Stats) -> String {
    let rows = [
        ("files", stats.files),
        ("  parsed", stats.parsed),
        ("  skipped, as nothing in them could matter", stats.skipped),
        ("generated files left out", stats.generated),
        ("lines", stats.lines),
        ("bytes", stats.bytes),
        ("receivers of unknown type", stats.unresolved_receivers),
        ("macro calls not read", stats.unread_macros),
    ];
    rows.iter().map(|(name, number)| format!("{number:>12}  {name}\n")).collect()
}
