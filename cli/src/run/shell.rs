//! `completions` and `man`: what a shell and its help system want to know.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::written;
use crate::args::Cli;
use crate::exit::Exit;

/// The name of the program, for which a shell completes.
const PROGRAM: &str = "cargo-linger";

/// Prints a script that completes arguments.
pub(super) fn completions(shell: Shell, out: &mut dyn Write) -> Result<Exit, String> {
    // The generator gives up with a panic where nobody reads, so it does not write there itself.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), PROGRAM, &mut script);
    written(out.write_all(&script))?;
    Ok(Exit::Clean)
}

/// Prints the manual page: one for all subcommands, as most have little to say.
pub(super) fn man(out: &mut dyn Write) -> Result<Exit, String> {
    let mut command = Cli::command().name(PROGRAM);
    command.build();
    let mut page = Vec::new();
    let rendered = sections(&command, &mut page);
    written(rendered.and_then(|()| out.write_all(&page)))?;
    Ok(Exit::Clean)
}

fn sections(command: &clap::Command, page: &mut Vec<u8>) -> io::Result<()> {
    let man = Man::new(command.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    let mut roff = Roff::new();
    roff.control("SH", ["SUBCOMMANDS"]);
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        roff.control("TP", []).text([bold(format!("cargo linger {}", sub.get_name()))]);
        roff.text([roman(sub.get_about().unwrap_or_default().to_string())]);
        // What `check` takes is what the command takes without a subcommand.
        let own = sub.get_arguments().filter(|_| sub.get_name() != "check");
        for argument in own.filter(|argument| argument.get_id() != "help") {
            let help = argument.get_help().unwrap_or_default();
            roff.control("br", []);
            roff.text([bold(argument.to_string()), roman(format!(": {help}"))]);
        }
    }
    roff.control("SH", ["EXIT STATUS"]);
    for exit in Exit::ALL {
        roff.control("TP", []).text([bold(exit.code().to_string())]);
        roff.text([roman(exit.sentence())]);
    }
    roff.to_writer(page)?;
    man.render_version_section(page)
}
