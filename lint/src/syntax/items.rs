//! Items: functions, types, impls and imports.

use super::{attrs, body, macros, span, types};
use crate::model::body::BodyKind;
use crate::model::file::{self, FileModel, Scope, ScopeId};
use crate::model::item::{
    Field, Function, Impl, Import, SelfKind, Static, Struct, Trait, TypeAlias,
};
use crate::model::{Name, Path, Span, TypeRef};
use crate::source::Edition;
use syn::{Attribute, FnArg, ImplItem, Item, ReceiverKind, TraitItem, UseTree, Visibility};

/// The file being lowered.
pub(super) struct FileLowering {
    pub(super) file: FileModel,
    pub(super) edition: Edition,
}

/// Where an item stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Home {
    pub(super) scope: ScopeId,
    in_impl: Option<u32>,
    in_trait: Option<u32>,
}

impl Home {
    pub(super) fn scope(scope: ScopeId) -> Home {
        Home { scope, ..Home::default() }
    }
}

pub(super) fn lower_file(parsed: &syn::File, edition: Edition, test: bool) -> FileModel {
    let root =
        Scope { module: true, test: test || attrs::is_cfg_test(&parsed.attrs), ..Scope::default() };
    let file = FileModel { scopes: vec![root], ..FileModel::default() };
    let mut lowering = FileLowering { file, edition };
    lowering.items(&parsed.items, 0);
    lowering.file
}

impl FileLowering {
    pub(super) fn items(&mut self, items: &[Item], scope: ScopeId) {
        for item in items {
            self.item(item, scope);
        }
    }

    pub(super) fn item(&mut self, item: &Item, scope: ScopeId) {
        match item {
            Item::Fn(item) => {
                let whole = whole(&item.attrs, &item.vis, span::of(item.sig.fn_token.span))
                    .to(span::group(&item.block.brace_token.span));
                self.function(&item.attrs, &item.sig, Some(&item.block), whole, Home::scope(scope));
            }
            Item::Struct(item) => {
                let name = span::of(item.ident.span());
                let fields = fields(None, &item.fields);
                let end = match &item.fields {
                    syn::Fields::Named(named) => span::group(&named.brace_token.span),
                    syn::Fields::Unnamed(unnamed) => span::group(&unnamed.paren_token.span),
                    syn::Fields::Unit => name,
                };
                let whole = whole(&item.attrs, &item.vis, span::of(item.struct_token.span)).to(end);
                self.structure(
                    &item.ident,
                    &item.generics,
                    &item.attrs,
                    fields,
                    Vec::new(),
                    scope,
                    whole,
                );
            }
            Item::Union(item) => {
                let fields = named_fields(None, &item.fields);
                let whole = whole(&item.attrs, &item.vis, span::of(item.union_token.span))
                    .to(span::group(&item.fields.brace_token.span));
                self.structure(
                    &item.ident,
                    &item.generics,
                    &item.attrs,
                    fields,
                    Vec::new(),
                    scope,
                    whole,
                );
            }
            Item::Enum(item) => {
                let mut all = Vec::new();
                for variant in &item.variants {
                    all.extend(fields(Some(types::name(&variant.ident)), &variant.fields));
                }
                let variants = item.variants.iter().map(|v| types::name(&v.ident)).collect();
                let whole = whole(&item.attrs, &item.vis, span::of(item.enum_token.span))
                    .to(span::group(&item.brace_token.span));
                self.structure(
                    &item.ident,
                    &item.generics,
                    &item.attrs,
                    all,
                    variants,
                    scope,
                    whole,
                );
            }
            Item::Impl(item) => self.impl_block(item, scope),
            Item::Trait(item) => self.trait_(item, scope),
            Item::Type(item) => self.file.aliases.push(TypeAlias {
                name: types::name(&item.ident),
                scope,
                generics: types::generics(&item.generics),
                ty: types::ty(&item.ty),
            }),
            Item::Static(item) => {
                let whole = whole(&item.attrs, &item.vis, span::of(item.static_token.span))
                    .to(span::of(item.semi_token.span));
                self.constant(
                    types::name(&item.ident),
                    &item.ty,
                    &item.expr,
                    true,
                    whole,
                    Home::scope(scope),
                );
            }
            Item::Const(item) => {
                let whole = whole(&item.attrs, &item.vis, span::of(item.const_token.span))
                    .to(span::of(item.semi_token.span));
                self.constant(
                    types::name(&item.ident),
                    &item.ty,
                    &item.expr,
                    false,
                    whole,
                    Home::scope(scope),
                );
            }
            Item::Use(item) => {
                let public = !matches!(item.vis, Visibility::Inherited);
                let prefix = Path { global: item.leading_colon.is_some(), ..Path::default() };
                self.import(&item.tree, prefix, public, scope);
            }
            Item::ExternCrate(item) => {
                let alias = item.rename.as_ref().map_or(&item.ident, |(_, ident)| ident);
                self.file.imports.push(Import {
                    scope,
                    path: Path {
                        global: true,
                        segments: vec![types::name(&item.ident)],
                        ..Path::default()
                    },
                    alias: Some(types::name(alias)),
                    public: !matches!(item.vis, Visibility::Inherited),
                    extern_crate: true,
                });
            }
            Item::Mod(item) => self.module(item, scope),
            Item::Macro(item) => {
                let whole = span::mac(&item.mac);
                let path = types::path(&item.mac.path);
                let name = path.last().cloned().unwrap_or_default();
                self.note(name, attrs_start(&item.attrs, whole).to(whole));
                if item.ident.is_none() {
                    macros::item_macro(self, &item.mac, scope);
                }
            }
            _ => {}
        }
    }

