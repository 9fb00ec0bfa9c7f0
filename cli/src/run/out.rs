//! Where findings are written, and what that means for how the command ends.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use linger_lint::Report;
use linger_lint::finding::Level;
use linger_lint::render::{Format, Surroundings, render};

use super::written;
use crate::args::Color;
use crate::exit::Exit;

/// The standard output or a file.
pub(super) struct Out {
    file: Option<File>,
    colour: bool,
}

impl Out {
    /// Opens the file, if one is named. Before all work: that takes too long to find out only then
    /// that its findings can't be kept.
    pub(super) fn open(path: Option<&Path>, color: Color) -> Result<Out, String> {
        let file = path.map(|path| {
            File::create(path)
                .map_err(|error| format!("cannot write `{}`: {error}", path.display()))
        });
        let file = file.transpose()?;
        Ok(Out { colour: coloured(color, file.is_some()), file })
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
        let mut out: Box<dyn Write> = match self.file {
            Some(file) => Box::new(BufWriter::new(file)),
            None => Box::new(BufWriter::new(io::stdout().lock())),
        };
        let result = render(report, format, surroundings, &mut out);
        written(result.and_then(|()| out.flush()))
    }
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
