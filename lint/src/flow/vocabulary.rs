//! The methods of `Option`, `Result`, `Arc`, iterators and the like that pass a value on.
//!
//! They are known by name alone: no library gives them another meaning that would matter here.

use crate::model::Name;
use crate::model::body::{Call, Callee};

/// Whether the method's result is what the receiver held: `unwrap`, `?`-like plumbing, views.
pub fn passes_on(method: &str) -> bool {
    unwraps(method) || rewraps(method) || views(method)
}

/// Methods that take the success value out.
pub fn unwraps(method: &str) -> bool {
    matches!(
        method,
        "unwrap"
            | "expect"
            | "unwrap_or_else"
            | "unwrap_or"
            | "unwrap_or_default"
            | "unwrap_unchecked"
            | "into_inner"
    )
}

/// Methods that keep the success value in a wrapper.
pub fn rewraps(method: &str) -> bool {
    matches!(
        method,
        "ok" | "ok_or"
            | "ok_or_else"
            | "map_err"
            | "or_else"
            | "context"
            | "with_context"
            | "wrap_err"
            | "wrap_err_with"
            | "inspect_err"
            | "inspect"
            | "into_iter"
            | "take"
            | "fuse"
            | "boxed"
            | "boxed_local"
            | "into_future"
            | "in_current_span"
            | "instrument"
            | "with_current_subscriber"
    )
}

/// Methods that give a reference to what the receiver holds, or the same in another type.
pub fn views(method: &str) -> bool {
    matches!(
        method,
        "as_ref"
            | "as_mut"
            | "as_deref"
            | "as_deref_mut"
            | "borrow"
            | "borrow_mut"
            | "deref"
            | "deref_mut"
            | "by_ref"
            | "iter"
            | "iter_mut"
            | "as_pin_mut"
            | "into"
            | "to_owned"
    )
}

/// Whether the method gives another handle on the same thing: `clone`, when asked of a shared
/// pointer or an endpoint.
pub fn clones(method: &str) -> bool {
    matches!(method, "clone" | "cloned" | "copied")
}

/// Functions whose result holds the first argument: `Some`, `Box::pin`, `Arc::new`.
pub fn wraps(segments: &[Name]) -> bool {
    let Some(last) = segments.last() else { return false };
    let owner = segments.len().checked_sub(2).and_then(|at| segments.get(at));
    match owner.map(|name| name.as_str()) {
        None => matches!(last.as_str(), "Some" | "Ok" | "Err"),
        Some("Option" | "Result") => matches!(last.as_str(), "Some" | "Ok" | "Err"),
        Some("Box" | "Arc" | "Rc" | "Pin" | "ManuallyDrop" | "AssertUnwindSafe" | "Wrapping") => {
            matches!(last.as_str(), "new" | "pin" | "from" | "into_inner" | "into_pin")
        }
        Some("OnceCell" | "OnceLock") => last == "from",
        Some(_) => last == "AssertUnwindSafe",
    }
}

/// Calls that take what their first argument refers to, or all that is in it, and leave nothing
/// there: `drain`, `mem::take`.
pub fn takes_out(call: &Call) -> bool {
    match &call.callee {
        Callee::Method(name, _) => name == "drain",
        Callee::Path(path) => matches!(path.segments.as_slice(), [.., owner, last]
            if owner == "mem" && (last == "take" || last == "replace")),
        Callee::Value(_) => false,
    }
}

/// Functions whose result is another handle on what the first argument refers to:
/// `Arc::clone(&x)`.
pub fn clone_function(segments: &[Name]) -> bool {
    matches!(segments, [.., owner, last]
        if last == "clone" && matches!(owner.as_str(), "Arc" | "Rc" | "Clone" | "Weak"))
        || matches!(segments, [.., owner, last]
            if last == "downgrade" && matches!(owner.as_str(), "Arc" | "Rc"))
}

/// Whether calling this method consumes its receiver whatever the type: a guess from Rust's
/// naming convention, for calls that were not resolved.
pub fn consumes(method: &str) -> bool {
    method.starts_with("into_")
        || matches!(
            method,
            "unwrap"
                | "expect"
                | "unwrap_or"
                | "unwrap_or_else"
                | "unwrap_or_default"
                | "ok"
                | "ok_or"
                | "ok_or_else"
                | "map"
                | "map_err"
                | "and_then"
                | "or_else"
                | "flatten"
                | "boxed"
                | "boxed_local"
                | "fuse"
                | "instrument"
                | "in_current_span"
        )
}

/// The argument that a call gives back in its result, by number: the receiver of `unwrap`, what
/// is put into `Some(..)`, the guard that `Condvar::wait` releases and takes again.
pub fn given_back(call: &Call) -> Option<usize> {
    match &call.callee {
        Callee::Method(name, _) => match name.as_str() {
            "wait" | "wait_while" | "wait_timeout" | "wait_timeout_while" | "wait_timeout_ms"
                if call.args.len() > 1 =>
            {
                Some(1)
            }
            name if unwraps(name) || rewraps(name) => Some(0),
            _ => None,
        },
        Callee::Path(path) if wraps(&path.segments) || maps_guard(&path.segments) => Some(0),
        Callee::Path(_) | Callee::Value(_) => None,
    }
}

/// `MutexGuard::map(guard, ..)`, `Ref::map`, `RwLockReadGuard::downgrade`: another guard of the
/// same lock.
fn maps_guard(segments: &[Name]) -> bool {
    matches!(segments, [.., owner, last]
    if (owner.ends_with("Guard") || matches!(owner.as_str(), "Ref" | "RefMut"))
        && matches!(
            last.as_str(),
            "map" | "try_map" | "filter_map" | "downgrade" | "downgrade_map" | "map_split"
        ))
}
