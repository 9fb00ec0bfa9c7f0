//! From the text of a `linger.toml` to a [`Config`].
//!
//! The tables are walked by hand and not derived, so that every error can point at its key.

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::{Config, ConfigError, Levels, PathLevels, known};
use crate::catalogue::Catalogue;
use crate::finding::Level;
use crate::source::LineIndex;

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;

pub(super) fn file(text: &str) -> Result<Config, ConfigError> {
    let reader = Reader::new(text);
    reader.config(reader.parse()?.get_ref())
}

pub(super) fn manifest(text: &str) -> Result<Option<Config>, ConfigError> {
    let reader = Reader::new(text);
    let manifest = reader.parse()?;
    let mut table = manifest.get_ref();
    for key in ["workspace", "metadata", "linger"] {
        match table.get(key).map(Spanned::get_ref) {
            Some(DeValue::Table(inner)) => table = inner,
            _ => return Ok(None),
        }
    }
    reader.config(table).map(Some)
}

struct Reader<'a> {
    text: &'a str,
    lines: LineIndex,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Reader { text, lines: LineIndex::new(text) }
    }

    fn parse(&self) -> Result<Spanned<DeTable<'a>>, ConfigError> {
        DeTable::parse(self.text).map_err(|error| self.toml_error(error))
    }

    fn toml_error(&self, error: toml::de::Error) -> ConfigError {
        let found = ConfigError::new(error.message().replace('\n', ", "));
        match error.span() {
            Some(span) => found.at(self.lines.position(self.text, span.start)),
            None => found,
        }
    }

    fn place<T>(&self, error: ConfigError, value: &Spanned<T>) -> ConfigError {
        error.at(self.lines.position(self.text, value.span().start))
    }

    fn config(&self, table: &DeTable<'_>) -> Result<Config, ConfigError> {
        let mut config = Config::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "levels" => config.levels = self.levels("levels", value)?,
                "paths" => config.paths = self.paths(value)?,
                "baseline" => config.baseline = Some(self.typed(value)?),
                "exclude" => config.exclude = self.typed(value)?,
                "catalogue" => {
                    config.catalogue = self.typed(value)?;
                    Catalogue::built_in()
                        .clone()
                        .extend(&config.catalogue)
                        .map_err(|error| self.place(ConfigError::new(error.to_string()), value))?;
                }
                other => {
                    let known = ["levels", "paths", "exclude", "baseline", "catalogue"];
                    return Err(self.place(ConfigError::unknown("key", other, known), key));
                }
            }
        }
        Ok(config)
    }

    fn paths(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<PathLevels>, ConfigError> {
        let DeValue::Table(table) = value.get_ref() else {
            let message = "`paths` is a table of pattern = { rule = level }";
            return Err(self.place(ConfigError::new(message), value));
        };
        let mut paths = Vec::new();
        for (pattern, levels) in table {
            let pattern_text = pattern.get_ref().to_string();
            let levels = self.levels(&pattern_text, levels)?;
            paths.push((pattern.span().start, PathLevels { pattern: pattern_text, levels }));
        }
        // The table is in the order of the alphabet; the last that matches is to win.
        paths.sort_by_key(|(place, _)| *place);
        Ok(paths.into_iter().map(|(_, own)| own).collect())
    }

    fn levels(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<Levels, ConfigError> {
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("`{key}` is a table of rule = level");
            return Err(self.place(ConfigError::new(message), value));
        };
        let mut levels = Levels::new();
        for (rule, level) in table {
            let level = self.level(rule, level)?;
            let rule = known(rule.get_ref()).map_err(|error| self.place(error, rule))?;
            levels.insert(rule, level);
        }
        Ok(levels)
    }

    fn level(&self, rule: &Key<'_>, value: &Spanned<DeValue<'_>>) -> Result<Level, ConfigError> {
        let names = [Level::Allow, Level::Warn, Level::Deny].map(|level| (level.name(), level));
        let DeValue::String(name) = value.get_ref() else {
            let message = format!("the level of `{}` is a string", rule.get_ref());
            return Err(self.place(ConfigError::new(message), value));
        };
        names.into_iter().find(|(known, _)| known == name).map(|(_, level)| level).ok_or_else(
            || {
                let known = names.map(|(known, _)| known);
                self.place(ConfigError::unknown("level", name, known), value)
            },
        )
    }

    fn typed<T: for<'de> Deserialize<'de>>(
        &self,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<T, ConfigError> {
        let deserializer = ValueDeserializer::from(value.clone());
        T::deserialize(deserializer).map_err(|error| {
            let has_place = error.span().is_some();
            let error = self.toml_error(error);
            if has_place { error } else { self.place(error, value) }
        })
    }
}
