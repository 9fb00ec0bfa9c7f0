//! What each subcommand does.

mod check;
mod evidence;
mod explain;
mod fix;
mod init;
mod narrow;
mod out;
mod report;
mod shell;

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};

use crate::args::{Cli, Command};
use crate::exit::Exit;

/// Runs the command with the arguments as the system gives them.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::read(args) {
        Ok(cli) => cli,
        Err(error) => {
            // If help can't be printed, there is nobody to tell.
            error.print().ok();
            return if error.use_stderr() { Exit::Wrong } else { Exit::Clean };
        }
    };
    let ended = match cli.command {
        None => check::check(&cli.check),
        Some(Command::Check(check)) => check::check(&check),
        Some(Command::Report(args)) => report::report(&args),
        Some(Command::Rules) => explain::rules(&mut io::stdout().lock()),
        Some(Command::Explain { rule }) => explain::explain(&rule, &mut io::stdout().lock()),
        Some(Command::Init { ci }) => init::init(ci),
        Some(Command::Completions { shell }) => shell::completions(shell, &mut io::stdout().lock()),
        Some(Command::Man) => shell::man(&mut io::stdout().lock()),
    };
    ended.unwrap_or_else(|error| {
        complain(&error);
        Exit::Wrong
    })
}

/// Prints an error; if that fails, there is nobody to tell.
fn complain(error: &dyn std::fmt::Display) {
    let style = clap::builder::Styles::default();
    let red = style.get_error();
    writeln!(anstream::stderr(), "{red}error{red:#}: {error}").ok();
}

/// Says on the standard error what went well; if that fails, there is nobody to tell.
fn note(sentence: &str) {
    let style = clap::builder::Styles::default();
    let bold = style.get_literal();
    writeln!(anstream::stderr(), "{bold}note{bold:#}: {sentence}").ok();
}

/// What a write came to: whoever closed the pipe has read enough.
fn written(result: io::Result<()>) -> Result<(), String> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("cannot write: {error}"))
        }
        _ => Ok(()),
    }
}
