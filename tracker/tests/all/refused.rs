//! What the macros refuse, with the words that they say.

#[test]
fn the_macros_say_what_they_expect() {
    trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
}

#[test]
fn allow_knows_every_kind() {
    let args = include_str!("../../../macros/src/args.rs");
    for kind in linger::Kind::ALL {
        assert!(args.contains(&format!("\"{kind}\"")), "`allow` does not know {kind}");
    }
}