    fn module(&mut self, item: &syn::ItemMod, scope: ScopeId) {
        let Some((brace, items)) = &item.content else {
            self.file.scopes[scope as usize].outline_modules.push(types::name(&item.ident));
            return;
        };
        let whole = whole(&item.attrs, &item.vis, span::of(item.mod_token.span))
            .to(span::group(&brace.span));
        self.note(types::name(&item.ident), whole);
        let test = self.file.scopes[scope as usize].test || attrs::is_cfg_test(&item.attrs);
        let inner = self.scope(Scope {
            name: types::name(&item.ident),
            parent: Some(scope),
            module: true,
            test,
            outline_modules: Vec::new(),
        });
        self.items(items, inner);
    }

    fn note(&mut self, name: Name, span: Span) {
        self.file.items.push(file::Item { name, span });
    }

    pub(super) fn scope(&mut self, scope: Scope) -> ScopeId {
        self.file.scopes.push(scope);
        (self.file.scopes.len() - 1) as ScopeId
    }

    fn import(&mut self, tree: &UseTree, mut prefix: Path, public: bool, scope: ScopeId) {
        let alias = match tree {
            UseTree::Path(tree) => {
                prefix.segments.push(types::name(&tree.ident));
                return self.import(&tree.tree, prefix, public, scope);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, prefix.clone(), public, scope);
                }
                return;
            }
            UseTree::Glob(_) => None,
            UseTree::Name(tree) => {
                let name = types::name(&tree.ident);
                if name == "self" {
                    prefix.last().cloned()
                } else {
                    prefix.segments.push(name.clone());
                    Some(name)
                }
            }
            UseTree::Rename(tree) => {
                let name = types::name(&tree.ident);
                if name != "self" {
                    prefix.segments.push(name);
                }
                Some(types::name(&tree.rename))
            }
        };
        if alias.is_none() && !matches!(tree, UseTree::Glob(_)) {
            return;
        }
        self.file.imports.push(Import { scope, path: prefix, alias, public, extern_crate: false });
    }

    #[expect(clippy::too_many_arguments, reason = "one call for three kinds of item")]
    fn structure(
        &mut self,
        ident: &syn::Ident,
        generics: &syn::Generics,
        attrs: &[Attribute],
        fields: Vec<Field>,
        variants: Vec<Name>,
        scope: ScopeId,
        whole: Span,
    ) {
        self.note(types::name(ident), whole);
        self.file.structs.push(Struct {
            name: types::name(ident),
            scope,
            generics: types::generics(generics),
            fields,
            variants,
            derives: attrs::derives(attrs),
            name_span: span::of(ident.span()),
            span: whole,
        });
    }

    fn impl_block(&mut self, item: &syn::ItemImpl, scope: ScopeId) {
        let whole = attrs_start(&item.attrs, span::of(item.impl_token.span))
            .to(span::group(&item.brace_token.span));
        self.note(impl_name(item), whole);
        let assoc = item
            .items
            .iter()
            .filter_map(|inner| match inner {
                ImplItem::Type(inner) => Some((types::name(&inner.ident), types::ty(&inner.ty))),
                _ => None,
            })
            .collect();
        let scope = self.test_scope(scope, &item.attrs);
        self.file.impls.push(Impl {
            scope,
            self_ty: types::ty(&item.self_ty),
            trait_: item.trait_.as_ref().map(|(path, _)| types::path(path)),
            generics: types::generics(&item.generics),
            assoc,
            span: whole,
        });
        let in_impl = Some((self.file.impls.len() - 1) as u32);
        let home = Home { scope, in_impl, in_trait: None };
        for inner in &item.items {
            match inner {
                ImplItem::Fn(inner) => {
                    let start = span::of(inner.sig.fn_token.span);
                    let whole = self::whole(&inner.attrs, &inner.vis, start)
                        .to(span::group(&inner.block.brace_token.span));
                    self.function(&inner.attrs, &inner.sig, Some(&inner.block), whole, home);
                }
                ImplItem::Const(inner) => {
                    let start = span::of(inner.const_token.span);
                    let whole = self::whole(&inner.attrs, &inner.vis, start)
                        .to(span::of(inner.semi_token.span));
                    self.constant(
                        types::name(&inner.ident),
                        &inner.ty,
                        &inner.expr,
                        false,
                        whole,
                        home,
                    );
                }
                ImplItem::Macro(inner) => macros::impl_macro(self, &inner.mac, home),
                _ => {}
            }
        }
    }

    /// An item behind `#[cfg(test)]` gets a scope of its own that says so.
    fn test_scope(&mut self, scope: ScopeId, attrs: &[Attribute]) -> ScopeId {
        if !attrs::is_cfg_test(attrs) || self.file.scopes[scope as usize].test {
            return scope;
        }
        self.scope(Scope { parent: Some(scope), test: true, ..Scope::default() })
    }

    fn trait_(&mut self, item: &syn::ItemTrait, scope: ScopeId) {
        let whole = whole(&item.attrs, &item.vis, span::of(item.trait_token.span))
            .to(span::group(&item.brace_token.span));
        self.note(types::name(&item.ident), whole);
        self.file.traits.push(Trait {
            name: types::name(&item.ident),
            scope,
            generics: types::generics(&item.generics),
            span: whole,
        });
        let in_trait = Some((self.file.traits.len() - 1) as u32);
        let home = Home { scope, in_impl: None, in_trait };
        for inner in &item.items {
            let TraitItem::Fn(inner) = inner else { continue };
            let start = attrs_start(&inner.attrs, span::of(inner.sig.fn_token.span));
            let end = match (&inner.default, &inner.semi_token) {
                (Some(block), _) => span::group(&block.brace_token.span),
                (None, Some(semi)) => span::of(semi.span),
                (None, None) => span::of(inner.sig.ident.span()),
            };
            self.function(&inner.attrs, &inner.sig, inner.default.as_ref(), start.to(end), home);
        }
    }

    pub(super) fn impl_item_fn(&mut self, item: &syn::ImplItemFn, home: Home) {
        let whole = whole(&item.attrs, &item.vis, span::of(item.sig.fn_token.span))
            .to(span::group(&item.block.brace_token.span));
        self.function(&item.attrs, &item.sig, Some(&item.block), whole, home);
    }

    fn function(
        &mut self,
        attributes: &[Attribute],
        sig: &syn::Signature,
        block: Option<&syn::Block>,
        whole: Span,
        home: Home,
    ) {
        self.note(types::name(&sig.ident), whole);
        let mut params = Vec::new();
        let mut self_kind = None;
        for input in &sig.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    let (kind, ty) = receiver_type(&receiver.kind);
                    self_kind = Some(kind);
                    params.push((Name::from("self"), ty));
                }
                FnArg::Typed(typed) => {
                    let name = match &*typed.pat {
                        syn::Pat::Ident(ident) => types::name(&ident.ident),
                        _ => Name::default(),
                    };
                    params.push((name, types::ty(&typed.ty)));
                }
            }
        }
        let test = self.file.scopes[home.scope as usize].test
            || attrs::is_test(attributes)
            || attrs::is_cfg_test(attributes);
        let id = self.file.functions.len() as u32;
        self.file.functions.push(Function {
            name: types::name(&sig.ident),
            scope: home.scope,
            in_impl: home.in_impl,
            in_trait: home.in_trait,
            self_kind,
            params,
            ret: types::ret(&sig.output),
            is_async: sig.asyncness.is_some(),
            generics: types::generics(&sig.generics),
            body: None,
            test,
            paused: attrs::starts_paused(attributes),
            attrs: attributes.iter().map(|attr| types::path(attr.path())).collect(),
            cfg: attrs::has_cfg(attributes),
            name_span: span::of(sig.ident.span()),
            span: whole,
        });
        let Some(block) = block else { return };
        let kind = if sig.asyncness.is_some() { BodyKind::AsyncFn } else { BodyKind::Fn };
        let owner = body::Owner { function: Some(id), scope: home.scope, test, kind };
        let body = body::lower_function(self, owner, sig, block, self_kind);
        self.file.functions[id as usize].body = Some(body);
    }

    pub(super) fn constant(
        &mut self,
        name: Name,
        ty: &syn::Type,
        expr: &syn::Expr,
        is_static: bool,
        whole: Span,
        home: Home,
    ) {
        self.note(name.clone(), whole);
        let test = self.file.scopes[home.scope as usize].test;
        let owner = body::Owner { function: None, scope: home.scope, test, kind: BodyKind::Const };
        // A plain literal needs no body; most constants are one.
        let body = match expr {
            syn::Expr::Lit(_) => None,
            _ => Some(body::lower_const(self, owner, expr)),
        };
        self.file.statics.push(Static {
            name,
            scope: home.scope,
            in_impl: home.in_impl,
            ty: types::ty(ty),
            is_static,
            body,
            span: whole,
        });
    }
}

