//! Statements of which a build has one or the other: `#[cfg(x)]` beside `#[cfg(not(x))]`.

use syn::{Attribute, Expr, Meta, Stmt};

/// The statements without those that stand under the opposite of a condition met before, because
/// no build has both, and without those that only a test build has.
pub(super) fn without_twins(stmts: &[Stmt]) -> Vec<&Stmt> {
    let mut met: Vec<String> = Vec::new();
    stmts
        .iter()
        .filter(|stmt| {
            let Some(condition) = condition(attributes(stmt)) else { return true };
            // What only a test build has is no part of the function that users run.
            if condition == "test" {
                return false;
            }
            let is_twin = met.contains(&opposite(&condition));
            if !is_twin {
                met.push(condition);
            }
            !is_twin
        })
        .collect()
}

/// The condition of the first `#[cfg(…)]`, without blanks.
fn condition(attrs: &[Attribute]) -> Option<String> {
    attrs.iter().find_map(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            Some(list.tokens.to_string().split_whitespace().collect())
        }
        _ => None,
    })
}

fn opposite(condition: &str) -> String {
    match condition.strip_prefix("not(").and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => inner.to_owned(),
        None => format!("not({condition})"),
    }
}

fn attributes(stmt: &Stmt) -> &[Attribute] {
    match stmt {
        Stmt::Local(local) => &local.attrs,
        Stmt::Macro(call) => &call.attrs,
        Stmt::Expr(expr, _) => match expr {
            Expr::Assign(expr) => &expr.attrs,
            Expr::Await(expr) => &expr.attrs,
            Expr::Block(expr) => &expr.attrs,
            Expr::Call(expr) => &expr.attrs,
            Expr::ForLoop(expr) => &expr.attrs,
            Expr::If(expr) => &expr.attrs,
            Expr::Loop(expr) => &expr.attrs,
            Expr::Macro(expr) => &expr.attrs,
            Expr::Match(expr) => &expr.attrs,
            Expr::MethodCall(expr) => &expr.attrs,
            Expr::Return(expr) => &expr.attrs,
            Expr::Try(expr) => &expr.attrs,
            Expr::Unsafe(expr) => &expr.attrs,
            Expr::While(expr) => &expr.attrs,
            _ => &[],
        },
        Stmt::Item(_) => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::without_twins;

    #[test]
    fn one_of_two_opposites_stays() {
        let block: syn::Block = syn::parse_quote!({
            #[cfg(feature = "a")]
            let x = 1;
            #[cfg(not(feature = "a"))]
            let x = 2;
            #[cfg(feature = "b")]
            f();
            #[cfg(test)]
            pretend();
            g()
        });
        assert_eq!(without_twins(&block.stmts).len(), 3);
    }
}
