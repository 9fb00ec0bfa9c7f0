//! Refuses what would exhaust the parser's stack.
//!
//! syn is a recursive parser, and so is the destructor of its tree. Both the nesting of
//! delimiters and the length of one run of operators decide how deep they go.

use super::SyntaxError;
use crate::model::Span;

/// Nested delimiters. rustc stops at 128 nested macro calls; generated code rarely passes 50.
const MAX_NESTING: usize = 400;
/// Operators in one expression without a `,` or `;` between them.
const MAX_RUN: usize = 8_000;

/// The stack in bytes that [`super::lower`] needs within these limits.
pub(crate) const STACK: usize = 256 << 20;

/// Checks the limits on the raw bytes. Characters in strings and comments count too, which can
/// only make the check stricter; the limits leave room for that.
pub(super) fn check(text: &str) -> Result<(), SyntaxError> {
    let mut depth = 0usize;
    let mut run = 0usize;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > MAX_NESTING {
                    return Err(too_deep(text, offset, "delimiters nested too deeply"));
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b';' | b',' | b'"' | b'\n' if byte != b'\n' => run = 0,
            b'+' | b'-' | b'*' | b'&' | b'|' | b'!' | b'=' | b'<' | b'.' | b'?' => {
                run += 1;
                if run > MAX_RUN {
                    return Err(too_deep(text, offset, "one expression has too many operators"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn too_deep(text: &str, offset: usize, message: &str) -> SyntaxError {
    let end = (offset + 1).min(text.len());
    SyntaxError {
        message: message.to_owned(),
        span: Span { start: offset as u32, end: end as u32 },
    }
}
