//! The part of one file that a finding shows.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Origin, Snippet};

use crate::finding::Region;

/// A file, and the marks that one finding sets in it.
pub(super) struct Excerpt<'a> {
    pub(super) file: &'a str,
    /// Nothing if the file could not be read.
    text: Option<&'a str>,
    marks: Vec<(Region, AnnotationKind, Option<&'a str>)>,
}

impl<'a> Excerpt<'a> {
    pub(super) fn new(file: &'a str, text: Option<&'a str>) -> Self {
        Excerpt { file, text, marks: Vec::new() }
    }

    pub(super) fn mark(&mut self, region: Region, kind: AnnotationKind, label: Option<&'a str>) {
        self.marks.push((region, kind, label));
    }

    /// The lines with the marks; nothing if there is no text to show.
    ///
    /// Only the lines from the first mark to the last are handed over, because the renderer
    /// splits all it gets into lines, for every finding again.
    pub(super) fn snippet(&self) -> Option<Snippet<'a, Annotation<'a>>> {
        let text = self.text.filter(|text| !text.is_empty())?;
        let spans: Vec<Range<usize>> =
            self.marks.iter().map(|(region, ..)| clamp(text, *region)).collect();
        let first = spans.iter().map(|span| span.start).min()?;
        let last = spans.iter().map(|span| span.end).max()?;
        // A byte order mark has no width, and no editor counts it as a column.
        let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let start = text[..first].rfind('\n').map_or(bom, |i| i + 1);
        let end = text[last..].find('\n').map_or(text.len(), |i| last + i + 1);
        let line = self.marks.iter().map(|(region, ..)| region.start.line).min()?;
        let shift = |at: usize| at.max(start) - start;
        let annotations = spans.iter().zip(&self.marks).map(|(span, (_, kind, label))| {
            kind.span(shift(span.start)..shift(span.end)).label(*label)
        });
        Some(
            Snippet::source(&text[start..end])
                .path(self.file)
                .line_start(line)
                .annotations(annotations.collect::<Vec<_>>()),
        )
    }

    /// The place alone.
    pub(super) fn origin(&self) -> Origin<'a> {
        let origin = Origin::path(self.file);
        match self.marks.first() {
            Some((region, ..)) => origin.line(region.start.line).char_column(region.start.column),
            None => origin,
        }
    }
}

/// The bytes of a region as far as the text has them, on character boundaries.
fn clamp(text: &str, region: Region) -> Range<usize> {
    let floor = |at: usize| {
        let at = at.min(text.len());
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    };
    let start = floor(region.start.byte);
    start..floor(region.end.byte).max(start)
}
