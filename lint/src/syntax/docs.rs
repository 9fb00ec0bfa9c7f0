//! Takes out documentation before a file is parsed.
//!
//! A parser makes an attribute of six tokens of each line of documentation, and nothing here
//! reads them: in published crates that is every sixth byte.

use std::borrow::Cow;

use crate::source::skim::Token;

/// The text with blanks for all documentation; offsets and lines stay what they were.
pub(super) fn blanked<'t>(text: &'t str, tokens: &[Token]) -> Cow<'t, str> {
    let mut out: Option<Vec<u8>> = None;
    for token in tokens {
        let Token::Comment(range) = token else { continue };
        if text.get(range.clone()).is_some_and(is_documentation) {
            let out = out.get_or_insert_with(|| text.as_bytes().to_vec());
            for byte in &mut out[range.clone()] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
    }
    match out.map(String::from_utf8) {
        Some(Ok(text)) => Cow::Owned(text),
        // Whole characters were replaced by blanks, so that the rest is still UTF-8.
        Some(Err(_)) | None => Cow::Borrowed(text),
    }
}

/// `////` and `/***` are ordinary comments, and so is `/**/`.
fn is_documentation(comment: &str) -> bool {
    let bytes = comment.as_bytes();
    match (bytes.get(1), bytes.get(2), bytes.get(3)) {
        (Some(b'/' | b'*'), Some(b'!'), _) => true,
        (Some(b'/'), Some(b'/'), after) => after != Some(&b'/'),
        (Some(b'*'), Some(b'*'), after) => after.is_some_and(|after| !matches!(after, b'*' | b'/')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::blanked;
    use crate::source::skim::{Lexer, Token};

    fn without(text: &str) -> String {
        let tokens: Vec<Token> = Lexer::new(text).collect();
        blanked(text, &tokens).into_owned()
    }

    #[test]
    fn documentation_goes_and_lines_stay() {
        assert_eq!(without("/// ä\nfn f();\n//! x"), "      \nfn f();\n     ");
        assert_eq!(without("/** a\nb */ x /*! c */"), "     \n     x         ");
    }

    #[test]
    fn comments_and_strings_stay() {
        for text in ["// a", "//// a", "/* a */", "/**/ a", "/*** a */", "\"/// a\""] {
            assert_eq!(without(text), text);
        }
    }
}
