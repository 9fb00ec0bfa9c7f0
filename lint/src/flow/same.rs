//! Whether two expressions name the same thing: the same lock, channel or token.

use super::origin::{Origin, Source};
use crate::model::Name;
use crate::model::body::{BodyId, LocalId};

/// What an expression surely names, comparable within one file: the variable or static that it
/// starts at, and the fields from there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Where it starts.
    pub root: IdentityRoot,
    /// The fields from there, outermost first.
    pub fields: Vec<Name>,
}

/// Where an identity starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IdentityRoot {
    /// A variable of that body, the first that the thing had.
    Local(BodyId, LocalId),
    /// A static, by its canonical path where that is known, else by its path as written.
    Static(Vec<Name>),
}

impl IdentityRoot {
    /// A static by its canonical path.
    pub fn global(path: &Name) -> IdentityRoot {
        IdentityRoot::Static(path.split("::").map(Name::from).collect())
    }
}

/// What a value of this origin is, if that can be said: not for one of many (an element, an item
/// of a loop's iterator is one only within its round; see [`Origin::one_of_many`]), not for the
/// result of a call that may give another thing each time.
pub fn identity(origin: &Origin) -> Option<Identity> {
    if origin.fields.iter().any(|field| field == "[]") {
        return None;
    }
    let root = match (&origin.source, origin.local) {
        (Source::Item(path), _) => IdentityRoot::Static(path.segments.clone()),
        (Source::Literal | Source::Closure(_), _) => return None,
        // The variable stands for whatever the call or the arms gave it.
        (_, Some(local)) => IdentityRoot::Local(origin.body, local),
        (_, None) => return None,
    };
    Some(Identity { root, fields: origin.fields.clone() })
}

#[cfg(test)]
mod tests {
    use super::{Identity, identity};
    use crate::flow::cache::FileFlow;
    use crate::flow::facts::ByName;
    use crate::model::body::{Callee, StmtKind, Value};
    use crate::source::Edition;

    /// The identities of what `lock` is called on, in the order of the source.
    fn locked(text: &str) -> Vec<Option<Identity>> {
        let file = crate::syntax::lower(text, Edition::E2021, false).expect("the sample is Rust");
        let flows = FileFlow::new(&file, &ByName);
        let mut found = Vec::new();
        for (id, body) in (0u32..).zip(&file.bodies) {
            for (_, stmt) in body.stmts() {
                if let StmtKind::Assign(_, Value::Call(call)) = &stmt.kind
                    && matches!(&call.callee, Callee::Method(name, _) if name == "lock")
                {
                    found.push((stmt.span, identity(&flows.origin(id, &call.args[0]))));
                }
            }
        }
        found.sort_by_key(|(span, _)| *span);
        found.into_iter().map(|(_, identity)| identity).collect()
    }

    fn same(text: &str) -> bool {
        match locked(text).as_slice() {
            [Some(a), Some(b)] => a == b,
            [_, _] => false,
            other => panic!("the sample locks twice, not {other:?}"),
        }
    }

    #[test]
    fn one_field_of_one_variable_is_one_lock() {
        assert!(same("fn f(&self) { self.a.lock(); let a = &self.a; a.lock(); }"));
        assert!(!same("fn f(&self) { self.a.lock(); self.b.lock(); }"));
    }

    #[test]
    fn a_clone_in_a_closure_is_the_same_lock() {
        assert!(same("fn f(m: Arc<M>) { m.lock(); let n = m.clone(); spawn(move || n.lock()); }"));
    }

    #[test]
    fn two_parameters_are_not_known_to_be_the_same() {
        assert!(!same("fn f(a: &M, b: &M) { a.lock(); b.lock(); }"));
    }

    #[test]
    fn elements_are_not_known_to_be_the_same() {
        assert!(!same("fn f(a: &[M]) { a[0].lock(); a[1].lock(); }"));
    }

    #[test]
    fn a_static_is_itself() {
        assert!(same("fn f() { LOCK.lock(); LOCK.lock(); }"));
    }

    #[test]
    fn two_results_of_one_function_are_not_known_to_be_the_same() {
        assert!(!same("fn f() { get(1).lock(); get(2).lock(); }"));
    }
}
