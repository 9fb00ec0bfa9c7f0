//! Places in source files: as spans for programs, as short paths and lines for people.

use std::collections::HashMap;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A position: line and column from 1, the column in characters, the byte from 0 in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Position {
    /// The line, from 1; zero if the place is unknown.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The byte offset in the file; zero if the file can't be read.
    pub byte: usize,
}

/// A stretch of a file; `end` is the first position behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Span {
    /// The first position.
    pub start: Position,
    /// The first position behind the last.
    pub end: Position,
}

/// The source files of one report, each read at most once.
#[derive(Default)]
pub(crate) struct Sources(HashMap<&'static str, Option<Arc<str>>>);

impl Sources {
    fn text(&mut self, file: &'static str) -> Option<Arc<str>> {
        self.0
            .entry(file)
            .or_insert_with(|| {
                find(file).and_then(|path| std::fs::read_to_string(path).ok()).map(Arc::from)
            })
            .clone()
    }

    /// The span of the call at a location: its name, as `tokio::spawn` or `recv`.
    pub(crate) fn span(&mut self, location: &'static Location<'static>) -> Span {
        let (line, column) = (location.line() as usize, location.column() as usize);
        let start = Position { line, column, byte: 0 };
        let unread = Span { start, end: Position { column: column + 1, ..start } };
        let Some(text) = self.text(location.file()) else { return unread };
        let Some((at, source)) = lines(&text).nth(line.saturating_sub(1)) else { return unread };
        let Some((inside, _)) = source.char_indices().nth(column.saturating_sub(1)) else {
            return unread;
        };
        let name = &source[inside..];
        let length = name
            .char_indices()
            .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '_' | ':')))
            .map_or(name.len(), |(end, _)| end)
            .max(1);
        let length = (length..=name.len()).find(|&end| name.is_char_boundary(end)).unwrap_or(0);
        let width = name[..length].chars().count();
        let byte = at + inside;
        Span {
            start: Position { line, column, byte },
            end: Position { line, column: column + width, byte: byte + length },
        }
    }
}

/// The lines of a text, with the byte at which each starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

/// The line of a file, without the space around it.
pub(crate) fn line(file: &str, line: usize) -> Option<String> {
    let text = std::fs::read_to_string(find(file)?).ok()?;
    let text = text.lines().nth(line.checked_sub(1)?)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Where a file is that the compiler named: paths are relative to the workspace, and tests run in
/// the folder of their package.
fn find(file: &str) -> Option<PathBuf> {
    let path = Path::new(file);
    if path.is_absolute() {
        return Some(path.to_owned());
    }
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(path)).find(|path| path.is_file())
}

/// A file as people want to read it: relative to the working folder or, for a dependency, from the
/// folder of its package on.
pub(crate) fn short(file: &str) -> String {
    let path = Path::new(file);
    if path.is_relative() {
        return file.to_owned();
    }
    let here = std::env::current_dir().ok();
    if let Some(inside) = here.and_then(|here| path.strip_prefix(here).ok()) {
        return inside.display().to_string();
    }
    let parts: Vec<_> = path.components().collect();
    let package = parts.iter().position(|part| part.as_os_str() == "src").map_or(0, |src| {
        // Below the registry: `<hash>/name-1.0.0/src/lib.rs`.
        let later = parts[src + 1..].iter().rposition(|part| part.as_os_str() == "src");
        later.map_or(src, |later| src + 1 + later).saturating_sub(1)
    });
    parts[package..].iter().collect::<PathBuf>().display().to_string()
}
