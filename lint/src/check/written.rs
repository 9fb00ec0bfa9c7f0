//! From the parts of a change to the edits that make it, in the words and lines of the text.

use std::ops::Range;

use crate::model::Span;
use crate::query::{Part, Repair};

/// The bytes that go, and the text that comes.
type Edit = (Range<usize>, String);

/// The edits of a change; nothing if the text is not as the rule takes it to be.
pub(super) fn edits(text: &str, repair: &Repair) -> Option<Vec<Edit>> {
    let parts: Option<Vec<Vec<Edit>>> = repair.parts.iter().map(|part| edit(text, part)).collect();
    Some(parts?.concat())
}

fn edit(text: &str, part: &Part) -> Option<Vec<Edit>> {
    let one = match part {
        Part::Replace { span, expected, text: new } => {
            let range = range(text, *span)?;
            let words: Vec<&str> = text[range.clone()].split_whitespace().collect();
            expected.contains(&words.join(" ").as_str()).then(|| (range, new.clone()))
        }
        Part::Arm { span, expected, text: new } => {
            arm(text, range(text, *span)?.end, expected, new)
        }
        Part::Before { span, text: new } => before(text, range(text, *span)?.start, new),
        Part::First { span, text: new } => first(text, range(text, *span)?, new),
        Part::Behind { span, text: new } => {
            let end = range(text, *span)?.end;
            Some((end..end, new.clone()))
        }
        Part::Ahead { span, text: new } => {
            let line = Line::of(text, range(text, *span)?);
            let at = line.expr.start;
            line.before.trim().is_empty().then(|| (at..at, new.clone()))
        }
        Part::Else { span, condition, text: new } => {
            let (whole, asked) = (range(text, *span)?, range(text, *condition)?);
            let plain = text.get(whole.start..asked.start)?.trim() == "if"
                && text[asked.end..].trim_start().starts_with('{')
                && text[..whole.end].ends_with('}')
                && !text[whole.end..].trim_start().starts_with("else");
            let line = Line::of(text, whole.clone());
            let (indent, end) = (line.indent(), line_end(text));
            let otherwise = if line.before.trim().is_empty() {
                format!(" else {{{end}{indent}    {new}{end}{indent}}}")
            } else {
                format!(" else {{ {new} }}")
            };
            plain.then_some((whole.end..whole.end, otherwise))
        }
        Part::Keyword { span, expected, text: new } => {
            let line = Line::of(text, range(text, *span)?);
            (line.before.trim() == *expected).then(|| {
                let at = line.start + line.indent().len();
                (at..at + expected.len(), new.clone())
            })
        }
        Part::Argument { span, text: new } => {
            let end = range(text, *span)?.end;
            let rest = text[end..].strip_prefix('(')?;
            let comma = if rest.trim_start().starts_with(')') { "" } else { ", " };
            Some((end + 1..end + 1, format!("{new}{comma}")))
        }
        Part::Left { span, operator } => {
            let range = range(text, *span)?;
            let right = text[range.end..].trim_start().strip_prefix(operator)?.trim_start();
            Some((range.start..text.len() - right.len(), String::new()))
        }
        Part::Unbound { span } => {
            let line = Line::of(text, range(text, *span)?);
            line.is_let()
                .then(|| (line.start + line.indent().len()..line.expr.start, String::new()))
        }
        Part::Gone { span } => {
            let line = Line::of(text, range(text, *span)?);
            let alone = line.before.trim().is_empty() && line.is_last();
            alone.then(|| (line.start..line.end, String::new()))
        }
        Part::Hoisted { span, before: other } => {
            let line = Line::of(text, range(text, *span)?);
            let moved = text[line.start..line.end].trim();
            let (at, new) = before(text, range(text, *other)?.start, moved)?;
            let gone = (line.start..line.end, String::new());
            return (line.is_let() && line.is_last()).then(|| vec![(at, new), gone]);
        }
    };
    Some(vec![one?])
}

/// The bytes of a place, if the text has it.
fn range(text: &str, span: Span) -> Option<Range<usize>> {
    let range = span.start as usize..span.end as usize;
    text.get(range.clone()).map(|_| range)
}

