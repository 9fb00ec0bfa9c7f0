//! How far a suppression reaches.

use std::ops::Range;

/// The bytes that the comment at `comment` speaks for: a line of code, and the items that begin
/// on it or on the attributes and comments directly above it.
pub(super) fn reach(text: &str, comment: &Range<usize>, items: &[Range<usize>]) -> Range<usize> {
    let first = line_start(text, comment.start);
    let last = line_end(text, comment.end);
    let beside_code =
        !text[first..comment.start].trim().is_empty() || !text[comment.end..last].trim().is_empty();
    let (head, line) = if beside_code {
        (first, first..last)
    } else {
        (block_start(text, first), next_code(text, last))
    };
    let reached = items
        .iter()
        .filter(|item| (head..line.end).contains(&item.start))
        .map(|item| item.end)
        .max();
    line.start..reached.map_or(line.end, |end| end.max(line.end))
}

/// The item that the attribute at `attribute` stands on: an item begins with its attributes.
pub(super) fn item(attribute: &Range<usize>, items: &[Range<usize>]) -> Option<Range<usize>> {
    let around = items.iter().filter(|item| item.contains(&attribute.start));
    around.max_by_key(|item| item.start).cloned()
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |i| i + 1)
}

/// Behind the line end, so that a finding at the very end of a line is still on it.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |i| at + i + 1)
}

/// The start of the comments and attributes directly above the line that starts at `start`.
fn block_start(text: &str, mut start: usize) -> usize {
    while start > 0 {
        let above = line_start(text, start - 1);
        if !is_head(&text[above..start]) {
            break;
        }
        start = above;
    }
    start
}

/// The first line from `start` on that is neither a comment nor an attribute.
fn next_code(text: &str, mut start: usize) -> Range<usize> {
    loop {
        let end = line_end(text, start);
        if end == start || !is_head(&text[start..end]) {
            return start..end;
        }
        start = end;
    }
}

fn is_head(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with("#[")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached<'a>(text: &'a str, items: &[&str]) -> &'a str {
        let start = text.find("// linger").unwrap();
        let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let items: Vec<_> = items
            .iter()
            .map(|item| text.find(item).map(|at| at..at + item.len()).unwrap())
            .collect();
        text[reach(text, &(start..end), &items)].trim()
    }

    #[test]
    fn a_comment_beside_code_speaks_for_its_line() {
        assert_eq!(reached("a;\nb; // linger\nc;", &[]), "b; // linger");
        assert_eq!(
            reached("fn f() { // linger\n}", &["fn f() { // linger\n}"]),
            "fn f() { // linger\n}"
        );
    }

    #[test]
    fn a_comment_above_code_speaks_for_the_next_line() {
        assert_eq!(reached("a;\n  // linger\n  b;\nc;", &[]), "b;");
        assert_eq!(reached("// linger\n// more\n#[x]\nb;\nc;", &[]), "b;");
        assert_eq!(reached("// linger\n\nb;", &[]), "");
        assert_eq!(reached("a;\n// linger", &[]), "");
    }

    #[test]
    fn a_comment_above_an_item_speaks_for_the_item() {
        let item = "fn f() {\n  b;\n}";
        assert_eq!(reached(&format!("// linger\n{item}\nc;"), &[item]), item);
        let item = "#[x]\nfn f() {\n  b;\n}";
        assert!(reached(&format!("// linger\n{item}\nc;"), &[item]).ends_with('}'));
        let item = "#[x]\n// linger\nfn f() {\n  b;\n}";
        assert!(reached(&format!("{item}\nc;"), &[item]).ends_with('}'));
        let inner = "fn g() {\n  b;\n}";
        assert_eq!(reached(&format!("// linger\na;\n{inner}"), &[inner]), "a;");
    }
}
