//! The free variables of an async block: what it captures.

use proc_macro2::Ident;
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprCall, ExprPath, Pat, PatIdent};

/// The names that a block uses and does not bind anywhere in it. A name that is bound in one place
/// and captured in another is left out: to miss one costs certainty, to invent one would not
/// compile.
pub(crate) fn captured(block: &Block) -> Vec<Ident> {
    let mut names = Names::default();
    names.visit_block(block);
    let Names { used, bound } = names;
    used.into_values().filter(|name| !bound.contains(&name.to_string())).collect()
}

#[derive(Default)]
struct Names {
    used: BTreeMap<String, Ident>,
    bound: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        let Some(name) = path.path.get_ident().filter(|_| path.qself.is_none()) else { return };
        let text = name.to_string();
        // Constants, statics and unit structs start with a capital; `self` is no end of a channel.
        if text.starts_with(|c: char| c.is_lowercase() || c == '_') && text != "self" {
            self.used.entry(text).or_insert_with(|| name.clone());
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        // What is called is mostly a function, and never an end of a channel.
        if !matches!(*call.func, Expr::Path(_)) {
            self.visit_expr(&call.func);
        }
        call.args.iter().for_each(|arg| self.visit_expr(arg));
    }

    fn visit_pat(&mut self, pat: &'ast Pat) {
        if let Pat::Ident(PatIdent { ident, .. }) = pat {
            self.bound.insert(ident.to_string());
        }
        visit::visit_pat(self, pat);
    }

    fn visit_field_pat(&mut self, field: &'ast syn::FieldPat) {
        visit::visit_field_pat(self, field);
    }

    // Items of the block see none of its variables.
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
