//! `#[linger::test]` and `#[linger::main]`: the body moves into a future or closure that linger runs.

use crate::args::{Args, Flavor};
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Error, ItemFn, Result, ReturnType, parse2};

/// Input:
/// ```text
/// #[linger::test(grace = "50ms")]
/// async fn name() -> Result<(), E> { body }
/// ```
/// Output:
/// ```text
/// #[test]
/// fn name() -> Result<(), E> {
///     linger::__private::test_async(settings, concat!(module_path!(), "::name"), options, async { body })
/// }
/// ```
pub(crate) fn test(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let args: Args = parse2(args)?;
    let function: ItemFn = parse2(item)?;
    if let Some(attr) = function.attrs.iter().find(|attr| attr.path().is_ident("test")) {
        let message = "`#[linger::test]` makes the test itself; remove this `#[test]`";
        return Err(Error::new(attr.span(), message));
    }
    let krate = args.krate();
    let run = if function.sig.asyncness.is_some() {
        quote!(#krate::__private::test_async)
    } else {
        quote!(#krate::__private::test_sync)
    };
    let attribute = quote!(#[::core::prelude::v1::test]);
    expand(&args, function, &run, &attribute)
}

/// As [`test`], with a runtime of many threads unless `flavor` says otherwise.
pub(crate) fn main(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut args: Args = parse2(args)?;
    let function: ItemFn = parse2(item)?;
    let krate = args.krate();
    let run = if function.sig.asyncness.is_some() {
        args.default_flavor(Flavor::MultiThread);
        quote!(#krate::__private::main_async)
    } else {
        quote!(#krate::__private::main_sync)
    };
    expand(&args, function, &run, &TokenStream::new())
}

fn expand(
    args: &Args,
    mut function: ItemFn,
    run: &TokenStream,
    attribute: &TokenStream,
) -> Result<TokenStream> {
    if let Some(input) = function.sig.inputs.first() {
        return Err(Error::new(input.span(), "this function takes no arguments"));
    }
    let is_async = function.sig.asyncness.take().is_some();
    if let (Some(span), false) = (args.runtime, is_async) {
        return Err(Error::new(span, "only an `async fn` has a runtime to set up"));
    }
    let ItemFn { attrs, vis, sig, block, .. } = function;
    let name = sig.ident.to_string();
    let options = args.options();
    let output = match &sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => quote!(#ty),
    };
    let krate = args.krate();
    let (settings, body) = if is_async {
        let settings = args.settings();
        // The type is named, so that `?` and `Ok(())` in the body know it.
        (quote!(#settings,), quote!(#krate::__private::typed::<#output, _>(async #block)))
    } else {
        (quote!(), quote!(|| -> #output #block))
    };
    Ok(quote! {
        #attribute
        #(#attrs)*
        #vis #sig {
            #run(
                #settings
                ::core::concat!(::core::module_path!(), "::", #name),
                #options,
                #body,
            )
        }
    })
}
