//! A lexer that stops only at what a quick look needs: brackets, semicolons, attributes and
//! comments, and if asked to, words. Strings, characters and lifetimes are stepped over.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

/// What the lexer stops at; all numbers are byte offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// The bracket of `#[` or `#![`.
    Attribute {
        at: usize,
        inner: bool,
    },
    /// Another opening bracket of any kind.
    Open {
        at: usize,
        brace: bool,
    },
    /// A closing bracket of any kind.
    Close {
        at: usize,
    },
    Semicolon {
        at: usize,
    },
    /// A comment of any kind, with its delimiters, without the line end.
    Comment(Range<usize>),
    /// An identifier, keyword or number. Only [`Lexer::with_words`] stops there.
    Word(Range<usize>),
    /// `.`, `:`, `<`, `>`, `=`, `-`, `,` or `!`. Only [`Lexer::with_words`] stops there.
    Mark {
        at: usize,
    },
}

pub(crate) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    stops: &'static [Stop; 256],
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Lexer { text: text.as_bytes(), at: 0, stops: &BRACKETS }
    }

    /// One that stops at words as well, and at the marks that tell what a word is.
    pub(crate) fn with_words(text: &'a str) -> Self {
        Lexer { text: text.as_bytes(), at: 0, stops: &WORDS }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Steps over `length` found behind the current place, or to the end if nothing was found.
    fn jump(&mut self, from: usize, found: Option<usize>, length: usize) {
        self.at = found.map_or(self.text.len(), |i| from + i + length);
    }

    fn comment(&mut self) -> Option<Token> {
        let start = self.at;
        match self.peek(1) {
            b'/' => {
                let end = memchr(b'\n', &self.text[start..]);
                self.jump(start, end, 0);
                let text = &self.text[start..self.at];
                let end = self.at - usize::from(text.ends_with(b"\r"));
                Some(Token::Comment(start..end))
            }
            b'*' => {
                self.at += 2;
                let mut open = 1;
                while open > 0 && self.at < self.text.len() {
                    let from = self.at;
                    self.jump(from, memchr2(b'*', b'/', &self.text[from..]), 0);
                    match (self.peek(0), self.peek(1)) {
                        (b'*', b'/') => {
                            open -= 1;
                            self.at += 2;
                        }
                        (b'/', b'*') => {
                            open += 1;
                            self.at += 2;
                        }
                        _ => self.at += 1,
                    }
                }
                self.at = self.at.min(self.text.len());
                Some(Token::Comment(start..self.at))
            }
            _ => {
                self.at += 1;
                None
            }
        }
    }

    /// Steps over the string whose quote stands here; raw if `r`, `br` or `cr` stands before.
    fn string(&mut self) {
        if self.follows_raw_prefix(self.at) {
            return self.raw_string(0);
        }
        self.at += 1;
        loop {
            let from = self.at;
            let found = memchr2(b'"', b'\\', &self.text[from..]);
            self.jump(from, found, 0);
            match self.peek(0) {
                b'\\' => self.at = (self.at + 2).min(self.text.len()),
                _ => {
                    self.at = (self.at + 1).min(self.text.len());
                    return;
                }
            }
        }
    }

    /// Steps over the raw string whose quote stands here, which `hashes` end.
    fn raw_string(&mut self, hashes: usize) {
        let from = self.at + 1;
        let end = match hashes {
            0 => memchr(b'"', &self.text[from..]),
            _ => {
                let mut fence = vec![b'#'; hashes + 1];
                fence[0] = b'"';
                memmem::find(&self.text[from..], &fence)
            }
        };
        self.jump(from, end, hashes + 1);
    }

    /// Whether the word that ends before `at` is `r`, `br` or `cr`.
    fn follows_raw_prefix(&self, at: usize) -> bool {
        let before = &self.text[..at];
        let Some(before) = before.strip_suffix(b"r") else { return false };
        let before = before.strip_suffix(b"b").or(before.strip_suffix(b"c")).unwrap_or(before);
        !before.last().is_some_and(|b| is_word(*b))
    }

    /// `#` begins an attribute, or stands between `r` and the quote of a raw string.
    fn hash(&mut self) -> Option<Token> {
        let start = self.at;
        if self.follows_raw_prefix(start) {
            let hashes = self.text[start..].iter().take_while(|b| **b == b'#').count();
            self.at += hashes;
            if self.peek(0) == b'"' {
                self.raw_string(hashes);
            }
            return None;
        }
        self.at += 1;
        self.skip_space();
        let inner = self.peek(0) == b'!';
        if inner {
            self.at += 1;
            self.skip_space();
        }
        if self.peek(0) != b'[' {
            return None;
        }
        let at = self.at;
        self.at += 1;
        Some(Token::Attribute { at, inner })
    }

    fn skip_space(&mut self) {
        while self.peek(0).is_ascii_whitespace() {
            self.at += 1;
        }
    }

    /// `'` begins a character or a lifetime: a character has its second quote one character on.
    fn quote(&mut self) {
        self.at += 1;
        if self.peek(0) == b'\\' {
            let from = (self.at + 2).min(self.text.len());
            let end = memchr(b'\'', &self.text[from..]);
            return self.jump(from, end, 1);
        }
        let length = match self.peek(0) {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            0xF0.. => 4,
        };
        if self.peek(length) == b'\'' {
            self.at += length + 1;
            return;
        }
        // The name of a lifetime is no word.
        while is_word(self.peek(0)) {
            self.at += 1;
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let rest = self.text.get(self.at..)?;
            self.at += rest.iter().position(|b| self.stops[usize::from(*b)] != Stop::Never)?;
            let at = self.at;
            let token = match self.stops[usize::from(self.text[at])] {
                Stop::Word => {
                    let rest = &self.text[at..];
                    let end = rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len());
                    self.at += end;
                    Some(Token::Word(at..self.at))
                }
                Stop::Mark => {
                    self.at += 1;
                    Some(Token::Mark { at })
                }
                Stop::Open => {
                    self.at += 1;
                    Some(Token::Open { at, brace: self.text[at] == b'{' })
                }
                Stop::Close => {
                    self.at += 1;
                    Some(Token::Close { at })
                }
                Stop::Semicolon => {
                    self.at += 1;
                    Some(Token::Semicolon { at })
                }
                Stop::Slash => self.comment(),
                Stop::Hash => self.hash(),
                Stop::String => {
                    self.string();
                    None
                }
                Stop::Quote => {
                    self.quote();
                    None
                }
                Stop::Never => None,
            };
            if token.is_some() {
                return token;
            }
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// What begins at a byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    Never,
    Open,
    Close,
    Semicolon,
    Slash,
    Hash,
    String,
    Quote,
    Word,
    Mark,
}

const BRACKETS: [Stop; 256] = stops(false);
const WORDS: [Stop; 256] = stops(true);

const fn stops(words: bool) -> [Stop; 256] {
    let mut stops = [Stop::Never; 256];
    let mut byte = 0;
    while byte < 256 {
        stops[byte] = match byte as u8 {
            b'(' | b'[' | b'{' => Stop::Open,
            b')' | b']' | b'}' => Stop::Close,
            b';' => Stop::Semicolon,
            b'/' => Stop::Slash,
            b'#' => Stop::Hash,
            b'"' => Stop::String,
            b'\'' => Stop::Quote,
            b'.' | b':' | b'<' | b'>' | b'=' | b'-' | b',' | b'!' if words => Stop::Mark,
            other if words && is_word(other) => Stop::Word,
            _ => Stop::Never,
        };
        byte += 1;
    }
    stops
}
