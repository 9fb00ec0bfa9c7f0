//! The tokens of macro calls, parsed by the macro's own grammar.

use super::items::{FileLowering, Home};
use super::types;
use crate::model::body::AwaitKind;
use crate::model::file::ScopeId;
use crate::model::{Name, Span};
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Ident, Item, Pat, Stmt, Token, braced};

/// What a macro call in a body evaluates.
pub(super) enum Shape {
    /// `select!`
    Select(SelectBody),
    /// `join!`, `try_join!`
    Join(Vec<Expr>, AwaitKind),
    /// `vec!`
    Vec(Vec<Expr>),
    /// `println!`, `assert!`, `info!` …: arguments by reference, and variables named in the
    /// format string.
    Format { args: Vec<Expr>, names: Vec<Name>, diverges: bool },
    /// `bail!`: returns an error.
    Bail(Vec<Expr>),
    /// `ensure!`: returns an error unless the condition holds.
    Ensure(Expr, Vec<Expr>),
    /// `matches!`
    Matches(Expr, Pat),
    /// `ready!`: returns when the poll is pending.
    Ready(Expr),
    /// `stream!`, `try_stream!`: an async block.
    Stream(Vec<Stmt>),
    /// `pin!(expr)` as a value.
    Pin(Expr),
    /// `pin!(a, b)` as a statement.
    PinVariables(Vec<Ident>),
    /// `pin! { let a = …; }`
    PinLets(Vec<Stmt>),
    /// `cfg_if!`: one of these.
    Choice(Vec<Vec<Stmt>>),
    /// Another macro that holds statements.
    Statements(Vec<Stmt>),
    /// Another macro that holds expressions.
    Exprs(Vec<Expr>),
    /// Tokens of a grammar of its own, with the words in them.
    Unread(Vec<Name>),
    /// Nothing to evaluate.
    Nothing,
}

/// The arms of a `select!`.
pub(super) struct SelectBody {
    pub(super) biased: bool,
    pub(super) is_async: bool,
    pub(super) arms: Vec<SelectArmTokens>,
    pub(super) otherwise: Option<Expr>,
}

pub(super) struct SelectArmTokens {
    pub(super) head: SelectHead,
    pub(super) body: Expr,
}

/// What an arm waits for.
pub(super) enum SelectHead {
    /// `pat = future, if precondition`
    Future { pat: Pat, future: Expr, precondition: Option<Box<Expr>> },
    /// `recv(channel) -> pat`, `send(channel, value) -> pat`
    Channel { channel: Expr, values: Vec<Expr>, pat: Pat },
    /// `default`
    Default(Span),
}

/// Reads the tokens of a macro call.
pub(super) fn shape(mac: &syn::Macro) -> Shape {
    let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let tokens = || mac.tokens.clone();
    match name.as_str() {
        "select" | "select_biased" => match SelectBody::parse.parse2(tokens()) {
            Ok(mut select) => {
                select.biased |= name == "select_biased";
                Shape::Select(select)
            }
            Err(_) => fallback(tokens()),
        },
        "join" => match exprs(tokens()) {
            Some(futures) => Shape::Join(futures, AwaitKind::Join),
            None => fallback(tokens()),
        },
        "try_join" => match exprs(tokens()) {
            Some(futures) => Shape::Join(futures, AwaitKind::TryJoin),
            None => fallback(tokens()),
        },
        "vec" => vec_elems.parse2(tokens()).map_or_else(|_| fallback(tokens()), Shape::Vec),
        "matches" => matches_args
            .parse2(tokens())
            .map_or_else(|_| fallback(tokens()), |(value, pat)| Shape::Matches(value, pat)),
        "ready" => syn::parse2(tokens()).map_or_else(|_| fallback(tokens()), Shape::Ready),
        "stream" | "try_stream" | "stream_block" | "try_stream_block" | "gen" => {
            Block::parse_within.parse2(tokens()).map_or_else(|_| fallback(tokens()), Shape::Stream)
        }
        "pin" | "pin_mut" => pin(tokens()),
        "cfg_if" => cfg_branches
            .parse2(tokens())
            .ok()
            .and_then(|blocks| {
                blocks
                    .into_iter()
                    .map(|block| Block::parse_within.parse2(block).ok())
                    .collect::<Option<Vec<_>>>()
            })
            .map_or_else(|| fallback(tokens()), Shape::Choice),
        "bail" => Shape::Bail(log_args(tokens()).unwrap_or_default()),
        "ensure" => match log_args(tokens()) {
            Some(mut args) if !args.is_empty() => {
                let cond = args.remove(0);
                Shape::Ensure(cond, args)
            }
            _ => fallback(tokens()),
        },
        "stringify" | "concat" | "env" | "option_env" | "include" | "include_str"
        | "include_bytes" | "line" | "file" | "column" | "module_path" | "compile_error" => {
            Shape::Nothing
        }
        _ if is_format(&name) => format(tokens(), diverges(&name)),
        _ => fallback(tokens()),
    }
}

