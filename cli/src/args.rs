//! The arguments.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use linger_lint::finding::Level;
use linger_lint::render;

use crate::exit::Exit;

/// Finds the tasks, threads and channels that outlive their owner.
#[derive(Debug, Parser)]
#[command(name = "cargo linger", bin_name = "cargo linger", version)]
#[command(args_conflicts_with_subcommands = true, after_help = exit_codes())]
pub struct Cli {
    /// What to do; `check` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What to check if nothing is said.
    #[command(flatten)]
    pub check: Check,
}

/// What the command can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check packages, workspaces, folders or files (the default)
    #[command(after_help = exit_codes())]
    Check(Check),
    /// Show what runs of the tracker found
    #[command(after_help = exit_codes())]
    Report(ReportArgs),
    /// List the rules
    Rules,
    /// Print the documentation of a rule
    Explain {
        /// The rule's name
        rule: String,
    },
    /// Write a commented `linger.toml`, and a CI workflow if asked for; never over a file
    Init {
        /// Write a workflow for this service, too
        #[arg(long, value_name = "SERVICE", value_enum)]
        ci: Option<Ci>,
    },
    /// Print a script that completes arguments of `cargo-linger`
    Completions {
        /// For which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// The values of `--ci`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// GitHub Actions
    Github,
    /// GitLab CI/CD
    Gitlab,
}

/// What to check and how to say what was found.
#[derive(Clone, Debug, Default, Args)]
pub struct Check {
    /// Packages, workspaces, folders or `.rs` files; the current workspace if none is given
    pub paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Format,
    /// Write the findings to FILE and not to the standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How RULE's findings weigh
    #[command(flatten)]
    pub levels: Levels,
    /// Leave out files that GLOB matches, as in `.gitignore`: neither read nor followed
    /// (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Read the configuration from FILE; otherwise from the nearest `linger.toml`, or
    /// `Cargo.toml` with `[workspace.metadata.linger]`, above what is checked
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Of which files and lines
    #[command(flatten)]
    pub narrowed: Narrowed,
    /// Which findings are known
    #[command(flatten)]
    pub baseline: BaselineArgs,
    /// Hold what runs with `LINGER_EVIDENCE=FILE` or `LINGER_OUTPUT=FILE` wrote against what is
    /// read in the source (repeatable)
    #[arg(long, value_name = "FILE")]
    pub evidence: Vec<PathBuf>,
    /// What is mended
    #[command(flatten)]
    pub fix: Fix,
    /// Whether to colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Color,
    /// Neither use nor keep what earlier runs found (in `linger` below the target folder)
    #[arg(long)]
    pub no_cache: bool,
    /// Say on the standard error how much was read and what could not be resolved
    #[arg(long)]
    pub stats: bool,
    /// Never show progress
    #[arg(long)]
    pub no_progress: bool,
}

/// Whether to mend what a machine can.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Fix {
    /// Change the files where the change is surely what their author means, and report what is
    /// left
    #[arg(long)]
    pub fix: bool,
    /// Change files also where git could not show the change alone
    #[arg(long, requires = "fix")]
    pub allow_dirty: bool,
}

/// Which part of what is found is reported. All of it is read, as meaning crosses files.
#[derive(Clone, Debug, Default, Args)]
pub struct Narrowed {
    /// Report only findings in files that GLOB matches, as in `.gitignore` (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub only: Vec<String>,
    /// Report only findings on lines that changed since the revision BASE of git, or since the
    /// current branch left it
    #[arg(long, value_name = "BASE", conflicts_with = "write_baseline")]
    pub diff: Option<String>,
}

/// What is done with the findings that were there before.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Baseline")]
pub struct BaselineArgs {
    /// Report only what FILE does not list, or the `baseline` of the configuration. The first
    /// use writes FILE, except where `CI` is set
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Make the baseline list all that is found now
    #[arg(long, conflicts_with = "prune_baseline")]
    pub write_baseline: bool,
    /// Take out of the baseline what is no longer found
    #[arg(long)]
    pub prune_baseline: bool,
}

/// What to show of runs.
#[derive(Clone, Debug, Default, Args)]
pub struct ReportArgs {
    /// Files that runs with `LINGER_OUTPUT=FILE` wrote; `-` is the standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Format,
    /// Write the findings to FILE and not to the standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Whether to colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Color,
}

