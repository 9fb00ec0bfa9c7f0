//! From a text to a [`FileModel`]: the only place that knows syn.
//!
//! Each file is parsed and lowered alone, and its syntax tree is dropped at once.

mod attrs;
mod body;
mod cut;
mod depth;
mod items;
mod macros;
mod span;
mod twins;
mod types;

pub(crate) use depth::STACK;

use std::ops::Range;

use crate::model::Span;
use crate::model::file::FileModel;
use crate::source::Edition;
use crate::source::skim::{Lexer, Token};
use cut::Cut;

/// A syntax tree takes more than a hundred times the bytes of its text. What people write is a
/// thousand times smaller than this, and a larger file is data that a machine wrote.
const MAX_BYTES: usize = 16 << 20;

/// Why a text could not be lowered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The parser's message.
    pub message: String,
    /// Where it stopped.
    pub span: Span,
}

/// Parses `text` and lowers it.
///
/// `test` says that the whole file is test code. The edition decides where temporaries end.
///
/// # Errors
///
/// When the text is not Rust, nested so deeply that parsing it would exhaust the stack, or so
/// large that it would exhaust the memory.
///
/// ```
/// use linger_lint::source::Edition;
/// let file = linger_lint::syntax::lower("fn f() { g().h(); }", Edition::E2024, false).unwrap();
/// assert_eq!(file.functions[0].name, "f");
/// ```
pub fn lower(text: &str, edition: Edition, test: bool) -> Result<FileModel, SyntaxError> {
    lower_without(text, &[], edition, test)
}

/// [`lower`], as if nothing were in the ranges `idle`, which are in the order of the text.
pub(crate) fn lower_without(
    text: &str,
    idle: &[Range<u32>],
    edition: Edition,
    test: bool,
) -> Result<FileModel, SyntaxError> {
    if text.len() > MAX_BYTES {
        let message = format!(
            "too large to be parsed: {} MiB, and {} are the most",
            text.len() >> 20,
            MAX_BYTES >> 20
        );
        return Err(SyntaxError { message, span: Span::default() });
    }
    let tokens: Vec<Token> = Lexer::new(text).collect();
    depth::check(text, &tokens)?;
    let Cut { text, gaps } = cut::cut(text, &tokens, idle);
    let code = &text[prelude(&text)..];
    span::enter(code, (text.len() - code.len()) as u32, gaps);
    let result = match syn::parse_file(code) {
        Ok(file) => Ok(items::lower_file(&file, edition, test)),
        Err(error) => Err(SyntaxError { message: error.to_string(), span: span::of(error.span()) }),
    };
    // The spans of this file are not asked for again; without this they pile up in the thread.
    proc_macro2::extra::invalidate_current_thread_spans();
    result
}

/// Whether `text` is Rust.
pub(crate) fn parses(text: &str) -> bool {
    let parse = || lower(text, Edition::default(), false).is_ok();
    // A recursive parser needs more stack than a caller's thread may have.
    let thread = std::thread::Builder::new().stack_size(STACK);
    std::thread::scope(|scope| {
        thread.spawn_scoped(scope, parse).is_ok_and(|thread| thread.join().unwrap_or(false))
    })
}

/// Reads a type as the catalogue's tables write it; `None` if it is none.
pub(crate) fn parse_type(text: &str) -> Option<crate::model::TypeRef> {
    let parsed = syn::parse_str::<syn::Type>(text).ok().map(|ty| types::ty(&ty));
    proc_macro2::extra::invalidate_current_thread_spans();
    parsed
}

/// The bytes before the first token that the parser strips itself: a byte-order mark and a
/// `#!` line.
fn prelude(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let code = &text[mark..];
    let is_script = code.strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('['));
    mark + if is_script { code.find('\n').unwrap_or(code.len()) } else { 0 }
}
