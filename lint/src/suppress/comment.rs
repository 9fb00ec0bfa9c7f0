//! The grammar of a suppression: `linger: allow(rule, rule): reason`.

use std::ops::Range;

/// What a comment says to linger.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// The rules it allows, each with its place in the comment; none if it can't be understood.
    pub(super) rules: Vec<(String, Range<usize>)>,
    /// Why; empty if it does not say.
    pub(super) reason: String,
}

impl Comment {
    /// Reads a comment with its delimiters; nothing if it does not speak to linger.
    ///
    /// `// linger: seconds to wait` speaks of sockets. So only what looks like a call counts.
    pub(super) fn parse(comment: &str) -> Option<Comment> {
        let content = content(comment)?;
        let call = content.trim_start().strip_prefix("linger:")?.trim_start();
        let (verb, rest) = call.split_once('(')?;
        if verb.is_empty() || !verb.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return None;
        }
        let understood = if verb == "allow" { rest.split_once(')') } else { None };
        let Some((list, after)) = understood else {
            return Some(Comment { rules: Vec::new(), reason: String::new() });
        };
        let reason = after.trim_start().strip_prefix(':').unwrap_or_default();
        Some(Comment {
            rules: rules(list, offset(comment, list)),
            reason: reason.trim().to_owned(),
        })
    }
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

fn rules(list: &str, start: usize) -> Vec<(String, Range<usize>)> {
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| {
            let at = start + offset(list, name);
            (name.to_owned(), at..at + name.len())
        })
        .collect()
}

/// Where `part`, a slice of `whole`, begins in it.
fn offset(whole: &str, part: &str) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules_of(comment: &str) -> Vec<String> {
        let comment = Comment::parse(comment).unwrap();
        comment.rules.into_iter().map(|(rule, _)| rule).collect()
    }

    #[test]
    fn rules_and_reason_are_read() {
        assert_eq!(rules_of("// linger: allow(a): b"), ["a"]);
        assert_eq!(rules_of("/* linger:allow( a , b ) : c */"), ["a", "b"]);
        assert_eq!(Comment::parse("// linger: allow(a): b").unwrap().reason, "b");
        assert_eq!(Comment::parse("/* linger: allow(a): b */").unwrap().reason, "b");
        assert_eq!(Comment::parse("// linger: allow(a)").unwrap().reason, "");
        assert_eq!(Comment::parse("/* linger: allow(a): */").unwrap().reason, "");
    }

    #[test]
    fn each_rule_knows_its_place() {
        let comment = "// linger: allow(ab, cd): e";
        let rules = Comment::parse(comment).unwrap().rules;
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
            assert_eq!(Comment::parse(comment), None, "{comment}");
        }
    }

    #[test]
    fn what_can_not_be_understood_names_no_rule() {
        for comment in ["// linger: deny(a): b", "// linger: allow(): b", "// linger: allow(a"] {
            assert_eq!(rules_of(comment), [""; 0], "{comment}");
        }
    }
}
