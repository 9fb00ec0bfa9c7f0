//! Spans of tokens as byte offsets.
//!
//! proc-macro2 counts characters and keeps a search tree to turn them into bytes; asking it for
//! lines and columns and adding the byte at which a line starts is several times faster.

use super::cut::Gaps;
use crate::model::Span;
use proc_macro2::extra::DelimSpan;
use std::cell::RefCell;

/// Where the lines of the text being lowered start.
#[derive(Default)]
struct Lines {
    base: u32,
    gaps: Gaps,
    /// Kept only when it is not all ASCII.
    text: String,
    /// The first byte of each line, and whether the line is all ASCII.
    starts: Vec<(u32, bool)>,
}

thread_local! {
    static LINES: RefCell<Lines> = RefCell::default();
}

/// Prepares the lookups for `text`, which must be the text that is parsed next: what `gaps` leave
/// of a file from byte `base` on.
pub(super) fn enter(text: &str, base: u32, gaps: Gaps) {
    LINES.with_borrow_mut(|lines| {
        lines.gaps = gaps;
        lines.text.clear();
        lines.starts.clear();
        lines.base = base;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            lines.starts.push((start, line.is_ascii()));
            start += line.len() as u32;
        }
        lines.starts.push((start, true));
        if !text.is_ascii() {
            lines.text.push_str(text);
        }
    });
}

/// The bytes of a token.
pub(super) fn of(span: proc_macro2::Span) -> Span {
    LINES.with_borrow(|lines| Span { start: lines.byte(span.start()), end: lines.byte(span.end()) })
}

impl Lines {
    fn byte(&self, at: proc_macro2::LineColumn) -> u32 {
        self.gaps.whole(self.byte_left(at))
    }

    fn byte_left(&self, at: proc_macro2::LineColumn) -> u32 {
        let Some(&(start, ascii)) = self.starts.get(at.line.wrapping_sub(1)) else { return 0 };
        if ascii || at.column == 0 {
            return self.base + start + at.column as u32;
        }
        let line = self.text.get(start as usize..).unwrap_or_default();
        let within = line.char_indices().nth(at.column).map_or(line.len(), |(byte, _)| byte);
        self.base + start + within as u32
    }
}

/// The bytes of a group, its delimiters included.
pub(super) fn group(span: &DelimSpan) -> Span {
    of(span.join())
}

/// The bytes of a path.
pub(super) fn path(path: &syn::Path) -> Span {
    let first = path
        .leading_colon
        .as_ref()
        .map(|colon| of(colon.spans[0]))
        .or_else(|| path.segments.first().map(|segment| of(segment.ident.span())));
    let last = path.segments.last().map(|segment| match &segment.arguments {
        syn::PathArguments::None => of(segment.ident.span()),
        syn::PathArguments::AngleBracketed(args) => of(args.gt_token.span),
        syn::PathArguments::Parenthesized(args) => group(&args.paren_token.span),
    });
    match (first, last) {
        (Some(first), Some(last)) => first.to(last),
        _ => Span::default(),
    }
}

/// The bytes of a macro call.
pub(super) fn mac(mac: &syn::Macro) -> Span {
    let delim = match &mac.delimiter {
        syn::MacroDelimiter::Paren(token) => &token.span,
        syn::MacroDelimiter::Brace(token) => &token.span,
        syn::MacroDelimiter::Bracket(token) => &token.span,
    };
    path(&mac.path).to(of(delim.close()))
}
