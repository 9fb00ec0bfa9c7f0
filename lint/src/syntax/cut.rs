//! Takes out of a text what nothing here reads, before it is parsed.
//!
//! A parser makes an attribute of six tokens of each line of documentation, and looks at every
//! byte of a comment: in published crates that is a fourth of all bytes. Bodies that no rule
//! will ask for are as many again.

use std::ops::Range;

use crate::source::skim::Token;

/// A text with parts cut out of it.
pub(super) struct Cut {
    /// What is left, with a blank for each part that is missing.
    pub(super) text: String,
    /// Where parts are missing, in the order of the text.
    pub(super) gaps: Gaps,
}

/// Leads from places in what is left of a text to places in the whole.
#[derive(Debug, Default)]
pub(super) struct Gaps(Vec<Gap>);

#[derive(Debug)]
struct Gap {
    /// The byte of the blank, in what is left.
    blank: u32,
    /// The byte behind the part that is missing, in the whole.
    end: u32,
}

impl Gaps {
    /// The byte of the whole text that a byte of the rest was.
    pub(super) fn whole(&self, byte: u32) -> u32 {
        let before = self.0.partition_point(|gap| gap.blank < byte);
        match before.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some(gap) => gap.end + (byte - gap.blank - 1),
            None => byte,
        }
    }
}

/// Cuts all comments out of a text, and the ranges `idle`, which are in its order.
pub(super) fn cut(text: &str, tokens: &[Token], idle: &[Range<u32>]) -> Cut {
    let mut cut = Cut { text: String::with_capacity(text.len()), gaps: Gaps::default() };
    let mut at = 0;
    let mut idle = idle.iter().map(|range| range.start as usize..range.end as usize).peekable();
    for token in tokens {
        let Token::Comment(comment) = token else { continue };
        while let Some(range) = idle.next_if(|range| range.start <= comment.start) {
            cut.leave_out(text, &mut at, &range);
        }
        cut.leave_out(text, &mut at, comment);
    }
    for range in idle {
        cut.leave_out(text, &mut at, &range);
    }
    cut.text.push_str(&text[at..]);
    cut
}

impl Cut {
    /// Goes on to behind `range`, with the text before it from `at` on.
    fn leave_out(&mut self, text: &str, at: &mut usize, range: &Range<usize>) {
        // A comment within a part that is missing is missing with it.
        let Some(kept) = text.get(*at..range.start) else { return };
        self.text.push_str(kept);
        self.gaps.0.push(Gap { blank: self.text.len() as u32, end: range.end as u32 });
        self.text.push(' ');
        *at = range.end;
    }
}

#[cfg(test)]
mod tests {
    use super::{Cut, cut};
    use crate::source::skim::{Lexer, Token};

    fn without(text: &str, idle: Option<std::ops::Range<u32>>) -> Cut {
        let tokens: Vec<Token> = Lexer::new(text).collect();
        cut(text, &tokens, idle.as_slice())
    }

    #[test]
    fn comments_and_idle_parts_go() {
        assert_eq!(without("/// ä\nfn f();\n//! x", None).text, " \nfn f();\n ");
        assert_eq!(without("/** a\nb */ x/* c */y", None).text, "  x y");
        assert_eq!(without("f() { a /* b */ } // c", Some(5..15)).text, "f() {  }  ");
        assert_eq!(without("\"/// a\" 'b'", None).text, "\"/// a\" 'b'");
    }

    #[test]
    fn every_byte_that_is_left_leads_back() {
        let text = "/*a*/bc/*ü*/d{ e }//f\ng";
        let at = text.find('e').unwrap() as u32;
        let cut = without(text, Some(at - 1..at + 2));
        for (byte, c) in cut.text.char_indices().filter(|(_, c)| *c != ' ') {
            let whole = cut.gaps.whole(byte as u32) as usize;
            assert!(text[whole..].starts_with(c), "{c} at {byte}");
        }
        // A token that ends where something is missing ends before that.
        let end = cut.text.find('d').unwrap() as u32;
        assert_eq!(cut.gaps.whole(end) as usize, text.find('d').unwrap());
        assert_eq!(cut.gaps.whole(cut.text.find('c').unwrap() as u32 + 1), 7);
    }
}
