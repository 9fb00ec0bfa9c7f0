//! Types after linking: named by canonical path.

use crate::model::Name;
use crate::model::body::BodyId;

/// A type, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Ty {
    /// Not known.
    #[default]
    Unknown,
    /// A named type by its canonical path, with its arguments; a trait stands for any type that
    /// implements it.
    Named(Name, Vec<Ty>),
    /// A reference or raw pointer.
    Ref(Box<Ty>),
    /// A tuple; `()` is the empty one.
    Tuple(Vec<Ty>),
    /// A slice or array.
    Slice(Box<Ty>),
    /// A future that gives this; made by this body, when that is known.
    Future(Box<Ty>, Option<BodyId>),
    /// A closure or function that gives this when called; this body, when that is known.
    Callable(Box<Ty>, Option<BodyId>),
    /// An iterator or stream over these.
    Iterator(Box<Ty>),
    /// A number, `bool`, `char` or `str`.
    Primitive,
    /// A generic parameter of which no bound tells more.
    Param(Name),
    /// `!`
    Never,
}

impl Ty {
    /// A named type.
    pub(super) fn named(path: &str, args: Vec<Ty>) -> Ty {
        Ty::Named(Name::from(path), args)
    }

    /// The canonical path of a named type, seen through references.
    pub(super) fn path(&self) -> Option<&Name> {
        match self.peeled() {
            Ty::Named(path, _) => Some(path),
            _ => None,
        }
    }

    /// The type behind any references.
    pub(super) fn peeled(&self) -> &Ty {
        match self {
            Ty::Ref(inner) => inner.peeled(),
            other => other,
        }
    }

    /// The argument of that number of a named type, seen through references.
    pub(super) fn arg(&self, index: usize) -> Option<&Ty> {
        match self.peeled() {
            Ty::Named(_, args) => args.get(index),
            _ => None,
        }
    }

    /// Whether nothing is known.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Ty::Unknown)
    }

    /// The success value of an `Option` or `Result`, and the item of a `Poll` or `ControlFlow`.
    pub(super) fn success(&self) -> Ty {
        match self.peeled() {
            Ty::Named(path, args)
                if matches!(
                    path.as_str(),
                    "std::option::Option" | "std::result::Result" | "std::task::Poll"
                ) =>
            {
                args.first().cloned().unwrap_or_default()
            }
            _ => Ty::Unknown,
        }
    }

    /// Adds what another look at the same value tells; whether that is something new.
    pub(super) fn merge(&mut self, other: Ty) -> bool {
        match (&mut *self, other) {
            (_, Ty::Unknown | Ty::Never) => false,
            (Ty::Unknown | Ty::Never, other) => {
                let new = *self != other;
                *self = other;
                new
            }
            (Ty::Named(left, known), Ty::Named(right, args)) if *left == right => {
                merge_all(known, args)
            }
            // What is collected: the collection is written down, its items are known.
            (Ty::Named(_, known), Ty::Iterator(item)) => match (known.as_mut_slice(), *item) {
                ([known], item) => known.merge(item),
                ([key, value], Ty::Tuple(parts)) => match <[Ty; 2]>::try_from(parts) {
                    Ok([first, second]) => key.merge(first) | value.merge(second),
                    Err(_) => false,
                },
                _ => false,
            },
            (Ty::Tuple(known), Ty::Tuple(parts)) if known.len() == parts.len() => {
                merge_all(known, parts)
            }
            (Ty::Ref(known), Ty::Ref(other))
            | (Ty::Slice(known), Ty::Slice(other))
            | (Ty::Iterator(known), Ty::Iterator(other)) => known.merge(*other),
            (Ty::Future(known, body), Ty::Future(other, from))
            | (Ty::Callable(known, body), Ty::Callable(other, from)) => {
                *body = body.or(from);
                known.merge(*other)
            }
            _ => false,
        }
    }

    /// Replaces parameters by what stands for them.
    pub(super) fn substitute(&self, find: &dyn Fn(&str) -> Option<Ty>) -> Ty {
        let all = |list: &[Ty]| list.iter().map(|ty| ty.substitute(find)).collect();
        match self {
            Ty::Param(name) => find(name).unwrap_or_else(|| self.clone()),
            Ty::Named(path, args) => Ty::Named(path.clone(), all(args)),
            Ty::Tuple(parts) => Ty::Tuple(all(parts)),
            Ty::Ref(inner) => Ty::Ref(Box::new(inner.substitute(find))),
            Ty::Slice(inner) => Ty::Slice(Box::new(inner.substitute(find))),
            Ty::Iterator(inner) => Ty::Iterator(Box::new(inner.substitute(find))),
            Ty::Future(inner, body) => Ty::Future(Box::new(inner.substitute(find)), *body),
            Ty::Callable(inner, body) => Ty::Callable(Box::new(inner.substitute(find)), *body),
            Ty::Unknown | Ty::Primitive | Ty::Never => self.clone(),
        }
    }
}

fn merge_all(known: &mut Vec<Ty>, others: Vec<Ty>) -> bool {
    let mut new = false;
    for (position, other) in others.into_iter().enumerate() {
        match known.get_mut(position) {
            Some(ty) => new |= ty.merge(other),
            None => {
                new |= !other.is_unknown();
                known.push(other);
            }
        }
    }
    new
}
