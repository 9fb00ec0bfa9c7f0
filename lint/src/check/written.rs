//! From the parts of a change to the edits that make it, in the words and lines of the text.

use std::ops::Range;

use crate::query::{Part, Repair};

/// The edits of a change, as the bytes that go and the text that comes; nothing if the text is not
/// as the rule takes it to be.
pub(super) fn edits(text: &str, repair: &Repair) -> Option<Vec<(Range<usize>, String)>> {
    repair.parts.iter().map(|part| edit(text, part)).collect()
}

fn edit(text: &str, part: &Part) -> Option<(Range<usize>, String)> {
    let (Part::Replace { span, text: new, .. }
    | Part::Arm { span, text: new, .. }
    | Part::Before { span, text: new }
    | Part::First { span, text: new }
    | Part::Behind { span, text: new }) = part;
    let (start, end) = (span.start as usize, span.end as usize);
    let old = text.get(start..end)?;
    match part {
        Part::Replace { expected, .. } => {
            let words: Vec<&str> = old.split_whitespace().collect();
            expected.contains(&words.join(" ").as_str()).then(|| (start..end, new.clone()))
        }
        Part::Arm { expected, .. } => {
            let behind = text[end..].trim_start().strip_prefix("=>")?.trim_start();
            let body = expected.iter().find(|body| {
                let rest = behind.strip_prefix(**body).map(str::trim_start);
                rest.is_some_and(|rest| body.ends_with('}') || rest.starts_with([',', '}']))
            })?;
            let at = text.len() - behind.len();
            // A block needs no comma behind it.
            let comma =
                if behind[body.len()..].trim_start().starts_with([',', '}']) { "" } else { "," };
            Some((at..at + body.len(), format!("{new}{comma}")))
        }
        Part::Before { .. } => {
            let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
            let before = &text[line..start];
            let indent = &before[..before.len() - before.trim_start().len()];
            let label = before.trim();
            let is_label = label.starts_with('\'') && label.ends_with(':');
            let at = line + indent.len();
            let end = line_end(text);
            (label.is_empty() || is_label).then(|| (at..at, format!("{new}{end}{indent}")))
        }
        Part::First { .. } => {
            let open = start + old.find('{')? + 1;
            let body = text.get(open..end)?;
            let blank = body.len() - body.trim_start_matches([' ', '\t']).len();
            let rest = &body[blank..];
            if !rest.starts_with(['\r', '\n']) {
                return Some((open..open, format!(" {new}")));
            }
            // As deep as the first statement.
            let first = rest.trim_start_matches(['\r', '\n', ' ', '\t']);
            let before = &rest[..rest.len() - first.len()];
            let indent = before.rsplit('\n').next().unwrap_or_default();
            (!first.starts_with('}'))
                .then(|| (open..open, format!("{}{indent}{new}", line_end(text))))
        }
        Part::Behind { .. } => Some((end..end, new.clone())),
    }
}

/// How the text ends its lines.
fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    /// The text after a change at `place`.
    fn changed(text: &str, place: &str, change: impl Fn(&mut Repair, Span)) -> Option<String> {
        let start = text.find(place).unwrap();
        let span = Span { start: start as u32, end: (start + place.len()) as u32 };
        let mut repair = Repair { message: String::new(), parts: Vec::new() };
        change(&mut repair, span);
        let mut edits = edits(text, &repair)?;
        let (range, new) = edits.pop().unwrap();
        let mut text = text.to_owned();
        text.replace_range(range, &new);
        Some(text)
    }

    #[test]
    fn only_what_is_expected_is_replaced() {
        let change = |repair: &mut Repair, span: Span| {
            repair.replace(span, &["None => {}"], "None => break");
        };
        assert_eq!(
            changed("a None  =>\n{} b", "None  =>\n{}", change).unwrap(),
            "a None => break b"
        );
        assert_eq!(changed("a None => {b} c", "None => {b}", change), None);
    }

    #[test]
    fn an_arm_is_changed_behind_its_arrow() {
        let change = |repair: &mut Repair, span: Span| {
            repair.arm(span, &["continue", "{}"], "break");
        };
        assert_eq!(
            changed("{ None => continue, a }", "None", change).unwrap(),
            "{ None => break, a }"
        );
        assert_eq!(changed("{ None=>{} a }", "None", change).unwrap(), "{ None=>break, a }");
        for other in ["{ None => continue + 1 }", "{ None if a => {} }", "{ None }"] {
            assert_eq!(changed(other, "None", change), None, "{other}");
        }
    }

    #[test]
    fn a_statement_gets_a_line_of_its_own() {
        let change = |repair: &mut Repair, span: Span| {
            repair.before(span, "drop(tx);");
        };
        assert_eq!(
            changed("{\n    loop {}\n}", "loop", change).unwrap(),
            "{\n    drop(tx);\n    loop {}\n}"
        );
        assert_eq!(
            changed("{\r\n\tloop {}\r\n}", "loop", change).unwrap(),
            "{\r\n\tdrop(tx);\r\n\tloop {}\r\n}"
        );
        assert_eq!(
            changed("{\n  'a: loop {}\n}", "loop", change).unwrap(),
            "{\n  drop(tx);\n  'a: loop {}\n}"
        );
        assert_eq!(changed("{ loop {} }", "loop", change), None);
    }

    #[test]
    fn a_block_begins_with_it() {
        let change = |repair: &mut Repair, span: Span| {
            repair.first(span, "let _a = a;");
        };
        assert_eq!(
            changed("async { b }", "async { b }", change).unwrap(),
            "async { let _a = a; b }"
        );
        assert_eq!(
            changed("f(async {\n    b\n})", "async {\n    b\n}", change).unwrap(),
            "f(async {\n    let _a = a;\n    b\n})"
        );
        assert_eq!(changed("async {\n}", "async {\n}", change), None);
    }

    #[test]
    fn a_part_that_does_not_fit_takes_all_with_it() {
        let change = |repair: &mut Repair, span: Span| {
            repair.behind(span, ".await").before(span, "a;");
        };
        assert_eq!(changed("x f();", "f()", change), None);
    }
}
