//! The variables of the environment, read once.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

/// What `LINGER` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nothing is recorded.
    Off,
    /// Findings are printed, and nothing fails.
    Report,
    /// Findings of severity `error` fail the test. The default.
    Fail,
}

const UNREAD: u8 = u8::MAX;
static MODE: AtomicU8 = AtomicU8::new(UNREAD);

/// What `LINGER` says: `off`, `report` or `fail`.
#[inline]
pub(crate) fn mode() -> Mode {
    match MODE.load(Ordering::Relaxed) {
        0 => Mode::Off,
        1 => Mode::Report,
        2 => Mode::Fail,
        _ => read_mode(),
    }
}

#[cold]
fn read_mode() -> Mode {
    let mode = match std::env::var("LINGER").as_deref() {
        Ok("off" | "0") => Mode::Off,
        Ok("report") => Mode::Report,
        Ok("fail" | "") | Err(_) => Mode::Fail,
        Ok(other) => {
            crate::output::warn(format_args!(
                "LINGER={other} is none of off, report and fail; taken as fail"
            ));
            Mode::Fail
        }
    };
    MODE.store(mode as u8, Ordering::Relaxed);
    mode
}

/// Whether anything is recorded.
#[inline]
pub(crate) fn tracking() -> bool {
    cfg!(feature = "track") && mode() != Mode::Off
}

/// The file of `LINGER_OUTPUT`, to which reports with findings are appended as JSON lines.
pub(crate) fn output() -> Option<&'static Path> {
    static OUTPUT: OnceLock<Option<PathBuf>> = OnceLock::new();
    OUTPUT.get_or_init(|| file("LINGER_OUTPUT")).as_deref()
}

/// The file of `LINGER_EVIDENCE`, to which every report is appended together with what ended.
pub(crate) fn evidence() -> Option<&'static Path> {
    static EVIDENCE: OnceLock<Option<PathBuf>> = OnceLock::new();
    EVIDENCE.get_or_init(|| file("LINGER_EVIDENCE")).as_deref()
}

fn file(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Whether `LINGER_BACKTRACE=1` asks for a backtrace at each spawn.
pub(crate) fn backtrace() -> bool {
    static BACKTRACE: OnceLock<bool> = OnceLock::new();
    *BACKTRACE
        .get_or_init(|| std::env::var_os("LINGER_BACKTRACE").is_some_and(|value| value == "1"))
}
