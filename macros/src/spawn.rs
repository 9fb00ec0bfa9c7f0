//! `linger::spawn!`: a task with a name, and with the ends that its block captures.

use crate::capture::captured;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Ident, Result, Token, parse2};

struct Spawn {
    name: Option<Expr>,
    future: Expr,
}

impl Parse for Spawn {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut name = None;
        if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            let key: Ident = input.parse()?;
            if key != "name" {
                let message = "expected `linger::spawn!(future)` or \
                               `linger::spawn!(name = \"worker\", future)`";
                return Err(Error::new(key.span(), message));
            }
            input.parse::<Token![=]>()?;
            name = Some(input.parse()?);
            input.parse::<Token![,]>()?;
        }
        let future = input.parse()?;
        let _: Option<Token![,]> = input.parse()?;
        if !input.is_empty() {
            return Err(input.error("expected the end: `linger::spawn!` takes one future"));
        }
        Ok(Spawn { name, future })
    }
}

/// Input:
/// ```text
/// linger::spawn!(name = "worker", async move { tx.send(1).await })
/// ```
/// Output:
/// ```text
/// {
///     let ends = [(&&Probe(&tx)).end()];
///     linger::__private::spawn(Some("worker"), async move { tx.send(1).await }, &ends)
/// }
/// ```
/// The probe is by autoref: for what is no end of a channel it says so.
pub(crate) fn spawn(input: TokenStream) -> Result<TokenStream> {
    let Spawn { name, future } = parse2(input)?;
    let ends: Vec<Ident> = match &future {
        // Without `move` the block has references, and the ends stay where they are.
        Expr::Async(block) if block.capture.is_some() => captured(&block.block),
        _ => Vec::new(),
    };
    let name = match name {
        Some(name) => {
            quote!(::core::option::Option::Some(::core::convert::AsRef::<str>::as_ref(&#name)))
        }
        None => quote!(::core::option::Option::None),
    };
    Ok(quote! {{
        #[allow(unused_imports, reason = "which of them is used depends on the captures")]
        use ::linger::__private::{ProbeAny as _, ProbeEnd as _};
        let ends: &[::linger::__private::CapturedEnd] =
            &[#((&&::linger::__private::Probe(&#ends)).end()),*];
        ::linger::__private::spawn(#name, #future, ends)
    }})
}
