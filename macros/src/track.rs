//! `#[linger::track]`: paths lead to linger's mirrors, and functions say that they own what they
//! start.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Error, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemMod, Path, Result, ReturnType,
    Signature, Type, UseTree, parse_quote, parse2,
};

/// The paths that have a mirror: the first segment, and which second ones if not all.
const MIRRORED: &[(&str, &[&str])] = &[("tokio", &[]), ("std", &["thread", "sync"])];

pub(crate) fn track(args: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !args.is_empty() {
        return Err(Error::new_spanned(args, "`#[linger::track]` takes no arguments"));
    }
    let mut item: Item = parse2(item)?;
    match &mut item {
        Item::Fn(function) => track_fn(function, ""),
        Item::Impl(block) => track_impl(block),
        Item::Mod(module) => track_mod(module)?,
        other => {
            let message =
                "`#[linger::track]` stands on a function, an impl or a module with a body";
            return Err(Error::new_spanned(other, message));
        }
    }
    Ok(item.into_token_stream())
}

fn track_fn(function: &mut ItemFn, prefix: &str) {
    Redirect.visit_block_mut(&mut function.block);
    own(&function.sig, prefix, &mut function.block);
}

fn track_impl(block: &mut ItemImpl) {
    let prefix = format!("{}::", type_name(&block.self_ty));
    for item in &mut block.items {
        if let ImplItem::Fn(ImplItemFn { sig, block, .. }) = item {
            Redirect.visit_block_mut(block);
            own(sig, &prefix, block);
        }
    }
}

fn track_mod(module: &mut ItemMod) -> Result<()> {
    let Some((_, items)) = &mut module.content else {
        let message = "a module in a file of its own can't be tracked: put \
                       `use linger::tokio;` into that file";
        return Err(Error::new_spanned(&module.ident, message));
    };
    let prefix = format!("{}::", module.ident);
    for item in items {
        match item {
            Item::Fn(function) => track_fn(function, &prefix),
            Item::Impl(block) => track_impl(block),
            Item::Mod(inner) if inner.content.is_some() => track_mod(inner)?,
            other => Redirect.visit_item_mut(other),
        }
    }
    Ok(())
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
    .unwrap_or_default()
}

/// Input: `async fn run() -> u32 { body }`. Output: the body inside of
/// `linger::__private::owned("module::run", async move { body }).await`. A plain function keeps a
/// guard instead. A `const fn` can start nothing.
fn own(sig: &Signature, prefix: &str, block: &mut syn::Block) {
    if sig.constness.is_some() {
        return;
    }
    let name = format!("{prefix}{}", sig.ident);
    let item = quote!(::core::concat!(::core::module_path!(), "::", #name));
    let body = &*block;
    *block = if sig.asyncness.is_some() {
        let output = match &sig.output {
            ReturnType::Type(_, ty) if !has_impl(ty) => Some(quote!(: #ty)),
            _ => None,
        };
        parse_quote!({
            let output #output = ::linger::__private::owned(#item, async move #body).await;
            output
        })
    } else {
        parse_quote!({
            let _owner = ::linger::__private::own(#item);
            #body
        })
    };
}

/// Whether a type says `impl Trait`, which a `let` can't.
fn has_impl(ty: &Type) -> bool {
    struct Find(bool);
    impl<'ast> syn::visit::Visit<'ast> for Find {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_type(&mut find, ty);
    find.0
}

/// Puts `::linger` before the paths that have a mirror.
struct Redirect;

fn mirrored(first: &str, second: Option<&str>) -> bool {
    MIRRORED.iter().any(|(name, inside)| {
        *name == first
            && (inside.is_empty() || second.is_some_and(|second| inside.contains(&second)))
    })
}

impl VisitMut for Redirect {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let mut names = path.segments.iter().map(|segment| segment.ident.to_string());
        let (Some(first), second) = (names.next(), names.next()) else { return };
        if second.is_some() && mirrored(&first, second.as_deref()) {
            // With the span of what was written, so that a report names that place.
            let span = path.segments[0].ident.span();
            path.leading_colon = Some(syn::token::PathSep { spans: [span, span] });
            path.segments.insert(0, syn::Ident::new("linger", span).into());
        }
    }

    fn visit_item_use_mut(&mut self, item: &mut syn::ItemUse) {
        let UseTree::Path(first) = &item.tree else { return };
        let second = match &*first.tree {
            UseTree::Path(path) => Some(path.ident.to_string()),
            UseTree::Name(name) => Some(name.ident.to_string()),
            UseTree::Rename(rename) => Some(rename.ident.to_string()),
            UseTree::Glob(_) | UseTree::Group(_) => None,
        };
        if mirrored(&first.ident.to_string(), second.as_deref()) {
            let tree = &item.tree;
            item.leading_colon = Some(Default::default());
            item.tree = parse_quote!(linger::#tree);
        }
    }
}
