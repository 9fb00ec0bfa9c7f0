//! A folder of files for one test, and the command run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cargo_linger::exit::Exit;
use tempfile::TempDir;

/// A folder that is gone after the test.
pub(crate) struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// With these files in it, each `(path, text)`.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let sandbox = Sandbox { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        // The system's folder for temporary files may be a link; names in findings are not.
        self.folder.path().canonicalize().unwrap().join(below)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs the command here; the arguments are divided at spaces.
    pub(crate) fn run(&self, args: &str) -> Ran {
        run_in(&self.path(""), args)
    }
}

/// Runs the command in `folder`.
pub(crate) fn run_in(folder: &Path, args: &str) -> Ran {
    let output = command(folder, args).output().unwrap();
    Ran::from(output)
}

/// The command, ready to run in `folder`.
pub(crate) fn command(folder: &Path, args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-linger"));
    command.current_dir(folder).args(args.split_whitespace());
    // What the user has set is not to colour the tests.
    for variable in ["CLICOLOR_FORCE", "RUST_BACKTRACE", "CARGO_TARGET_DIR"] {
        command.env_remove(variable);
    }
    command
}

/// What a run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    code: Option<i32>,
}

impl Ran {
    /// Itself, if it ended that way.
    #[track_caller]
    pub(crate) fn ended(self, exit: Exit) -> Self {
        assert_eq!(self.code, Some(i32::from(exit.code())), "{self:#?}");
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Ran {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }
}
