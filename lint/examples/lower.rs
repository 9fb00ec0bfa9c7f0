//! Shows how a file is lowered: `cargo run -p linger-lint --example lower -- FILE…`.
//!
//! With `-` the names of files are read from standard input and only counts are printed.

use linger_lint::source::Edition;
use rayon::prelude::*;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    rayon::ThreadPoolBuilder::new().stack_size(256 << 20).build_global().expect("one pool");
    if args == ["-"] {
        let names = std::io::read_to_string(std::io::stdin()).expect("a list of files");
        let names: Vec<&str> = names.lines().collect();
        let texts: Vec<(&str, String)> = names
            .par_iter()
            .filter_map(|name| Some((*name, std::fs::read_to_string(name).ok()?)))
            .collect();
        let started = std::time::Instant::now();
        let parsed: usize = texts
            .par_iter()
            .map(|(_, text)| {
                let ok = syn::parse_file(text).is_ok();
                proc_macro2::extra::invalidate_current_thread_spans();
                usize::from(ok)
            })
            .sum();
        println!("parsing alone: {parsed} files in {:?}", started.elapsed());
        let started = std::time::Instant::now();
        let (bodies, unread): (usize, u32) = texts
            .par_iter()
            .map(|(name, text)| match linger_lint::syntax::lower(text, Edition::E2021, false) {
                Ok(file) => (file.bodies.len(), file.unread_macros),
                Err(error) => {
                    if syn::parse_file(text).is_ok() {
                        println!("{name}: {} at {:?}", error.message, error.span);
                    }
                    (0, 0)
                }
            })
            .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        println!("lowering: {bodies} bodies, {unread} macros unread, in {:?}", started.elapsed());
        return;
    }
    for name in &args {
        let text = std::fs::read_to_string(name).expect("a readable file");
        match linger_lint::syntax::lower(&text, Edition::E2021, false) {
            Ok(file) => {
                for (id, body) in file.bodies.iter().enumerate() {
                    println!("body {id}: {body}");
                }
            }
            Err(error) => println!("{name}: {} at {:?}", error.message, error.span),
        }
    }
}
