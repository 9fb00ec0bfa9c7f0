//! Types, paths and generic parameters as they are written.

use crate::model::item::Generics;
use crate::model::{Bound, Name, Path, TypeRef};
use syn::{
    GenericArgument, GenericParam, PathArguments, ReturnType, Type, TypeParamBound, WherePredicate,
};

pub(super) fn name(ident: &syn::Ident) -> Name {
    let text = ident.to_string();
    Name::from(text.strip_prefix("r#").unwrap_or(&text))
}

pub(super) fn path(path: &syn::Path) -> Path {
    let mut args = Vec::new();
    for segment in &path.segments {
        match &segment.arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(list) => {
                let types: Vec<TypeRef> = list.args.iter().filter_map(type_arg).collect();
                if !types.is_empty() {
                    args = types;
                }
            }
            PathArguments::Parenthesized(_) => {}
        }
    }
    Path {
        global: path.leading_colon.is_some(),
        segments: path.segments.iter().map(|segment| name(&segment.ident)).collect(),
        args,
        qself: None,
    }
}

pub(super) fn qualified(qself: Option<&syn::QSelf>, written: &syn::Path) -> Path {
    let mut path = path(written);
    path.qself = qself.map(|qself| Box::new(ty(&qself.ty)));
    path
}

pub(super) fn turbofish(args: Option<&syn::AngleBracketedGenericArguments>) -> Vec<TypeRef> {
    args.map(|args| args.args.iter().filter_map(type_arg).collect()).unwrap_or_default()
}

fn type_arg(arg: &GenericArgument) -> Option<TypeRef> {
    match arg {
        GenericArgument::Type(written) => Some(ty(written)),
        _ => None,
    }
}

pub(super) fn ty(written: &Type) -> TypeRef {
    match written {
        Type::Path(named) => TypeRef::Path(Box::new(qualified(named.qself.as_ref(), &named.path))),
        Type::Reference(reference) => TypeRef::Ref(Box::new(ty(&reference.elem))),
        Type::Ptr(pointer) => TypeRef::Ref(Box::new(ty(&pointer.elem))),
        Type::Tuple(tuple) => TypeRef::Tuple(tuple.elems.iter().map(ty).collect()),
        Type::Slice(slice) => TypeRef::Slice(Box::new(ty(&slice.elem))),
        Type::Array(array) => TypeRef::Slice(Box::new(ty(&array.elem))),
        Type::Paren(paren) => ty(&paren.elem),
        Type::Group(group) => ty(&group.elem),
        Type::Never(_) => TypeRef::Never,
        Type::ImplTrait(bounded) => TypeRef::Bounds(bounds(&bounded.bounds)),
        Type::TraitObject(bounded) => TypeRef::Bounds(bounds(&bounded.bounds)),
        Type::FnPtr(pointer) => TypeRef::Fn(Box::new(ret(&pointer.output))),
        _ => TypeRef::Unknown,
    }
}

pub(super) fn ret(output: &ReturnType) -> TypeRef {
    match output {
        ReturnType::Default => TypeRef::Tuple(Vec::new()),
        ReturnType::Type(_, written) => ty(written),
    }
}

fn bounds<'a>(list: impl IntoIterator<Item = &'a TypeParamBound>) -> Vec<Bound> {
    list.into_iter().filter_map(bound).collect()
}

fn bound(written: &TypeParamBound) -> Option<Bound> {
    let TypeParamBound::Trait(written) = written else { return None };
    let mut assoc = Vec::new();
    let mut output = None;
    if let Some(last) = written.path.segments.last() {
        match &last.arguments {
            PathArguments::AngleBracketed(list) => {
                for arg in &list.args {
                    if let GenericArgument::AssocType(item) = arg {
                        assoc.push((name(&item.ident), ty(&item.ty)));
                    }
                }
            }
            PathArguments::Parenthesized(list) => output = Some(ret(&list.output)),
            PathArguments::None => {}
        }
    }
    Some(Bound { path: path(&written.path), assoc, output })
}

pub(super) fn generics(written: &syn::Generics) -> Generics {
    let mut params: Vec<(Name, Vec<Bound>)> = written
        .params
        .iter()
        .filter_map(|param| match param {
            GenericParam::Type(param) => Some((name(&param.ident), bounds(&param.bounds))),
            _ => None,
        })
        .collect();
    for predicate in written.where_clause.iter().flat_map(|clause| &clause.predicates) {
        let WherePredicate::Type(predicate) = predicate else { continue };
        let TypeRef::Path(subject) = ty(&predicate.bounded_ty) else { continue };
        if let Some((_, known)) = params.iter_mut().find(|(param, _)| subject.is(param)) {
            known.extend(bounds(&predicate.bounds));
        }
    }
    Generics { params }
}
