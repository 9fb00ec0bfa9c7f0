//! What a project decides about its own checks: `linger.toml`.

mod error;
mod read;

pub use error::ConfigError;

use std::collections::BTreeMap;

use crate::finding::Level;
use crate::rules;

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
    levels: BTreeMap<String, Level>,
    /// Paths that are not checked, as in `.gitignore`, from the folder of the configuration.
    pub exclude: Vec<String>,
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

    /// Sets the level of a rule over everything that was set before.
    ///
    /// # Errors
    ///
    /// No rule has that name; the error says which name is near.
    pub fn set(&mut self, rule: &str, level: Level) -> Result<(), ConfigError> {
        if rules::find(rule).is_none() {
            return Err(ConfigError::unknown("rule", rule, rules::all().iter().map(|r| r.name)));
        }
        self.levels.insert(rule.to_owned(), level);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