/// The levels set by `-D`, `-W` and `-A`, in the order of the arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(pub Vec<(String, Level)>);

const LEVELS: [(&str, char, &str, Level); 3] = [
    ("deny", 'D', "Report RULE and fail (repeatable)", Level::Deny),
    ("warn", 'W', "Report RULE and do not fail (repeatable)", Level::Warn),
    ("allow", 'A', "Do not report RULE (repeatable)", Level::Allow),
];

// Derived arguments would lose the order between the three options, and the last one wins.
impl Args for Levels {
    fn augment_args(command: clap::Command) -> clap::Command {
        LEVELS.iter().fold(command, |command, (name, short, help, _)| {
            let arg = clap::Arg::new(*name).long(*name).short(*short).value_name("RULE");
            command.arg(arg.help(*help).action(clap::ArgAction::Append))
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Levels {
    fn from_arg_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error> {
        let mut levels = Levels::default();
        levels.update_from_arg_matches(matches)?;
        Ok(levels)
    }

    fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
        let mut set: Vec<(usize, String, Level)> = Vec::new();
        for (name, _, _, level) in LEVELS {
            let rules = matches.get_many::<String>(name).into_iter().flatten();
            let places = matches.indices_of(name).into_iter().flatten();
            set.extend(places.zip(rules).map(|(place, rule)| (place, rule.clone(), level)));
        }
        set.sort_by_key(|(place, ..)| *place);
        self.0 = set.into_iter().map(|(_, rule, level)| (rule, level)).collect();
        Ok(())
    }
}

/// The values of `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Source excerpts and a summary
    #[default]
    Human,
    /// One line a finding
    Short,
    /// One JSON object a line
    Json,
    /// Annotations in GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// The compiler's messages, for editors
    Rustc,
    /// Code quality in GitLab
    Gitlab,
    /// A test report, for CI servers
    Junit,
    /// One page for a browser
    Html,
}

impl From<Format> for render::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => render::Format::Human,
            Format::Short => render::Format::Short,
            Format::Json => render::Format::Json,
            Format::Github => render::Format::Github,
            Format::Sarif => render::Format::Sarif,
            Format::Rustc => render::Format::Rustc,
            Format::Gitlab => render::Format::Gitlab,
            Format::Junit => render::Format::Junit,
            Format::Html => render::Format::Html,
        }
    }
}

/// The values of `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that can
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Cli {
    /// Reads the arguments as the system gives them. `cargo linger …` runs
    /// `cargo-linger linger …`: that word is taken away.
    ///
    /// # Errors
    ///
    /// The arguments are wrong, or ask for help or the version; the error prints either.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
        let mut args: Vec<OsString> = args.into_iter().collect();
        if args.get(1).is_some_and(|arg| arg == "linger") {
            args.remove(1);
        }
        Cli::try_parse_from(args)
    }
}

fn exit_codes() -> String {
    let codes = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.sentence()));
    format!("Exit codes:\n{}", codes.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &str) -> Cli {
        Cli::read(args.split(' ').map(OsString::from)).unwrap()
    }

    #[test]
    fn check_is_the_default() {
        for args in ["cargo-linger a b", "cargo-linger linger a b"] {
            assert_eq!(read(args).check.paths, [PathBuf::from("a"), "b".into()]);
        }
        let Some(Command::Check(check)) = read("cargo-linger linger check a --stats").command
        else {
            panic!("no check");
        };
        assert!(check.stats);
        assert_eq!(check.paths, [PathBuf::from("a")]);
    }

    #[test]
    fn a_path_may_be_called_like_a_subcommand() {
        assert!(matches!(read("cargo-linger rules").command, Some(Command::Rules)));
        let cli = read("cargo-linger ./rules");
        assert!(cli.command.is_none());
        assert_eq!(cli.check.paths, [PathBuf::from("./rules")]);
        assert_eq!(read("cargo-linger a rules").check.paths, [PathBuf::from("a"), "rules".into()]);
    }

    #[test]
    fn the_order_of_levels_is_kept() {
        let levels = read("cargo-linger -A a -D b --warn a -Ab").check.levels.0;
        let levels: Vec<_> = levels.iter().map(|(rule, level)| (rule.as_str(), *level)).collect();
        assert_eq!(
            levels,
            [("a", Level::Allow), ("b", Level::Deny), ("a", Level::Warn), ("b", Level::Allow)]
        );
    }

    #[test]
    fn the_definition_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
