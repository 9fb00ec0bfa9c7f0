//! How the command ends.

use std::process::ExitCode;

/// How the command ends; the number is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Nothing was denied.
    Clean = 0,
    /// At least one finding was denied.
    Denied = 1,
    /// The arguments, the configuration, a manifest or a record of runs were wrong, or a path does
    /// not exist; what could be checked was checked.
    Wrong = 2,
}

impl Exit {
    /// Every way to end, in the order of the codes.
    pub const ALL: [Exit; 3] = [Exit::Clean, Exit::Denied, Exit::Wrong];

    /// What the code means, in a sentence for the help text and the README.
    pub fn sentence(self) -> &'static str {
        match self {
            Exit::Clean => "Nothing was denied.",
            Exit::Denied => "At least one finding was denied.",
            Exit::Wrong => {
                "The arguments, the configuration, a manifest or a record of runs were wrong, or a \
                 path does not exist; what could be checked was checked."
            }
        }
    }

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_says_the_same() {
        let readme = include_str!("../../README.md");
        for exit in Exit::ALL {
            let row = format!("| {} | {} |", exit.code(), exit.sentence());
            assert!(readme.contains(&row), "{row}");
        }
    }
}
