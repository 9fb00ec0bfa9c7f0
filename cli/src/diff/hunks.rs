//! Reads what `git diff --unified=0` prints: which lines of which files are new.

use std::collections::HashMap;

/// The changed lines of one file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// The file is new.
    All,
    /// The ends of each stretch, in order. One whose last line comes before its first is a place
    /// between two lines where something was taken away.
    Some(Vec<(usize, usize)>),
}

impl Lines {
    /// Whether something changed from line `first` to line `last`, both included.
    pub(super) fn meet(&self, first: usize, last: usize) -> bool {
        match self {
            Lines::All => true,
            Lines::Some(stretches) => stretches.iter().any(|(from, to)| {
                // A gap counts if both of its neighbours lie within.
                first <= *from.min(to) && *from.max(to) <= last
                    || from <= to && *from <= last && first <= *to
            }),
        }
    }
}

/// The changed lines of each file by its path from the top of the repository. A file that was
/// deleted or that is binary has none.
pub(super) fn read(diff: &[u8]) -> HashMap<String, Lines> {
    let mut files = HashMap::new();
    let mut file = None;
    let mut lines = diff.split(|byte| *byte == b'\n');
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix(b"+++ ") {
            file = name_of(name);
        } else if let Some((old, new)) = line.strip_prefix(b"@@ -").and_then(numbers) {
            // The text of lines may look like anything, so it is passed over by its length.
            lines
                .by_ref()
                .filter(|line| !line.starts_with(b"\\"))
                .take(old.1 + new.1)
                .for_each(drop);
            let Some(file) = &file else { continue };
            let stretch = match new {
                (before, 0) => (before + 1, before),
                (first, count) => (first, first + count - 1),
            };
            let known = files.entry(String::clone(file)).or_insert_with(|| Lines::Some(Vec::new()));
            if let Lines::Some(stretches) = known {
                stretches.push(stretch);
            }
        }
    }
    files
}

/// The first line and the number of lines on either side, of `7,0 +8,2 @@ …` for example.
fn numbers(header: &[u8]) -> Option<((usize, usize), (usize, usize))> {
    let header = std::str::from_utf8(header.split(|byte| *byte == b'@').next()?).ok()?;
    let (old, new) = header.trim().split_once(" +")?;
    let side = |side: &str| match side.split_once(',') {
        Some((first, count)) => Some((first.parse().ok()?, count.parse().ok()?)),
        None => Some((side.parse().ok()?, 1)),
    };
    Some((side(old)?, side(new)?))
}

/// A path behind `b/`, in quotes if it holds what a line can't; nothing for `/dev/null`.
fn name_of(name: &[u8]) -> Option<String> {
    // Git ends a name that holds a space with a tab.
    let name = name.strip_suffix(b"\t").unwrap_or(name);
    let name = match name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")) {
        Some(quoted) => unquoted(quoted),
        None => name.to_vec(),
    };
    Some(String::from_utf8_lossy(name.strip_prefix(b"b/")?).into_owned())
}

/// Undoes the escapes of C.
fn unquoted(quoted: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = quoted.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'a') => bytes.push(7),
            Some(b'b') => bytes.push(8),
            Some(b't') => bytes.push(b'\t'),
            Some(b'n') => bytes.push(b'\n'),
            Some(b'v') => bytes.push(11),
            Some(b'f') => bytes.push(12),
            Some(b'r') => bytes.push(b'\r'),
            Some(digit @ b'0'..=b'3') => {
                let mut value = digit - b'0';
                while let Some(digit) = rest.next_if(|next| (b'0'..=b'7').contains(next)) {
                    value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                }
                bytes.push(value);
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_are_read_and_their_text_is_not() {
        let diff = b"diff --git a/a.rs b/a.rs\n--- a/a.rs\n+++ b/a.rs\n\
            @@ -3 +3,2 @@ fn f() {\n-x\n+++ b/other.rs\n+@@ -1 +1 @@\n\\ No newline at end of file\n\
            @@ -9,2 +10,0 @@\n-x\n-y\n\
            diff --git a/gone.rs b/gone.rs\n--- a/gone.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
        let expected = Lines::Some(vec![(3, 4), (11, 10)]);
        assert_eq!(read(diff), HashMap::from([("a.rs".to_owned(), expected)]));
    }

    #[test]
    fn names_are_taken_out_of_their_quotes() {
        let name = |name: &str| name_of(name.as_bytes()).unwrap();
        assert_eq!(name("b/a b.rs\t"), "a b.rs");
        assert_eq!(name(r#""b/\303\237 \"\\\t.rs""#), "ß \"\\\t.rs");
        assert_eq!(name_of(b"/dev/null"), None);
    }

    #[test]
    fn a_stretch_meets_what_it_overlaps_and_a_gap_what_it_divides() {
        let lines = Lines::Some(vec![(3, 4), (11, 10)]);
        for (first, last, meets) in [
            (1, 2, false),
            (1, 3, true),
            (4, 9, true),
            (5, 10, false),
            (10, 11, true),
            (11, 20, false),
            (1, 20, true),
        ] {
            assert_eq!(lines.meet(first, last), meets, "{first} to {last}");
        }
    }
}