/// Macros whose arguments are a format string's, a log record's or an assertion's.
fn is_format(name: &str) -> bool {
    matches!(
        name,
        "print"
            | "println"
            | "eprint"
            | "eprintln"
            | "format"
            | "format_args"
            | "write"
            | "writeln"
            | "assert"
            | "assert_eq"
            | "assert_ne"
            | "debug_assert"
            | "debug_assert_eq"
            | "debug_assert_ne"
            | "trace"
            | "debug"
            | "info"
            | "warn"
            | "error"
            | "log"
            | "event"
            | "span"
            | "trace_span"
            | "debug_span"
            | "info_span"
            | "warn_span"
            | "error_span"
            | "anyhow"
            | "format_err"
            | "eyre"
            | "dbg"
    ) || diverges(name)
}

/// Macros after which nothing runs.
fn diverges(name: &str) -> bool {
    matches!(name, "panic" | "unreachable" | "todo" | "unimplemented")
}

fn format(tokens: TokenStream, diverges: bool) -> Shape {
    let mut names = Vec::new();
    format_names(tokens.clone(), &mut names);
    match log_args(tokens.clone()) {
        Some(args) => Shape::Format { args, names, diverges },
        None => {
            words(tokens, &mut names);
            Shape::Format { args: Vec::new(), names, diverges }
        }
    }
}

/// Any other macro: expressions, statements, or nothing that can be read.
fn fallback(tokens: TokenStream) -> Shape {
    if tokens.is_empty() {
        return Shape::Nothing;
    }
    if let Some(args) = exprs(tokens.clone()) {
        return Shape::Exprs(args);
    }
    if let Ok(stmts) = Block::parse_within.parse2(tokens.clone()) {
        return Shape::Statements(stmts);
    }
    if let Some(args) = log_args(tokens.clone()) {
        return Shape::Exprs(args);
    }
    Shape::Unread(words_in(tokens))
}

fn exprs(tokens: TokenStream) -> Option<Vec<Expr>> {
    let list = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens).ok()?;
    let plain = list.iter().all(|expr| !matches!(expr, Expr::Verbatim(_) | Expr::Infer(_)));
    plain.then(|| list.into_iter().collect())
}

fn vec_elems(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut elems = Vec::new();
    while !input.is_empty() {
        elems.push(input.parse()?);
        if input.is_empty() {
            break;
        }
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            input.parse::<Expr>()?;
            break;
        }
        input.parse::<Token![,]>()?;
    }
    Ok(elems)
}

fn matches_args(input: ParseStream<'_>) -> syn::Result<(Expr, Pat)> {
    let value = input.parse()?;
    input.parse::<Token![,]>()?;
    let pat = Pat::parse_multi_with_leading_vert(input)?;
    // A guard can only narrow what the pattern says.
    input.parse::<TokenStream>()?;
    Ok((value, pat))
}

fn pin(tokens: TokenStream) -> Shape {
    let idents = Punctuated::<Ident, Token![,]>::parse_terminated.parse2(tokens.clone());
    if let Ok(idents) = idents
        && !idents.is_empty()
    {
        return Shape::PinVariables(idents.into_iter().collect());
    }
    if let Ok(value) = syn::parse2::<Expr>(tokens.clone()) {
        return Shape::Pin(value);
    }
    match Block::parse_within.parse2(tokens.clone()) {
        Ok(stmts) => Shape::PinLets(stmts),
        Err(_) => fallback(tokens),
    }
}

/// `target: "x", name = value, %shown, ?debugged, "format {}", args`
fn log_args(tokens: TokenStream) -> Option<Vec<Expr>> {
    log_list.parse2(tokens).ok()
}

