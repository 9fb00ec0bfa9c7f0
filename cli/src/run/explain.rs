//! `rules` and `explain`.

use std::io::Write;

use linger_lint::{near, rules};

use super::written;
use crate::exit::Exit;

/// Lists the rules: name, level and summary in columns.
pub(super) fn rules(out: &mut dyn Write) -> Result<Exit, String> {
    let width = rules::all().iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    let mut table = String::new();
    for rule in rules::all() {
        let level = rule.level.name();
        table.push_str(&format!("{:width$}  {level:5}  {}\n", rule.name, rule.summary));
    }
    written(out.write_all(table.as_bytes()))?;
    Ok(Exit::Clean)
}

/// Prints a rule's documentation.
pub(super) fn explain(name: &str, out: &mut dyn Write) -> Result<Exit, String> {
    let rule = rules::find(name)
        .ok_or_else(|| near::unknown("rule", name, rules::all().iter().map(|rule| rule.name)))?;
    written(writeln!(out, "{}", rule.docs.trim()))?;
    Ok(Exit::Clean)
}
