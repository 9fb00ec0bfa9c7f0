//! What is asked of git.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A working tree.
pub(crate) struct Repository {
    /// Its top, from which git names files.
    pub(crate) folder: PathBuf,
}

impl Repository {
    /// The working tree that `folder` lies in.
    pub(crate) fn around(folder: &Path) -> Result<Repository, String> {
        let top = text(run(folder, ["rev-parse", "--show-toplevel"])?);
        Ok(Repository { folder: top.trim_end_matches(['\r', '\n']).into() })
    }

    /// The commit that a revision names.
    pub(crate) fn commit(&self, revision: &str) -> Result<String, String> {
        let commit = format!("{revision}^{{commit}}");
        let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let found = run(&self.folder, args)
            .map_err(|_| format!("git knows no revision `{revision}` here"))?;
        Ok(text(found).trim().to_owned())
    }

    /// Where the current branch left `commit`; `commit` itself if the two have no common past, or
    /// none that was fetched.
    pub(crate) fn fork_point(&self, commit: &str) -> String {
        let found = run(&self.folder, ["merge-base", commit, "HEAD"]).map(text);
        found.map_or_else(|_| commit.to_owned(), |found| found.trim().to_owned())
    }

    /// How the files as they are now differ from those of `commit`, whatever the user has set.
    pub(crate) fn diff(&self, commit: &str) -> Result<Vec<u8>, String> {
        let args = [
            "-c",
            "core.quotePath=false",
            "diff",
            "--unified=0",
            "--inter-hunk-context=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--no-relative",
            "--find-renames",
            "--ignore-submodules",
            "--text",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            commit,
            "--",
            "*.rs",
        ];
        Ok(run(&self.folder, args)?.stdout)
    }

    /// The files with changes that are not committed, and those that git does not know.
    pub(crate) fn changed(&self) -> Result<Vec<String>, String> {
        let args = ["status", "--porcelain", "-z", "--no-renames", "--ignore-submodules"];
        let lines = text(run(&self.folder, args)?);
        let named = lines.split('\0').filter_map(|line| line.get(3..));
        Ok(named.map(str::to_owned).collect())
    }

    /// The files that git neither knows nor ignores.
    pub(crate) fn untracked(&self) -> Result<Vec<String>, String> {
        let args = ["ls-files", "--others", "--exclude-standard", "-z", "--", "*.rs"];
        let names = text(run(&self.folder, args)?);
        Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }
}

fn text(output: Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn run<'a>(folder: &Path, args: impl IntoIterator<Item = &'a str>) -> Result<Output, String> {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(args.into_iter().map(OsStr::new));
    // Reading must not wait for, or write, the lock of whoever works on the same tree.
    git.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    let output = git.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => "this needs git, and there is none in `PATH`".to_owned(),
        _ => format!("cannot run git: {error}"),
    })?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().next().unwrap_or("it does not say why");
    Err(format!("git: {}", first.trim_start_matches("fatal: ")))
}
