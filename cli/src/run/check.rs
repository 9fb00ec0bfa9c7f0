//! `check`.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Instant;

use linger_lint::finding::Level;
use linger_lint::render::{Surroundings, render};
use linger_lint::{Report, Stats, check as lint};

use super::narrow::Narrow;
use super::{complain, written};
use crate::args::{Check, Color};
use crate::configuration::Configuration;
use crate::exit::Exit;
use crate::load::load;
use crate::progress::Progress;

/// Checks what the arguments name and writes what was found.
pub(super) fn check(args: &Check) -> Result<Exit, String> {
    let started = Instant::now();
    let mut configuration = Configuration::of(args)?;
    let narrow = Narrow::of(args, &configuration)?;
    // Opened first: a check is too long to find out only then that its findings can't be kept.
    let file = args.output.as_deref().map(|path| {
        File::create(path).map_err(|error| format!("cannot write `{}`: {error}", path.display()))
    });
    let file = file.transpose()?;

    let progress = Progress::new(!args.no_progress);
    progress.stage("reading");
    let loaded = load(&args.paths, &configuration.exclude);
    configuration.learn(&loaded);
    progress.stage(format!("checking {} files", loaded.project.files.len()));
    let mut report = lint(&loaded.project, &configuration.config);
    report.stats.generated = loaded.generated;
    drop(progress);
    narrow.apply(&mut report, &loaded, &configuration)?;

    let surroundings = Surroundings {
        colour: coloured(args.color, file.is_some()),
        elapsed: started.elapsed(),
        ..Surroundings::of(&loaded.project)
    };
    let mut out: Box<dyn Write> = match file {
        Some(file) => Box::new(BufWriter::new(file)),
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    let result = render(&report, args.format.into(), &surroundings, &mut out);
    written(result.and_then(|()| out.flush()))?;
    if args.stats {
        // Where nobody reads the standard error, nobody misses the numbers.
        write!(anstream::stderr(), "{}", stats(&report.stats)).ok();
    }
    loaded.errors.iter().for_each(|error| complain(error));
    Ok(exit(&report, !loaded.errors.is_empty()))
}

fn exit(report: &Report, failed: bool) -> Exit {
    if failed {
        Exit::Wrong
    } else if report.count(Level::Deny) > 0 {
        Exit::Denied
    } else {
        Exit::Clean
    }
}

fn coloured(color: Color, to_file: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let out = io::stdout();
            !to_file
                && out.is_terminal()
                && anstream::AutoStream::choice(&out) != anstream::ColorChoice::Never
        }
    }
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
