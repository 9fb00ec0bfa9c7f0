//! The pages of the rules, made of each rule's own documentation.

use std::fmt::Write as _;

use linger_lint::finding::Level;
use linger_lint::rules::{self, Check, Rule};

use crate::patterns::Pattern;

const HEAD: &str = "\
# The rules

What is denied is a bug whenever the rule is right about the facts. What is warned of is a bug most
times, and always worth an answer. What is allowed is a policy: it is off until you switch it on.
`cargo linger explain RULE` prints a rule's page.

| rule | level | finds |
| --- | --- | --- |
";

/// The list of all rules.
pub fn list() -> String {
    let mut page = HEAD.to_owned();
    for rule in rules::all() {
        let (name, level, summary) = (rule.name, rule.level.name(), rule.summary);
        let _ = writeln!(page, "| [`{name}`](rules/{name}.md) | {level} | {summary} |");
    }
    page
}

/// The page of one rule, and where the pattern book shows what it finds.
pub fn page(rule: &Rule, patterns: &[Pattern]) -> String {
    let docs = rule.docs.trim_end();
    let (title, sections) = docs.split_once('\n').unwrap_or((docs, ""));
    let origin = match rule.check {
        Check::Engine => " It comes from the engine itself, not from looking at code.",
        Check::Body(_) | Check::Model(_) => "",
    };
    let mut page = format!("{title}\n\n{}{origin}\n{sections}\n", level(rule.level));
    let shown: Vec<String> = (patterns.iter())
        .filter(|pattern| {
            pattern
                .variants
                .iter()
                .any(|variant| variant.rules.iter().any(|name| name == rule.name))
        })
        .map(|pattern| format!("- [{}](../patterns/{}.md)\n", pattern.title, pattern.name))
        .collect();
    if !shown.is_empty() {
        let _ = write!(page, "\n## In the pattern book\n{}", shown.concat());
    }
    page
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Deny => "Denied by default: it fails the check.",
        Level::Warn => "Warned of by default: it is reported, and does not fail the check.",
        Level::Allow => "A policy, off by default: switch it on in `linger.toml` or by `-W`.",
    }
}
