//! What attributes say about an item.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Attribute, Meta};

use crate::source::skim::attribute;

/// `#[cfg(test)]`, also `all(test, …)`.
pub(super) fn is_cfg_test(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg") => implies_test(list.tokens.clone()),
        _ => false,
    })
}

/// Any `#[cfg(…)]`.
pub(super) fn has_cfg(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg"))
}

/// `#[test]`, `#[tokio::test]`, `#[rstest]` and the like.
pub(super) fn is_test(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.path()
            .segments
            .last()
            .is_some_and(|segment| attribute::names_test(&segment.ident.to_string()))
    })
}

/// `#[tokio::test(start_paused = true)]`
pub(super) fn starts_paused(attrs: &[Attribute]) -> bool {
    let names = |tokens: TokenStream| {
        tokens
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(word) if word == "start_paused"))
    };
    attrs.iter().any(|attr| match &attr.meta {
        Meta::List(list) => names(list.tokens.clone()),
        _ => false,
    })
}

/// The traits named by `#[derive(…)]`, by their last segments.
pub(super) fn derives(attrs: &[Attribute]) -> Vec<crate::model::Name> {
    let mut names = Vec::new();
    for attr in attrs {
        let Meta::List(list) = &attr.meta else { continue };
        if !list.path.is_ident("derive") {
            continue;
        }
        let _ = attr.parse_nested_meta(|meta| {
            if let Some(segment) = meta.path.segments.last() {
                names.push(segment.ident.to_string().into());
            }
            Ok(())
        });
    }
    names
}

/// Whether the condition can only hold in a test build.
fn implies_test(tokens: TokenStream) -> bool {
    terms(tokens).into_iter().any(|term| match term.as_slice() {
        [TokenTree::Ident(word)] => word == "test",
        [TokenTree::Ident(word), TokenTree::Group(group)]
            if group.delimiter() == Delimiter::Parenthesis =>
        {
            match word.to_string().as_str() {
                "all" => implies_test(group.stream()),
                "any" => {
                    let terms = terms(group.stream());
                    !terms.is_empty()
                        && terms.into_iter().all(|term| implies_test(term.into_iter().collect()))
                }
                _ => false,
            }
        }
        _ => false,
    })
}

/// The comma-separated terms of a condition.
fn terms(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut terms = vec![Vec::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => terms.push(Vec::new()),
            _ => terms.last_mut().expect("never empty").push(token),
        }
    }
    terms.retain(|term| !term.is_empty());
    terms
}