fn log_list(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut args = Vec::new();
    while !input.is_empty() {
        if input.peek(syn::token::Brace) {
            let inner;
            braced!(inner in input);
            args.extend(log_list(&inner)?);
        } else {
            log_arg(input, &mut args)?;
        }
        if input.is_empty() {
            break;
        }
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
        } else {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(args)
}

fn log_arg(input: ParseStream<'_>, args: &mut Vec<Expr>) -> syn::Result<()> {
    if input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
        input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
    } else if is_field_name(input) {
        input.call(Ident::parse_any)?;
        while input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            input.call(Ident::parse_any)?;
        }
        input.parse::<Token![=]>()?;
    } else if input.peek(syn::LitStr) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
        input.parse::<syn::LitStr>()?;
        input.parse::<Token![=]>()?;
    }
    if input.peek(Token![%]) {
        input.parse::<Token![%]>()?;
    } else if input.peek(Token![?]) {
        input.parse::<Token![?]>()?;
    }
    if input.peek(Token![_]) {
        input.parse::<Token![_]>()?;
        return Ok(());
    }
    args.push(input.parse()?);
    Ok(())
}

/// `name =`, `name.part =`, but not `name ==`.
fn is_field_name(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    if fork.call(Ident::parse_any).is_err() {
        return false;
    }
    while fork.peek(Token![.]) {
        if fork.parse::<Token![.]>().is_err() || fork.call(Ident::parse_any).is_err() {
            return false;
        }
    }
    fork.peek(Token![=]) && !fork.peek(Token![==]) && !fork.peek(Token![=>])
}

/// The words in tokens of an unknown grammar: each may be a variable that is used.
/// The words among these tokens, however deep.
pub(super) fn words_in(tokens: TokenStream) -> Vec<Name> {
    let mut names = Vec::new();
    words(tokens, &mut names);
    names
}

fn words(tokens: TokenStream, names: &mut Vec<Name>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let name = types::name(&ident);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            TokenTree::Group(group) => words(group.stream(), names),
            TokenTree::Literal(literal) => literal_names(&literal.to_string(), names),
            TokenTree::Punct(_) => {}
        }
    }
}

/// Variables named inside the string literals among the top-level tokens: `"{name}"`.
fn format_names(tokens: TokenStream, names: &mut Vec<Name>) {
    for token in tokens {
        if let TokenTree::Literal(literal) = token {
            literal_names(&literal.to_string(), names);
        }
    }
}

fn literal_names(literal: &str, names: &mut Vec<Name>) {
    let mut rest = literal;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let word = &rest[..end];
        if word.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && rest[end..].starts_with([':', '}'])
            && !names.iter().any(|name| name == word)
        {
            names.push(Name::from(word));
        }
    }
}

impl Parse for SelectBody {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut select =
            SelectBody { biased: false, is_async: true, arms: Vec::new(), otherwise: None };
        if input.peek(Ident) && input.peek2(Token![;]) {
            let word: Ident = input.parse()?;
            if word != "biased" {
                return Err(syn::Error::new(word.span(), "expected `biased`"));
            }
            input.parse::<Token![;]>()?;
            select.biased = true;
        }
        while !input.is_empty() {
            select.arm(input)?;
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(select)
    }
}

impl SelectBody {
    fn arm(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        // Attributes such as `#[cfg(unix)]` may stand before an arm in crates that expand it.
        input.call(syn::Attribute::parse_outer)?;
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
            self.otherwise = Some(arm_body(input)?);
            return Ok(());
        }
        if let Some(word) = bare_word(input) {
            let ident: Ident = input.parse()?;
            let span = super::span::of(ident.span());
            if input.peek(syn::token::Paren) {
                let timeout;
                syn::parenthesized!(timeout in input);
                timeout.parse::<TokenStream>()?;
            }
            let body = arm_body(input)?;
            if word == "complete" {
                self.otherwise = Some(body);
            } else {
                self.arms.push(SelectArmTokens { head: SelectHead::Default(span), body });
            }
            return Ok(());
        }
        let head = if is_channel_operation(input) {
            self.is_async = false;
            channel_head(input)?
        } else {
            future_head(input)?
        };
        let body = arm_body(input)?;
        self.arms.push(SelectArmTokens { head, body });
        Ok(())
    }
}

