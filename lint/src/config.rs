//! What a project decides about its own checks: `linger.toml`.

mod error;
mod read;

pub use error::ConfigError;

use std::collections::BTreeMap;

use crate::finding::Level;
use crate::rules;

type Levels = BTreeMap<String, Level>;

/// The levels in the files that a pattern stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathLevels {
    /// The pattern, as in `.gitignore`, from the folder of the configuration.
    pub pattern: String,
    levels: Levels,
}

/// The decisions in force for one check.
///
/// ```
/// use linger_lint::config::Config;
/// use linger_lint::finding::Level;
///
/// let mut config = Config::from_toml("[levels]\nunreadable = \"warn\"").unwrap();
/// assert_eq!(config.level("unreadable"), Level::Warn);
/// config.set("unreadable", Level::Allow).unwrap();
/// assert_eq!(config.level("unreadable"), Level::Allow);
///
/// let error = Config::from_toml("[levels]\nunreadible = \"warn\"").unwrap_err();
/// assert_eq!(error.to_string(), "2:1: unknown rule `unreadible`, did you mean `unreadable`?");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Config {
    levels: Levels,
    /// Levels for some files, in the order of the text: the last that speaks of a rule wins.
    pub paths: Vec<PathLevels>,
    /// Which of `paths` hold for a file, by its name in findings.
    assigned: BTreeMap<String, Vec<usize>>,
    /// Paths that are not checked, as in `.gitignore`, from the folder of the configuration.
    pub exclude: Vec<String>,
    /// The file that lists findings which are known, from the folder of the configuration.
    pub baseline: Option<String>,
    /// What the project's own functions mean, by path.
    pub catalogue: toml::Table,
}

impl Config {
    /// Reads the text of a `linger.toml`.
    ///
    /// # Errors
    ///
    /// The text is not TOML, or holds a key, rule or level that linger does not know.
    pub fn from_toml(text: &str) -> Result<Config, ConfigError> {
        read::file(text)
    }

    /// Reads `[workspace.metadata.linger]` in the text of a `Cargo.toml`; nothing if the
    /// manifest has no such table.
    ///
    /// # Errors
    ///
    /// As for [`Config::from_toml`].
    pub fn from_manifest(text: &str) -> Result<Option<Config>, ConfigError> {
        read::manifest(text)
    }

    /// The level of a rule: what was set last, or its own. A name that no rule has is at `warn`.
    pub fn level(&self, rule: &str) -> Level {
        let own = || rules::find(rule).map_or(Level::Warn, |rule| rule.level);
        self.level_set(rule).unwrap_or_else(own)
    }

    /// The level that was set for a rule, if one was.
    pub fn level_set(&self, rule: &str) -> Option<Level> {
        self.levels.get(rule).copied()
    }

    /// Says which of `paths`, by index, hold for a file. Whoever knows where the files lie
    /// matches them.
    pub fn assign(&mut self, file: &str, paths: Vec<usize>) {
        self.assigned.insert(file.to_owned(), paths);
    }

    /// The level of a rule in a file.
    pub fn level_in(&self, file: &str, rule: &str) -> Level {
        self.level_set_in(file, rule).unwrap_or_else(|| self.level(rule))
    }

    /// The level that was set for a rule in a file or everywhere, if one was.
    pub fn level_set_in(&self, file: &str, rule: &str) -> Option<Level> {
        let paths = self.assigned.get(file).map(Vec::as_slice).unwrap_or_default();
        let own = paths.iter().rev().filter_map(|index| self.paths.get(*index));
        own.into_iter().find_map(|own| own.levels.get(rule).copied()).or(self.level_set(rule))
    }

    /// Whether a rule may report anything anywhere.
    pub fn is_on(&self, rule: &str) -> bool {
        let on = |own: &PathLevels| own.levels.get(rule).is_some_and(|level| *level > Level::Allow);
        self.level(rule) > Level::Allow || self.paths.iter().any(on)
    }

    /// Sets the level of a rule over everything that was set before.
    ///
    /// # Errors
    ///
    /// No rule has that name; the error says which name is near.
    pub fn set(&mut self, rule: &str, level: Level) -> Result<(), ConfigError> {
        self.levels.insert(known(rule)?, level);
        for own in &mut self.paths {
            own.levels.remove(rule);
        }
        Ok(())
    }
}

/// The name of a rule that exists.
fn known(rule: &str) -> Result<String, ConfigError> {
    match rules::find(rule) {
        Some(_) => Ok(rule.to_owned()),
        None => Err(ConfigError::unknown("rule", rule, rules::all().iter().map(|r| r.name))),
    }
}

#[cfg(test)]
mod tests;
