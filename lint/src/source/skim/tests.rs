use super::*;

fn names(text: &str) -> Vec<String> {
    skim(text).modules.iter().map(|m| m.path().join("::")).collect()
}

/// The candidate paths of the only declaration in `text`, groups divided by `|`.
fn files(text: &str, stem: Option<&str>) -> String {
    let found = skim(text);
    assert_eq!(found.modules.len(), 1, "{text}");
    let groups = found.modules[0].candidates(stem);
    let paths =
        groups.iter().map(|g| g.iter().map(|c| c.path.clone()).collect::<Vec<_>>().join(" "));
    paths.collect::<Vec<_>>().join(" | ")
}

#[test]
fn declarations_are_found_wherever_they_stand() {
    assert_eq!(names("mod a;"), ["a"]);
    assert_eq!(names("pub(crate) mod\n r#async ;"), ["async"]);
    assert_eq!(names("cfg_rt! { pub mod x; cfg_io! { mod y; } }"), ["x", "y"]);
    assert_eq!(names("mod a { mod b { pub mod c; } mod d; } mod e;"), ["a::b::c", "a::d", "e"]);
    assert_eq!(names("mod größe;"), ["größe"]);
}

#[test]
fn what_only_looks_like_a_declaration_is_not_one() {
    for text in [
        "// mod a;",
        "/* /* mod a; */ mod b; */",
        "let s = \"mod a;\";",
        "let s = \"\\\" mod a;\";",
        "let s = r\"\\\"; let c = 'm'; let t = r#\"mod a;\"# ;",
        "let s = br##\"x\"# mod a;\"##;",
        "let c = '\"'; let d = '\\''; let e = b'\"'; /* mod a; */",
        "macro_rules! m { ($name:ident) => { mod $name; } }",
        "let mod_ = x; let model = mod_;",
        "submod a;",
        "mod 1;",
        "a.r#mod b;",
        "// the mod a\n;",
    ] {
        assert_eq!(names(text), [""; 0], "{text}");
    }
}

#[test]
fn lifetimes_do_not_swallow_what_follows() {
    assert_eq!(names("fn f<'a>(x: &'a str, y: &'static str) {} mod a; 'l: loop {}"), ["a"]);
    assert_eq!(names("const C: [char; 3] = ['\\u{1F600}', 'ß', '😀']; mod a;"), ["a"]);
    assert_eq!(names("const C: [char; 2] = ['{', '\\'']; mod a;"), ["a"]);
}

#[test]
fn files_lie_beside_an_owner_of_its_folder_and_below_others() {
    assert_eq!(files("mod a;", None), "a.rs a/mod.rs");
    assert_eq!(files("mod a;", Some("net")), "net/a.rs net/a/mod.rs");
    assert_eq!(files("mod i { mod a; }", None), "i/a.rs i/a/mod.rs");
    assert_eq!(files("mod i { mod a; }", Some("net")), "net/i/a.rs net/i/a/mod.rs");
}

#[test]
fn a_path_attribute_names_the_file() {
    assert_eq!(files("#[path = \"x/y.rs\"] mod a;", Some("net")), "x/y.rs");
    assert_eq!(files("#[path = r#\"x.rs\"#] pub mod a;", None), "x.rs");
    assert_eq!(files("mod i { #[path = \"x.rs\"] mod a; }", Some("net")), "net/i/x.rs");
    assert_eq!(files("#[path = \"p\"] mod i { mod a; }", Some("net")), "p/a.rs p/a/mod.rs");
    assert_eq!(files("#[path = \"p\"] mod i { mod j { mod a; } }", None), "p/j/a.rs p/j/a/mod.rs");
}

#[test]
fn a_conditional_path_is_one_more_file() {
    assert_eq!(
        files(
            "#[cfg_attr(unix, path = \"u.rs\")] #[cfg_attr(windows, path = \"w.rs\")] mod a;",
            None
        ),
        "u.rs | w.rs | a.rs a/mod.rs"
    );
}

#[test]
fn attributes_belong_to_the_next_item_only() {
    assert_eq!(files("#[path = \"x.rs\"] use a::b; mod a;", None), "a.rs a/mod.rs");
    assert_eq!(files("#[path = \"x.rs\"] fn f() {} mod a;", None), "a.rs a/mod.rs");
    assert_eq!(files("#[doc = \"mod b;\"] #[path = \"x.rs\"] /* why */ mod a;", None), "x.rs");
}

#[test]
fn test_only_modules_are_told() {
    for text in [
        "#[cfg(test)] mod a;",
        "#[cfg(all(feature = \"x\", test))] pub(super) mod a;",
        "#[cfg(any(all(test, unix), test))] mod a;",
        "#[cfg(test)] mod i { mod a; }",
        "mod i { #![cfg(test)] mod a; }",
        "#[cfg(test)] mod i { mod j { mod a; } }",
    ] {
        assert!(skim(text).modules[0].test, "{text}");
    }
    for text in [
        "#[cfg(not(test))] mod a;",
        "#[cfg(any(test, feature = \"x\"))] mod a;",
        "#[cfg_attr(test, allow(dead_code))] mod a;",
        "#[cfg(test)] mod i {} mod a;",
        "#[cfg(test)] use x; mod a;",
    ] {
        assert!(!skim(text).modules[0].test, "{text}");
    }
    assert!(skim("#![cfg(test)] mod a;").test);
    assert!(!skim("fn f() { #![cfg(test)] }").test);
}

#[test]
fn comments_and_attributes_that_speak_to_linger_are_collected() {
    let text = "// linger: allow(a): b\r\nx; /* linger: y */ // other\nlet s = \"// linger: no\";\n\
                #[linger::allow(c, reason = \"]\")] #[allow(d)] # [ ::linger::allow(e) ]";
    let found: Vec<_> = skim(text).suppressions.into_iter().map(|r| &text[r]).collect();
    let attributes = ["#[linger::allow(c, reason = \"]\")]", "# [ ::linger::allow(e) ]"];
    assert_eq!(found[..2], ["// linger: allow(a): b", "/* linger: y */"]);
    assert_eq!(found[2..], attributes);
}

#[test]
fn depth_is_that_of_the_deepest_bracket() {
    assert_eq!(skim("").depth, 0);
    assert_eq!(skim("fn f() { g([(1)]) } // ((((((").depth, 4);
    assert_eq!(skim(&"(".repeat(50_000)).depth, 50_000);
    assert_eq!(skim(&")".repeat(50_000)).depth, 0);
}

#[test]
fn texts_that_end_anywhere_are_survived() {
    let text =
        "#![a] mod i { #[path = \"x\"] mod a; } r#\"x\"# '\\n' /* /* */ */ b'x' 'a br\"\" // ß";
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        skim(&text[..end]);
        skim(&text[end..]);
    }
    let deep = format!("#[cfg({}test{})] mod a;", "all(".repeat(10_000), ")".repeat(10_000));
    assert!(!skim(&deep).modules[0].test);
}