/// `complete =>`, `default =>`, `default(timeout) =>`
fn bare_word(input: ParseStream<'_>) -> Option<&'static str> {
    let fork = input.fork();
    let word: Ident = fork.parse().ok()?;
    let word = if word == "complete" {
        "complete"
    } else if word == "default" {
        "default"
    } else {
        return None;
    };
    if fork.peek(syn::token::Paren) {
        fork.parse::<TokenTree>().ok()?;
    }
    fork.peek(Token![=>]).then_some(word)
}

/// `recv(…) ->`, `send(…) ->`
fn is_channel_operation(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let Ok(word) = fork.parse::<Ident>() else { return false };
    (word == "recv" || word == "send")
        && fork.peek(syn::token::Paren)
        && fork.parse::<TokenTree>().is_ok()
        && fork.peek(Token![->])
}

fn channel_head(input: ParseStream<'_>) -> syn::Result<SelectHead> {
    input.parse::<Ident>()?;
    let args;
    syn::parenthesized!(args in input);
    let args = Punctuated::<Expr, Token![,]>::parse_terminated(&args)?;
    input.parse::<Token![->]>()?;
    let pat = Pat::parse_multi_with_leading_vert(input)?;
    let mut args = args.into_iter();
    let channel = args.next().ok_or_else(|| input.error("expected a channel"))?;
    Ok(SelectHead::Channel { channel, values: args.collect(), pat })
}

fn future_head(input: ParseStream<'_>) -> syn::Result<SelectHead> {
    let pat = Pat::parse_multi_with_leading_vert(input)?;
    input.parse::<Token![=]>()?;
    let future = input.parse()?;
    let precondition = if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        input.parse::<Token![if]>()?;
        Some(input.parse()?)
    } else {
        None
    };
    Ok(SelectHead::Future { pat, future, precondition })
}

fn arm_body(input: ParseStream<'_>) -> syn::Result<Expr> {
    input.parse::<Token![=>]>()?;
    if input.peek(syn::token::Brace) {
        // As in a `match`: a block ends the arm, with or without a comma.
        let block: Block = input.parse()?;
        return Ok(Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block }));
    }
    input.parse()
}

/// The contents of each branch of `cfg_if!`.
fn cfg_branches(input: ParseStream<'_>) -> syn::Result<Vec<TokenStream>> {
    let mut branches = Vec::new();
    while !input.is_empty() {
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
        }
        if input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            input.call(syn::Attribute::parse_outer)?;
        }
        let content;
        braced!(content in input);
        branches.push(content.parse()?);
    }
    Ok(branches)
}

/// A macro call among items: `cfg_rt! { … }`, `cfg_if!`, `lazy_static!`, `thread_local!`.
pub(super) fn item_macro(file: &mut FileLowering, mac: &syn::Macro, scope: ScopeId) {
    let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let tokens = mac.tokens.clone();
    match name.as_str() {
        "cfg_if" => {
            for branch in cfg_branches.parse2(tokens).unwrap_or_default() {
                if let Ok(items) = items.parse2(branch) {
                    file.items(&items, scope);
                }
            }
        }
        "lazy_static" | "thread_local" | "task_local" => {
            for item in static_list.parse2(tokens).unwrap_or_default() {
                let whole = super::span::of(item.ident.span());
                file.constant(
                    types::name(&item.ident),
                    &item.ty,
                    &item.init,
                    true,
                    whole,
                    Home::scope(scope),
                );
            }
        }
        _ if tokens.is_empty() => {}
        _ => match items.parse2(tokens) {
            Ok(items) => file.items(&items, scope),
            Err(_) => file.file.unread_macros += 1,
        },
    }
}

/// A macro call inside an `impl`: methods, when it holds nothing else.
pub(super) fn impl_macro(file: &mut FileLowering, mac: &syn::Macro, home: Home) {
    match impl_items.parse2(mac.tokens.clone()) {
        Ok(items) => {
            for item in &items {
                if let syn::ImplItem::Fn(item) = item {
                    file.impl_item_fn(item, home);
                }
            }
        }
        Err(_) => file.file.unread_macros += 1,
    }
}

fn items(input: ParseStream<'_>) -> syn::Result<Vec<Item>> {
    input.call(syn::Attribute::parse_inner)?;
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(input.parse()?);
    }
    Ok(items)
}

fn impl_items(input: ParseStream<'_>) -> syn::Result<Vec<syn::ImplItem>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(input.parse()?);
    }
    Ok(items)
}

struct StaticTokens {
    ident: Ident,
    ty: syn::Type,
    init: Expr,
}

/// `static ref X: T = init;`, `static X: T = const { init };`
fn static_list(input: ParseStream<'_>) -> syn::Result<Vec<StaticTokens>> {
    let mut list = Vec::new();
    while !input.is_empty() {
        input.call(syn::Attribute::parse_outer)?;
        input.parse::<syn::Visibility>()?;
        input.parse::<Token![static]>()?;
        if input.peek(Token![ref]) {
            input.parse::<Token![ref]>()?;
        }
        let ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        let init = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            input.parse()?
        } else {
            Expr::Tuple(syn::ExprTuple {
                attrs: Vec::new(),
                paren_token: syn::token::Paren::default(),
                elems: Punctuated::new(),
            })
        };
        list.push(StaticTokens { ident, ty, init });
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
        }
    }
    Ok(list)
}
