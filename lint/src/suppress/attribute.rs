//! The grammar of the attribute: `#[linger::allow(rule, rule, reason = "why")]`.

use super::allow::Allow;
use crate::source::skim::attribute::string;

pub(super) const SYNTAX: &str = "write `#[linger::allow(rule, reason = \"…\")]`";

/// Reads an attribute; nothing if it does not speak to linger.
///
/// It may stand in a `#[cfg_attr(…)]`, whose condition does not matter here: what is allowed in
/// one build is accepted.
pub(super) fn parse(attribute: &str) -> Option<Allow> {
    let (before, call) = attribute.split_once("linger::allow")?;
    if before.ends_with(is_of_a_name) || call.starts_with(is_of_a_name) {
        return None;
    }
    let mut allow = Allow::default();
    let Some(mut rest) = call.trim_start().strip_prefix('(') else { return Some(allow) };
    loop {
        rest = rest.trim_start();
        if rest.starts_with(')') {
            return Some(allow);
        }
        let end = rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let behind = behind.trim_start();
        rest = match behind.strip_prefix('=') {
            Some(value) if name == "reason" => {
                let mut value = value;
                let Some(reason) = string(&mut value) else { return Some(Allow::default()) };
                // A long reason goes on in the next line.
                allow.reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
                value.trim_start()
            }
            _ if name.is_empty() => return Some(Allow::default()),
            _ => {
                allow.add(name, attribute);
                behind
            }
        };
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None if rest.starts_with(')') => {}
            None => return Some(Allow::default()),
        }
    }
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(attribute: &str) -> (Vec<String>, String) {
        let allow = parse(attribute).unwrap();
        (allow.rules.into_iter().map(|(rule, _)| rule).collect(), allow.reason)
    }

    #[test]
    fn rules_and_reason_are_read_in_any_order() {
        let both = (vec!["a-b".to_owned(), "c".to_owned()], "d, \"e\")".to_owned());
        for attribute in [
            r#"#[linger::allow(a-b, c, reason = "d, \"e\")")]"#,
            r##"#[ ::linger::allow ( reason = r#"d, "e")"#, a-b,c, ) ]"##,
            r##"#[cfg_attr(debug_assertions, linger::allow(a-b, c, reason = r#"d, "e")"#))]"##,
        ] {
            assert_eq!(read(attribute), both, "{attribute}");
        }
        assert_eq!(read("#[linger::allow(a)]"), (vec!["a".to_owned()], String::new()));
    }

    #[test]
    fn each_rule_knows_its_place() {
        let attribute = "#[linger::allow(ab, cd)]";
        assert_eq!(&attribute[parse(attribute).unwrap().rules[1].1.clone()], "cd");
    }

    #[test]
    fn what_can_not_be_understood_names_no_rule() {
        for attribute in [
            "#[linger::allow]",
            "#[linger::allow()]",
            "#[linger::allow(a",
            "#[linger::allow(a b)]",
            "#[linger::allow(\"a\")]",
            "#[linger::allow(a, reason = b)]",
            "#[linger::allow(a, why = \"b\")]",
        ] {
            assert_eq!(read(attribute).0, [""; 0], "{attribute}");
        }
        for attribute in ["#[allow(a)]", "#[linger::allowed(a)]", "#[my_linger::allow(a)]"] {
            assert_eq!(parse(attribute), None);
        }
    }
}
