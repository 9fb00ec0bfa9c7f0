//! The grammar of the comment: `linger: allow(rule, rule): reason`.

use super::allow::Allow;

pub(super) const SYNTAX: &str = "write `// linger: allow(rule): reason`";

/// Reads a comment with its delimiters; nothing if it does not speak to linger.
///
/// `// linger: seconds to wait` speaks of sockets. So only what looks like a call counts.
pub(super) fn parse(comment: &str) -> Option<Allow> {
    let content = content(comment)?;
    let call = content.trim_start().strip_prefix("linger:")?.trim_start();
    let (verb, rest) = call.split_once('(')?;
    if verb.is_empty() || !verb.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return None;
    }
    let understood = if verb == "allow" { rest.split_once(')') } else { None };
    let mut allow = Allow::default();
    let Some((list, after)) = understood else { return Some(allow) };
    for rule in list.split(',').map(str::trim).filter(|rule| !rule.is_empty()) {
        allow.add(rule, comment);
    }
    let reason = after.trim_start().strip_prefix(':').unwrap_or_default();
    allow.reason = reason.trim().to_owned();
    Some(allow)
}

/// What stands in a comment that is no documentation.
fn content(comment: &str) -> Option<&str> {
    if let Some(line) = comment.strip_prefix("//") {
        return (!line.starts_with(['/', '!'])).then_some(line);
    }
    let block = comment.strip_prefix("/*")?;
    let block = block.strip_suffix("*/").unwrap_or(block);
    (!block.starts_with(['*', '!'])).then_some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules_of(comment: &str) -> Vec<String> {
        let allow = parse(comment).unwrap();
        allow.rules.into_iter().map(|(rule, _)| rule).collect()
    }

    #[test]
    fn rules_and_reason_are_read() {
        assert_eq!(rules_of("// linger: allow(a): b"), ["a"]);
        assert_eq!(rules_of("/* linger:allow( a , b ) : c */"), ["a", "b"]);
        assert_eq!(parse("// linger: allow(a): b").unwrap().reason, "b");
        assert_eq!(parse("/* linger: allow(a): b */").unwrap().reason, "b");
        assert_eq!(parse("// linger: allow(a)").unwrap().reason, "");
        assert_eq!(parse("/* linger: allow(a): */").unwrap().reason, "");
    }

    #[test]
    fn each_rule_knows_its_place() {
        let comment = "// linger: allow(ab, cd): e";
        let rules = parse(comment).unwrap().rules;
        assert_eq!(&comment[rules[1].1.clone()], "cd");
    }

    #[test]
    fn other_comments_are_left_alone() {
        for comment in [
            "/// linger: allow(a): b",
            "//! linger: allow(a): b",
            "/** linger: allow(a): b */",
            "// linger: seconds (0 for none)",
            "// see linger: allow(a)",
        ] {
            assert_eq!(parse(comment), None, "{comment}");
        }
    }

    #[test]
    fn what_can_not_be_understood_names_no_rule() {
        for comment in ["// linger: deny(a): b", "// linger: allow(): b", "// linger: allow(a"] {
            assert_eq!(rules_of(comment), [""; 0], "{comment}");
        }
    }
}
