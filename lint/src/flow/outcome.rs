//! What a value is known to be, and which patterns that fits.

use super::vocabulary;
use crate::model::Name;
use crate::model::body::{Branch, BranchKind, Literal, Pat};

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Outcome {
    /// Nothing.
    #[default]
    Any,
    /// It is this truth value.
    Bool(bool),
    /// It is this number.
    Int(u64),
    /// It is this variant of an enum, holding this.
    Variant(Name, Box<Outcome>),
}

/// Whether a pattern takes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Never.
    No,
    /// Not known.
    Maybe,
    /// Always.
    Yes,
}

impl Outcome {
    /// `None`
    pub fn none() -> Outcome {
        Outcome::variant("None", Outcome::Any)
    }

    /// `Err(_)`
    pub fn err() -> Outcome {
        Outcome::variant("Err", Outcome::Any)
    }

    /// `Ok(_)` with what it holds.
    pub fn ok(inner: Outcome) -> Outcome {
        Outcome::variant("Ok", inner)
    }

    /// `Some(_)` with what it holds.
    pub fn some(inner: Outcome) -> Outcome {
        Outcome::variant("Some", inner)
    }

    /// A variant by name.
    pub fn variant(name: &str, inner: Outcome) -> Outcome {
        Outcome::Variant(name.into(), Box::new(inner))
    }

    /// What a literal is.
    pub fn of_literal(literal: &Literal) -> Outcome {
        match literal {
            Literal::Bool(value) => Outcome::Bool(*value),
            Literal::Int(value) => Outcome::Int(*value),
            Literal::Str(_) | Literal::Other => Outcome::Any,
        }
    }

    /// What the variant holds, if it is this variant.
    pub fn inside(&self, variant: &str) -> Outcome {
        match self {
            Outcome::Variant(name, inner) if name == variant => (**inner).clone(),
            _ => Outcome::Any,
        }
    }

    /// Whether it is a failure: `None` or `Err`; not known for anything else but `Some` and `Ok`.
    pub fn is_failure(&self) -> Option<bool> {
        match self {
            Outcome::Variant(name, _) => match name.as_str() {
                "None" | "Err" | "Break" => Some(true),
                "Some" | "Ok" | "Continue" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The payload of a success.
    pub fn success(&self) -> Outcome {
        match self {
            Outcome::Variant(_, inner) if self.is_failure() == Some(false) => (**inner).clone(),
            _ => Outcome::Any,
        }
    }

    /// Whether `pat` takes it.
    pub fn fits(&self, pat: &Pat) -> Fit {
        if pat.irrefutable() {
            return Fit::Yes;
        }
        match (pat, self) {
            (Pat::Or(pats), _) => pats.iter().map(|pat| self.fits(pat)).max().unwrap_or(Fit::No),
            (_, Outcome::Any) => Fit::Maybe,
            (Pat::Bool(wanted), Outcome::Bool(value)) => yes_or_no(wanted == value),
            (Pat::Literal(Literal::Int(wanted)), Outcome::Int(value)) => yes_or_no(wanted == value),
            (Pat::Variant(wanted, parts), Outcome::Variant(name, inner)) if wanted == name => {
                match parts.as_slice() {
                    [] => Fit::Yes,
                    [part] => inner.fits(part),
                    _ => Fit::Maybe,
                }
            }
            // Two of the well-known variants exclude each other; another name may be a constant
            // or an alias.
            (Pat::Variant(wanted, _), Outcome::Variant(name, _)) => {
                let known = well_known(wanted) && well_known(name);
                if known { Fit::No } else { Fit::Maybe }
            }
            _ => Fit::Maybe,
        }
    }

    /// The same for an arm of `branch`: `?` names its arms `Ok` and `Err` whatever the type.
    pub fn fits_arm(&self, branch: &Branch, arm: usize) -> Fit {
        let Some(arm) = branch.arms.get(arm) else { return Fit::No };
        let fit = match (branch.kind, self.is_failure()) {
            (BranchKind::Try, Some(failure)) => {
                yes_or_no(failure == arm.pat.may_match("Err") && !arm.pat.irrefutable())
            }
            _ => self.fits(&arm.pat),
        };
        if arm.guarded { fit.min(Fit::Maybe) } else { fit }
    }

    /// What a method of `Option` or `Result` makes of it; none when the method panics.
    pub fn after_method(&self, method: &str) -> Option<Outcome> {
        let Some(failure) = self.is_failure() else { return Some(Outcome::Any) };
        let known = |value| Some(Outcome::Bool(value));
        let same = |inner: Outcome| match self {
            Outcome::Variant(name, _) => Some(Outcome::Variant(name.clone(), Box::new(inner))),
            _ => Some(Outcome::Any),
        };
        match method {
            "is_none" | "is_err" => known(failure),
            "is_some" | "is_ok" => known(!failure),
            "is_some_and" | "is_ok_and" if failure => known(false),
            "is_none_or" if failure => known(true),
            "unwrap" | "expect" if failure => None,
            "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" => {
                Some(self.success())
            }
            "ok" if failure => Some(Outcome::none()),
            "ok" => Some(Outcome::some(self.success())),
            "ok_or" | "ok_or_else" if failure => Some(Outcome::err()),
            "ok_or" | "ok_or_else" => Some(Outcome::ok(self.success())),
            "map" | "map_err" | "context" | "with_context" | "cloned" | "copied" => {
                same(if failure { Outcome::Any } else { self.success() })
            }
            "and_then" if failure => same(Outcome::Any),
            "or_else" if !failure => Some(self.clone()),
            // `as_deref` and the like, `inspect`: the same, seen otherwise.
            _ if vocabulary::views(method) || method.starts_with("inspect") => Some(self.clone()),
            _ => Some(Outcome::Any),
        }
    }
}

fn yes_or_no(yes: bool) -> Fit {
    if yes { Fit::Yes } else { Fit::No }
}

fn well_known(variant: &str) -> bool {
    matches!(variant, "None" | "Some" | "Ok" | "Err" | "Break" | "Continue" | "Ready" | "Pending")
}

#[cfg(test)]
mod tests {
    use super::{Fit, Outcome};
    use crate::model::body::{Literal, Pat};

    #[test]
    fn none_does_not_fit_some() {
        let some = Pat::Variant("Some".into(), vec![Pat::Any]);
        assert_eq!(Outcome::none().fits(&some), Fit::No);
        assert_eq!(Outcome::none().fits(&Pat::Any), Fit::Yes);
        assert_eq!(Outcome::Any.fits(&some), Fit::Maybe);
    }

    #[test]
    fn ok_of_nought_is_told_from_other_numbers() {
        let nought = Outcome::ok(Outcome::Int(0));
        let zero = Pat::Variant("Ok".into(), vec![Pat::Literal(Literal::Int(0))]);
        let any = Pat::Variant("Ok".into(), vec![Pat::Any]);
        assert_eq!(nought.fits(&zero), Fit::Yes);
        assert_eq!(Outcome::ok(Outcome::Int(1)).fits(&zero), Fit::No);
        assert_eq!(nought.fits(&any), Fit::Yes);
    }

    #[test]
    fn unwrapping_none_panics() {
        assert_eq!(Outcome::none().after_method("unwrap"), None);
        assert_eq!(Outcome::err().after_method("is_ok"), Some(Outcome::Bool(false)));
    }
}