/// An expression and what stands beside it on its lines.
struct Line<'a> {
    /// Where the line begins, and where the one begins that follows.
    start: usize,
    end: usize,
    expr: Range<usize>,
    /// What stands before the expression, and what behind it.
    before: &'a str,
    behind: &'a str,
}

impl<'a> Line<'a> {
    fn of(text: &'a str, expr: Range<usize>) -> Line<'a> {
        let start = text[..expr.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[expr.end..].find('\n').map_or(text.len(), |at| expr.end + at + 1);
        let (before, behind) = (&text[start..expr.start], &text[expr.end..end]);
        Line { start, end, expr, before, behind }
    }

    fn indent(&self) -> &'a str {
        &self.before[..self.before.len() - self.before.trim_start().len()]
    }

    /// Whether the line begins with the `let` of the expression.
    fn is_let(&self) -> bool {
        let before = self.before.trim();
        let pattern = before.strip_prefix("let ").and_then(|rest| rest.strip_suffix('='));
        pattern.is_some_and(|pattern| !pattern.contains(['=', ';', '{']))
    }

    /// Whether the line ends with the statement of the expression.
    fn is_last(&self) -> bool {
        self.behind.trim() == ";"
    }
}

/// What the arm does whose pattern ends there.
fn arm(text: &str, pattern: usize, expected: &[&str], new: &str) -> Option<Edit> {
    let behind = text[pattern..].trim_start().strip_prefix("=>")?.trim_start();
    let body = expected.iter().find(|body| {
        let rest = behind.strip_prefix(**body).map(str::trim_start);
        rest.is_some_and(|rest| body.ends_with('}') || rest.starts_with([',', '}']))
    })?;
    let at = text.len() - behind.len();
    // A block needs no comma behind it.
    let comma = if behind[body.len()..].trim_start().starts_with([',', '}']) { "" } else { "," };
    Some((at..at + body.len(), format!("{new}{comma}")))
}

/// A line before that of the statement that begins there.
fn before(text: &str, start: usize, new: &str) -> Option<Edit> {
    let line = Line::of(text, start..start);
    let label = line.before.trim();
    let is_label = label.starts_with('\'') && label.ends_with(':');
    let (at, indent, end) = (line.start + line.indent().len(), line.indent(), line_end(text));
    (label.is_empty() || is_label).then(|| (at..at, format!("{new}{end}{indent}")))
}

/// A statement at the start of a block that is written there.
fn first(text: &str, block: Range<usize>, new: &str) -> Option<Edit> {
    let open = block.start + text[block.clone()].find('{')? + 1;
    let head = text[block.start..open - 1].replace("||", " ");
    if !head.split_whitespace().all(|word| matches!(word, "async" | "move")) {
        return None;
    }
    let body = text.get(open..block.end)?;
    let blank = body.len() - body.trim_start_matches([' ', '\t']).len();
    let rest = &body[blank..];
    if !rest.starts_with(['\r', '\n']) {
        return Some((open..open, format!(" {new}")));
    }
    // As deep as the first statement.
    let first = rest.trim_start_matches(['\r', '\n', ' ', '\t']);
    let before = &rest[..rest.len() - first.len()];
    let indent = before.rsplit('\n').next().unwrap_or_default();
    (!first.starts_with('}')).then(|| (open..open, format!("{}{indent}{new}", line_end(text))))
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

    /// The text after a change at `place`.
    fn changed(text: &str, place: &str, change: impl Fn(&mut Repair, Span)) -> Option<String> {
        let start = text.find(place).unwrap();
        let span = Span { start: start as u32, end: (start + place.len()) as u32 };
        let mut repair = Repair { message: String::new(), parts: Vec::new() };
        change(&mut repair, span);
        let mut edits = edits(text, &repair)?;
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        let mut text = text.to_owned();
        for (range, new) in edits {
            text.replace_range(range, &new);
        }
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
        assert_eq!(
            changed("move || { b }", "move || { b }", change).unwrap(),
            "move || { let _a = a; b }"
        );
        assert_eq!(changed("|| S { b }", "|| S { b }", change), None);
    }

    #[test]
    fn a_keyword_begins_its_line() {
        let change = |repair: &mut Repair, span: Span| {
            repair.keyword(span, "if", "while");
        };
        assert_eq!(changed("\n  if !a {}", "!a", change).unwrap(), "\n  while !a {}");
        for other in ["if b {} else if !a {}", "if b && !a {}", "let b = if !a {}"] {
            assert_eq!(changed(other, "!a", change), None, "{other}");
        }
    }

    #[test]
    fn an_if_gets_an_else() {
        let change = |repair: &mut Repair, span: Span| {
            repair.otherwise(span, Span { start: span.start + 3, end: span.start + 4 }, "break;");
        };
        assert_eq!(
            changed("{ if a {} }", "if a {}", change).unwrap(),
            "{ if a {} else { break; } }"
        );
        assert_eq!(
            changed("{\n  if a {\n  }\n}", "if a {\n  }", change).unwrap(),
            "{\n  if a {\n  } else {\n      break;\n  }\n}"
        );
        assert_eq!(changed("{ if a {} else {} }", "if a {}", change), None);
        assert_eq!(changed("{ if a && b {} }", "if a && b {}", change), None);
    }

    #[test]
    fn a_statement_gets_a_name() {
        let change = |repair: &mut Repair, span: Span| {
            repair.ahead(span, "let _a = ");
        };
        assert_eq!(changed("{\n  f();\n}", "f()", change).unwrap(), "{\n  let _a = f();\n}");
        assert_eq!(changed("{ f(); }", "f()", change), None);
    }

    #[test]
    fn an_argument_comes_before_the_others() {
        let change = |repair: &mut Repair, span: Span| {
            repair.argument(span, "1");
        };
        assert_eq!(changed("a.f(b)", "f", change).unwrap(), "a.f(1, b)");
        assert_eq!(changed("a.f( )", "f", change).unwrap(), "a.f(1 )");
        assert_eq!(changed("a.f", "f", change), None);
    }

    #[test]
    fn a_left_side_goes_with_its_operator() {
        let change = |repair: &mut Repair, span: Span| {
            repair.without_left(span, "+");
        };
        assert_eq!(changed("f(a.b()\n  + 1)", "a.b()", change).unwrap(), "f(1)");
        assert_eq!(changed("f(a.b() - 1)", "a.b()", change), None);
    }

    #[test]
    fn a_statement_goes_with_its_line() {
        let change = |repair: &mut Repair, span: Span| {
            repair.gone(span);
        };
        assert_eq!(changed("{\r\n  f();\r\n}", "f()", change).unwrap(), "{\r\n}");
        for other in ["{ f(); }", "{\n  f(); // why\n}", "{\n  g().f();\n}"] {
            assert_eq!(changed(other, "f()", change), None, "{other}");
        }
    }

    #[test]
    fn a_let_goes_or_moves() {
        let unbound = |repair: &mut Repair, span: Span| {
            repair.unbound(span);
        };
        assert_eq!(changed("{\n  let a: u8 = f();\n}", "f()", unbound).unwrap(), "{\n  f();\n}");
        assert_eq!(changed("{\n  let S { a } = f();\n}", "f()", unbound), None);
        assert_eq!(changed("{\n  a = f();\n}", "f()", unbound), None);

        let hoisted = |repair: &mut Repair, span: Span| {
            repair.hoisted(span, Span { start: 4, end: 5 });
        };
        let text = "{\n  loop {\n    let a = f();\n    a;\n  }\n}";
        assert_eq!(
            changed(text, "f()", hoisted).unwrap(),
            "{\n  let a = f();\n  loop {\n    a;\n  }\n}"
        );
    }

    #[test]
    fn a_part_that_does_not_fit_takes_all_with_it() {
        let change = |repair: &mut Repair, span: Span| {
            repair.behind(span, ".await").before(span, "a;");
        };
        assert_eq!(changed("x f();", "f()", change), None);
    }
}
