//! What a check reports: the one form that the linter, the tracker and every renderer share.

use serde::{Deserialize, Serialize};

/// How much a rule's findings weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported: a policy that a project may switch on.
    Allow,
    /// Reported, and the exit code stays 0.
    Warn,
    /// Reported, and the exit code becomes 1.
    Deny,
}

impl Level {
    /// The name used on the command line and in every format.
    pub fn name(self) -> &'static str {
        match self {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
        }
    }
}

/// Where a finding comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The linter read it in the source.
    Lint,
    /// The tracker saw it happen.
    Run,
}

/// One place in a file: lines and columns from 1, columns in characters, bytes from 0.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The byte offset in the file, from 0.
    pub byte: usize,
}

/// A stretch of a file; `end` is the first position behind it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Region {
    /// The first position.
    pub start: Position,
    /// The first position behind the last.
    pub end: Position,
}

impl Region {
    /// The very start of a file, for findings that speak of the file as a whole.
    pub const START: Region = {
        let start = Position { line: 1, column: 1, byte: 0 };
        Region { start, end: start }
    };
}

/// A second place that a finding speaks of: the first lock, the original sender, the `.await`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// What is there.
    pub message: String,
    /// The file, as in [`Finding::file`].
    pub file: String,
    /// The place.
    pub span: Region,
}

/// One replacement that [`Fix`] makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The file, as in [`Finding::file`].
    pub file: String,
    /// What is replaced; empty to insert.
    pub span: Region,
    /// The text put there.
    pub replacement: String,
}

/// A change that a machine may make because it is surely what the author means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What the change does, in a few words.
    pub message: String,
    /// The replacements, none overlapping.
    pub edits: Vec<Edit>,
}

/// One finding, in the form that `--format json` prints as one object a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule, in kebab case.
    pub rule: String,
    /// The level in force for this finding.
    pub level: Level,
    /// What is wrong, naming the thing: lower case, no full stop.
    pub message: String,
    /// The file, as it was named to the check, with `/` between folders.
    pub file: String,
    /// The place that the message speaks of.
    pub span: Region,
    /// Further places.
    pub labels: Vec<Label>,
    /// Why it matters and what to write instead.
    pub help: Option<String>,
    /// A change that a machine may make.
    pub fix: Option<Fix>,
    /// Who found it.
    pub origin: Origin,
}
