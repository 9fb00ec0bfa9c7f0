//! Refuses what would exhaust the parser's stack.
//!
//! syn is a recursive parser, and so are the lowering and the destructor of its tree. How deep
//! they go is decided by the nesting of brackets and by the operators of one expression.

use super::SyntaxError;
use crate::model::Span;
use crate::source::skim::Token;

/// Nested brackets. rustc stops at 128 nested macro calls; generated code rarely passes 50.
const MAX_NESTING: usize = 400;
/// Operators between two commas or semicolons at one level: calls in a chain, terms of a sum.
const MAX_OPERATORS: usize = 10_000;

/// The stack in bytes that [`super::lower`] may need within these limits.
pub(crate) const STACK: usize = 256 << 20;

pub(super) fn check(text: &str, tokens: &[Token]) -> Result<(), SyntaxError> {
    // The operators seen so far at each open level.
    let mut levels = vec![0usize];
    let mut last = 0;
    for token in tokens {
        let (at, next) = match token {
            Token::Attribute { at, .. } | Token::Open { at, .. } => (*at, *at + 1),
            Token::Close { at } | Token::Semicolon { at } => (*at, *at + 1),
            Token::Comment(range) => (range.start, range.end),
            Token::Word(_) | Token::Mark { .. } => continue,
        };
        let level = levels.len() - 1;
        levels[level] = count(levels[level], &text.as_bytes()[last.min(at)..at]);
        if levels[level] > MAX_OPERATORS {
            return Err(refused(at, "one expression with too many operators to parse safely"));
        }
        last = next;
        match token {
            Token::Attribute { .. } | Token::Open { .. } => levels.push(0),
            Token::Close { .. } if level > 0 => levels.truncate(level),
            Token::Semicolon { .. } => levels[level] = 0,
            _ => {}
        }
        if levels.len() > MAX_NESTING {
            return Err(refused(at, "brackets nested too deeply to parse safely"));
        }
    }
    Ok(())
}

fn count(mut operators: usize, code: &[u8]) -> usize {
    for byte in code {
        match byte {
            b',' => operators = 0,
            b'+' | b'-' | b'*' | b'&' | b'|' | b'!' | b'=' | b'<' | b'.' | b'?' => operators += 1,
            _ => {}
        }
    }
    operators
}

fn refused(at: usize, message: &str) -> SyntaxError {
    SyntaxError { message: message.to_owned(), span: Span { start: at as u32, end: at as u32 + 1 } }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::source::Edition;
    use crate::source::skim::{Lexer, Token};
    use crate::syntax::{STACK, lower};

    fn lowers(text: String) -> bool {
        let thread = std::thread::Builder::new().stack_size(STACK);
        thread.spawn(move || lower(&text, Edition::E2021, false).is_ok()).unwrap().join().unwrap()
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let text = format!("const A: &str = \"{}\"; // {}", "(".repeat(500), "[".repeat(500));
        let tokens: Vec<Token> = Lexer::new(&text).collect();
        assert_eq!(check(&text, &tokens), Ok(()));
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let nested = |n| format!("fn f() {{ {}1{}; }}", "(".repeat(n), ")".repeat(n));
        assert!(lowers(nested(300)));
        assert!(!lowers(nested(50_000)));
    }

    #[test]
    fn long_expressions_are_an_error_and_no_overflow() {
        for term in ["+ 1", ".f()", "!"] {
            let at_limit = format!(
                "fn f() {{ {}x{}; }}",
                if term == "!" { term.repeat(9_000) } else { String::new() },
                if term == "!" { String::new() } else { term.repeat(9_000) }
            );
            assert!(lowers(at_limit), "{term}");
        }
        assert!(!lowers(format!("fn f() {{ x{}; }}", "+ 1".repeat(50_000))));
    }
}
