//! `report`.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::time::Instant;

use linger_lint::finding::Finding;
use linger_lint::recorded::Recorded;
use linger_lint::render::Surroundings;
use linger_lint::{Report, Stats};

use super::complain;
use super::out::{Out, exit};
use crate::args::ReportArgs;
use crate::exit::Exit;
use crate::paths;

/// Writes what runs found.
pub(super) fn report(args: &ReportArgs) -> Result<Exit, String> {
    let started = Instant::now();
    let out = Out::open(args.output.as_deref(), args.color)?;
    let (mut recorded, failed) = read(&args.files);

    let texts = sources(&recorded.findings);
    let texts = texts.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    recorded.anchor(&texts);
    let stats = Stats { reports: recorded.reports, ..Stats::default() };
    let report = Report { findings: recorded.findings, stats, ..Report::default() };
    let surroundings = Surroundings {
        texts,
        colour: out.colour(),
        elapsed: started.elapsed(),
        ..Surroundings::default()
    };
    out.write(&report, args.format.into(), &surroundings)?;
    Ok(exit(&report, failed))
}

/// What the files say, merged. Complains of what could not be read, and says whether there was
/// any; what is written is complete without it.
pub(super) fn read(files: &[impl AsRef<Path>]) -> (Recorded, bool) {
    let mut recorded = Recorded::default();
    let mut failed = false;
    for file in files {
        let file = file.as_ref();
        match bytes(file) {
            // A torn line may end inside of a character.
            Ok(bytes) => recorded.read(&name(file), &String::from_utf8_lossy(&bytes)),
            Err(error) => {
                complain(&format!("cannot read `{}`: {error}", name(file)));
                failed = true;
            }
        }
    }
    recorded.problems.iter().for_each(|problem| complain(problem));
    failed |= !recorded.problems.is_empty();
    recorded.merge();
    (recorded, failed)
}

fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return fs::read(file);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn name(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() }
}

/// The texts of the files that findings speak of, as far as they are here: runs may have been
/// recorded on another machine.
pub(super) fn sources(findings: &[Finding]) -> HashMap<String, String> {
    let mut texts = HashMap::new();
    let own = findings.iter().map(|finding| &finding.file);
    let labels = findings.iter().flat_map(|finding| &finding.labels).map(|label| &label.file);
    for file in own.chain(labels).filter(|file| !file.is_empty()) {
        if !texts.contains_key(file)
            && let Some(text) = paths::compiled(file).and_then(|path| fs::read_to_string(path).ok())
        {
            texts.insert(file.clone(), text);
        }
    }
    texts
}
