//! Makes the changes that findings propose.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::finding::{Edit, Finding};
use crate::syntax;

/// The texts after the changes, and how many were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The files that changed, with their new texts.
    pub files: BTreeMap<String, String>,
    /// How many findings were mended.
    pub count: usize,
}

/// The edits of one finding, by file.
type Edits<'a> = Vec<(&'a str, Range<usize>, &'a str)>;

/// Makes the changes that the findings propose in `texts`, the texts of files by name.
///
/// A change is made whole or not at all: where it meets one that is made already, it waits for the
/// next check, which sees the new text. A file that could not be parsed afterwards stays as it is,
/// with all that would have changed it.
///
/// ```
/// use std::collections::HashMap;
/// use linger_lint::fix::fix;
///
/// assert_eq!(fix(&[], &HashMap::new()).count, 0);
/// ```
pub fn fix(findings: &[Finding], texts: &HashMap<&str, &str>) -> Fixed {
    let mut chosen: Vec<Edits<'_>> = Vec::new();
    for finding in findings {
        let Some(edits) = edits(finding, texts) else { continue };
        let meets = |other: &Edits<'_>| other.iter().any(|a| edits.iter().any(|b| meet(a, b)));
        if !edits.is_empty() && !chosen.iter().any(meets) {
            chosen.push(edits);
        }
    }
    loop {
        let files = apply(&chosen, texts);
        let broken = files.iter().find(|(_, text)| !syntax::parses(text));
        let Some((broken, _)) = broken else { return Fixed { files, count: chosen.len() } };
        chosen.retain(|edits| edits.iter().all(|(file, ..)| file != broken));
    }
}

/// The edits of the finding's change; nothing if it has none, or they are not of these texts.
fn edits<'a>(finding: &'a Finding, texts: &HashMap<&str, &str>) -> Option<Edits<'a>> {
    let edits = &finding.fix.as_ref()?.edits;
    let fits = |edit: &'a Edit| {
        let range = edit.span.start.byte..edit.span.end.byte;
        texts.get(edit.file.as_str())?.get(range.clone())?;
        Some((edit.file.as_str(), range, edit.replacement.as_str()))
    };
    edits.iter().map(fits).collect()
}

/// Whether two edits touch: two insertions at one place would depend on their order.
fn meet(a: &(&str, Range<usize>, &str), b: &(&str, Range<usize>, &str)) -> bool {
    let ((file, a, _), (other, b, _)) = (a, b);
    file == other && a.start <= b.end && b.start <= a.end
}

fn apply(chosen: &[Edits<'_>], texts: &HashMap<&str, &str>) -> BTreeMap<String, String> {
    let mut edits: Vec<_> = chosen.iter().flatten().collect();
    // From behind, so that what is left keeps its place.
    edits.sort_by_key(|(_, range, _)| std::cmp::Reverse(range.start));
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (file, range, new) in edits {
        let Some(text) = texts.get(file) else { continue };
        let text = files.entry((*file).to_owned()).or_insert_with(|| (*text).to_owned());
        text.replace_range(range.clone(), new);
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Fix, Level, Origin};
    use crate::source::LineIndex;

    const TEXT: &str = "fn f() { let _ = a(); let _ = b(); }";

    fn finding(edits: &[(usize, usize, &str)]) -> Finding {
        let index = LineIndex::new(TEXT);
        let edits = edits.iter().map(|(start, end, new)| Edit {
            file: "a.rs".to_owned(),
            span: index.region(TEXT, *start, *end),
            replacement: (*new).to_owned(),
        });
        Finding {
            rule: "dropped-guard".to_owned(),
            level: Level::Warn,
            message: String::new(),
            file: "a.rs".to_owned(),
            span: index.region(TEXT, 0, 1),
            labels: Vec::new(),
            help: None,
            fix: Some(Fix { message: String::new(), edits: edits.collect() }),
            origin: Origin::Lint,
            run: None,
            evidence: None,
        }
    }

    fn fixed(findings: &[Finding]) -> (usize, String) {
        let fixed = fix(findings, &HashMap::from([("a.rs", TEXT)]));
        (fixed.count, fixed.files.get("a.rs").cloned().unwrap_or_default())
    }

    #[test]
    fn changes_keep_out_of_each_others_way() {
        let all =
            [finding(&[(13, 14, "_x")]), finding(&[(26, 27, "_yy")]), finding(&[(13, 14, "_z")])];
        assert_eq!(fixed(&all), (2, "fn f() { let _x = a(); let _yy = b(); }".to_owned()));
    }

    #[test]
    fn a_change_is_made_whole_or_not_at_all() {
        let all = [finding(&[(13, 14, "_x")]), finding(&[(26, 27, "_y"), (13, 14, "_z")])];
        assert_eq!(fixed(&all), (1, "fn f() { let _x = a(); let _ = b(); }".to_owned()));
    }

    #[test]
    fn what_would_not_parse_is_not_written() {
        assert_eq!(fixed(&[finding(&[(7, 8, "")])]), (0, String::new()));
    }

    #[test]
    fn what_is_of_another_text_is_left_alone() {
        let mut stale = finding(&[(13, 14, "_x")]);
        stale.fix.as_mut().unwrap().edits[0].span.end.byte = 4_000;
        assert_eq!(fixed(&[stale]), (0, String::new()));
    }
}
