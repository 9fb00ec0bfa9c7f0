//! `check`.

use std::io::Write;
use std::time::Instant;

use linger_lint::render::Surroundings;
use linger_lint::{Stats, check as lint};

use super::complain;
use super::evidence::evidence;
use super::narrow::Narrow;
use super::out::{Out, exit};
use crate::args::Check;
use crate::configuration::Configuration;
use crate::exit::Exit;
use crate::load::load;
use crate::progress::Progress;

/// Checks what the arguments name and writes what was found.
pub(super) fn check(args: &Check) -> Result<Exit, String> {
    let started = Instant::now();
    let mut configuration = Configuration::of(args)?;
    let narrow = Narrow::of(args, &configuration)?;
    let out = Out::open(args.output.as_deref(), args.color)?;

    let progress = Progress::new(!args.no_progress);
    progress.stage("reading");
    let loaded = load(&args.paths, &configuration.exclude);
    configuration.learn(&loaded);
    progress.stage(format!("checking {} files", loaded.project.files.len()));
    let mut report = lint(&loaded.project, &configuration.config);
    report.stats.generated = loaded.generated;
    drop(progress);
    let weighed = evidence(&args.evidence, &args.paths, &loaded, &mut report);
    narrow.apply(&mut report, &loaded, &configuration)?;

    let mut surroundings = Surroundings {
        colour: out.colour(),
        elapsed: started.elapsed(),
        ..Surroundings::of(&loaded.project)
    };
    for (file, text) in &weighed.texts {
        surroundings.texts.entry(file).or_insert(text);
    }
    out.write(&report, args.format.into(), &surroundings)?;
    if args.stats {
        // Where nobody reads the standard error, nobody misses the numbers.
        write!(anstream::stderr(), "{}", stats(&report.stats)).ok();
    }
    loaded.errors.iter().for_each(|error| complain(error));
    Ok(exit(&report, weighed.failed || !loaded.errors.is_empty()))
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
