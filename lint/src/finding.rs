//! What a check reports: the one form that the linter, the tracker and every renderer share.

use std::cmp::Ordering;
use std::fmt;

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

/// How sure the tracker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It is alive past its scope; it might end later.
    Outlived,
    /// As far as can be seen nobody will wake it.
    Likely,
    /// Nobody can wake it, or it has happened already.
    Proved,
}

impl Certainty {
    /// The name used in every format.
    pub fn name(self) -> &'static str {
        match self {
            Certainty::Outlived => "outlived",
            Certainty::Likely => "likely",
            Certainty::Proved => "proved",
        }
    }
}

/// How much the tracker makes of what it saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Shown, and fails no test.
    Note,
    /// Fails a test.
    Error,
}

/// What a finding of the tracker says beside what every finding says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// How sure it is.
    pub certainty: Certainty,
    /// Whether it fails a test.
    pub severity: Severity,
    /// How often it was seen.
    pub count: u64,
    /// The scope in which it was seen; of several, all that saw it, divided by `, `.
    pub scope: String,
    /// Who started it, from the outermost on.
    pub owner: Vec<String>,
    /// The name of the task, if it has one.
    pub task: Option<String>,
}

/// In a few words, for people.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, seen {}", self.certainty.name(), times(self.count))?;
        if !self.scope.is_empty() {
            write!(f, " in {}", self.scope)?;
        }
        if !self.owner.is_empty() {
            write!(f, ", started by {}", self.owner.join(" › "))?;
        }
        match &self.task {
            Some(task) => write!(f, ", task `{task}`"),
            None => Ok(()),
        }
    }
}

/// What runs say of a finding of the linter, where they were asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Evidence {
    /// Something leaked there.
    Confirmed {
        /// The kind of the leak.
        rule: String,
        /// How sure it is.
        certainty: Certainty,
        /// How often it was seen.
        count: u64,
        /// The scopes in which it was seen.
        scope: String,
    },
    /// All that started there came to its end: what was read is possible, and did not happen.
    Ended {
        /// How many ran to their end.
        finished: u64,
        /// How many were stopped from outside.
        cancelled: u64,
        /// How many panicked.
        panicked: u64,
    },
}

/// In a few words, for people.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Evidence::Confirmed { rule, certainty, count, scope } => {
                write!(
                    f,
                    "confirmed by a run: {rule}, {}, seen {}",
                    certainty.name(),
                    times(*count)
                )?;
                if scope.is_empty() { Ok(()) } else { write!(f, " in {scope}") }
            }
            Evidence::Ended { finished, cancelled, panicked } => {
                let all = finished + cancelled + panicked;
                write!(f, "ran to its end every time: seen {}", times(all))?;
                for (count, word) in [(cancelled, "cancelled"), (panicked, "panicked")] {
                    if *count > 0 {
                        write!(f, ", {count} {word}")?;
                    }
                }
                Ok(())
            }
        }
    }
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// A finding that a comment answers for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    /// What would have been reported.
    pub finding: Finding,
    /// Why it is right as it is; empty if the comment does not say.
    pub reason: String,
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
    /// What only a run can tell: there if the origin is [`Origin::Run`].
    #[serde(flatten)]
    pub run: Option<Run>,
    /// What runs say of it, where `--evidence` asked them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

impl Finding {
    /// The order in which findings are shown: by file and position, then by rule and message.
    pub fn order(&self, other: &Finding) -> Ordering {
        let key = |finding: &Finding| (finding.span.start, finding.span.end);
        (&self.file, key(self), &self.rule, &self.message).cmp(&(
            &other.file,
            key(other),
            &other.rule,
            &other.message,
        ))
    }

    /// How many things it stands for: a run counts what looks the same.
    pub fn count(&self) -> u64 {
        self.run.as_ref().map_or(1, |run| run.count)
    }
}
