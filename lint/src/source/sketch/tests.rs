//! Tests of its module.

use super::{How, Sketch, Word};

/// The functions of a text, each with what it names.
fn read(text: &str) -> Vec<String> {
    let sketch = Sketch::of(text, false);
    let functions = sketch.functions.iter().map(|function| {
        let body = function.body.clone();
        let body = body.map_or("", |body| &text[body.start as usize..body.end as usize]);
        let mut words = String::new();
        for used in sketch.uses(function) {
            let name = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            let name = name.into_iter().find(|word| Word::of(word) == used.word).unwrap_or("?");
            let sign = match used.how {
                How::Method => "()",
                How::Call => "(",
                How::Field => ".",
                How::Macro => "!",
                How::Mention => "",
            };
            let of = if used.of.is_some() { "::" } else { "" };
            words += &format!(" {of}{name}{sign}{}", if used.last { ";" } else { "" });
        }
        let test = if function.test { " test" } else { "" };
        format!("{}{test}:{words}", body.trim())
    });
    functions.collect()
}

#[test]
fn uses_are_told_apart() {
    assert_eq!(
        read("fn f(x: u8) -> [u8; 2] { a.b.c(d); e::g::<H<I>>(j()); k!(l); m..n() }"),
        [concat!(
            "a.b.c(d); e::g::<H<I>>(j()); k!(l); m..n():",
            " a b. c(); d e ::g(; H I j( k! l m n(;"
        )]
    );
}

#[test]
fn functions_are_found_wherever_they_stand() {
    assert_eq!(
        read(
            "cfg! { impl<T> A<T> for B where T: Fn() -> C { const fn a() {} } }\n\
             trait D { fn b(); async fn c() { x } }\n\
             struct E { f: fn(u8) }\n\
             const F: u8 = { fn no() {} 1 };\n\
             #[cfg(test)] mod t { fn d() { fn e() {} y } }\n\
             #[tokio::test] async fn g() { z }"
        ),
        [":", ":", "x: x", "fn e() {} y test: y", "z test: z"]
    );
}

#[test]
fn what_types_are_made_of_is_known() {
    let sketch = Sketch::of(
        "struct A { b: std::C<D>, e: F } enum G { H(I), J { k: L } } type M = N; static O: P = Q; \
         struct R(S);",
        false,
    );
    let part = |owner: Option<&str>, field: Option<&str>, word: &str| {
        let (owner, field) = (owner.map(Word::of), field.map(Word::of));
        let found = sketch
            .parts
            .iter()
            .any(|part| part.owner == owner && part.field == field && part.word == Word::of(word));
        assert!(found, "{word}");
    };
    part(Some("A"), Some("b"), "C");
    part(Some("A"), Some("b"), "D");
    part(Some("A"), Some("e"), "F");
    part(Some("G"), Some("H"), "I");
    part(Some("G"), Some("k"), "L");
    part(Some("M"), None, "N");
    part(None, Some("O"), "P");
    part(Some("R"), Some("0"), "S");
    assert!(!sketch.parts.iter().any(|part| part.word == Word::of("Q")));
}

#[test]
fn imports_rename() {
    let sketch = Sketch::of("use a::{b as c, d::{self as e}, f};", false);
    let pair = |new, old| sketch.renames.contains(&(Word::of(new), Word::of(old)));
    assert!(pair("c", "b"));
    assert_eq!(sketch.renames.len(), 2);
    assert!(!sketch.re_exports);
    assert!(Sketch::of("pub(crate) use a::b;", false).re_exports);
}

#[test]
fn any_text_has_a_sketch() {
    let text = "impl fn f(<>{ fn } struct ( enum { a: ) type = ; ] use as } fn g() { .. :: < ! }";
    for end in 0..text.len() {
        for start in 0..end {
            Sketch::of(&text[start..end], false);
        }
    }
}
