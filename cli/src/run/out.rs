//! Where findings are written, and what that means for how the command ends.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use linger_lint::Report;
use linger_lint::finding::Level;
use linger_lint::render::{Format, Surroundings, render};

use super::written;
use crate::args::Color;
use crate::atomic;
use crate::exit::Exit;

/// The standard output or a file.
pub(super) struct Out {
    file: Option<PathBuf>,
    colour: bool,
}

impl Out {
    /// Makes sure that the file can be written, if one is named. Before all work: that takes too
    /// long to find out only then that its findings can't be kept.
    pub(super) fn open(path: Option<&Path>, color: Color) -> Result<Out, String> {
        if let Some(path) = path {
            atomic::writable(path).map_err(|error| refused(path, &error))?;
        }
        Ok(Out { colour: coloured(color, path.is_some()), file: path.map(Path::to_owned) })
    }

    /// Whether what is written here is coloured.
    pub(super) fn colour(&self) -> bool {
        self.colour
    }

    /// Writes the report.
    pub(super) fn write(
        self,
        report: &Report,
        format: Format,
        surroundings: &Surroundings<'_>,
    ) -> Result<(), String> {
        if let Some(path) = self.file {
            // In one go, so that whoever stops the command finds no half of a report.
            let mut text = Vec::new();
            let result = render(report, format, surroundings, &mut text);
            let result = result.and_then(|()| atomic::write(&path, &text));
            return result.map_err(|error| refused(&path, &error));
        }
        let mut out = BufWriter::new(io::stdout().lock());
        let result = render(report, format, surroundings, &mut out);
        written(result.and_then(|()| out.flush()))
    }
}

fn refused(path: &Path, error: &io::Error) -> String {
    format!("cannot write `{}`: {error}", path.display())
}

/// How a command ends that has written the report, and has failed besides or not.
pub(super) fn exit(report: &Report, failed: bool) -> Exit {
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
