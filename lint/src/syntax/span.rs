//! Spans of tokens as byte offsets.

use crate::model::Span;
use proc_macro2::extra::DelimSpan;

/// The bytes of a token.
pub(super) fn of(span: proc_macro2::Span) -> Span {
    let range = span.byte_range();
    Span { start: range.start as u32, end: range.end as u32 }
}

/// The bytes of a group, its delimiters included.
pub(super) fn group(span: &DelimSpan) -> Span {
    of(span.open()).to(of(span.close()))
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
