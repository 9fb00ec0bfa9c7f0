//! Where reports go: standard error, and the files of `LINGER_OUTPUT` and `LINGER_EVIDENCE`.

use std::fmt;
use std::io::Write;
use std::path::Path;

/// Prints a warning of linger's own.
pub(crate) fn warn(message: fmt::Arguments<'_>) {
    // Standard error may be closed; there is nobody else to tell.
    let _ = writeln!(std::io::stderr(), "linger: {message}");
}

/// Appends one line to a file. The line is one write, so that the lines of several processes don't
/// mix.
pub(crate) fn append(path: &Path, line: &str) {
    let written = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    if let Err(error) = written {
        warn(format_args!("can't append to {}: {error}", path.display()));
    }
}
