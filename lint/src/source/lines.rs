//! From byte offsets to lines and columns.

use crate::finding::{Position, Region};

/// The line starts of one text.
///
/// ```
/// use linger_lint::source::LineIndex;
/// let text = "fn é() {}\nx";
/// let index = LineIndex::new(text);
/// assert_eq!(index.position(text, 11).line, 2);
/// assert_eq!(index.position(text, 5).column, 5);
/// ```
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Finds the line starts of `text`.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i + 1));
        LineIndex { starts }
    }

    /// The position of `byte`, which is clamped to the text and to a character's start.
    pub fn position(&self, text: &str, byte: usize) -> Position {
        let mut byte = byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= byte);
        // A byte order mark is no column: it has no width, and compilers do not count it.
        let before = text[self.starts[line - 1]..byte].chars();
        let column = before.skip_while(|c| *c == '\u{feff}').count() + 1;
        Position { line, column, byte }
    }

    /// The byte of a line and column, where the text has them: the reverse of
    /// [`LineIndex::position`]. The place behind a line's last character counts.
    pub fn byte(&self, text: &str, line: usize, column: usize) -> Option<usize> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        let line = text.get(start..end)?;
        let mark = if line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let line = &line[mark..];
        let mut inside = line.char_indices().map(|(at, _)| at).chain([line.len()]);
        Some(start + mark + inside.nth(column.checked_sub(1)?)?)
    }

    /// The region from byte `start` to byte `end`.
    pub fn region(&self, text: &str, start: usize, end: usize) -> Region {
        Region { start: self.position(text, start), end: self.position(text, end.max(start)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_leads_back_to_its_byte() {
        for text in ["", "a", "\u{feff}aß\r\n\n c\n", "ß\nß"] {
            let index = LineIndex::new(text);
            for (byte, _) in text.char_indices().filter(|(_, c)| *c != '\u{feff}') {
                let at = index.position(text, byte);
                assert_eq!(index.byte(text, at.line, at.column), Some(byte), "{text:?} {at:?}");
            }
            assert_eq!(index.byte(text, 9, 1), None);
            assert_eq!(index.byte(text, 1, 99), None);
            assert_eq!(index.byte(text, 0, 0), None);
        }
    }
}
