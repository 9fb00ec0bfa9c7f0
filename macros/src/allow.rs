//! `#[linger::allow(rule, reason = "…")]`: says something to the linter, and nothing to the
//! compiler.
//!
//! The linter reads it in the source, and complains of rules that it does not know and of reasons
//! that are missing. Here only the form is looked at, so that a slip is seen where it is made.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Error, Ident, LitStr, Result, Token};

const FORM: &str = "expected `#[linger::allow(rule, reason = \"why it is right\")]`";

/// Input: `#[linger::allow(unowned-spawn, reason = "…")] fn f() {}`
/// Output: `fn f() {}`
pub(crate) fn allow(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let rules = arguments.parse2(args)?;
    if rules == 0 {
        return Err(Error::new(Span::call_site(), FORM));
    }
    Ok(item)
}

/// Reads the arguments; how many rules are among them.
fn arguments(input: ParseStream<'_>) -> Result<usize> {
    let mut rules = 0;
    let mut reason = None;
    while !input.is_empty() {
        let Rule(first, one_word) = input.parse()?;
        if input.peek(Token![=]) {
            if first != "reason" || !one_word || reason.is_some() {
                return Err(Error::new(first.span(), FORM));
            }
            input.parse::<Token![=]>()?;
            let text: LitStr = input.parse().map_err(|error| Error::new(error.span(), FORM))?;
            if text.value().trim().is_empty() {
                return Err(Error::new(text.span(), "a reason is required: why is it right?"));
            }
            reason = Some(text);
        } else {
            rules += 1;
        }
        if !input.is_empty() {
            input.parse::<Token![,]>().map_err(|error| Error::new(error.span(), FORM))?;
        }
    }
    Ok(rules)
}

/// The first word of a name in kebab case, and whether it is the only one.
struct Rule(Ident, bool);

impl Parse for Rule {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        // A rule may be called after a keyword: `loop-…`.
        let word = |input: ParseStream<'_>| {
            let word = Ident::parse_any(input).map_err(|error| Error::new(error.span(), FORM))?;
            if word.to_string().contains('_') {
                let dashes = word.to_string().replace('_', "-");
                return Err(Error::new(word.span(), format!("rules are written so: `{dashes}`")));
            }
            Ok(word)
        };
        let first = word(input)?;
        let mut only = true;
        while input.peek(Token![-]) {
            input.parse::<Token![-]>()?;
            word(input)?;
            only = false;
        }
        Ok(Rule(first, only))
    }
}
