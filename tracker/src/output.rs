//! Where reports go: standard error, and the file of `LINGER_OUTPUT`.

use std::fmt;
use std::io::Write;

/// Prints a warning of linger's own.
pub(crate) fn warn(message: fmt::Arguments<'_>) {
    // Standard error may be closed; there is nobody else to tell.
    let _ = writeln!(std::io::stderr(), "linger: {message}");
}

/// Appends one line to the file of `LINGER_OUTPUT`, if there is one. The line is one write, so that
/// the lines of several processes don't mix.
pub(crate) fn append(line: &str) {
    let Some(path) = crate::env::output() else { return };
    let written = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    if let Err(error) = written {
        warn(format_args!("can't append to {}: {error}", path.display()));
    }
}
