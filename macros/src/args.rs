//! The arguments of `#[linger::test]` and `#[linger::main]`, parsed in one place.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitBool, LitInt, LitStr, Result, Token, parenthesized};

/// The kinds that `allow` knows. The crate `linger` tests that these are all.
const KINDS: &[&str] = &[
    "leaked-task",
    "leaked-thread",
    "leaked-channel",
    "deadlock",
    "blocked",
    "double-close",
    "send-after-close",
    "unread-messages",
    "sender-dropped-unsent",
    "swallowed-panic",
    "detached-task",
    "lock-order",
    "lock-held-across-await",
    "forgotten-permit",
    "long-poll",
    "queue-growth",
    "unknown-tasks",
];

const SPELLINGS: &str = "expected one of `flavor = \"current_thread\"`, `flavor = \"multi_thread\"`, \
     `worker_threads = 2`, `start_paused = true`, `grace = \"100ms\"`, \
     `allow(\"leaked-task\", \"pattern\", \"reason\")`, `crate = \"linger\"`";

/// What the attribute says.
#[derive(Default)]
pub(crate) struct Args {
    flavor: Option<Flavor>,
    worker_threads: Option<LitInt>,
    start_paused: Option<LitBool>,
    grace: Option<u64>,
    allowed: Vec<Allowed>,
    krate: Option<TokenStream>,
    /// The first argument that only a runtime can use.
    pub(crate) runtime: Option<Span>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Flavor {
    CurrentThread,
    MultiThread,
}

struct Allowed {
    kind: LitStr,
    pattern: LitStr,
    reason: LitStr,
}

impl Parse for Allowed {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let span = input.span();
        let parts = Punctuated::<LitStr, Token![,]>::parse_terminated(input)?;
        let [kind, pattern, reason] =
            <[LitStr; 3]>::try_from(parts.into_iter().collect::<Vec<_>>()).map_err(|_| {
                Error::new(span, "expected `allow(\"leaked-task\", \"pattern\", \"reason\")`")
            })?;
        if !KINDS.contains(&kind.value().as_str()) {
            let kinds = KINDS.join("`, `");
            return Err(Error::new(kind.span(), format!("no such kind; there are `{kinds}`")));
        }
        if reason.value().trim().is_empty() {
            return Err(Error::new(reason.span(), "a reason is required: why may this pass?"));
        }
        Ok(Allowed { kind, pattern, reason })
    }
}

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut args = Args::default();
        while !input.is_empty() {
            args.one(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        if let (Some(threads), false) = (&args.worker_threads, args.flavor() == Flavor::MultiThread)
        {
            let message = "`worker_threads` needs `flavor = \"multi_thread\"`";
            return Err(Error::new(threads.span(), message));
        }
        if let (Some(paused), true) = (&args.start_paused, args.flavor() == Flavor::MultiThread) {
            let message = "`start_paused` needs `flavor = \"current_thread\"`";
            return Err(Error::new(paused.span(), message));
        }
        Ok(args)
    }
}

impl Args {
    fn one(&mut self, input: ParseStream<'_>) -> Result<()> {
        if input.peek(Token![crate]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            let path = input.parse::<LitStr>()?.parse::<syn::Path>()?;
            self.krate = Some(quote!(#path));
            return Ok(());
        }
        let name: Ident = input.parse().map_err(|error| Error::new(error.span(), SPELLINGS))?;
        if name == "allow" {
            let content;
            parenthesized!(content in input);
            self.allowed.push(content.parse()?);
            return Ok(());
        }
        match name.to_string().as_str() {
            "flavor" => {
                input.parse::<Token![=]>()?;
                self.flavor = Some(flavor(&input.parse()?)?);
            }
            "worker_threads" => {
                input.parse::<Token![=]>()?;
                let threads: LitInt = input.parse()?;
                if threads.base10_parse::<usize>()? == 0 {
                    return Err(Error::new(threads.span(), "`worker_threads` may not be 0"));
                }
                self.worker_threads = Some(threads);
            }
            "start_paused" => {
                input.parse::<Token![=]>()?;
                self.start_paused = Some(input.parse()?);
            }
            "grace" => {
                input.parse::<Token![=]>()?;
                self.grace = Some(milliseconds(&input.parse()?)?);
                return Ok(());
            }
            _ => return Err(Error::new(name.span(), SPELLINGS)),
        }
        self.runtime.get_or_insert(name.span());
        Ok(())
    }

    pub(crate) fn flavor(&self) -> Flavor {
        self.flavor.unwrap_or(Flavor::CurrentThread)
    }

    /// The flavour if none is given.
    pub(crate) fn default_flavor(&mut self, flavor: Flavor) {
        self.flavor.get_or_insert(flavor);
    }

    /// The path of the crate `linger`.
    pub(crate) fn krate(&self) -> TokenStream {
        self.krate.clone().unwrap_or_else(|| quote!(::linger))
    }

    /// An expression for the options of the scope.
    pub(crate) fn options(&self) -> TokenStream {
        let krate = self.krate();
        let grace =
            self.grace.map(|time| quote!(.grace(::core::time::Duration::from_millis(#time))));
        let allowed = self.allowed.iter().map(|Allowed { kind, pattern, reason }| {
            quote!(.allow(#krate::__private::kind(#kind), #pattern, #reason))
        });
        quote!(#krate::Options::new() #grace #(#allowed)*)
    }

    /// An expression for the settings of the runtime.
    pub(crate) fn settings(&self) -> TokenStream {
        let krate = self.krate();
        let multi = self.flavor() == Flavor::MultiThread;
        let threads = match &self.worker_threads {
            Some(threads) => quote!(::core::option::Option::Some(#threads)),
            None => quote!(::core::option::Option::None),
        };
        let paused = self.start_paused.as_ref().is_some_and(LitBool::value);
        quote! {
            #krate::__private::Settings {
                multi_thread: #multi,
                worker_threads: #threads,
                start_paused: #paused,
            }
        }
    }
}

fn flavor(name: &LitStr) -> Result<Flavor> {
    match name.value().as_str() {
        "current_thread" => Ok(Flavor::CurrentThread),
        "multi_thread" => Ok(Flavor::MultiThread),
        _ => {
            let message = "no such flavor; there are `\"current_thread\"` and `\"multi_thread\"`";
            Err(Error::new(name.span(), message))
        }
    }
}

/// The milliseconds of `"100ms"` or `"2s"`.
fn milliseconds(text: &LitStr) -> Result<u64> {
    let value = text.value();
    let number = |digits: &str, factor: u64| {
        digits.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(factor))
    };
    value
        .strip_suffix("ms")
        .and_then(|digits| number(digits, 1))
        .or_else(|| value.strip_suffix('s').and_then(|digits| number(digits, 1000)))
        .ok_or_else(|| Error::new(text.span(), "expected a time such as `\"100ms\"` or `\"2s\"`"))
}
