//! What a finding is known by when the lines above it come and go.
//!
//! A fingerprint says the rule, the file and the words of the first lines of the place, not where
//! they stand. Of several findings that would have the same one, each also says its number.

use std::collections::HashMap;
use std::hash::Hasher;

use crate::finding::Finding;

/// How many lines of a place count. One alone is too often `tokio::spawn(async move {`, and with
/// many each change to the body of a task would make its finding a new one.
const LINES: usize = 3;

/// The fingerprints of `findings`, in their order: 16 hexadecimal digits each.
///
/// `texts` are the texts of files by name; for a file without one the message counts in place of
/// the lines. The same version and the next one give the same fingerprints.
///
/// ```
/// use std::collections::HashMap;
/// use linger_lint::fingerprint::fingerprints;
///
/// assert!(fingerprints(&[], &HashMap::new()).is_empty());
/// ```
pub fn fingerprints(findings: &[Finding], texts: &HashMap<&str, &str>) -> Vec<String> {
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let each = findings.iter().map(|finding| {
        let words = words(finding, texts.get(finding.file.as_str()).copied());
        let mut hash = Fnv::default();
        for part in [&finding.rule, &finding.file].into_iter().chain(&words) {
            hash.write(part.as_bytes());
            // Between parts, so that "a", "bc" and "ab", "c" are two things.
            hash.write(&[0]);
        }
        let number = seen.entry(hash.finish()).or_default();
        hash.write(&number.to_le_bytes());
        *number += 1;
        format!("{:016x}", hash.finish())
    });
    each.collect()
}

/// The words of the finding's place, whatever space is between them.
fn words(finding: &Finding, text: Option<&str>) -> Vec<String> {
    let (first, last) = (finding.span.start.line, finding.span.end.line);
    let lines = text.unwrap_or_default().lines().skip(first.saturating_sub(1));
    let lines = lines.take(last.saturating_add(1).saturating_sub(first)).map(str::trim);
    let lines = lines.filter(|line| !line.is_empty()).take(LINES);
    let words: Vec<String> =
        lines.flat_map(str::split_whitespace).map(|word| word.to_owned()).collect();
    if words.is_empty() { vec![finding.message.clone()] } else { words }
}

/// The hash of Fowler, Noll and Vo with 64 bits. The standard library's own hash may change with
/// the compiler, and fingerprints are kept for years.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Level, Origin};
    use crate::source::LineIndex;

    fn finding(text: &str, at: usize) -> Finding {
        Finding {
            rule: "rule".to_owned(),
            level: Level::Warn,
            message: "message".to_owned(),
            file: "a.rs".to_owned(),
            span: LineIndex::new(text).region(text, at, at + 1),
            labels: Vec::new(),
            help: None,
            fix: None,
            origin: Origin::Lint,
            run: None,
            evidence: None,
        }
    }

    /// The fingerprints of a finding at each `x`.
    fn at_each_x(text: &str) -> Vec<String> {
        let findings: Vec<_> = text.match_indices('x').map(|(at, _)| finding(text, at)).collect();
        fingerprints(&findings, &HashMap::from([("a.rs", text)]))
    }

    #[test]
    fn lines_and_space_may_move() {
        assert_eq!(at_each_x("a;\nx  ();\n"), at_each_x("a;\n\nb;\n    x ();\nc;"));
    }

    #[test]
    fn other_code_is_another_finding() {
        assert_ne!(at_each_x("x(1);"), at_each_x("x(2);"));
    }

    #[test]
    fn equal_findings_are_numbered() {
        let two = at_each_x("x();\nx();\n");
        assert_ne!(two[0], two[1]);
        assert_eq!(two[0], at_each_x("x();")[0]);
    }

    #[test]
    fn the_hash_is_the_published_one() {
        let mut hash = Fnv::default();
        hash.write(b"foobar");
        assert_eq!(hash.finish(), 0x8594_4171_f739_67e8);
    }
}