/// `Type`, or `Trait for Type`; what is no path has no name.
fn impl_name(item: &syn::ItemImpl) -> Name {
    let TypeRef::Path(ty) = types::ty(&item.self_ty) else { return Name::default() };
    let ty = ty.last().cloned().unwrap_or_default();
    let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
    of.map_or(ty.clone(), |of| format!("{} for {ty}", of.ident).into())
}

fn receiver_type(kind: &ReceiverKind) -> (SelfKind, TypeRef) {
    let this =
        || TypeRef::Path(Box::new(Path { segments: vec![Name::from("Self")], ..Path::default() }));
    match kind {
        ReceiverKind::Value => (SelfKind::Value, this()),
        ReceiverKind::Reference(_, _, None) => (SelfKind::Ref, TypeRef::Ref(Box::new(this()))),
        ReceiverKind::Reference(_, _, Some(_)) => (SelfKind::Mut, TypeRef::Ref(Box::new(this()))),
        ReceiverKind::Typed(_, ty) => match types::ty(ty) {
            TypeRef::Ref(inner) => (SelfKind::Ref, TypeRef::Ref(inner)),
            ty => (SelfKind::Typed, ty),
        },
        _ => (SelfKind::Typed, TypeRef::Unknown),
    }
}

fn fields(variant: Option<Name>, fields: &syn::Fields) -> Vec<Field> {
    match fields {
        syn::Fields::Unit => Vec::new(),
        syn::Fields::Named(named) => named_fields(variant, named),
        syn::Fields::Unnamed(unnamed) => unnamed
            .unnamed
            .iter()
            .enumerate()
            .map(|(index, field)| Field {
                variant: variant.clone(),
                name: Name::from(index.to_string()),
                ty: types::ty(&field.ty),
                span: attrs_start(&[], span::group(&unnamed.paren_token.span)),
            })
            .collect(),
    }
}

fn named_fields(variant: Option<Name>, named: &syn::FieldsNamed) -> Vec<Field> {
    named
        .named
        .iter()
        .filter_map(|field| {
            let ident = field.ident.as_ref()?;
            Some(Field {
                variant: variant.clone(),
                name: types::name(ident),
                ty: types::ty(&field.ty),
                span: span::of(ident.span()),
            })
        })
        .collect()
}

/// From the first attribute to `end`.
fn attrs_start(attrs: &[Attribute], end: Span) -> Span {
    match attrs.first() {
        Some(attr) => span::of(attr.pound_token.span).to(end),
        None => end,
    }
}

/// From the first attribute or the visibility to the keyword.
fn whole(attrs: &[Attribute], vis: &Visibility, keyword: Span) -> Span {
    let start = match vis {
        Visibility::Public(token) => span::of(token.span).to(keyword),
        Visibility::Restricted(restricted) => span::of(restricted.pub_token.span).to(keyword),
        Visibility::Inherited => keyword,
    };
    attrs_start(attrs, start)
}
