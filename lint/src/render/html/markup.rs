//! Text as HTML has it.

/// A sentence, with what stands in back quotes as code.
pub(super) fn prose(text: &str) -> String {
    let mut html = String::new();
    let parts: Vec<&str> = text.split('`').collect();
    for (index, part) in parts.iter().enumerate() {
        let part = escaped(part);
        // A quote without a second one is text.
        match (index % 2, index + 1 == parts.len()) {
            (0, _) => html.push_str(&part),
            (_, false) => html.push_str(&format!("<code>{part}</code>")),
            (_, true) => html.push_str(&format!("`{part}")),
        }
    }
    html
}

/// `text` where text or a quoted attribute may stand. Controls that reorder a line are written
/// out, so that nobody reads other code than the compiler does.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                escaped.push_str(&c.escape_unicode().to_string());
            }
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_come_in_pairs() {
        assert_eq!(prose("a `b<` c"), "a <code>b&lt;</code> c");
        assert_eq!(prose("`a` `b"), "<code>a</code> `b");
        assert_eq!(prose("``"), "<code></code>");
    }
}
