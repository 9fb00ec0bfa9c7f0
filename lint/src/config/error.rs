//! What is wrong with a configuration, and where.

use std::fmt;

use crate::finding::Position;
use crate::near;

/// What is wrong with a configuration. Its text begins with `line:column: ` where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    message: String,
    position: Option<Position>,
}

impl ConfigError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        ConfigError { message: message.into(), position: None }
    }

    /// `name` is none of the `known` names of its `kind`.
    pub(super) fn unknown<'a>(
        kind: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        ConfigError::new(near::unknown(kind, name, known))
    }

    pub(super) fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(f, "{}:{}: ", position.line, position.column)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}
