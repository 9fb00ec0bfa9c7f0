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

    /// The region from byte `start` to byte `end`.
    pub fn region(&self, text: &str, start: usize, end: usize) -> Region {
        Region { start: self.position(text, start), end: self.position(text, end.max(start)) }
    }
}
